//! Several workspaces over HTTP: listed, made, gone into, put away and deleted.

use crate::api::support::{ORIGIN, Reply, Server, by_program, from_page, sign_in_body};
use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use serde_json::{Value, json};

const WORKSPACES: &str = "/api/v1/workspaces";

/// Makes another workspace, in which the session is then; its id.
async fn make(server: &Server, cookie: &str, name: &str) -> String {
    let made = server.post(WORKSPACES, cookie, &json!({ "name": name })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json());
    made.json()["id"].as_str().unwrap().to_owned()
}

async fn first(server: &Server, cookie: &str) -> String {
    server.actor(cookie).await.unwrap().workspace.to_string()
}

async fn switch(server: &Server, cookie: &str, id: &str) -> StatusCode {
    server.post(&format!("{WORKSPACES}/{id}/switch"), cookie, &Value::Null).await.status
}

/// What a page of the workspace `page` is answered.
async fn from_workspace(server: &Server, page: &str, path: &str, cookie: &str) -> Reply {
    let request = from_page(Method::GET, path, cookie)
        .header(header::REFERER, format!("{ORIGIN}/workspace/{page}/documents"));
    server.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_session_is_in_one_workspace_at_a_time() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let first = first(&server, &cookie).await;

    let second = make(&server, &cookie, "Second").await;

    let listed = server.get(WORKSPACES, &cookie).await.json();
    let listed: Vec<_> = listed["items"].as_array().unwrap().iter().collect();
    assert_eq!(listed.len(), 2);
    assert_eq!((&listed[0]["name"], &listed[0]["current"]), (&json!("Second"), &json!(true)));
    assert_eq!((&listed[1]["colour"], &listed[1]["role"]), (&json!("blue"), &json!("owner")));
    let session = server.get("/api/v1/session", &cookie).await.json();
    assert_eq!(session["workspace_id"], json!(second));
    let documents = format!("/api/v1/documents?workspace_id={first}");
    assert_eq!(server.get(&documents, &cookie).await.status, StatusCode::NOT_FOUND);
    assert_eq!(switch(&server, &cookie, &first).await, StatusCode::NO_CONTENT);
    assert_eq!(server.get(&documents, &cookie).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_opens_its_own_workspace_and_no_other() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let form = json!({ "name": "CI", "role": "owner" });
    let made = server.post("/api/v1/tokens", &cookie, &form).await.json();
    let token = made["token"].as_str().unwrap();
    let with_token =
        |method: Method, path: &str| by_program(method, path, token).body(Body::empty()).unwrap();

    for (method, path) in [
        (Method::GET, WORKSPACES),
        (Method::POST, WORKSPACES),
        (Method::POST, "/api/v1/workspace/archive"),
    ] {
        let refused = server.send(with_token(method.clone(), path)).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{method} {path}");
        assert_eq!(refused.json()["code"], "person_needed", "{method} {path}");
    }
    let session = server.send(with_token(Method::GET, "/api/v1/session")).await.json();
    assert_eq!(session["workspaces"], json!([]));
}

#[tokio::test]
async fn a_page_of_another_workspace_neither_reads_nor_changes_this_one() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let first = first(&server, &cookie).await;
    let second = make(&server, &cookie, "Second").await;

    let old = from_workspace(&server, &first, "/api/v1/documents", &cookie).await;
    let own = from_workspace(&server, &second, "/api/v1/documents", &cookie).await;
    let listed = from_workspace(&server, &first, WORKSPACES, &cookie).await;

    assert_eq!(
        (old.status, &old.json()["code"]),
        (StatusCode::CONFLICT, &json!("workspace_switched"))
    );
    assert_eq!((own.status, listed.status), (StatusCode::OK, StatusCode::OK));
    let alias = from_workspace(&server, &first, "/workflows/templates", &cookie).await;
    assert_eq!(alias.status, StatusCode::CONFLICT, "another name of the same");
}

#[tokio::test]
async fn an_address_of_another_workspace_of_ones_own_offers_to_switch_and_does_not() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let first = first(&server, &cookie).await;
    let second = make(&server, &cookie, "Second").await;

    let page = server.get(&format!("/workspace/{first}/documents"), &cookie).await;
    let html = String::from_utf8(page.body).unwrap();
    let neighbour = server.neighbour().await;
    let strange = server.get(&format!("/workspace/{second}"), &neighbour).await;

    assert_eq!((page.status, strange.status), (StatusCode::OK, StatusCode::NOT_FOUND));
    assert!(html.contains("Switch to Studio") && html.contains("This page is in Studio"));
    let session = server.get("/api/v1/session", &cookie).await.json();
    assert_eq!(session["workspace_id"], json!(second), "to open it changes nothing");
}

#[tokio::test]
async fn an_archived_workspace_is_read_and_not_changed() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let done = server.post("/api/v1/workspace/archive", &cookie, &Value::Null).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{:?}", done.json());

    let made = server.post("/api/v1/projects", &cookie, &json!({ "name": "Spring" })).await;
    let listed = server.get("/api/v1/projects", &cookie).await;
    let change = json!({ "colour": "pink" });
    let renamed = server.json(Method::PUT, "/api/v1/workspace", &cookie, &change).await;
    let restored = server.post("/api/v1/workspace/restore", &cookie, &Value::Null).await;
    let again = server.post("/api/v1/projects", &cookie, &json!({ "name": "Spring" })).await;

    assert_eq!(
        (made.status, &made.json()["code"]),
        (StatusCode::CONFLICT, &json!("workspace_archived"))
    );
    assert_eq!((listed.status, renamed.status), (StatusCode::OK, StatusCode::NO_CONTENT));
    assert_eq!((restored.status, again.status), (StatusCode::NO_CONTENT, StatusCode::CREATED));
}

#[tokio::test]
async fn after_ones_last_workspace_is_deleted_one_is_signed_in_and_makes_another() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let first = first(&server, &cookie).await;
    let delete = |name: &str| {
        let body = json!({ "name": name });
        let (server, cookie) = (&server, &cookie);
        async move { server.json(Method::DELETE, "/api/v1/workspace", cookie, &body).await }
    };
    let wrong = delete("Other").await;
    assert_eq!(wrong.json()["errors"][0]["code"], "wrong_name", "{:?}", wrong.json());

    assert_eq!(delete("Studio").await.status, StatusCode::NO_CONTENT);

    let nowhere = server.get("/api/v1/session", &cookie).await;
    assert_eq!(nowhere.json()["code"], "no_workspace", "{:?}", nowhere.json());
    let page = server.get("/workspaces", &cookie).await;
    let html = String::from_utf8(page.body).unwrap();
    assert!(html.contains("You aren't in a workspace yet."), "{html}");
    let entry = server.get(&format!("/workspace/{first}"), &cookie).await;
    assert_eq!(entry.header("location"), "/workspaces");
    let fresh = server.post("/api/v1/session", "", &sign_in_body()).await;
    assert_eq!(
        (fresh.status, &fresh.json()["code"]),
        (StatusCode::CONFLICT, &json!("no_workspace"))
    );
    let fresh = fresh.cookie();
    let made = make(&server, &fresh, "Another").await;
    let session = server.get("/api/v1/session", &fresh).await.json();
    assert_eq!(session["workspace_id"], json!(made));
}

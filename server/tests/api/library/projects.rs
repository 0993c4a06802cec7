//! Projects over REST.

use axum::http::{Method, StatusCode};
use model::access::Role;
use serde_json::json;

use crate::api::support::Server;

const ALL: &str = "/api/v1/projects";

#[tokio::test]
async fn a_project_is_made_named_put_away_and_deleted() {
    let server = Server::start().await;
    let cookie = server.set_up().await;

    let made = server.post(ALL, &cookie, &json!({"name": " Spring "})).await;
    assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json());
    assert_eq!(made.json()["name"], "Spring");
    let path = format!("{ALL}/{}", made.json()["id"].as_str().unwrap());
    let named = json!({"name": "夏", "archived": true});
    let changed = server.json(Method::PUT, &path, &cookie, &named).await.json();
    assert_eq!((&changed["name"], &changed["archived"]), (&json!("夏"), &json!(true)));
    let long = server.post(ALL, &cookie, &json!({"name": "ش".repeat(1_000)})).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(long.json()["detail"].as_str().unwrap().contains("1000 characters; the limit is 200"));
    let gone = server.json(Method::DELETE, &path, &cookie, &json!({})).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get(&path, &cookie).await.status, StatusCode::NOT_FOUND);
    let left = server.get(ALL, &cookie).await.json()["items"][0]["id"].clone();
    let last = format!("{ALL}/{}", left.as_str().unwrap());
    let last = server.json(Method::DELETE, &last, &cookie, &json!({})).await;
    assert_eq!((last.status, &last.json()["code"]), (StatusCode::CONFLICT, &json!("last_project")));
}

#[tokio::test]
async fn a_runner_makes_no_project_and_moves_no_document() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let workspace = server.actor(&cookie).await.unwrap().workspace;
    let document = server.post("/api/v1/documents", &cookie, &json!({})).await.json();
    let place = format!("/api/v1/documents/{}/project", document["id"].as_str().unwrap());
    let to = json!({"project_id": document["project"]});

    let runner = server.member(workspace, Role::Runner).await;
    let editor = server.member(workspace, Role::Editor).await;

    assert_eq!(
        server.post(ALL, &runner, &json!({"name": "X"})).await.status,
        StatusCode::FORBIDDEN
    );
    let moved = server.json(Method::PUT, &place, &runner, &to).await;
    assert_eq!(moved.status, StatusCode::FORBIDDEN);
    assert_eq!(server.post(ALL, &editor, &json!({"name": "X"})).await.status, StatusCode::CREATED);
    let moved = server.json(Method::PUT, &place, &editor, &to).await;
    assert_eq!(moved.status, StatusCode::NO_CONTENT);
}

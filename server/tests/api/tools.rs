//! Servers of tools over the API: registered, changed, searched and deleted.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::api::support::Server;

const ALL: &str = "/api/v1/mcp-servers";

fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_tool_server_is_registered_changed_and_deleted() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    // Switched off it is not asked for its tools.
    let form = json!({
        "name": "tracker", "kind": "http", "url": "https://tracker.example.com/mcp",
        "enabled": false, "aliases": { "getIssue": { "tool": "issue_read" } },
    });

    let made = server.json(Method::POST, ALL, &cookie, &form).await;

    assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json());
    let one = format!("{ALL}/{}", made.json()["id"].as_str().unwrap());
    let listed = server.get(ALL, &cookie).await.json();
    assert_eq!(names(&listed), ["agent", "deploy", "github", "observability", "tracker"]);
    let change = json!({ "url": "https://tracker.example.com/v2" });
    let changed = server.json(Method::PATCH, &one, &cookie, &change).await;
    assert_eq!(changed.status, StatusCode::OK, "{:?}", changed.json());
    assert_eq!(changed.json()["url"], "https://tracker.example.com/v2");
    assert_eq!(changed.json()["aliases"]["getIssue"]["tool"], "issue_read");
    let checked = server.json(Method::POST, &format!("{one}/check"), &cookie, &json!({})).await;
    assert_eq!(checked.json()["code"], "tool_server_disabled", "{:?}", checked.json());
    let taken = server.json(Method::POST, ALL, &cookie, &form).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(taken.json()["errors"][0]["code"], "name_taken");
    let deleted = server.json(Method::DELETE, &one, &cookie, &Value::Null).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get(&one, &cookie).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn tools_are_searched_by_words_and_server() {
    let server = Server::start().await;
    let cookie = server.set_up().await;

    let found = server.get("/api/v1/tools?q=rollback&server=deploy", &cookie).await.json();
    let verbs = server.get("/api/v1/tools?server=agent", &cookie).await.json();
    let none = server.get("/api/v1/tools?q=rollback&server=github", &cookie).await.json();

    let found = &found["items"][0];
    assert_eq!(found["key"], "deploy.rollbackService");
    assert_eq!(found["hash"].as_str().unwrap().len(), 64);
    assert!(found["definition"]["input_schema"].is_object(), "{found}");
    assert_eq!(verbs["items"].as_array().unwrap().len(), 6);
    assert_eq!(none["items"], json!([]));
    let drifts = server.get("/api/v1/tools/drifts", &cookie).await.json();
    assert_eq!(drifts["items"], json!([]));
    let change = json!({ "tool": "deploy.rollbackService", "pinned_hash": "a", "now_hash": "b" });
    let accepted = server.post("/api/v1/tools/drifts/accept", &cookie, &change).await;
    assert_eq!(accepted.status, StatusCode::CONFLICT, "{:?}", accepted.json());
}

#[tokio::test]
async fn a_browser_comes_back_from_a_tool_server_to_the_page_of_the_tools() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let workspace = server.actor(&cookie).await.unwrap().workspace;
    let back = "/api/v1/oauth/callback?code=a&state=nobodys";

    let stranger = server.get(back, "").await;
    let owner = server.get(back, &cookie).await;
    let client = server.get("/api/v1/oauth/client.json", "").await.json();

    assert_eq!((stranger.status, stranger.header("location")), (StatusCode::SEE_OTHER, "/sign-in"));
    let page = format!("/workspace/{workspace}/settings/tools?sign_in=over");
    assert_eq!((owner.status, owner.header("location")), (StatusCode::SEE_OTHER, page.as_str()));
    assert_eq!(client["redirect_uris"], json!(["http://127.0.0.1:3000/api/v1/oauth/callback"]));
}

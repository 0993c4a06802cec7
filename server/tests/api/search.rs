//! Search over everything in a workspace.

use axum::http::StatusCode;
use model::access::Role;
use serde_json::{Value, json};

use crate::api::support::Server;

/// Of which kind each row is that the words find, and its name.
async fn found(server: &Server, cookie: &str, words: &str) -> Vec<(String, String)> {
    let reply = server.post("/api/fn/find_anything", cookie, &json!({ "words": words })).await;
    assert_eq!(reply.status, StatusCode::OK, "{words} {:?}", reply.json());
    let row = |row: &Value| {
        let item = &row["item"];
        let kind = item.as_object().and_then(|item| item.keys().next().cloned());
        let kind = kind.unwrap_or_else(|| item.as_str().unwrap().to_owned());
        (kind, row["name"].as_str().unwrap().to_owned())
    };
    reply.json().as_array().unwrap().iter().map(row).collect()
}

async fn made(server: &Server, cookie: &str, path: &str, body: &Value) {
    let reply = server.post(&format!("/api/v1{path}"), cookie, body).await;
    assert!(reply.status.is_success(), "{path} {:?}", reply.json());
}

#[tokio::test]
async fn words_find_a_few_of_each_kind_and_nothing_of_another_workspace() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let owner = server.actor(&cookie).await.unwrap();
    server.launch(&owner).await;
    for letter in 'a'..='i' {
        let document = json!({ "title": format!("Facebook brief {letter}") });
        made(&server, &cookie, "/documents", &document).await;
    }
    made(&server, &cookie, "/projects", &json!({ "name": "Facebook in spring" })).await;
    let draft = json!({
        "definition": { "name": "Facebook carousel", "nodes": [], "edges": [] }, "unfinished": true,
    });
    made(&server, &cookie, "/workflows/templates", &draft).await;
    let runner = server.member(owner.workspace, Role::Runner).await;
    let neighbour = server.neighbour().await;
    let kinds = |rows: Vec<(String, String)>| -> Vec<(String, usize)> {
        let mut kinds: Vec<(String, usize)> = vec![];
        for (kind, _) in rows {
            match kinds.last_mut().filter(|(last, _)| *last == kind) {
                Some((_, count)) => *count += 1,
                None => kinds.push((kind, 1)),
            }
        }
        kinds
    };
    let several =
        |all: &[(&str, usize)]| all.iter().map(|(k, n)| ((*k).to_owned(), *n)).collect::<Vec<_>>();

    let rest = [("template", 1), ("execution", 1), ("document", 8), ("project", 1)];
    let all = [("draft", 1), rest[0], rest[1], rest[2], rest[3]];
    assert_eq!(kinds(found(&server, &cookie, " FACEBOOK").await), several(&all));
    assert_eq!(kinds(found(&server, &runner, "facebook").await), several(&rest));
    assert_eq!(kinds(found(&server, &neighbour, "facebook").await), several(&[("template", 1)]));
    let by_letters = ("template".to_owned(), "Facebook Ads Campaign".to_owned());
    assert!(found(&server, &cookie, "fcbk ads").await.contains(&by_letters));
    let named = |kind: &str, name: &str| (kind.to_owned(), name.to_owned());
    let agent = named("agent", "Copywriter");
    assert!(found(&server, &runner, "copywr").await.contains(&agent));
    let tool = named("tool", "github.getIssue");
    assert!(found(&server, &runner, "getissue").await.contains(&tool));
    assert_eq!(found(&server, &cookie, "#1").await.len(), 1);
    assert!(found(&server, &cookie, " ").await.is_empty());
}

#[tokio::test]
async fn too_many_letters_are_refused() {
    let server = Server::start().await;
    let cookie = server.set_up().await;

    let long = json!({ "words": "x".repeat(201) });
    let reply = server.post("/api/fn/find_anything", &cookie, &long).await;

    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{:?}", reply.json());
}

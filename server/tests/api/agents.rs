//! The library of agents over the API.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::api::support::Server;

const ALL: &str = "/api/v1/agents";

fn scribe(instructions: &str) -> Value {
    json!({
        "name": "Scribe",
        "purpose": "Writes.",
        "definition": {
            "instructions": instructions,
            "inputs": [{ "name": "topic", "type": { "shape": "one", "kind": "text" } }],
            "tools": [{ "tool": "atelier.time", "mode": "free" }],
            "limits": { "turns": 5, "then": { "turns": "ask" } },
        },
    })
}

#[tokio::test]
async fn an_agent_is_made_changed_published_compared_and_archived() {
    let server = Server::start().await;
    let cookie = server.set_up().await;

    let made = server.post(ALL, &cookie, &scribe("Write about ${topic}.")).await;

    assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json());
    let made = made.json();
    assert_eq!(
        (&made["agent"]["key"], &made["agent"]["version"]),
        (&json!("scribe"), &Value::Null)
    );
    assert_eq!(made["draft"]["limits"]["then"], json!({ "turns": "ask" }));
    let one = format!("{ALL}/{}", made["agent"]["id"].as_str().unwrap());
    let first = server.post(&format!("{one}/publish"), &cookie, &json!({ "note": "First" })).await;
    assert_eq!(first.status, StatusCode::OK, "{:?}", first.json());
    let saved = server.json(Method::PUT, &one, &cookie, &scribe("Sing about ${topic}.")).await;
    assert_eq!(saved.json()["draft_revision"], 2, "{:?}", saved.json());
    server.post(&format!("{one}/publish"), &cookie, &json!({})).await;
    let diff = server.get(&format!("{one}/diff?from=1&to=2"), &cookie).await.json();
    assert_eq!(diff["items"][0]["path"], "instructions");
    assert_eq!(diff["items"][0]["before"], "Write about ${topic}.");
    let nothing = json!({});
    let restored = server.post(&format!("{one}/versions/1/restore"), &cookie, &nothing).await;
    assert_eq!(restored.json()["draft"]["instructions"], "Write about ${topic}.");
    let versions = server.get(&format!("{one}/versions"), &cookie).await.json();
    assert_eq!(versions["items"].as_array().unwrap().len(), 2);
    assert_eq!(versions["items"][1]["note"], "First");
    let used = server.get(&format!("{one}/used-by"), &cookie).await.json();
    assert_eq!(used["items"], json!([]));
    let copy = server.post(&format!("{one}/duplicate"), &cookie, &nothing).await;
    assert_eq!(copy.json()["agent"]["name"], "Scribe (copy)", "{:?}", copy.json());
    let away = json!({ "archived": true });
    let archived = server.post(&format!("{one}/archive"), &cookie, &away).await;
    assert_eq!(archived.json()["agent"]["is_archived"], true, "{:?}", archived.json());
    let offered = server.get("/api/v1/agents/list", &cookie).await.json();
    let offered = offered["items"].as_array().unwrap();
    assert!(offered.iter().all(|agent| agent["key"] != "scribe"), "{offered:?}");
}

#[tokio::test]
async fn what_is_wrong_with_an_agent_is_told_with_its_path() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let made = server.post(ALL, &cookie, &scribe("Write.")).await.json();
    let one = format!("{ALL}/{}", made["agent"]["id"].as_str().unwrap());

    for (path, value) in [
        ("definition.instructions", json!("")),
        ("definition.temperature", json!(3)),
        ("definition.tools[0].tool", json!([{ "tool": "atelier.destroy" }])),
        ("definition.limits.turns", json!({ "turns": 0 })),
        ("name", json!(" ")),
    ] {
        let mut body = scribe("Write.");
        let field = path.strip_prefix("definition.").map(|field| field.split(['.', '[']).next());
        match field.flatten() {
            Some(field) => body["definition"][field] = value,
            None => body["name"] = value,
        }
        let refused = server.json(Method::PUT, &one, &cookie, &body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert_eq!(refused.json()["errors"][0]["path"], path, "{:?}", refused.json());
    }
    let mut unknown = scribe("Write.");
    unknown["definition"]["frozen"] = json!(true);
    let refused = server.json(Method::PUT, &one, &cookie, &unknown).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{:?}", refused.json());
    let mut stale = scribe("Write.");
    stale["draft_revision"] = json!(9);
    let refused = server.json(Method::PUT, &one, &cookie, &stale).await;
    assert_eq!(refused.json()["code"], "stale_draft", "{:?}", refused.json());
    let taken = server
        .post(
            ALL,
            &cookie,
            &json!({ "key": "analyze", "name": "Mine",
        "definition": { "instructions": "Write." } }),
        )
        .await;
    assert_eq!(
        (taken.status, &taken.json()["errors"][0]["path"]),
        (StatusCode::CONFLICT, &json!("key"))
    );
}

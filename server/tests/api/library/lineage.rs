//! How something was made, over the API: what it came from and what was made from it.

use axum::http::StatusCode;
use model::{access::Role, id::WorkspaceId};
use serde_json::{Value, json};
use store::accounts;
use uuid::Uuid;

use crate::api::support::Server;

const PROMPT: &str = "Write a headline for lanterns.";

/// A headline, two images each made from it, and a document of each of two texts made from it.
fn workflow() -> Value {
    let node = |id: &str, kind: &str, config: Value| {
        json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 },
                "data": { "label": id, "config": config } })
    };
    let edge = |from: &str, to: &str| json!({ "id": format!("{from}-{to}"), "source": from, "target": to });
    json!({
        "name": "Lanterns",
        "nodes": [
            node("start", "start", json!({})),
            node("headline", "generate_copy", json!({ "prompt": PROMPT })),
            node("picture", "generate_image",
                 json!({ "prompt": "Show ${nodes.headline.texts[0]}", "quantity": 2 })),
            node("text", "generate_copy",
                 json!({ "prompt": "Explain ${nodes.headline.texts[0]}", "save_as_document": true })),
            node("end", "end", json!({})),
        ],
        "edges": [edge("start", "headline"), edge("headline", "picture"), edge("headline", "text"),
                  edge("picture", "end"), edge("text", "end")],
    })
}

/// A server whose owner has run the workflow: their cookie, the execution, its outputs.
async fn made() -> (Server, String, String, Vec<Value>) {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let template = server.post("/api/v1/workflows/templates", &cookie, &workflow()).await;
    assert_eq!(template.status, StatusCode::CREATED, "{:?}", template.json());
    let body = json!({ "template_id": template.json()["id"] });
    let reply = server.post("/api/v1/workflows/executions", &cookie, &body).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{:?}", reply.json());
    let id = reply.json()["execution_id"].as_str().unwrap().to_owned();
    let owner = server.actor(&cookie).await.unwrap();
    server.work_until_over(&owner, id.parse().unwrap()).await;
    let path = format!("/api/v1/workflows/executions/{id}/artifacts");
    let outputs = server.get(&path, &cookie).await.json()["items"].as_array().unwrap().clone();
    (server, cookie, id, outputs)
}

fn of<'a>(outputs: &'a [Value], node: &str) -> &'a Value {
    outputs.iter().find(|output| output["node_id"] == node).unwrap()
}

/// Nodes of the entries with how far they are.
fn distances(page: &Value) -> Vec<(String, i64)> {
    let entry = |entry: &Value| {
        (entry["node_id"].as_str().unwrap().to_owned(), entry["distance"].as_i64().unwrap())
    };
    page["entries"].as_array().unwrap().iter().map(entry).collect()
}

#[tokio::test]
async fn an_output_leads_to_its_prompt_model_and_cost_and_to_what_was_made_from_it() {
    let (server, cookie, execution, outputs) = made().await;
    let headline = of(&outputs, "headline");

    let path = format!("/api/v1/artifacts/{}/lineage", headline["id"].as_str().unwrap());
    let page = server.get(&path, &cookie).await.json();

    assert_eq!(page["execution"]["id"], execution.as_str());
    let expected = [("headline", 0), ("picture", 1), ("picture", 1), ("text", 1)];
    assert_eq!(distances(&page), expected.map(|(node, far)| (node.to_owned(), far)));
    let this = &page["entries"][0];
    assert_eq!(this["inputs"]["prompt"], PROMPT);
    assert_eq!((&this["provider"], &this["sample"]), (&json!("sample"), &json!(true)));
    assert!(this["bill"]["output_tokens"].as_i64().unwrap() > 0, "{this}");
    assert_eq!(page["entries"][1]["made_from"], json!([headline["id"]]));
}

#[tokio::test]
async fn an_image_and_a_document_lead_to_the_version_they_are_of() {
    let (server, cookie, _, outputs) = made().await;
    let artifact = of(&outputs, "picture");
    let documents = server.get("/api/v1/documents", &cookie).await.json();
    let document = documents["items"][0]["id"].as_str().unwrap().to_owned();

    let image = artifact["image_id"].as_str().unwrap();
    let of_image = server.get(&format!("/api/v1/images/{image}/lineage"), &cookie).await.json();
    let path = format!("/api/v1/documents/{document}/lineage");
    let of_document = server.get(&path, &cookie).await.json();

    assert_eq!(of_image["artifact"], artifact["id"]);
    let expected = [("headline".to_owned(), -1), ("picture".to_owned(), 0)];
    assert_eq!(distances(&of_image), expected);
    assert_eq!(of_document["artifact"], of(&outputs, "text")["id"]);
    let this = &of_document["entries"][1];
    assert_eq!(this["documents"][0]["id"], document.as_str());
}

#[tokio::test]
async fn another_workspace_learns_nothing_of_it() {
    let (server, cookie, _, outputs) = made().await;
    let other = WorkspaceId(Uuid::now_v7());
    let mut conn = server.db.pool.acquire().await.unwrap();
    accounts::insert_workspace(&mut conn, other, "Elsewhere").await.unwrap();
    drop(conn);
    let stranger = server.member(other, Role::Owner).await;
    let documents = server.get("/api/v1/documents", &cookie).await.json();
    let artifact = of(&outputs, "picture");
    let things = [
        ("artifacts", &artifact["id"]),
        ("images", &artifact["image_id"]),
        ("documents", &documents["items"][0]["id"]),
    ];

    for (kind, id) in things {
        let path = format!("/api/v1/{kind}/{}/lineage", id.as_str().unwrap());
        let theirs = server.get(&path, &stranger).await;

        assert_eq!(server.get(&path, &cookie).await.status, StatusCode::OK, "{path}");
        assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{path}");
        let unknown = format!("/api/v1/{kind}/{}/lineage", Uuid::now_v7());
        let unknown = server.get(&unknown, &stranger).await.json();
        assert_eq!(theirs.json()["detail"], unknown["detail"]);
    }
}

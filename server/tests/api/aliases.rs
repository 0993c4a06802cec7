//! The addresses of the products before this one lead to the same routes.

use crate::api::support::Server;
use axum::http::{Method, StatusCode};
use model::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

async fn server() -> (Server, String, Value) {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let templates = server.get("/api/workflows/templates?limit=200", &cookie).await.json();
    let named = |item: &&Value| item["name"] == "Facebook Ads Campaign";
    let template = templates["items"].as_array().unwrap().iter().find(named).unwrap();
    let session = server.get("/api/v1/session", &cookie).await.json();
    let launch = json!({
        "template_id": template["id"],
        "project_id": session["project_id"],
        "config_json": {
            "product_description": "A bottle with a filter.",
            "target_audience": "Commuters",
            "key_benefit": "Good water anywhere",
        },
    });
    (server, cookie, launch)
}

#[tokio::test]
async fn a_launch_is_accepted_under_each_of_its_old_addresses() {
    let (server, cookie, launch) = server().await;

    for path in [
        "/api/workflows/executions",
        "/api/workflows/executions/launch",
        "/api/v1/workflows/executions/launch",
        "/api/executions/launch",
        "/api/workflows/runs",
        "/api/workflow/execute",
    ] {
        let reply = server.post(path, &cookie, &launch).await;
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{path} {:?}", reply.json());
    }

    let listed = server.get("/api/executions?status=running&limit=4", &cookie).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 4);
    let mut elsewhere = launch;
    elsewhere["project_id"] = json!(Uuid::now_v7());
    let refused = server.post("/api/workflows/runs", &cookie, &elsewhere).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_execution_is_watched_and_stopped_under_its_old_addresses() {
    let (server, cookie, launch) = server().await;
    let reply = server.post("/api/executions/launch", &cookie, &launch).await;
    let id = reply.json()["execution_id"].as_str().unwrap().to_owned();

    let run = server.get(&format!("/api/workflows/runs/{id}?expand=jobs"), &cookie).await;
    let paused = server.post(&format!("/api/executions/{id}/pause"), &cookie, &json!({})).await;
    let cancelled =
        server.post(&format!("/api/workflows/executions/{id}/cancel"), &cookie, &json!({})).await;
    let status = server.get(&format!("/api/v1/executions/{id}/status"), &cookie).await;

    assert!(run.json()["jobs"].is_array(), "{:?}", run.json());
    assert_eq!((paused.status, cancelled.status), (StatusCode::NO_CONTENT, StatusCode::NO_CONTENT));
    assert_eq!(status.json()["status"], "stopped");
}

#[tokio::test]
async fn old_addresses_ask_for_the_same_roles_and_know_no_more_than_the_new_ones() {
    let (server, cookie, launch) = server().await;
    let owner = server.actor(&cookie).await.unwrap();
    let viewer = server.member(owner.workspace, Role::Viewer).await;
    let document = format!("/api/documents/{}/attachments/{}", Uuid::now_v7(), Uuid::now_v7());
    let primary = json!({"is_primary": true});

    let signed_out = server.post("/api/executions/launch", "", &launch).await;
    let by_viewer = server.post("/api/executions/launch", &viewer, &launch).await;
    let change = server.json(Method::PUT, &document, &viewer, &primary).await;
    let unknown = server.json(Method::PUT, &document, &cookie, &primary).await;
    let nowhere = server.get("/api/workflows/nowhere", &cookie).await;
    let check = server.post("/api/nodes/validate", &viewer, &json!({"type": "start"})).await;

    assert_eq!(signed_out.status, StatusCode::UNAUTHORIZED);
    assert_eq!((by_viewer.status, change.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN));
    assert_eq!((unknown.status, nowhere.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    assert_eq!(nowhere.json()["code"], "not_found", "{:?}", nowhere.headers);
    assert_eq!(check.status, StatusCode::UNPROCESSABLE_ENTITY);
}

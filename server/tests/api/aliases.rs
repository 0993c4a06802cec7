//! The addresses of the products before this one lead to the same routes.

use crate::api::support::{Reply, Server, by_program};
use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use model::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

/// The file that the document's own call sends, as it is printed there.
const ISSUE_TO_PR: &str = include_str!("issue_to_pr.json");

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
        "/workflows/executions",
    ] {
        let reply = server.post(path, &cookie, &launch).await;
        let launched = reply.json();
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{path} {launched}");
        assert_eq!(launched["id"], launched["execution_id"]);
    }

    let listed = server.get("/api/executions?status=running&limit=4", &cookie).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 4);
    let session = server.get("/api/v1/session", &cookie).await.json();
    let row = &listed["items"][0];
    let id = row["id"].as_str().unwrap();
    let status = server.get(&format!("/workflows/executions/{id}/status"), &cookie).await.json();
    let shown = server.get(&format!("/workflows/executions/{id}"), &cookie).await.json();
    let owner = server.actor(&cookie).await.unwrap();
    for told in [row, &status, &shown] {
        assert_eq!(told["user_id"], json!(owner.user), "{told}");
        assert_eq!(told["workspace_id"], json!(owner.workspace), "{told}");
        assert_eq!(
            (&told["project_id"], &told["trigger"]),
            (&session["project_id"], &json!("manual"))
        );
    }
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
    let whole = server.get(&format!("/api/workflows/runs/{id}"), &cookie).await.json();
    let at_root = server.get(&format!("/workflows/executions/{id}"), &cookie).await.json();
    let paused = server.post(&format!("/api/executions/{id}/pause"), &cookie, &json!({})).await;
    let cancelled =
        server.post(&format!("/api/workflows/executions/{id}/cancel"), &cookie, &json!({})).await;
    let status = server.get(&format!("/api/v1/executions/{id}/status"), &cookie).await;

    assert!(run.json()["jobs"].is_array(), "{:?}", run.json());
    assert!(whole["artifacts"].is_array() && at_root["artifacts"].is_null(), "{whole}");
    assert_eq!(at_root["id"], id.as_str());
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

/// Sends the body to S4's address, as its document does, plus a token.
async fn execute(server: &Server, token: &str, body: &Value) -> Reply {
    let request = by_program(Method::POST, "/api/workflow/execute", token);
    let request = request.header(header::CONTENT_TYPE, "application/json");
    server.send(request.body(Body::from(body.to_string())).unwrap()).await
}

#[tokio::test]
async fn the_file_of_a_workflow_is_launched_by_itself_with_its_input_and_context() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let form = json!({ "name": "CI", "role": "editor", "scope": "launch" });
    let token = server.post("/api/v1/tokens", &cookie, &form).await.json();
    let token = token["token"].as_str().unwrap();
    let mut body: Value = serde_json::from_str(ISSUE_TO_PR).unwrap();

    let bare = execute(&server, token, &body).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(bare.json()["errors"][0]["path"], "parameters.issue_number", "{:?}", bare.json());

    body["input"] = json!({ "issue_number": 42 });
    let without = execute(&server, token, &body).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    let refused = without.json();
    assert_eq!(refused["code"], "missing_context", "{refused}");
    assert_eq!(refused["errors"][0]["node_id"], "fetch_issue");
    let path = refused["errors"][0]["path"].as_str().unwrap();
    assert!(path.ends_with(".data.config.params.owner"), "{path}");

    let repo = json!({ "owner": "acme", "name": "shop", "default_branch": "main" });
    body["context"] = json!({ "repo": repo });
    body["variables"] = json!({ "team": "web" });
    let launched = execute(&server, token, &body).await;
    assert_eq!(launched.status, StatusCode::ACCEPTED, "{:?}", launched.json());
    let shown = server.get(launched.header("location"), &cookie).await.json();
    assert_eq!((&shown["name"], &shown["template_id"]), (&json!("issue_to_pr"), &Value::Null));
    assert_eq!(shown["launch_context"]["context"]["repo"], repo);
    assert_eq!(shown["launch_context"]["context"]["team"], "web");
    let owner = server.actor(&cookie).await.unwrap();
    let runner = server.member(owner.workspace, Role::Runner).await;
    let forbidden = server.post("/api/workflow/execute", &runner, &body).await;
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_the_body_leaves_out_comes_from_the_project() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let project = server.get("/api/v1/session", &cookie).await.json()["project_id"].clone();
    let project_path = format!("/api/v1/projects/{}", project.as_str().unwrap());
    let names = json!({ "launch_env_names": ["STAGE", " STAGE "] });
    let repo = json!({ "owner": "acme", "name": "shop", "default_branch": "main" });
    let defaults =
        |env: Value| json!({ "launch_defaults": { "context": { "repo": repo }, "env": env } });
    let put = async |path: &str, body: &Value| server.json(Method::PUT, path, &cookie, body).await;

    let early = put(&project_path, &defaults(json!({ "STAGE": "test" }))).await;
    let allowed = put("/api/v1/workspace", &names).await;
    let kept = put(&project_path, &defaults(json!({ "STAGE": "test" }))).await;
    let mut body: Value = serde_json::from_str(ISSUE_TO_PR).unwrap();
    body["input"] = json!({ "issue_number": 42 });
    body["project_id"] = project;
    let launched = server.post("/api/v1/workflows/executions", &cookie, &body).await;

    assert_eq!(early.json()["errors"][0]["path"], "launch_defaults.env.STAGE");
    assert_eq!((allowed.status, kept.status), (StatusCode::NO_CONTENT, StatusCode::OK));
    let settings = server.get("/api/v1/workspace", &cookie).await.json();
    assert_eq!(settings, json!({ "launch_env_names": ["STAGE"] }));
    assert_eq!(launched.status, StatusCode::ACCEPTED, "{:?}", launched.json());
    let shown = server.get(launched.header("location"), &cookie).await.json();
    let given = json!({ "context": { "repo": repo }, "env": { "STAGE": "test" } });
    assert_eq!(shown["launch_context"], given);
}

#[tokio::test]
async fn the_agents_are_those_of_the_library() {
    let server = Server::start().await;
    let cookie = server.set_up().await;

    let listed = server.get("/api/agents/list", &cookie).await.json();

    let agents = listed["items"].as_array().unwrap();
    let keys: Vec<_> = agents.iter().map(|agent| agent["key"].as_str().unwrap()).collect();
    for key in ["copywriter", "fact_checker", "analyze", "reviewCode", "updateDependencies"] {
        assert!(keys.contains(&key), "{key} is not in {keys:?}");
    }
    assert!(agents.iter().all(|agent| agent["version"] == 1 && agent["inputs"].is_array()));
}

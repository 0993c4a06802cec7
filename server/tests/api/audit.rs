//! Who did what, as admins read it.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::api::support::Server;

const ALL: &str = "/api/v1/workflows/executions";

#[tokio::test]
async fn who_did_what_to_an_execution_is_read_in_parts_the_latest_first() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let steps = json!({
        "name": "Two steps",
        "nodes": [
            {"id": "start", "type": "start", "position": {"x": 0, "y": 0}, "data": {"label": "start", "config": {}}},
            {"id": "write", "type": "generate_copy", "position": {"x": 0, "y": 0},
             "data": {"label": "write", "config": {"prompt": "Hello"}}},
            {"id": "end", "type": "end", "position": {"x": 0, "y": 0}, "data": {"label": "end", "config": {}}},
        ],
        "edges": [
            {"id": "e1", "source": "start", "target": "write"},
            {"id": "e2", "source": "write", "target": "end"},
        ],
    });
    let template = server.post("/api/v1/workflows/templates", &cookie, &steps).await.json();
    let launch = json!({"template_id": template["id"]});
    let launched = server.post(ALL, &cookie, &launch).await.json();
    let id = launched["execution_id"].as_str().unwrap().to_owned();
    for control in ["pause", "pause", "resume"] {
        let reply = server.post(&format!("{ALL}/{id}/{control}"), &cookie, &json!({})).await;
        assert!(reply.status.is_success(), "{control}: {}", reply.status);
    }
    let skip = json!({"node_id": "write"});
    server.post(&format!("{ALL}/{id}/skip-node"), &cookie, &skip).await;
    let part = async |more: &str| {
        let path = format!("/api/v1/audit?subject_id={id}&limit=2{more}");
        let reply = server.get(&path, &cookie).await;
        assert_eq!(reply.status, StatusCode::OK);
        reply.json()
    };

    let first = part("").await;
    let second = part(&format!("&cursor={}", first["next_cursor"].as_str().unwrap())).await;

    let actions = |page: &Value| {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|line| line["action"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(actions(&first), ["execution.skip_node", "execution.resume"]);
    assert_eq!(
        (actions(&second), &second["next_cursor"]),
        (vec!["execution.pause".to_owned()], &Value::Null)
    );
    let skipped = &first["items"][0];
    assert_eq!(skipped["detail"]["asked"], json!({"node_id": "write", "gave": null}));
    assert!(skipped["user"].is_string() && skipped["user_id"].is_string(), "{skipped}");
}

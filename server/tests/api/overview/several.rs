//! One command to several executions.

use axum::http::StatusCode;
use model::access::Role;
use serde_json::json;
use uuid::Uuid;

use super::Stage;

#[tokio::test]
async fn several_are_stopped_and_each_that_is_not_says_why() {
    let stage = Stage::new().await;
    let (one, two) = (stage.launch(&stage.cookie).await, stage.launch(&stage.cookie).await);
    let over = stage.launch(&stage.cookie).await;
    stage.stop(&over).await;
    stage.change(&over, "status = 'completed', end_reason = NULL").await;
    let nobody = Uuid::now_v7().to_string();

    let ids = json!([one, over, nobody, two, one]);
    let reply = stage.several(&stage.cookie, &json!({ "command": "stop", "ids": ids })).await;

    assert_eq!(reply.status, StatusCode::OK, "{:?}", reply.json());
    let items = reply.json()["items"].as_array().unwrap().clone();
    let told: Vec<_> = items
        .iter()
        .map(|item| (item["id"].as_str().unwrap(), item["refused"]["code"].as_str().unwrap_or("")))
        .collect();
    let expected =
        [(one.as_str(), ""), (&over, "execution_over"), (&nobody, "not_found"), (&two, "")];
    assert_eq!(told, expected);
    assert_eq!(stage.ids("status=stopped").await.len(), 2);
}

#[tokio::test]
async fn only_those_who_control_executions_ask_several_and_not_too_many() {
    let stage = Stage::new().await;
    let id = stage.launch(&stage.cookie).await;
    let viewer = stage.server.member(stage.owner.workspace, Role::Viewer).await;
    let many: Vec<String> = (0..101).map(|_| Uuid::now_v7().to_string()).collect();

    let by_viewer = stage.several(&viewer, &json!({ "command": "stop", "ids": [id] })).await;
    let too_many = stage.several(&stage.cookie, &json!({ "command": "stop", "ids": many })).await;
    let none = stage.several(&stage.cookie, &json!({ "command": "retry", "ids": [] })).await;

    assert_eq!(by_viewer.status, StatusCode::FORBIDDEN);
    assert_eq!(too_many.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(stage.ids("status=running").await, [id]);
}

//! Executions over the API: launched, polled, followed, controlled.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use support::{Server, from_page};
use uuid::Uuid;

const ALL: &str = "/api/v1/workflows/executions";

/// A server with its owner, and the id of the campaign's template.
async fn server() -> (Server, String, String) {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let templates = server.get("/api/v1/workflows/templates", &cookie).await.json();
    let named = |item: &&Value| item["name"] == "Facebook Ads Campaign";
    let template = templates["items"].as_array().unwrap().iter().find(named).unwrap();
    let id = template["id"].as_str().unwrap().to_owned();
    (server, cookie, id)
}

fn brief(template: &str) -> Value {
    json!({
        "template_id": template,
        "parameters": {
            "product_description": "A bottle with a filter.",
            "target_audience": "Commuters",
            "key_benefit": "Good water anywhere",
        },
    })
}

async fn launched(server: &Server, cookie: &str, template: &str) -> String {
    let reply = server.post(ALL, cookie, &brief(template)).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{:?}", reply.json());
    let id = reply.json()["execution_id"].as_str().unwrap().to_owned();
    assert_eq!(reply.header("location"), format!("{ALL}/{id}"));
    id
}

#[tokio::test]
async fn a_launch_is_accepted_and_its_status_is_cheap_to_poll() {
    let (server, cookie, template) = server().await;

    let id = launched(&server, &cookie, &template).await;
    let status = server.get(&format!("{ALL}/{id}/status"), &cookie).await;
    let again = from_page(Method::GET, &format!("{ALL}/{id}/status"), &cookie)
        .header("if-none-match", status.header("etag"))
        .body(axum::body::Body::empty())
        .unwrap();

    assert_eq!(status.json()["status"], "running");
    assert_eq!(server.status(again).await, StatusCode::NOT_MODIFIED);
    let events = server.get(&format!("{ALL}/{id}/events?after=1"), &cookie).await.json();
    assert_eq!(events["items"][0]["seq"], 2);
    assert_eq!(events["items"][0]["kind"], "execution.started");
}

#[tokio::test]
async fn wrong_values_are_named_and_nothing_is_launched() {
    let (server, cookie, template) = server().await;

    let body = json!({ "template_id": template, "parameters": { "copies": 99, "colour": "red" } });
    let reply = server.post(ALL, &cookie, &body).await;

    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let json = reply.json();
    let paths: Vec<&str> =
        json["errors"].as_array().unwrap().iter().filter_map(|e| e["path"].as_str()).collect();
    for path in ["parameters.copies", "parameters.colour", "parameters.key_benefit"] {
        assert!(paths.contains(&path), "{path} is not among {paths:?}");
    }
    let none = server.get(ALL, &cookie).await.json();
    assert_eq!(none["items"], json!([]));
}

#[tokio::test]
async fn an_unknown_template_or_execution_is_not_found() {
    let (server, cookie, _) = server().await;
    let nobody = Uuid::now_v7().to_string();

    let launch = server.post(ALL, &cookie, &brief(&nobody)).await;
    let show = server.get(&format!("{ALL}/{nobody}"), &cookie).await;
    let pause = server.post(&format!("{ALL}/{nobody}/pause"), &cookie, &json!({})).await;

    for reply in [launch, show, pause] {
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{:?}", reply.json());
    }
}

#[tokio::test]
async fn an_execution_is_paused_resumed_and_stopped_and_then_allows_nothing() {
    let (server, cookie, template) = server().await;
    let id = launched(&server, &cookie, &template).await;
    let command =
        async |verb: &str| server.post(&format!("{ALL}/{id}/{verb}"), &cookie, &json!({})).await;
    let status =
        async || server.get(&format!("{ALL}/{id}/status"), &cookie).await.json()["status"].clone();

    assert_eq!(command("pause").await.status, StatusCode::NO_CONTENT);
    assert_eq!(status().await, "paused");
    assert_eq!(command("resume").await.status, StatusCode::NO_CONTENT);
    assert_eq!(status().await, "running");
    assert_eq!(command("stop").await.status, StatusCode::NO_CONTENT);
    assert_eq!(status().await, "stopped");

    let refused = command("resume").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(refused.json()["code"], "execution_over");
}

#[tokio::test]
async fn rel_l1_a_stream_that_is_come_back_to_goes_on_where_it_was() {
    let (server, cookie, template) = server().await;
    let id = launched(&server, &cookie, &template).await;
    // A process that leaves sends what there is and ends its streams: that makes them readable here.
    server.leaving.cancel();
    let path = format!("/api/v1/stream?executions={id}");

    let first = String::from_utf8(server.get(&path, &cookie).await.body).unwrap();
    let request = from_page(Method::GET, &path, &cookie)
        .header("last-event-id", format!("{id}:2"))
        .body(axum::body::Body::empty())
        .unwrap();
    let later = String::from_utf8(server.send(request).await.body).unwrap();

    let ids = |text: &str| -> Vec<i64> {
        let lines = text.lines().filter_map(|line| line.strip_prefix(&format!("id: {id}:")));
        lines.map(|seq| seq.parse().unwrap()).collect()
    };
    let all = ids(&first);
    assert!(all.len() > 3 && all == (1..=all.len() as i64).collect::<Vec<_>>(), "{first}");
    assert_eq!(ids(&later), all[2..]);
}

#[tokio::test]
async fn a_stream_of_what_is_not_ours_is_not_found() {
    let (server, cookie, _) = server().await;

    let stream = format!("/api/v1/stream?executions={}", Uuid::now_v7());
    assert_eq!(server.get(&stream, &cookie).await.status, StatusCode::NOT_FOUND);
    let none = server.get("/api/v1/stream?executions=", &cookie).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
}

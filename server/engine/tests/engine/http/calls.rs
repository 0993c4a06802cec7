//! What is sent, and when it is sent again.

use std::time::Duration;

use axum::{Json, Router, http::StatusCode};
use model::{
    execution::{
        event::EventKind,
        failure::FailureClass,
        state::{ExecutionStatus, NodeStatus},
    },
    nodes::http_request,
};
use outside::outbound::{Method, OWN_HEADERS, OutboundClient, OutboundRequest, Refusal};
use serde_json::{Value, json};
use services::testing::{
    play::patient,
    world::{none, quick},
};

use crate::engine::{
    http::{assert_kept_out, calling, failed, given, output, run, server, world},
    stub,
};

#[tokio::test]
async fn a_request_is_sent_as_it_is_set_up_and_its_json_comes_back() {
    let answer =
        || ([("x-ratelimit-remaining", "9"), ("set-cookie", "a=b")], Json(json!({ "id": 7 })));
    let (server, mut arrived) = server(move |_, _| answer()).await;
    let world = world(&[server]).await;

    let output = given(
        &world,
        json!({
            "method": "PUT",
            "url": format!("http://{server}/orders/${{input.q}}?x=1"),
            "query": [{ "name": "q", "value": "${input.q}" }],
            "headers": [{ "name": "X-Note", "value": "n-${execution.id}" }],
            "body": { "text": "for ${input.q}", "all": ["${input.q}", 1] },
        }),
    )
    .await;

    assert_eq!((&output["status"], &output["body"]), (&json!(200), &json!({ "id": 7 })));
    assert_eq!(output["headers"]["x-ratelimit-remaining"], "9");
    assert_eq!(output["headers"].get("set-cookie"), None);
    let request = arrived.recv().await.unwrap();
    assert_eq!(request.method, Method::PUT);
    assert_eq!(request.uri.to_string(), "/orders/a%20b&c?x=1&q=a+b%26c");
    assert!(request.header("x-note").starts_with("n-"));
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(request.header("idempotency-key"), "");
    let body: Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!(body, json!({ "text": "for a b&c", "all": ["a b&c", 1] }));
}

#[tokio::test]
async fn what_was_typed_comes_back_from_an_echo_as_it_was_and_none_of_it_is_worked_out() {
    let echo = |body: String| async move { ([("content-type", "application/json")], body) };
    let server = stub::serve(Router::new().fallback(echo)).await;
    let world = world(&[server]).await;
    let mut workflow = calling(&json!({ "method": "POST", "url": format!("http://{server}/") }));
    let body = json!({ "body": {
        "id": "${input.id}", "next": "${input.id + 1}", "largest": "${input.largest}",
        "data": "${input.data}", "text": "${input.q}", "in": "Id ${input.id}: ${input.q}",
    }});
    let config = workflow.nodes[1].data.config.with_changes(body.as_object().unwrap());
    workflow.nodes[1].data.config = config.unwrap();
    let parameters = json!([
        { "name": "q" }, { "name": "id", "type": "integer" }, { "name": "largest", "type": "number" },
        { "name": "data", "type": "json" },
    ]);
    workflow.parameters = serde_json::from_value(parameters).unwrap();
    let typed = "Use ${nodes.start.x}, {{name}}, {name}, {\"a\":1}, $${x}, ${";
    let (id, least) = (9_007_199_254_740_993_i64, i64::MIN);
    let worker = world.worker(quick());
    let template = world.publish(&workflow).await;

    let values = json!({
        "q": typed, "id": "9 007 199 254 740 993", "largest": u64::MAX,
        "data": { "least": least, "text": typed },
    });
    let execution = world.launch(template, values).await;
    let view = world.wait_over(execution).await;
    worker.stop().await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    let body = &output(&world, execution).await["body"];
    assert_eq!(
        *body,
        json!({
            "id": id, "next": id + 1, "largest": u64::MAX, "data": { "least": least, "text": typed },
            "text": typed, "in": format!("Id {id}: {typed}"),
        })
    );
    world.assert_sound().await;
}

#[tokio::test]
async fn without_a_body_of_its_own_a_post_sends_what_comes_in() {
    let (server, mut arrived) = server(|_, _| StatusCode::NO_CONTENT).await;
    let world = world(&[server]).await;
    let url = format!("http://{server}/");

    let output = given(&world, json!({ "method": "POST", "url": url })).await;

    assert_eq!(output["body"], Value::Null);
    let request = arrived.recv().await.unwrap();
    assert_eq!(request.body, "a b&c");
    assert_eq!(request.header("content-type"), "text/plain; charset=utf-8");

    given(&world, json!({ "method": "POST", "url": url, "body": "" })).await;
    assert_eq!(arrived.recv().await.unwrap().body, "");
    given(&world, json!({ "url": url })).await;
    assert_eq!(arrived.recv().await.unwrap().body, "");
}

#[tokio::test]
async fn a_post_that_is_tried_again_carries_the_same_key() {
    let answer = |place| match place {
        0 => (StatusCode::INTERNAL_SERVER_ERROR, "not now"),
        _ => (StatusCode::OK, "done"),
    };
    let (server, mut arrived) = server(move |place, _| answer(place)).await;
    let world = world(&[server]).await;

    let config = json!({ "method": "POST", "url": format!("http://{server}/"), "body": "x" });
    let output = given(&world, config).await;

    assert_eq!(output["body"], "done");
    let (first, second) = (arrived.recv().await.unwrap(), arrived.recv().await.unwrap());
    assert!(first.header("idempotency-key").starts_with("atl-"));
    assert_eq!(first.header("idempotency-key"), second.header("idempotency-key"));
}

#[tokio::test]
async fn a_limit_is_waited_for_as_long_as_the_other_side_asks() {
    let answer = |place| match place {
        0 => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "60")], r#"{"error":"Slow down."}"#),
        _ => (StatusCode::OK, [("retry-after", "0")], "done"),
    };
    let (server, _arrived) = server(move |place, _| answer(place)).await;
    let world = world(&[server]).await;
    let worker = world.worker(patient());
    let template = world.publish(&calling(&json!({ "url": format!("http://{server}/") }))).await;

    let id = world.launch(template, none()).await;
    let waits = |status| status == NodeStatus::Waiting;
    let waiting = world.wait(id, |view| waits(view.node(&"call".into()).unwrap().status)).await;
    world.db.advance(Duration::from_secs(61)).await;
    world.nudge().await;
    world.wait_over(id).await;
    worker.stop().await;
    world.assert_sound().await;

    let words = waiting.node(&"call".into()).unwrap().waiting.clone().unwrap();
    assert_eq!(words, "127.0.0.1 answered 429 Too Many Requests: Slow down.");
    let retry = world.events(id).await.into_iter().find_map(|event| match event.kind {
        EventKind::JobRetryScheduled { at_time, failure, .. } => Some((event.at, at_time, failure)),
        _ => None,
    });
    let (at, due, failure) = retry.unwrap();
    assert!(due >= at.plus_ms(60_000));
    assert_eq!(failure.class, FailureClass::Transient { retry_after_ms: Some(60_000) });
}

#[tokio::test]
async fn what_was_sent_is_noted_before_it_leaves_without_values_of_headers() {
    let mut world = world(&[]).await;
    let pool = world.db.pool.clone();
    let look = move || async move {
        let sql = "SELECT string_agg(effect, ',') FROM agent_jobs";
        sqlx::query_scalar::<_, String>(sql).fetch_one(&pool).await.unwrap()
    };
    let server = stub::serve(Router::new().fallback(look)).await;
    world.change_deps(|deps| {
        deps.outbound = OutboundClient::new(stub::allowing(&[server])).unwrap()
    });
    let config = json!({
        "method": "POST",
        "url": format!("http://{server}/path"),
        "query": [{ "name": "token", "value": "canary-1" }],
        "headers": [{ "name": "X-Api-Key", "value": "canary-2" }],
        "body": "hello",
    });

    let (id, _) = run(&world, config).await;

    assert_eq!(output(&world, id).await["body"], "sent");
    let sql = "SELECT effect, input FROM agent_jobs WHERE execution_id = $1";
    let (effect, input): (String, Value) =
        sqlx::query_as(sql).bind(id.0).fetch_one(&world.db.pool).await.unwrap();
    assert_eq!(effect, "done");
    let expected = json!({
        "method": "POST", "url": format!("http://{server}/path"), "query": ["token"],
        "headers": ["X-Api-Key"], "secret": null, "body": "hello",
    });
    assert_eq!(input, expected);
    let sql = "SELECT inputs FROM artifacts WHERE execution_id = $1";
    let inputs: Value = sqlx::query_scalar(sql).bind(id.0).fetch_one(&world.db.pool).await.unwrap();
    assert_eq!(inputs, expected);
}

#[tokio::test]
async fn rel_s7_a_request_reaches_no_private_place() {
    let (server, mut arrived) = server(|_, _| "private").await;
    let world = world(&[]).await;

    assert_kept_out(&world, server, &mut arrived).await;
}

#[tokio::test]
async fn an_address_that_is_none_is_told_as_it_was_written() {
    let world = world(&[]).await;

    let (code, words, _) = failed(&world, json!({ "url": "${input.q}://x" })).await;

    assert_eq!(code, "address_invalid");
    assert!(words.starts_with("“${input.q}://x” isn't a valid URL"), "{words}");
}

#[test]
fn what_validation_and_the_client_forbid_is_the_same() {
    for name in http_request::OWN_HEADERS {
        let request = OutboundRequest::get("https://example.com/").unwrap();
        assert!(matches!(request.header(name, "x"), Err(Refusal::Header(_))), "{name}");
    }
    assert_eq!(http_request::OWN_HEADERS.len(), OWN_HEADERS.len());
}

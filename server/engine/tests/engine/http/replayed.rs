//! A replay of steps that call outside: a server that counts hears nothing of it.

use axum::http::{HeaderMap, StatusCode};
use model::{
    execution::{
        state::ExecutionStatus,
        view::{Bill, ExecutionView},
    },
    id::ExecutionId,
    workflow::{OnError, Workflow},
};
use outside::outbound::OutboundClient;
use serde_json::{Value, json};
use services::testing::{
    play::graph,
    world::{World, none, quick},
};
use tokio::sync::mpsc;

use super::{Arrived, output, server};
use crate::engine::stub;

/// How many there are by now.
fn counted(arrived: &mut mpsc::UnboundedReceiver<Arrived>) -> usize {
    std::iter::from_fn(|| arrived.try_recv().ok()).count()
}

/// A server that is a shop, a model and, where it is asked so, not there.
async fn outside() -> (World, String, mpsc::UnboundedReceiver<Arrived>) {
    let (address, arrived) = server(|place, headers: &HeaderMap| {
        if headers.contains_key("authorization") {
            let verdict = json!({"score": 6.5, "feedback": "Dear.", "suggestions": ["Cheaper."]});
            let said =
                json!([{"message": {"content": verdict.to_string()}, "finish_reason": "stop"}]);
            let usage = json!({"prompt_tokens": 9, "completion_tokens": 3});
            let answer = json!({"model": "gpt-test", "choices": said, "usage": usage});
            return (StatusCode::OK, axum::Json(answer));
        }
        let missing = headers.contains_key("x-missing");
        let status = if missing { StatusCode::NOT_FOUND } else { StatusCode::OK };
        // Whoever asks again gets another answer.
        (status, axum::Json(json!({"order": "tea", "number": place})))
    })
    .await;
    let mut world = World::with_providers(stub::provider(address)).await;
    world.change_deps(|deps| {
        deps.outbound = OutboundClient::new(stub::allowing(&[address])).unwrap()
    });
    (world, format!("http://{address}/orders"), arrived)
}

/// An order is posted, its answer is judged; what is not there is gone on without.
fn ordering(url: &str) -> Workflow {
    let missing = json!({"url": url, "headers": [{"name": "x-missing", "value": "yes"}]});
    let judge = json!({"content": "${nodes.call.output.body}", "criteria": "Cheap"});
    let outputs = json!({"outputs": [
        {"name": "order", "value": "${nodes.call.output.body}"},
        {"name": "verdict", "value": "${nodes.judge.output}"},
        {"name": "missing", "value": "${nodes.missing.error}"},
    ]});
    let nodes = [
        ("call", "http_request", json!({"method": "POST", "url": url, "body": "tea"})),
        ("missing", "http_request", missing),
        ("judge", "ai_review", judge),
    ];
    let edges = [
        ("start", "call"),
        ("start", "missing"),
        ("call", "judge"),
        ("missing", "end"),
        ("judge", "end"),
    ];
    let mut workflow = graph(&nodes, &edges);
    for node in &mut workflow.nodes {
        match node.id.as_str() {
            "missing" => node.data.on_error = OnError::Continue,
            "end" => {
                node.data.config =
                    node.data.config.with_changes(outputs.as_object().unwrap()).unwrap()
            }
            _ => {}
        }
    }
    workflow
}

/// What each step gave and made.
async fn left(
    world: &World,
    execution: ExecutionId,
) -> (Vec<(String, String, Value)>, Vec<(String, Value, Value)>) {
    let nodes = "SELECT node_id, status, coalesce(output, 'null') FROM execution_nodes
                  WHERE execution_id = $1 ORDER BY node_id";
    let made = "SELECT node_id, content, inputs FROM artifacts
                 WHERE execution_id = $1 AND is_latest ORDER BY node_id, item, port";
    let pool = &world.db.pool;
    let nodes = sqlx::query_as(nodes).bind(execution.0).fetch_all(pool).await.unwrap();
    (nodes, sqlx::query_as(made).bind(execution.0).fetch_all(pool).await.unwrap())
}

fn failures(view: &ExecutionView) -> Vec<(String, String)> {
    let failures = view.nodes.iter().filter_map(|node| node.failure.clone());
    failures.map(|failure| (failure.code, failure.message)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_of_requests_and_judgements_asks_no_server_and_gives_what_was_given() {
    const PAID: &str = "SELECT count(*) FROM spend_ledger";
    let (world, url, mut arrived) = outside().await;
    // With all that could call somebody.
    let _worker = world.worker(quick());
    let template = world.publish(&ordering(&url)).await;
    let origin = world.launch(template, none()).await;
    let first = world.wait_over(origin).await;
    assert_eq!(first.status, ExecutionStatus::Completed, "{first:#?}");
    assert_eq!(counted(&mut arrived), 3);
    let (paid, given) = (world.count(PAID).await, output(&world, origin).await);
    assert_eq!(
        (&given["order"]["order"], &given["verdict"]["score"]),
        (&json!("tea"), &json!(6.5))
    );
    assert_eq!(given["missing"]["code"], "not_found");

    let mut last = origin;
    for _ in 0..2 {
        // A replay can be replayed as well.
        last =
            world.services.executions.replay(&world.owner, last, None).await.unwrap().execution_id;
        let view = world.wait_over(last).await;

        assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
        assert_eq!(output(&world, last).await, given);
        assert_eq!(left(&world, last).await, left(&world, origin).await);
        assert_eq!(failures(&view), failures(&first));
        assert_eq!(view.bill(), Bill::default());
    }

    assert_eq!(counted(&mut arrived), 0, "nobody was asked");
    assert_eq!(world.count(PAID).await, paid);
    // The server would have counted: a run that is no replay asks it again.
    let again =
        world.services.executions.rerun(&world.owner, origin, Default::default()).await.unwrap();
    world.wait_over(again.execution_id).await;
    assert_eq!(counted(&mut arrived), 3);
    assert_ne!(output(&world, again.execution_id).await["order"], given["order"]);
    world.assert_sound().await;
}

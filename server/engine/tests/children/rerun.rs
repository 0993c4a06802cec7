//! Running again from a node: what does not depend on it is taken over.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use engine::{
    error::EngineError,
    testing::world::{World, none, quick},
};
use model::{
    execution::state::{ExecutionStatus, NodeStatus},
    id::ExecutionId,
    pages::{Launched, RerunRequest},
    workflow::Workflow,
};
use serde_json::{Value, json};

use super::graph::{chain, echoing, id, result, text};

fn three() -> Workflow {
    let b = text("B after ${nodes.a.texts}");
    let c = text("C after ${nodes.b.texts}");
    let a = text("A");
    chain(
        "Three",
        &[("a", "generate_copy", a), ("b", "generate_copy", b), ("c", "generate_copy", c)],
    )
}

fn request(from: Option<&str>, changes: &[(&str, Value)]) -> RerunRequest {
    let fields = |value: &Value| value.as_object().cloned().unwrap();
    let config = changes.iter().map(|(node, value)| (id(node), fields(value)));
    RerunRequest {
        from_node: from.map(id),
        config: config.collect::<BTreeMap<_, _>>(),
        idempotency_key: None,
    }
}

async fn rerun(
    world: &World,
    execution: ExecutionId,
    request: RerunRequest,
) -> Result<Launched, EngineError> {
    world.services.rerun(&world.owner, execution, request).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_from_a_node_on_takes_over_what_is_before_and_calls_nobody_for_it() {
    let world = World::new().await;
    let (executors, calls) = echoing();
    let _worker = world.worker_with(executors, quick());
    let template = world.publish(&three()).await;
    let origin = world.launch(template, none()).await;
    world.wait_over(origin).await;
    assert_eq!(calls.swap(0, Ordering::SeqCst), 3);

    let changes = [("b", json!({"prompt": "Better after ${nodes.a.texts}"}))];
    let launched = rerun(&world, origin, request(Some("b"), &changes)).await.unwrap();
    let view = world.wait_over(launched.execution_id).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    assert_eq!(calls.load(Ordering::SeqCst), 2);
    assert_eq!(result(&world, launched.execution_id).await, json!(["C after Better after A"]));
    let reused = view.node(&id("a")).unwrap();
    assert_eq!((reused.status, reused.reused_from), (NodeStatus::Completed, Some(origin)));
    assert_eq!(reused.artifacts.len(), 1);
    let place = reused.artifacts[0].id;
    let services = &world.services;
    let artifact = services.artifact(&world.owner, launched.execution_id, place).await.unwrap();
    assert_eq!(artifact.content, json!("A"));
    let lineage = "SELECT count(*) FROM artifacts a JOIN artifacts o ON o.id = a.taken_from";
    assert_eq!(world.count(lineage).await, 1);
    let page = services.monitor(&world.owner, launched.execution_id).await.unwrap();
    let link = page.kin.origin.unwrap();
    assert_eq!((link.id, link.node_id), (origin, Some(id("b"))));
    assert_eq!(world.view(origin).await.status, ExecutionStatus::Completed);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_execution_runs_again_from_the_start_or_from_where_it_failed() {
    let world = World::new().await;
    let (executors, calls) = echoing();
    let _worker = world.worker_with(executors, quick());
    let failing =
        chain("F", &[("a", "generate_copy", text("A")), ("b", "generate_copy", text("fail"))]);
    let template = world.publish(&failing).await;
    let origin = world.launch(template, none()).await;
    assert_eq!(world.wait_over(origin).await.status, ExecutionStatus::Failed);
    let mend = [("b", json!({"prompt": "Works"}))];
    for (from, expected) in [(None, 2), (Some("b"), 1), (Some("end"), 1)] {
        calls.store(0, Ordering::SeqCst);
        let launched = rerun(&world, origin, request(from, &mend)).await.unwrap();
        let view = world.wait_over(launched.execution_id).await;
        assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
        assert_eq!(calls.load(Ordering::SeqCst), expected, "from {from:?}");
    }
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_over_or_would_not_run_or_is_not_there_is_refused() {
    let world = World::new().await;
    let template = world.publish(&three()).await;
    let origin = world.launch(template, none()).await;
    let early = rerun(&world, origin, request(None, &[])).await;
    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());
    world.wait_over(origin).await;

    let unknown = rerun(&world, origin, request(Some("x"), &[])).await;
    let idle = [("a", json!({"prompt": "Other"}))];
    let idle = rerun(&world, origin, request(Some("b"), &idle)).await;
    let neighbour = world.neighbour().await;
    let foreign = world.services.rerun(&neighbour, origin, request(None, &[])).await;

    assert!(matches!(early, Err(EngineError::Refused(p)) if p.code == "wrong_state"));
    assert!(matches!(unknown, Err(EngineError::NotFound("node"))));
    assert!(matches!(idle, Err(EngineError::Refused(p)) if p.errors[0].code == "node_not_run"));
    assert!(matches!(foreign, Err(EngineError::NotFound("execution"))));
    assert_eq!(world.count("SELECT count(*) FROM workflow_executions").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_request_with_a_key_is_one_execution() {
    let world = World::new().await;
    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());
    let template = world.publish(&three()).await;
    let origin = world.launch(template, none()).await;
    world.wait_over(origin).await;
    let keyed =
        || RerunRequest { idempotency_key: Some("once".to_owned()), ..request(Some("c"), &[]) };

    let first = rerun(&world, origin, keyed()).await.unwrap();
    let second = rerun(&world, origin, keyed()).await.unwrap();

    assert_eq!(first, second);
    world.wait_over(first.execution_id).await;
    world.assert_sound().await;
}

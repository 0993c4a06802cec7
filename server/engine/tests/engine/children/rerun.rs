//! Running again from a node: what does not depend on it is taken over.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::Ordering,
};

use engine::{executors::Executors, limits::Limits};
use model::{
    execution::{
        state::{ExecutionStatus, NodeStatus, PauseReason},
        view::ExecutionView,
    },
    id::ExecutionId,
    nodes::NodeKind,
    pages::{LaunchRequest, Launched, RerunRequest},
    workflow::Workflow,
};
use serde_json::{Value, json};
use services::testing::{
    play::{held, take, wrote},
    world::{World, none, quick},
};
use store::error::EngineError;

use super::graph::{approve, chain, echoing, id, result, text};

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
        ..RerunRequest::default()
    }
}

async fn rerun(
    world: &World,
    execution: ExecutionId,
    request: RerunRequest,
) -> Result<Launched, EngineError> {
    world.services.executions.rerun(&world.owner, execution, request).await
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
    let artifact =
        services.artifacts.artifact(&world.owner, launched.execution_id, place).await.unwrap();
    assert_eq!(artifact.content, json!("A"));
    let lineage = "SELECT count(*) FROM artifacts a JOIN artifacts o ON o.id = a.taken_from";
    assert_eq!(world.count(lineage).await, 1);
    let page = services.executions.monitor(&world.owner, launched.execution_id).await.unwrap();
    assert!(!page.relations.is_replay);
    let link = page.relations.origin.unwrap();
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
async fn what_was_decided_before_a_node_is_not_asked_again_and_what_follows_it_is() {
    let world = World::new().await;
    let (executors, calls) = echoing();
    let _worker = world.worker_with(executors, quick());
    let steps = [
        ("a", "generate_copy", text("A")),
        ("check", "review", json!({})),
        ("b", "generate_copy", text("B after ${nodes.a.texts}")),
    ];
    let template = world.publish(&chain("Decided", &steps)).await;
    let asked = |view: &ExecutionView| view.pause_reason == Some(PauseReason::Review);
    let first = world.launch(template, none()).await;
    world.wait(first, asked).await;
    approve(&world).await;
    world.wait_over(first).await;

    let after = rerun(&world, first, request(Some("b"), &[])).await.unwrap().execution_id;
    let view = world.wait_over(after).await;
    assert_eq!((view.status, calls.load(Ordering::SeqCst)), (ExecutionStatus::Completed, 3));
    assert_eq!(view.node(&id("check")).unwrap().reused_from, Some(first));

    // From the decision on, and of an execution that took over most of itself.
    let anew = rerun(&world, after, request(Some("check"), &[])).await.unwrap().execution_id;
    world.wait(anew, asked).await;
    approve(&world).await;
    let view = world.wait_over(anew).await;
    assert_eq!((view.status, calls.load(Ordering::SeqCst)), (ExecutionStatus::Completed, 4));
    assert!(view.node(&id("a")).unwrap().reused_from.is_some());
    assert_eq!(view.node(&id("check")).unwrap().reused_from, None);
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
    let foreign = world.services.executions.rerun(&neighbour, origin, request(None, &[])).await;

    assert!(matches!(early, Err(EngineError::Refused(p)) if p.code == "wrong_state"));
    assert!(matches!(unknown, Err(EngineError::NotFound("step"))));
    assert!(matches!(idle, Err(EngineError::Refused(p)) if p.errors[0].code == "node_not_run"));
    assert!(matches!(foreign, Err(EngineError::NotFound("run"))));
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
    let together = (0..4).map(|_| {
        let (services, owner) = (world.services.clone(), world.owner.clone());
        let key = Some("together");
        tokio::spawn(async move {
            services.executions.replay(&owner, origin, key).await.unwrap().execution_id
        })
    });
    let together: Vec<_> = together.collect();
    let mut replays = BTreeSet::new();
    for replay in together {
        replays.insert(replay.await.unwrap());
    }

    assert_eq!(first, second);
    assert_eq!(replays.len(), 1);
    world.wait_over(first.execution_id).await;
    world.wait_over(replays.pop_first().unwrap()).await;
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e9_what_runs_again_waits_for_a_place_like_a_launch() {
    let limits = Limits { running_per_workspace: 1, ..Limits::default() };
    let world = World::new().await.limited(limits);
    let (executor, mut calls) = held();
    let executors = Executors::internal().with_executor(NodeKind::GenerateCopy, executor);
    let _worker = world.worker_with(executors, quick());
    let template = world.publish(&three()).await;
    let origin = world.launch(template, none()).await;
    for _ in 0..3 {
        take(&mut calls, 1).await.remove(0).answer(wrote("first"));
    }
    world.wait_over(origin).await;
    let other = world.launch(template, none()).await;
    let held = take(&mut calls, 1).await.remove(0);

    let launched = rerun(&world, origin, request(Some("b"), &[])).await.unwrap();
    let waiting = world.view(launched.execution_id).await;

    assert_eq!(launched.queued.map(|queued| queued.position), Some(1));
    assert_eq!(waiting.status, ExecutionStatus::Pending);
    assert_eq!(waiting.node(&id("a")).unwrap().status, NodeStatus::Completed);
    held.answer(wrote("other"));
    for _ in 0..2 {
        take(&mut calls, 1).await.remove(0).answer(wrote("other"));
    }
    world.wait_over(other).await;
    for node in ["b", "c"] {
        let call = take(&mut calls, 1).await.remove(0);
        assert_eq!(call.node, id(node));
        call.answer(wrote("again"));
    }
    let view = world.wait_over(launched.execution_id).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_runs_again_may_cost_as_much_as_the_first_or_as_the_request_says() {
    let world = World::new().await;
    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());
    let mut capped = three();
    capped.settings.budget = Some(900);
    let template = world.publish(&capped).await;
    let launch = LaunchRequest { budget: Some(700), ..LaunchRequest::for_template(template) };
    let origin = world.services.executions.launch(&world.owner, launch).await.unwrap().execution_id;
    world.wait_over(origin).await;

    for (asked, expected) in [(None, 700), (Some(500), 500), (Some(5000), 900)] {
        let request = RerunRequest { budget: asked, ..request(Some("b"), &[]) };
        let launched = rerun(&world, origin, request).await.unwrap();
        world.wait_over(launched.execution_id).await;
        let sql = "SELECT budget FROM workflow_executions WHERE id = $1";
        let budget: Option<i64> = sqlx::query_scalar(sql)
            .bind(launched.execution_id.0)
            .fetch_one(&world.db.pool)
            .await
            .unwrap();
        assert_eq!(budget, Some(expected), "asked for {asked:?}");
    }
    world.assert_sound().await;
}

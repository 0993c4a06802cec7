//! A replay gives what was recorded and reaches nobody.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use engine::{executors::Executors, job::JobContext};
use model::{
    execution::{
        state::{ExecutionStatus, NodeStatus},
        view::Bill,
    },
    id::ExecutionId,
    nodes::NodeKind,
    pages::{Control, RerunRequest},
};
use serde_json::Value;
use services::testing::{
    play::{Answering, failed, held, take, wrote},
    world::{World, none, quick},
};
use store::error::EngineError;

use super::{
    graph::{chain, control, echoing, family, id, result, text},
    iterations::launched,
};

/// Executors that must not be asked; they count when they are.
fn untouched() -> (Executors, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let executors = NodeKind::ALL.iter().fold(Executors::default(), |executors, kind| {
        let asked = asked.clone();
        let answer = move |_: &JobContext| {
            asked.fetch_add(1, Ordering::SeqCst);
            failed("somebody was called")
        };
        executors.with_executor(*kind, Answering(answer))
    });
    (executors, asked)
}

/// What an execution made that counts, as it is stored.
async fn made(
    world: &World,
    execution: ExecutionId,
) -> Vec<(String, i32, Value, Option<uuid::Uuid>)> {
    let sql = "SELECT node_id, item, content, image_id FROM artifacts
                WHERE execution_id = $1 AND is_latest ORDER BY node_id, item, port";
    sqlx::query_as(sql).bind(execution.0).fetch_all(&world.db.pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_of_a_campaign_calls_nobody_pays_nothing_and_ends_the_same() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let template = world.template("Facebook Ads Campaign").await;
    let origin = world.launch(template, none()).await;
    assert_eq!(world.wait_over(origin).await.status, ExecutionStatus::Completed);
    worker.stop().await;
    let counts = [
        "SELECT count(*) FROM spend_ledger",
        "SELECT count(*) FROM documents",
        "SELECT count(*) FROM images",
        "SELECT count(*) FROM document_attachments",
    ];
    let mut before = vec![];
    for sql in counts {
        before.push(world.count(sql).await);
    }
    let (executors, asked) = untouched();
    let _worker = world.worker_with(executors, quick());

    let replay =
        world.services.executions.replay(&world.owner, origin, None).await.unwrap().execution_id;
    let view = world.wait_over(replay).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    assert_eq!(asked.load(Ordering::SeqCst), 0, "nobody was called");
    assert_eq!(view.bill(), Bill::default());
    let relations =
        world.services.executions.monitor(&world.owner, replay).await.unwrap().relations;
    assert_eq!((relations.is_replay, relations.origin.map(|link| link.id)), (true, Some(origin)));
    assert_eq!(made(&world, replay).await, made(&world, origin).await);
    assert_eq!(result(&world, replay).await, result(&world, origin).await);
    for (sql, before) in counts.into_iter().zip(before) {
        assert_eq!(world.count(sql).await, before, "{sql}");
    }
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_no_recording_fails_and_says_so() {
    let world = World::new().await;
    let template = world.publish(&chain("One", &[("a", "generate_copy", text("A"))])).await;
    let origin = world.launch(template, none()).await;
    control(&world, origin, Control::STOP).await;
    let (executors, asked) = untouched();
    let _worker = world.worker_with(executors, quick());

    let replay =
        world.services.executions.replay(&world.owner, origin, None).await.unwrap().execution_id;
    let view = world.wait_over(replay).await;

    assert_eq!(view.status, ExecutionStatus::Failed);
    let failure = view.node(&id("a")).unwrap().failure.clone().unwrap();
    assert_eq!(failure.code, "not_recorded");
    assert!(failure.message.contains("was stopped before this step had an answer"));
    let retry = Control::RetryNode { node_id: id("a"), config: None, generation: None };
    let refused = world.services.executions.control(&world.owner, replay, retry).await.unwrap_err();
    assert!(refused.to_string().contains("This run replays recorded answers"), "{refused}");
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_a_failure_and_a_run_again_are_replayed_from_what_they_left() {
    let world = World::new().await;
    let (executors, _) = echoing();
    let worker = world.worker_with(executors, quick());
    let (parent, _) = family(&world).await;
    let with_child = world.launch(parent, none()).await;
    let failing =
        chain("F", &[("a", "generate_copy", text("A")), ("b", "generate_copy", text("fail"))]);
    let failing = world.publish(&failing).await;
    let failing = world.launch(failing, none()).await;
    world.wait_over(with_child).await;
    world.wait_over(failing).await;
    let from = RerunRequest { from_node: Some(id("b")), ..RerunRequest::default() };
    let again =
        world.services.executions.rerun(&world.owner, failing, from).await.unwrap().execution_id;
    world.wait_over(again).await;
    worker.stop().await;
    let (executors, asked) = untouched();
    let _worker = world.worker_with(executors, quick());

    for origin in [with_child, failing, again] {
        let replay = world
            .services
            .executions
            .replay(&world.owner, origin, None)
            .await
            .unwrap()
            .execution_id;
        let view = world.wait_over(replay).await;
        let first = world.view(origin).await;
        assert_eq!((view.status, &view.error), (first.status, &first.error));
        let ends = |view: &model::execution::view::ExecutionView| -> Vec<NodeStatus> {
            view.nodes.iter().map(|node| node.status).collect()
        };
        assert_eq!(ends(&view), ends(&first));
    }

    assert_eq!(asked.load(Ordering::SeqCst), 0);
    let children = "SELECT count(*) FROM workflow_executions WHERE parent_job_id IS NOT NULL";
    assert_eq!(world.count(children).await, 1);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn iterations_that_began_anew_are_replayed_as_they_came_out() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let executors = Executors::internal().with_executor(NodeKind::GenerateCopy, executor);
    let worker = world.worker_with(executors, quick());
    let origin = launched(&world, "${[\"tea\", \"milk\"]}", "fail").await;
    let mut first = take(&mut calls, 2).await;
    first.remove(1).answer(failed("The model refused."));
    // What the other iteration had begun is called off.
    first[0].dropped().await;
    assert_eq!(world.wait_over(origin).await.status, ExecutionStatus::Failed);
    control(
        &world,
        origin,
        Control::RetryNode { node_id: id("each"), config: None, generation: None },
    )
    .await;
    for call in take(&mut calls, 2).await {
        call.answer(wrote("again"));
    }
    assert_eq!(world.wait_over(origin).await.status, ExecutionStatus::Completed);
    worker.stop().await;
    let (executors, asked) = untouched();
    let _worker = world.worker_with(executors, quick());

    let replay =
        world.services.executions.replay(&world.owner, origin, None).await.unwrap().execution_id;
    let view = world.wait_over(replay).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    assert_eq!(result(&world, replay).await, result(&world, origin).await);
    assert_eq!(asked.load(Ordering::SeqCst), 0, "nobody was called");
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_of_what_was_deleted_meanwhile_fails_and_calls_nobody() {
    let world = World::new().await;
    let (executors, _) = echoing();
    let worker = world.worker_with(executors, quick());
    let template = world.publish(&chain("One", &[("a", "generate_copy", text("A"))])).await;
    let origin = world.launch(template, none()).await;
    assert_eq!(world.wait_over(origin).await.status, ExecutionStatus::Completed);
    worker.stop().await;
    let replay =
        world.services.executions.replay(&world.owner, origin, None).await.unwrap().execution_id;
    let delete = "DELETE FROM workflow_executions WHERE id = $1";
    sqlx::query(delete).bind(origin.0).execute(&world.db.pool).await.unwrap();
    let (executors, asked) = untouched();

    // Another process, which has to read what it is a replay of.
    let _worker = world.worker_elsewhere(executors, quick());
    let view = world.wait_over(replay).await;

    assert_eq!(asked.load(Ordering::SeqCst), 0, "nobody was called");
    assert_eq!(view.status, ExecutionStatus::Failed, "{view:#?}");
    let failure = view.node(&id("a")).unwrap().failure.clone().unwrap();
    assert_eq!(failure.code, "not_recorded");
    assert!(failure.message.contains("no longer exists"), "{}", failure.message);
    world.assert_sound().await;
}

#[tokio::test]
async fn what_is_under_way_cannot_be_replayed() {
    let world = World::new().await;
    let template = world.publish(&chain("One", &[("a", "generate_copy", text("A"))])).await;
    let origin = world.launch(template, none()).await;

    let refused = world.services.executions.replay(&world.owner, origin, None).await;

    assert!(matches!(refused, Err(EngineError::Refused(p)) if p.code == "wrong_state"));
}

//! One command to several executions: retries, and what is left to look after.

use std::sync::atomic::{AtomicUsize, Ordering};

use engine::{executors::Attempt, job::JobContext};
use model::{
    api::history::{SeveralAnswer, SeveralCommand, SeveralRequest},
    execution::state::{ExecutionStatus, NodeStatus},
    id::ExecutionId,
    pages::RerunRequest,
};
use services::testing::{
    play::{Answering, failed, workflow, writing, wrote},
    world::{World, none, quick},
};

/// Fails the first calls, then writes.
fn failing(times: usize) -> impl Fn(&JobContext) -> Attempt + Send + Sync {
    let calls = AtomicUsize::new(0);
    move |_| match calls.fetch_add(1, Ordering::SeqCst) {
        call if call < times => failed("The line is broken."),
        _ => wrote("copy"),
    }
}

async fn retry(world: &World, ids: &[ExecutionId]) -> Vec<SeveralAnswer> {
    let request = SeveralRequest { command: SeveralCommand::Retry, ids: ids.to_vec() };
    world.services.executions.control_several(&world.owner, &request).await.unwrap()
}

/// The failures that the first page shows.
async fn failures(world: &World) -> Vec<ExecutionId> {
    let page = world.services.overview.dashboard(&world.owner).await.unwrap();
    page.failures.into_iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn every_failed_step_of_those_that_failed_runs_again_and_others_say_why_not() {
    let world = World::new().await;
    let edges = [("start", "a"), ("start", "b"), ("a", "end"), ("b", "end")];
    let template = world.publish(&workflow(&[("a", 1), ("b", 1)], &edges)).await;
    let worker = world.worker_with(writing(Answering(failing(2))), quick());
    let broken = world.launch(template, none()).await;
    let view = world.wait_over(broken).await;
    assert_eq!(view.status, ExecutionStatus::Failed);
    let of_state = |state| view.nodes.iter().filter(|node| node.status == state).count();
    assert_eq!(of_state(NodeStatus::Failed), 2, "{view:#?}");
    let fine = world.launch(template, none()).await;
    world.wait_over(fine).await;
    assert_eq!(failures(&world).await, [broken]);

    let answers = retry(&world, &[fine, broken]).await;

    let codes: Vec<_> =
        answers.iter().map(|answer| answer.refused.as_ref().map(|why| why.code.as_str())).collect();
    assert_eq!(codes, [Some("nothing_to_retry"), None]);
    let view = world.wait_over(broken).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    assert_eq!(failures(&world).await, []);
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn a_failure_that_was_run_again_needs_nobody_any_more() {
    let world = World::new().await;
    let template = world.publish(&workflow(&[("a", 1)], &[("start", "a"), ("a", "end")])).await;
    let worker = world.worker_with(writing(Answering(failing(1))), quick());
    let broken = world.launch(template, none()).await;
    world.wait_over(broken).await;
    assert_eq!(failures(&world).await, [broken]);

    let anew = world
        .services
        .executions
        .rerun(&world.owner, broken, RerunRequest::default())
        .await
        .unwrap();
    world.wait_over(anew.execution_id).await;

    assert_eq!(failures(&world).await, []);
    worker.stop().await;
    world.assert_sound().await;
}

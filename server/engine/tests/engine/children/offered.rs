//! What a page offers of running an execution again, or replaying it, is what is done.

use engine::{executors::Executors, limits::Limits};
use model::{
    execution::state::{Action, ExecutionStatus},
    id::{ExecutionId, TemplateId},
    nodes::NodeKind,
    pages::{Control, RerunRequest},
};
use services::testing::{
    play::{Call, failed, held, take, wrote},
    world::{ROOMY, World, none, quick},
};
use tokio::sync::mpsc::UnboundedReceiver;

use super::graph::{chain, control, id, text};

async fn one_step(world: &World) -> TemplateId {
    world.publish(&chain("One", &[("write", "generate_copy", text("A"))])).await
}

/// An execution whose step is under way.
async fn begun(
    world: &World,
    template: TemplateId,
    calls: &mut UnboundedReceiver<Call>,
) -> (ExecutionId, Call) {
    (world.launch(template, none()).await, take(calls, 1).await.remove(0))
}

/// Asserts that of an execution that stands so that is done which is offered, and nothing else.
async fn compare(world: &World, execution: ExecutionId, stands: ExecutionStatus) {
    let view = world.view(execution).await;
    assert_eq!(view.status, stands);
    let (services, owner) = (&world.services, &world.owner);
    let whole = RerunRequest::default();
    let part = RerunRequest { from_node: Some(id("write")), ..RerunRequest::default() };
    for (action, answer) in [
        (Action::Rerun, services.executions.rerun(owner, execution, whole).await),
        (Action::Rerun, services.executions.rerun(owner, execution, part).await),
        (Action::Replay, services.executions.replay(owner, execution, None).await),
    ] {
        let why_not = view.why_not(action);
        assert_eq!(why_not.is_none(), answer.is_ok(), "{action:?}, {stands}: {why_not:?}");
        let Err(error) = answer else { continue };
        assert_eq!(error.into_problem().status(), 409, "{action:?}, {stands}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn running_again_and_replaying_are_offered_wherever_they_are_done() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let executors = Executors::internal().with_executor(NodeKind::GenerateCopy, executor);
    let _worker = world.worker_with(executors, quick());
    let template = one_step(&world).await;
    // Before there are others whose steps the test does not care for.
    let (fails, refused) = begun(&world, template, &mut calls).await;
    let (ends, written) = begun(&world, template, &mut calls).await;
    let (stops, _dropped) = begun(&world, template, &mut calls).await;

    compare(&world, fails, ExecutionStatus::Running).await;
    control(&world, fails, Control::Pause).await;
    compare(&world, fails, ExecutionStatus::Paused).await;
    control(&world, fails, Control::Resume).await;
    refused.answer(failed("No."));
    world.wait_over(fails).await;
    compare(&world, fails, ExecutionStatus::Failed).await;
    written.answer(wrote("Words"));
    world.wait_over(ends).await;
    compare(&world, ends, ExecutionStatus::Completed).await;
    control(&world, stops, Control::STOP).await;
    compare(&world, stops, ExecutionStatus::Stopped).await;

    assert_eq!(world.count("SELECT count(*) FROM workflow_executions").await, 3 + 3 * 3);
    world.assert_sound().await;
}

#[tokio::test]
async fn what_waits_for_a_place_is_not_offered_to_be_run_again() {
    let limits = Limits { running_per_workspace: 1, ..ROOMY };
    let world = World::new().await.limited(limits);
    let template = one_step(&world).await;
    world.launch(template, none()).await;

    let waits = world.launch(template, none()).await;

    compare(&world, waits, ExecutionStatus::Pending).await;
}

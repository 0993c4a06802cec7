//! Workflows that run each other deeper than they may, because of what was published meanwhile.

use model::{
    execution::state::{ExecutionStatus, NodeStatus},
    id::{ExecutionId, TemplateId},
    workflow::OnError,
};
use serde_json::json;
use services::testing::world::{World, none, quick};

use super::graph::{chain, child_of, echoing, id, publish_newer, result, runs, text};

/// Executions or jobs that something could still come of.
const UNDER_WAY: &str = "SELECT (SELECT count(*) FROM workflow_executions
                                  WHERE status NOT IN ('completed', 'failed', 'stopped'))
                              + (SELECT count(*) FROM agent_jobs
                                  WHERE status NOT IN ('completed', 'failed', 'cancelled'))";
const WORDS: &str = "Workflows can run each other at most 5 levels deep.";

/// Templates that run each other over five levels, the top one handling a failure so; and the lowest.
async fn five_levels(world: &World, on_error: OnError) -> (TemplateId, TemplateId) {
    let lowest = world.publish(&chain("0", &[("write", "generate_copy", text("Deep"))])).await;
    let mut below = lowest;
    for level in 1..=4 {
        let next = chain(&level.to_string(), &[("sub", "sub_workflow", runs(below, "x"))]);
        below = world.publish(&next).await;
    }
    let after = text("Sorry: ${nodes.sub.error.message}");
    let steps = [("sub", "sub_workflow", runs(below, "x")), ("after", "generate_copy", after)];
    let mut top = chain("5", &steps);
    top.nodes.iter_mut().find(|node| node.id == id("sub")).unwrap().data.on_error = on_error;
    if on_error == OnError::Branch {
        top.edges.iter_mut().find(|edge| edge.source == id("sub")).unwrap().source_handle =
            Some("error".to_owned());
    }
    (world.publish(&top).await, lowest)
}

/// What an execution launched, and what that launched, down to the last.
async fn family_of(world: &World, top: ExecutionId) -> Vec<ExecutionId> {
    let mut family = vec![top];
    for _ in 0..5 {
        family.push(child_of(world, *family.last().unwrap(), "sub").await);
    }
    family
}

/// Launches it, then lets its lowest template run another one; it goes on from there.
async fn launched_too_deep(world: &World, on_error: OnError) -> ExecutionId {
    let (top, lowest) = five_levels(world, on_error).await;
    let more = world.publish(&chain("More", &[("write", "generate_copy", text("Deeper"))])).await;
    let execution = world.launch(top, none()).await;
    publish_newer(world, lowest, &chain("0", &[("sub", "sub_workflow", runs(more, "x"))])).await;
    execution
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sixth_level_that_was_published_meanwhile_is_not_launched_and_all_above_it_fail() {
    let world = World::new().await;
    let execution = launched_too_deep(&world, OnError::Fail).await;
    let (executors, calls) = echoing();
    let _worker = world.worker_with(executors, quick());

    let view = world.wait_over(execution).await;

    assert_eq!(view.status, ExecutionStatus::Failed);
    assert_eq!(view.error.as_deref(), Some(&*format!("{}{WORDS}", "sub: ".repeat(6))));
    let family = family_of(&world, execution).await;
    for (level, member) in family.into_iter().enumerate() {
        let view = world.view(member).await;
        let failure = view.node(&id("sub")).unwrap().failure.clone().unwrap();
        let code = if level == 5 { "too_deep" } else { "child_failed" };
        assert_eq!((view.status, &*failure.code), (ExecutionStatus::Failed, code), "{level}");
        assert!(failure.message.ends_with(WORDS), "{level}: {failure:?}");
        let tried = world.attempts(member).await.into_values().flatten().count();
        assert_eq!(tried, 1, "{level}: what is too deep stays so");
    }
    assert_eq!(calls.load(std::sync::atomic::Ordering::SeqCst), 0);
    assert_eq!(world.count("SELECT count(*) FROM workflow_executions").await, 6);
    assert_eq!(world.count(UNDER_WAY).await, 0);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_runs_something_too_deep_goes_on_where_its_author_said_so() {
    for (on_error, said) in [(OnError::Continue, "Sorry: "), (OnError::Branch, "Sorry: ")] {
        let world = World::new().await;
        let execution = launched_too_deep(&world, on_error).await;
        let (executors, calls) = echoing();
        let _worker = world.worker_with(executors, quick());

        let view = world.wait_over(execution).await;

        assert_eq!(view.status, ExecutionStatus::Completed, "{on_error:?}: {view:#?}");
        let sub = view.node(&id("sub")).unwrap();
        let code = sub.failure.as_ref().map(|failure| &*failure.code);
        assert_eq!((sub.status, code), (NodeStatus::Failed, Some("child_failed")), "{on_error:?}");
        let told = format!("{said}{}{WORDS}", "sub: ".repeat(5));
        assert_eq!(result(&world, execution).await, json!([told]), "{on_error:?}");
        assert_eq!(calls.load(std::sync::atomic::Ordering::SeqCst), 1);
        assert_eq!(world.count(UNDER_WAY).await, 0);
        world.assert_sound().await;
    }
}

//! Stop and pause reach what was launched.

use std::sync::atomic::Ordering;

use engine::executors::Executors;
use model::{
    execution::{
        state::{EndReason, ExecutionStatus, NodeStatus, PauseReason},
        view::ExecutionView,
    },
    id::ExecutionId,
    nodes::NodeKind,
    pages::Control,
};
use serde_json::json;
use services::testing::{
    play::{held, take, wrote},
    world::{World, none, quick},
};

use super::graph::{
    Held, approve, chain, child_of, control, echoing, family, held_family, id, runs, text,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_reaches_children_and_their_children() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let executors = Executors::internal().with_executor(NodeKind::GenerateCopy, executor);
    let _worker = world.worker_with(executors, quick());
    let (parent, _) = family(&world).await;
    let top = world.publish(&chain("Top", &[("sub", "sub_workflow", runs(parent, "x"))])).await;
    let top = world.launch(top, none()).await;
    let call = take(&mut calls, 1).await.remove(0);
    let middle = child_of(&world, top, "sub").await;
    let bottom = child_of(&world, middle, "sub").await;

    control(&world, top, Control::STOP).await;

    call.dropped().await;
    for (execution, reason) in
        [(top, EndReason::User), (middle, EndReason::Parent), (bottom, EndReason::Parent)]
    {
        let view = world.view(execution).await;
        assert_eq!((view.status, view.end_reason), (ExecutionStatus::Stopped, Some(reason)));
    }
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e3_a_stop_reaches_a_child_whose_definition_cannot_be_read() {
    let world = World::new().await;
    let Held { execution, child, call, worker } = held_family(&world).await;
    worker.stop().await;
    sqlx::query("UPDATE workflow_executions SET run_definition = $2 WHERE id = $1")
        .bind(child.0)
        .bind(serde_json::json!({"nodes": [{"id": 7}]}))
        .execute(&world.db.pool)
        .await
        .unwrap();

    control(&world, execution, Control::STOP).await;

    let view = world.wait_over(child).await;
    assert_eq!((view.status, view.end_reason), (ExecutionStatus::Stopped, Some(EndReason::Parent)));
    assert_eq!(world.view(execution).await.end_reason, Some(EndReason::User));
    drop(call);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pause_holds_children_until_the_parent_is_resumed() {
    let world = World::new().await;
    let Held { execution, child, call, worker: _worker } = held_family(&world).await;

    control(&world, execution, Control::Pause).await;
    let paused = world.view(child).await;
    let alone =
        world.services.executions.control(&world.owner, child, Control::Resume).await.unwrap_err();
    assert_eq!(alone.into_problem().code, "awaits_parent");
    control(&world, execution, Control::Resume).await;
    let resumed = world.view(child).await;
    call.answer(wrote("done"));
    let view = world.wait_over(execution).await;

    assert_eq!(
        (paused.status, paused.pause_reason),
        (ExecutionStatus::Paused, Some(PauseReason::Parent))
    );
    assert_eq!(resumed.status, ExecutionStatus::Running);
    assert_eq!(view.status, ExecutionStatus::Completed);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e11_a_command_that_comes_again_is_done_whatever_has_happened_to_its_parent() {
    let world = World::new().await;
    let Held { execution, child, call, worker: _worker } = held_family(&world).await;
    let resume = |key: &'static str| {
        world.services.executions.control_once(&world.owner, child, Control::Resume, Some(key))
    };
    control(&world, child, Control::Pause).await;
    resume("first").await.unwrap();
    control(&world, execution, Control::Pause).await;

    resume("first").await.unwrap();

    let other = resume("second").await.unwrap_err().into_problem();
    assert_eq!(other.code, "awaits_parent", "{other:?}");
    let pause = (Control::Pause, Some("first"));
    let used = world
        .services
        .executions
        .control_once(&world.owner, child, pause.0, pause.1)
        .await
        .unwrap_err();
    assert_eq!(used.into_problem().code, "key_used");
    let held = (ExecutionStatus::Paused, Some(PauseReason::Parent));
    assert_eq!(stands(&world.view(child).await), held, "it is done once");
    control(&world, execution, Control::Resume).await;
    call.answer(wrote("done"));
    assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Completed);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_skipped_stops_what_it_launched() {
    let world = World::new().await;
    let Held { execution, child, call, worker: _worker } = held_family(&world).await;

    control(
        &world,
        execution,
        Control::SkipNode { node_id: id("sub"), output: None, generation: None },
    )
    .await;

    call.dropped().await;
    let view = world.wait_over(execution).await;
    assert_eq!(view.node(&id("sub")).unwrap().status, NodeStatus::Skipped);
    assert_eq!(world.wait_over(child).await.status, ExecutionStatus::Stopped);
    world.assert_sound().await;
}

/// A parent whose child writes, asks, and writes again.
pub async fn asking_family(world: &World) -> (ExecutionId, ExecutionId) {
    let child = [
        ("write", "generate_copy", text("About ${input.topic}")),
        ("check", "review", json!({})),
        ("mail", "generate_copy", text("A mail")),
    ];
    let child = world.publish(&chain("Child", &child)).await;
    let parent = chain("Parent", &[("sub", "sub_workflow", runs(child, "tea"))]);
    let parent = world.publish(&parent).await;
    let execution = world.launch(parent, none()).await;
    (execution, child_of(world, execution, "sub").await)
}

fn stands(view: &ExecutionView) -> (ExecutionStatus, Option<PauseReason>) {
    (view.status, view.pause_reason)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e8_a_pause_holds_children_that_wait_for_a_decision() {
    let world = World::new().await;
    let (executors, calls) = echoing();
    let _worker = world.worker_with(executors, quick());
    let (execution, child) = asking_family(&world).await;
    world.wait(child, |view| view.pause_reason == Some(PauseReason::Review)).await;

    control(&world, execution, Control::Pause).await;
    let held = (ExecutionStatus::Paused, Some(PauseReason::Parent));
    assert_eq!(stands(&world.view(child).await), held);
    approve(&world).await;

    let view = world.view(child).await;
    assert_eq!(stands(&view), held);
    assert_eq!(view.node(&id("mail")).unwrap().status, NodeStatus::Ready);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    let alone =
        world.services.executions.control(&world.owner, child, Control::Resume).await.unwrap_err();
    assert_eq!(alone.into_problem().code, "awaits_parent");
    control(&world, execution, Control::Resume).await;
    assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Completed);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_stands_at_its_breakpoint_again_when_its_parent_is_resumed() {
    let world = World::new().await;
    let (executors, calls) = echoing();
    let _worker = world.worker_with(executors, quick());
    let (execution, child) = asking_family(&world).await;
    let at = Control::Breakpoint { node_id: id("mail"), on: true };
    control(&world, child, at).await;
    world.wait(child, |view| view.pause_reason == Some(PauseReason::Review)).await;
    approve(&world).await;
    let at_breakpoint = (ExecutionStatus::Paused, Some(PauseReason::Breakpoint));
    assert_eq!(stands(&world.view(child).await), at_breakpoint);

    control(&world, execution, Control::Pause).await;
    let held = stands(&world.view(child).await);
    control(&world, execution, Control::Resume).await;

    assert_eq!(held, (ExecutionStatus::Paused, Some(PauseReason::Parent)));
    assert_eq!(stands(&world.view(child).await), at_breakpoint);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    control(&world, child, Control::Resume).await;
    assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Completed);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_whose_parent_went_on_without_it_is_not_mended_by_itself() {
    let world = World::new().await;
    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());
    let child = chain("Child", &[("write", "generate_copy", text("fail"))]);
    let child = world.publish(&child).await;
    let parent = chain("Parent", &[("sub", "sub_workflow", runs(child, "tea"))]);
    let execution = world.launch(world.publish(&parent).await, none()).await;
    let child = child_of(&world, execution, "sub").await;
    world.wait_over(execution).await;

    for mend in [
        Control::RetryNode { node_id: id("write"), config: None, generation: None },
        Control::SkipNode { node_id: id("write"), output: None, generation: None },
    ] {
        let refused =
            world.services.executions.control(&world.owner, child, mend).await.unwrap_err();
        assert!(refused.to_string().contains("has continued without it"), "{refused}");
    }

    assert_eq!(world.view(child).await.status, ExecutionStatus::Failed);
    world.assert_sound().await;
}

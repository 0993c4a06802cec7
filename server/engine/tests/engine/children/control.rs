//! Stop and pause reach what was launched.

use engine::{
    executors::Executors,
    testing::{
        play::{held, take, wrote},
        world::{World, none, quick},
    },
};
use model::{
    execution::state::{EndReason, ExecutionStatus, NodeStatus, PauseReason},
    nodes::NodeKind,
    pages::Control,
};

use super::graph::{Held, chain, child_of, control, family, held_family, id, runs};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_reaches_children_and_their_children() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let executors = Executors::inside().with(NodeKind::GenerateCopy, executor);
    let _worker = world.worker_with(executors, quick());
    let (parent, _) = family(&world).await;
    let top = world.publish(&chain("Top", &[("sub", "sub_workflow", runs(parent, "x"))])).await;
    let top = world.launch(top, none()).await;
    let call = take(&mut calls, 1).await.remove(0);
    let middle = child_of(&world, top, "sub").await;
    let bottom = child_of(&world, middle, "sub").await;

    control(&world, top, Control::Stop).await;

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

    control(&world, execution, Control::Stop).await;

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
    let alone = world.services.control(&world.owner, child, Control::Resume).await.unwrap_err();
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
async fn a_node_that_is_skipped_stops_what_it_launched() {
    let world = World::new().await;
    let Held { execution, child, call, worker: _worker } = held_family(&world).await;

    control(&world, execution, Control::SkipNode { node_id: id("sub"), output: None }).await;

    call.dropped().await;
    let view = world.wait_over(execution).await;
    assert_eq!(view.node(&id("sub")).unwrap().status, NodeStatus::Skipped);
    assert_eq!(world.wait_over(child).await.status, ExecutionStatus::Stopped);
    world.assert_sound().await;
}

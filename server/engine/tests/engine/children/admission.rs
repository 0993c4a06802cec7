//! A family has one of its workspace's places while a member of it works.

use engine::{exec::Worker, executors::Executors, limits::Limits};
use model::{
    execution::{
        state::{ExecutionStatus as Status, PauseReason},
        view::ExecutionView,
    },
    id::ExecutionId,
    nodes::NodeKind,
    pages::Control,
};
use serde_json::json;
use services::testing::{
    play::{Call, copies, graph, held, take, wrote},
    world::{World, none, quick},
};
use tokio::sync::mpsc::UnboundedReceiver;

use super::{
    control::asking_family,
    graph::{Held, approve, chain, child_of, control, held_family, id, runs, text},
};

/// A workspace in which one may run at a time.
async fn narrow() -> World {
    World::new().await.limited(Limits { running_per_workspace: 1, ..Limits::default() })
}

/// A parent whose child waits for a decision, and an execution that has taken their place.
struct Waiting {
    world: World,
    execution: ExecutionId,
    child: ExecutionId,
    other: ExecutionId,
    busy: Call,
    calls: UnboundedReceiver<Call>,
    worker: Worker,
}

async fn waiting() -> Waiting {
    let world = narrow().await;
    let (executor, mut calls) = held();
    let executors = Executors::internal().with_executor(NodeKind::GenerateCopy, executor);
    let worker = world.worker_with(executors, quick());
    let (execution, child) = asking_family(&world).await;
    take(&mut calls, 1).await.remove(0).answer(wrote("text"));
    world.wait(child, |view| view.pause_reason == Some(PauseReason::Review)).await;

    let other = world.launch(world.publish(&copies(1)).await, none()).await;
    let busy = take(&mut calls, 1).await.remove(0);
    Waiting { world, execution, child, other, busy, calls, worker }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e9_a_parent_gives_its_place_up_while_its_child_waits_for_a_person() {
    let Waiting { world, execution, child, other, busy, mut calls, worker } = waiting().await;

    approve(&world).await;

    assert_eq!(world.view(child).await.status, Status::Pending);
    assert_eq!(world.position(child).await, Some(1), "the other one has the place");
    let says_so = |view: &ExecutionView| {
        let words = view.node(&id("sub")).and_then(|node| node.waiting.as_deref());
        words.is_some_and(|words| words.contains("which is queued"))
    };
    world.wait(execution, says_so).await;
    busy.answer(wrote("other"));
    let mail = take(&mut calls, 1).await.remove(0);
    assert_eq!(world.view(child).await.status, Status::Running);
    world.wait(execution, |view| !says_so(view)).await;
    mail.answer(wrote("mail"));
    for id in [execution, child, other] {
        assert_eq!(world.wait_over(id).await.status, Status::Completed);
    }
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e8_a_pause_holds_a_child_that_waits_for_a_place() {
    let Waiting { world, execution, child, busy, mut calls, worker, .. } = waiting().await;
    approve(&world).await;
    assert_eq!(world.view(child).await.status, Status::Pending);

    control(&world, execution, Control::Pause).await;

    let held = |view: &ExecutionView| {
        (view.status, view.pause_reason) == (Status::Paused, Some(PauseReason::Parent))
    };
    assert!(held(&world.view(child).await));
    control(&world, execution, Control::Resume).await;
    assert_eq!(world.position(execution).await, Some(1));
    assert!(held(&world.view(child).await), "what launched it has no place yet");
    busy.answer(wrote("other"));
    take(&mut calls, 1).await.remove(0).answer(wrote("mail"));
    for id in [execution, child] {
        assert_eq!(world.wait_over(id).await.status, Status::Completed);
    }
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e9_what_a_child_does_is_done_in_the_place_of_its_parent() {
    let world = narrow().await;
    let Held { execution, child, call, worker: _worker } = held_family(&world).await;

    let other = world.launch(world.publish(&copies(1)).await, none()).await;

    assert_eq!(world.position(other).await, Some(1));
    control(&world, other, Control::STOP).await;
    call.answer(wrote("done"));
    for id in [execution, child] {
        assert_eq!(world.wait_over(id).await.status, Status::Completed);
    }
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e9_siblings_go_on_together_in_the_place_of_their_family() {
    let world = narrow().await;
    let (executor, mut calls) = held();
    let executors = Executors::internal().with_executor(NodeKind::GenerateCopy, executor);
    let _worker = world.worker_with(executors, quick());
    let child = [("check", "review", json!({})), ("mail", "generate_copy", text("A mail"))];
    let child = runs(world.publish(&chain("Child", &child)).await, "tea");
    let twins = [("a", "sub_workflow", child.clone()), ("b", "sub_workflow", child)];
    let edges = [("start", "a"), ("start", "b"), ("a.output", "end"), ("b.output", "end")];
    let parent = world.launch(world.publish(&graph(&twins, &edges)).await, none()).await;
    for twin in ["a", "b"] {
        let child = child_of(&world, parent, twin).await;
        world.wait(child, |view| view.pause_reason == Some(PauseReason::Review)).await;
    }
    let copies = world.publish(&copies(1)).await;
    let other = world.launch(copies, none()).await;
    let busy = take(&mut calls, 1).await.remove(0);
    let later = world.launch(copies, none()).await;

    approve(&world).await;
    approve(&world).await;
    assert_eq!(world.position(later).await, Some(3), "older families come first");
    busy.answer(wrote("other"));

    for mail in take(&mut calls, 2).await {
        mail.answer(wrote("mail"));
    }
    take(&mut calls, 1).await.remove(0).answer(wrote("later"));
    for id in [parent, other, later] {
        assert_eq!(world.wait_over(id).await.status, Status::Completed);
    }
    world.assert_sound().await;
}

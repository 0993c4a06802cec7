use std::{sync::Arc, time::Duration};

use engine::{exec::event_bus::BusEvent, executors::Executors, limits::Limits};
use model::{
    execution::{
        event::EventKind,
        state::{ExecutionStatus as Status, PauseReason},
        view::ExecutionView,
    },
    id::ExecutionId,
    nodes::NodeKind,
    pages::{Control, LaunchRequest},
};
use services::testing::{
    play::{Answering, copies, held, patient, take, writing, wrote},
    world::{World, none, quick},
};

use super::waits::{pausing, waits};

async fn world(running_per_workspace: u32) -> World {
    World::new().await.limited(Limits { running_per_workspace, ..Limits::default() })
}

async fn launched(world: &World, count: usize) -> Vec<ExecutionId> {
    let template = world.publish(&copies(1)).await;
    let mut ids = vec![];
    for _ in 0..count {
        ids.push(world.launch(template, none()).await);
    }
    ids
}

async fn control(world: &World, id: ExecutionId, control: Control) {
    world.services.executions.control(&world.owner, id, control).await.unwrap();
}

#[tokio::test]
async fn rel_e9_ten_run_and_the_others_start_in_the_order_of_launching() {
    let world = world(Limits::default().running_per_workspace).await;
    let (executor, mut calls) = held();
    let worker = world.worker_with(writing(executor), patient());

    let ids = launched(&world, 13).await;
    let mut running = take(&mut calls, 10).await;

    let (first, waiting) = ids.split_at(10);
    for id in first {
        assert_eq!(world.view(*id).await.status, Status::Running);
    }
    for (place, id) in (1..).zip(waiting) {
        assert_eq!(world.position(*id).await, Some(place));
        let page = world.services.executions.monitor(&world.owner, *id).await.unwrap();
        let words = page.view.queued.map(|queued| queued.to_string());
        let words = words.unwrap();
        assert!(words.starts_with(&place.to_string()), "{words}");
        assert!(words.ends_with("starts when one of 10 active runs finishes or waits"), "{words}");
        assert_eq!(page.view.status, Status::Pending);
    }
    for next in waiting {
        running.remove(0).answer(wrote("copy"));
        running.extend(take(&mut calls, 1).await);
        assert_eq!(world.view(*next).await.status, Status::Running, "the oldest starts");
        let sql = "SELECT count(*) FROM workflow_executions WHERE status = 'running'";
        assert_eq!(world.count(sql).await, 10);
    }
    running.into_iter().for_each(|call| call.answer(wrote("copy")));
    world.wait_all_over(&ids).await;
    for id in ids {
        assert_eq!(world.wait_over(id).await.status, Status::Completed);
    }
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn what_is_paused_gives_its_place_up_and_waits_for_one_when_it_is_resumed() {
    let world = world(1).await;
    let (executor, mut calls) = held();
    let worker = world.worker_with(writing(executor), patient());
    let ids = launched(&world, 2).await;
    let first = take(&mut calls, 1).await.remove(0);

    control(&world, ids[0], Control::Pause).await;
    let second = take(&mut calls, 1).await.remove(0);
    control(&world, ids[0], Control::Resume).await;
    assert_eq!(world.position(ids[0]).await, Some(1), "the other one has its place");
    first.answer(wrote("first"));
    world.wait(ids[0], |view| view.nodes.iter().any(|node| node.items_done() == (1, 1))).await;
    assert_eq!(world.view(ids[0]).await.status, Status::Pending);
    second.answer(wrote("second"));

    for id in &ids {
        assert_eq!(world.wait_over(*id).await.status, Status::Completed);
    }
    worker.stop().await;
    world.assert_sound().await;
    let resumed = |kind: &EventKind| matches!(kind, EventKind::ExecutionResumed);
    let times = world.events(ids[0]).await.iter().filter(|event| resumed(&event.kind)).count();
    assert_eq!(times, 1, "it went on once, when it had a place");
}

#[tokio::test]
async fn what_only_waits_for_its_time_gives_its_place_up() {
    let world = world(1).await;
    let (executor, mut calls) = held();
    let worker = world.worker_with(writing(executor), patient());
    let timed = world.launch(world.publish(&pausing()).await, none()).await;
    let timed_too = world.launch(world.publish(&pausing()).await, none()).await;

    let ids = launched(&world, 2).await;

    let call = take(&mut calls, 1).await.remove(0);
    for id in [timed, timed_too, ids[0]] {
        assert_eq!(world.view(id).await.status, Status::Running);
    }
    assert_eq!(world.position(ids[1]).await, Some(1), "what works holds its place");
    call.answer(wrote("first"));
    take(&mut calls, 1).await.remove(0).answer(wrote("second"));
    world.wait_over(ids[1]).await;
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e9_what_has_waited_for_its_time_waits_for_a_place_where_all_are_taken() {
    let world = world(1).await;
    let timed = world.launch(world.publish(&pausing()).await, none()).await;
    world.wait(timed, waits).await;
    // Nearly all of its hour: nobody else may work for so long.
    world.db.advance(Duration::from_secs(3590)).await;
    let (executor, mut calls) = held();
    let executors = Executors::internal().with_executor(NodeKind::GenerateCopy, executor);
    let worker = world.worker_with(executors, patient());
    let others = launched(&world, 2).await;
    let call = take(&mut calls, 1).await.remove(0);

    world.db.advance(Duration::from_secs(10)).await;
    world.nudge().await;

    let queued = |view: &ExecutionView| view.status == Status::Pending;
    world.wait(timed, queued).await;
    assert_eq!(world.position(timed).await, Some(1), "it was launched before the other");
    assert_eq!(world.position(others[1]).await, Some(2));
    call.answer(wrote("first"));
    assert_eq!(world.wait_over(timed).await.status, Status::Completed);
    take(&mut calls, 1).await.remove(0).answer(wrote("second"));
    world.wait_over(others[1]).await;
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e9_a_person_lets_no_more_work_than_may() {
    let world = world(1).await;
    let (executor, mut calls) = held();
    let worker = world.worker_with(writing(executor), patient());
    let template = world.publish(&copies(1)).await;
    let by_hand = LaunchRequest { auto_run: false, ..LaunchRequest::for_template(template) };
    let by_hand =
        world.services.executions.launch(&world.owner, by_hand).await.unwrap().execution_id;
    let other = world.launch(template, none()).await;
    let busy = take(&mut calls, 1).await.remove(0);
    assert_eq!(world.view(by_hand).await.status, Status::Running, "it waits for a person");

    control(
        &world,
        by_hand,
        Control::TriggerNode {
            node_id: "write".into(),
            config: None,
            generation: None,
            dependents: None,
        },
    )
    .await;

    assert_eq!(world.position(by_hand).await, Some(1));
    busy.answer(wrote("other"));
    take(&mut calls, 1).await.remove(0).answer(wrote("by hand"));
    world.wait_over(other).await;
    assert_eq!(world.wait_over(by_hand).await.status, Status::Completed);
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn one_that_waits_can_be_paused_resumed_and_stopped_and_never_ends_without_running() {
    let world = world(1).await;
    let (executor, mut calls) = held();
    let worker = world.worker_with(writing(executor), patient());
    let ids = launched(&world, 3).await;
    let first = take(&mut calls, 1).await.remove(0);

    control(&world, ids[1], Control::Pause).await;
    assert_eq!(world.view(ids[1]).await.pause_reason, Some(PauseReason::User));
    assert_eq!(world.position(ids[2]).await, Some(1), "one that is paused is not in the queue");
    control(&world, ids[1], Control::Resume).await;
    assert_eq!(world.position(ids[1]).await, Some(1), "it is older than the other");
    control(&world, ids[2], Control::STOP).await;
    first.answer(wrote("first"));
    take(&mut calls, 1).await.remove(0).answer(wrote("second"));

    assert_eq!(world.wait_over(ids[1]).await.documents.len(), 1);
    assert_eq!(world.wait_over(ids[2]).await.status, Status::Stopped);
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e1_what_waits_is_started_by_a_sweep_when_whoever_made_room_died() {
    let world = world(1).await;
    let ids = launched(&world, 2).await;
    // As a process that is killed right after its commit leaves them, but for the events.
    world.db.leave_unexamined();
    let sql = "UPDATE workflow_executions SET status = 'stopped', end_reason = 'user',
                      completed_at = engine_now() WHERE status = 'running'";
    sqlx::query(sql).execute(&world.db.pool).await.unwrap();

    let worker = world.worker_with(writing(Answering(|_: &_| wrote("copy"))), quick());
    assert_eq!(world.wait_over(ids[1]).await.status, Status::Completed);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e9_never_more_run_than_may_however_many_are_launched_at_once() {
    let world = Arc::new(world(3).await);
    let worker = world.worker_with(writing(Answering(|_: &_| wrote("copy"))), quick());
    let template = world.publish(&copies(2)).await;
    let mut news = world.services.context().bus.subscribe();

    let launches = (0..30).map(|_| {
        let world = world.clone();
        tokio::spawn(async move { world.launch(template, none()).await })
    });
    let launches: Vec<_> = launches.collect();
    let watched = world.clone();
    let watch = tokio::spawn(async move {
        let mut most = 0;
        while let Some(
            BusEvent::Advanced(_)
            | BusEvent::Missed
            | BusEvent::Text(_)
            | BusEvent::Draft(_)
            | BusEvent::Comments(_),
        ) = news.next().await
        {
            let sql = "SELECT count(*) FROM workflow_executions WHERE status = 'running'";
            most = most.max(watched.count(sql).await);
            if watched.count("SELECT count(*) FROM documents").await == 60 {
                break;
            }
        }
        most
    });
    for launch in launches {
        assert_eq!(world.wait_over(launch.await.unwrap()).await.status, Status::Completed);
    }
    worker.stop().await;
    world.assert_sound().await;
    let most = watch.await.unwrap();
    assert!((1..=3).contains(&most), "{most} ran at once");
}

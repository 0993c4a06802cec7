//! Workers that are late: what others have done since is left alone.

use std::time::Duration;

use engine::{
    exec::{
        WorkerConfig,
        advance::{Advance, Input, InputOutcome},
        event_bus::EventBus,
    },
    executors::Attempt,
    limits::Limits,
};
use model::{
    decide::ClaimLimits,
    execution::{
        failure::{Failure, HoldReason},
        state::ExecutionStatus,
    },
    id::WorkerId,
};
use services::testing::{
    play::{Answering, Call, copies, failed, frozen, held, take, writing, wrote},
    world::{World, none, quick},
};
use store::workers;
use uuid::Uuid;

const ITEMS: u32 = 10;
const THEFTS: usize = 50;

/// How a late attempt ends: well, badly, or with a reason to pause.
fn late(call: &Call) -> Attempt {
    match call.item % 3 {
        0 => wrote("late"),
        1 => failed("late"),
        _ => Attempt::from_failure(Failure::hold(HoldReason::Provider, "late", "late")),
    }
}

fn report_late(call: Call) {
    let attempt = late(&call);
    call.answer(attempt);
}

/// Who reports first.
#[derive(PartialEq)]
enum First {
    Thief,
    Owner,
}

/// A worker is given up while it works; another one takes its jobs over; both report.
async fn thefts(first: First) {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let thief = world.worker_elsewhere(writing(executor), frozen());
    let template = world.publish(&copies(ITEMS)).await;
    let mut executions = vec![];
    for _ in 0..THEFTS / ITEMS as usize {
        executions.push(world.launch(template, none()).await);
    }
    let stolen = take(&mut calls, THEFTS).await;
    world.give_up_workers().await;
    let (executor, mut calls) = held();
    let owner = world.worker_with(writing(executor), quick());
    let owned = take(&mut calls, THEFTS).await;

    if first == First::Owner {
        owned.into_iter().for_each(|call| call.answer(wrote("in time")));
        world.wait_all_over(&executions).await;
        stolen.into_iter().for_each(report_late);
        thief.stop().await;
    } else {
        stolen.into_iter().for_each(report_late);
        thief.stop().await;
        owned.into_iter().for_each(|call| call.answer(wrote("in time")));
    }
    world.wait_all_over(&executions).await;
    for id in executions {
        let view = world.view(id).await;
        assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
        let attempts = world.attempts(id).await;
        assert!(attempts.values().all(|ends| ends == &["lost", "completed"]), "{attempts:?}");
    }
    owner.stop().await;
    world.assert_sound().await;
    let in_time = "SELECT count(*) FROM documents WHERE title = 'in time'";
    assert_eq!(world.count(in_time).await, THEFTS as i64);
    assert_eq!(world.count("SELECT count(*) FROM documents").await, THEFTS as i64);
}

#[tokio::test]
async fn rel_e2_a_worker_that_reports_after_its_job_was_done_by_another_changes_nothing() {
    thefts(First::Owner).await;
}

#[tokio::test]
async fn rel_e2_a_worker_that_reports_while_another_has_its_job_changes_nothing() {
    thefts(First::Thief).await;
}

#[tokio::test]
async fn rel_e2_a_worker_that_was_given_up_is_handed_nothing_even_before_it_notices() {
    let world = World::new().await;
    let template = world.publish(&copies(1)).await;
    let id = world.launch(template, none()).await;
    let worker = WorkerId(Uuid::now_v7());
    let mut conn = world.db.pool.acquire().await.unwrap();
    workers::register(&mut conn, worker, None, Duration::from_secs(3600)).await.unwrap();
    let limits = ClaimLimits { capacity: 1, per_execution: 1, alone: false };
    let claim = Input::Claim { worker, limits, kinds: None };

    world.give_up_workers().await;
    let process = Advance::new(world.db.pool.clone(), EventBus::default(), Limits::default());
    let given_up = process.run(&(id, vec![claim])).await.unwrap();

    assert!(matches!(&given_up[0], InputOutcome::Claimed(jobs, _) if jobs.is_empty()));
    assert_eq!(world.count("SELECT count(*) FROM job_attempts").await, 0);
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e1_an_execution_that_cannot_be_read_costs_no_other_its_jobs() {
    let world = World::new().await;
    let template = world.publish(&copies(2)).await;
    let unread = world.launch(template, none()).await;
    world.db.leave_unexamined();
    let deeper_than_readers_go = "UPDATE execution_nodes SET output = jsonb_build_object('a',
                (repeat('[', 200) || repeat(']', 200))::jsonb)
          WHERE execution_id = $1 AND node_id = 'start'";
    sqlx::query(deeper_than_readers_go).bind(unread.0).execute(&world.db.pool).await.unwrap();
    // A process that remembers only what comes from here on.
    let world = world.limited(Limits::default());
    let sound = world.launch(template, none()).await;

    let together = WorkerConfig { lanes: 1, ..quick() };
    let worker = world.worker_with(writing(Answering(|_: &_| wrote("text"))), together);

    assert_eq!(world.wait_over(sound).await.status, ExecutionStatus::Completed);
    let attempts = world.attempts(sound).await;
    assert!(attempts.values().all(|ends| ends == &["completed"]), "{attempts:?}");
    worker.stop().await;
}

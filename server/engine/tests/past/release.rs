//! A worker that stops, or that holds jobs it does not know of, gives them up.

use std::{pin::pin, time::Duration};

use engine::exec::{WorkerConfig, advance::Input};
use model::{decide::ClaimLimits, execution::state::ExecutionStatus, id::WorkerId};
use services::testing::{
    db::LOCK_WAITS,
    play::{Answering, copies, held, patient, rest, take, writing, wrote},
    world::{GIVE_UP, World, none, quick},
};
use uuid::Uuid;

#[tokio::test]
async fn rel_e1_a_worker_that_stops_hands_its_jobs_back_at_once_and_none_counts_as_lost() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let leaving = world
        .worker_elsewhere(writing(executor), WorkerConfig { drain: Duration::ZERO, ..patient() });
    let template = world.publish(&copies(5)).await;
    let id = world.launch(template, none()).await;
    let begun = take(&mut calls, 5).await;
    leaving.stop().await;
    // Nobody was there to take them over: they were given, not found.
    let pending =
        "SELECT count(*) FROM agent_jobs WHERE status = 'pending' AND lost = 0 AND attempt = 0";
    assert_eq!(world.count(pending).await, 5);

    let other = world.worker_with(writing(Answering(|_: &_| wrote("in time"))), quick());
    let view = world.wait_over(id).await;

    other.stop().await;
    drop(begun);
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    let attempts = world.attempts(id).await;
    assert!(attempts.values().all(|ends| ends == &["handed_back", "completed"]), "{attempts:?}");
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e1_a_stop_that_meets_a_claim_on_its_way_lets_nothing_of_it_begin() {
    let world = World::new().await;
    let id = world.launch(world.publish(&copies(5)).await, none()).await;
    let mut row = world.db.pool.begin().await.unwrap();
    let sql = "SELECT 1 FROM workflow_executions WHERE id = $1 FOR UPDATE";
    sqlx::query(sql).bind(id.0).execute(&mut *row).await.unwrap();
    let (executor, mut calls) = held();
    let leaving = world.worker_elsewhere(writing(executor), patient());
    world.until(LOCK_WAITS, 1).await;

    let mut stopping = pin!(leaving.stop());
    assert!(futures::poll!(&mut stopping).is_pending());
    row.rollback().await.unwrap();
    stopping.await;

    assert!(calls.try_recv().is_err(), "what was taken then has begun");
    let pending =
        "SELECT count(*) FROM agent_jobs WHERE status = 'pending' AND lost = 0 AND attempt = 0";
    assert_eq!(world.count(pending).await, 5);
    let other = world.worker_with(writing(Answering(|_: &_| wrote("in time"))), quick());
    let view = world.wait_over(id).await;
    other.stop().await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    let attempts = world.attempts(id).await;
    assert!(attempts.values().all(|ends| ends == &["handed_back", "completed"]), "{attempts:?}");
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e1b_a_worker_that_is_asked_to_leave_while_the_database_is_away_leaves_all_the_same() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let leaving = world
        .worker_elsewhere(writing(executor), WorkerConfig { drain: Duration::ZERO, ..patient() });
    let template = world.publish(&copies(2)).await;
    let id = world.launch(template, none()).await;
    let mut begun = take(&mut calls, 2).await;

    world.db.take_away().await;
    begun.remove(0).answer(wrote("in vain"));
    let left = tokio::time::timeout(GIVE_UP, leaving.stop()).await;
    world.db.give_back().await;

    assert!(left.is_ok(), "it waits for the database");
    let other = world.worker_with(writing(Answering(|_: &_| wrote("in time"))), quick());
    let view = world.wait_over(id).await;
    other.stop().await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e4b_a_claim_whose_answer_got_lost_is_handed_back_by_the_worker_that_made_it() {
    let world = World::new().await;
    let template = world.publish(&copies(3)).await;
    let id = world.launch(template, none()).await;
    // The worker is there, but deaf to this type: only the claim below takes the jobs.
    let only = Some(vec!["nothing".to_owned()]);
    let executors = || writing(Answering(|_: &_| wrote("in time")));
    let unaware = world.worker_elsewhere(executors(), WorkerConfig { only, ..quick() });
    let sql = "SELECT id FROM workers WHERE gone_at IS NULL LIMIT 1";
    let worker: Uuid = loop {
        if let Some(id) = sqlx::query_scalar(sql).fetch_optional(&world.db.pool).await.unwrap() {
            break id;
        }
        rest().await;
    };
    let limits = ClaimLimits { capacity: 3, per_execution: 20, alone: false };
    let claim = Input::Claim { worker: WorkerId(worker), limits, kinds: None };

    world.services.context().advance.run(&(id, vec![claim])).await.unwrap();
    let other = world.worker_with(executors(), quick());
    let view = world.wait_over(id).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    let attempts = world.attempts(id).await;
    assert!(attempts.values().all(|ends| ends == &["handed_back", "completed"]), "{attempts:?}");
    unaware.stop().await;
    other.stop().await;
    world.assert_sound().await;
}

//! Group commit: what ends at the same moment is written together.

use engine::{
    exec::WorkerConfig,
    executors::Attempt,
    testing::{
        play::{copies, held, patient, take, writing, wrote},
        world::{World, none},
    },
};
use model::{decide::JobOutput, execution::state::ExecutionStatus, id::ExecutionId};
use sqlx::PgPool;

/// Executions that end while another transaction is under way.
const COUNT: usize = 32;

/// Waits until somebody waits for a lock, and whoever else is at work has done what it can.
async fn somebody_waits(pool: &PgPool) {
    let sql = "SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(sql).fetch_one(pool).await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
}

/// One execution's row is locked, and its end therefore keeps the only lane; meanwhile the others end,
/// each with this. How many transactions wrote the ends of these.
async fn commits(end: impl Fn() -> Attempt) -> i64 {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let config = WorkerConfig { lanes: 1, places: COUNT + 1, ..patient() };
    let worker = world.worker_with(writing(executor), config);
    let template = world.publish(&copies(1)).await;
    let first = world.launch(template, none()).await;
    let blocked = take(&mut calls, 1).await.remove(0);
    let mut others: Vec<ExecutionId> = vec![];
    for _ in 0..COUNT {
        others.push(world.launch(template, none()).await);
    }
    let under_way = take(&mut calls, COUNT).await;

    let mut lock = world.db.pool.begin().await.unwrap();
    let sql = "SELECT FROM workflow_executions WHERE id = $1 FOR UPDATE";
    sqlx::query(sql).bind(first.0).execute(&mut *lock).await.unwrap();
    blocked.answer(end());
    somebody_waits(&world.db.pool).await;
    under_way.into_iter().for_each(|call| call.answer(end()));
    somebody_waits(&world.db.pool).await;
    lock.rollback().await.unwrap();

    for id in others.iter().chain([&first]) {
        assert_eq!(world.wait_over(*id).await.status, ExecutionStatus::Completed);
    }
    let ids: Vec<_> = others.iter().map(|id| id.0).collect();
    let sql = "SELECT count(*), count(DISTINCT xmin::text) FROM job_attempts
                WHERE execution_id = ANY($1) AND status = 'completed'";
    let (ends, commits): (i64, i64) =
        sqlx::query_as(sql).bind(&ids).fetch_one(&world.db.pool).await.unwrap();
    assert_eq!(ends, i64::try_from(COUNT).unwrap());
    worker.stop().await;
    world.assert_sound().await;
    commits
}

#[tokio::test]
async fn executions_that_end_while_a_transaction_is_under_way_share_the_next_one() {
    let plain = || Attempt::done(JobOutput::default());
    for (what, commits) in [
        ("in one statement", commits(plain).await),
        ("with documents", commits(|| wrote("A")).await),
    ] {
        println!("{COUNT} ends {what}: {commits} commits");
        // One; on a busy machine some may have come too late for it.
        assert!(commits <= 4, "{what}: {commits}");
    }
}

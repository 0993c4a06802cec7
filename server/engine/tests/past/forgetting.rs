//! Much history goes at once while executions run, and its room is used again.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use model::{
    api::{history::ExecutionFilter, listing::PageRequest},
    execution::state::ExecutionStatus,
};
use services::testing::{
    past::{analyze, past, past_after, vacuum},
    play::{Answering, copies, writing, wrote},
    soak::{STALL, judge, soaking},
    world::{World, none, quick},
};

/// Old executions: some in `make test`, a hundred thousand in `make soak`.
fn old() -> i64 {
    if soaking() { 100_000 } else { 200 }
}

/// Of each of them.
const JOBS: i64 = 10;
const RETENTION: Duration = Duration::from_secs(91 * 24 * 3600);
/// Rows below executions of the past that retention deletes.
const REMAINS: &str = "
    SELECT (SELECT count(*) FROM execution_events x JOIN workflow_executions e ON e.id = x.execution_id
             WHERE e.name = 'Past')
         + (SELECT count(*) FROM job_attempts x JOIN workflow_executions e ON e.id = x.execution_id
             WHERE e.name = 'Past')";

/// Launches one execution after the other and reads the list of them, until `done`; how long each
/// reading took.
async fn work(world: &World, done: &AtomicBool) -> Vec<Duration> {
    let template = world.publish(&copies(2)).await;
    let worker = world.worker_with(writing(Answering(|_: &_| wrote("done"))), quick());
    let mut readings = vec![];
    while !done.load(Ordering::Relaxed) || readings.is_empty() {
        let id = world.launch(template, none()).await;
        assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Completed);
        let begun = Instant::now();
        let (all, first) = (ExecutionFilter::default(), PageRequest::default());
        world.services.executions.executions_page(&world.owner, &all, &first).await.unwrap();
        readings.push(begun.elapsed());
    }
    worker.stop().await;
    readings
}

#[tokio::test]
async fn rel_e16_the_history_of_many_goes_while_executions_run_and_are_read() {
    let world = World::new().await;
    past(&world, old() * JOBS).await;
    analyze(&world).await;
    world.db.advance(RETENTION).await;
    assert!(world.count(REMAINS).await >= old() * JOBS);

    let done = AtomicBool::new(false);
    let begun = Instant::now();
    let forgetting = async {
        let forgotten = world.services.admin.forget_history().await;
        done.store(true, Ordering::Relaxed);
        (forgotten.unwrap(), begun.elapsed())
    };
    let ((forgotten, took), mut readings) = tokio::join!(forgetting, work(&world, &done));

    assert_eq!(i64::try_from(forgotten).unwrap(), old());
    assert_eq!(world.count(REMAINS).await, 0);
    let young = "SELECT count(*) FROM workflow_executions
                  WHERE name <> 'Past' AND forgotten_at IS NOT NULL";
    assert_eq!(world.count(young).await, 0, "what is young keeps its history");
    readings.sort();
    let p95 = readings[readings.len() * 95 / 100].as_millis();
    println!("forgot {forgotten} executions in {took:.1?}; meanwhile {} ran", readings.len());
    let p95 = i64::try_from(p95).unwrap();
    judge("the list of executions, 95 of 100", p95, 50, STALL);
}

#[tokio::test]
async fn histories_that_cannot_be_read_stay_and_hold_up_no_other() {
    let world = World::new().await;
    past(&world, 80 * JOBS).await;
    // More than one look for old executions finds at once, and all of them come before the others.
    let damage = "UPDATE execution_events SET events = '[{\"kind\": \"of.tomorrow\"}]'
                   WHERE execution_id IN (SELECT id FROM workflow_executions
                                           ORDER BY completed_at, id LIMIT 60)";
    sqlx::query(damage).execute(&world.db.pool).await.unwrap();
    world.db.advance(RETENTION).await;

    let forgotten = world.services.admin.forget_history().await.unwrap();

    assert_eq!(forgotten, 20);
    let kept = "SELECT count(DISTINCT execution_id) FROM execution_events";
    assert_eq!(world.count(kept).await, 60, "nothing is deleted of what has no summary");
    assert_eq!(world.services.admin.forget_history().await.unwrap(), 0);
    let mended = "UPDATE execution_events SET events = '[{\"kind\": \"execution.started\"}]'";
    sqlx::query(mended).execute(&world.db.pool).await.unwrap();
    assert_eq!(world.services.admin.forget_history().await.unwrap(), 60);
    assert_eq!(world.count(REMAINS).await, 0);
}

/// Old executions whose room is looked at.
const FEW: i64 = 100;
/// More than half of how long history is kept.
const TURN: Duration = Duration::from_secs(50 * 24 * 3600);

/// One more history, with payloads too long to lie in the rows of their jobs.
async fn lived(world: &World, turn: i64) {
    past_after(world, turn * FEW, FEW * JOBS).await;
    let sql = "UPDATE agent_jobs
                  SET output = to_jsonb((SELECT string_agg(md5(id::text || part), '')
                                           FROM generate_series(1, 150) part))
                WHERE output IS NULL AND started_at > engine_now() - interval '2 days'";
    let written = sqlx::query(sql).execute(&world.db.pool).await.unwrap();
    assert_eq!(written.rows_affected(), u64::try_from(FEW * JOBS).unwrap());
}

/// Bytes of each that forgetting empties: tables with their indexes, and what lies apart of jobs.
async fn room(world: &World) -> Vec<(String, i64)> {
    let sql = "SELECT relname::text, pg_total_relation_size(oid) FROM pg_class
                WHERE oid IN ('execution_events'::regclass, 'job_attempts'::regclass)
                UNION ALL
               SELECT 'payloads', pg_total_relation_size(reltoastrelid) FROM pg_class
                WHERE oid = 'agent_jobs'::regclass
                ORDER BY 1";
    sqlx::query_as(sql).fetch_all(&world.db.pool).await.unwrap()
}

#[tokio::test]
async fn rel_e16_what_forgotten_history_took_up_is_used_again() {
    let world = World::new().await;
    for turn in 0..2 {
        lived(&world, turn).await;
        world.db.advance(TURN).await;
    }
    vacuum(&world).await;
    let full = room(&world).await;
    assert!(full.len() == 3 && full.iter().all(|(_, bytes)| *bytes > 100_000), "{full:?}");

    for turn in 2..5 {
        let forgotten = world.services.admin.forget_history().await.unwrap();
        assert_eq!(i64::try_from(forgotten).unwrap(), FEW, "the older half");
        vacuum(&world).await;
        lived(&world, turn).await;
        world.db.advance(TURN).await;
    }
    let now = room(&world).await;
    // Pages on which anything is left, and how an index happened to be split, cost a little; without
    // any use of what is free, each would be two and a half times as large.
    let fits = full.iter().zip(&now).all(|((_, before), (_, now))| *now <= before + before / 2);
    assert!(fits, "{full:?} before, {now:?} after half of it was written anew three times");
    let left_alone =
        "SELECT count(*) FROM pg_class WHERE reloptions::text LIKE '%autovacuum_enabled%'";
    assert_eq!(world.count(left_alone).await, 0, "the database looks after every table by itself");
}

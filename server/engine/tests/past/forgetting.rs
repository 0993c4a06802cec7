//! Much history goes at once while executions run.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use engine::testing::{
    past::{analyze, past},
    play::{Answering, copies, writing, wrote},
    soak::soaking,
    world::{World, none, quick},
};
use model::{
    api::{history::ExecutionFilter, listing::PageRequest},
    execution::state::ExecutionStatus,
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
        world.services.executions_page(&world.owner, &all, &first).await.unwrap();
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
        let forgotten = world.services.forget_history().await;
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
    let p95 = readings[readings.len() * 95 / 100];
    println!(
        "forgot {forgotten} executions in {took:.1?}; meanwhile {} ran, the list was read in {p95:.1?} at p95",
        readings.len()
    );
}

//! W4: executions of ten steps queued at once, drained by one, two and four processes.

use std::{io::Read, sync::Arc, time::Duration};

use engine::{
    exec::{Worker, WorkerConfig, WorkerDeps, advance::Advance, event_bus::EventBus},
    limits::Limits,
};
use futures::{StreamExt, stream};
use serde_json::json;

use super::{
    limit,
    process::Process,
    report::{Measured, Report, Share, beside, rounded},
    stage::{Stage, chain, no_op, pool},
};

/// Names the database to a process that only works.
pub const WORKER: &str = "ATELIER_BENCH_WORKER";

const EXECUTIONS: usize = 1000;
const STEPS: usize = 10;

/// Works until its input ends.
pub async fn work(url: &str) {
    let pool = pool(url).await;
    let deps = WorkerDeps {
        options: store::connect_options(url, "bench worker").unwrap(),
        executors: no_op(),
        advance: Arc::new(Advance::new(pool.clone(), EventBus::default(), Limits::default())),
        pool,
    };
    let worker = Worker::start(deps, WorkerConfig::default()).unwrap();
    let waiting = || std::io::stdin().read_to_end(&mut vec![]).unwrap();
    tokio::task::spawn_blocking(waiting).await.unwrap();
    worker.stop().await;
}

pub async fn measure(report: &mut Report) {
    let mut alone = None;
    for processes in [1, 2, 4] {
        let (ours, limit) = drained(processes).await;
        let base = *alone.get_or_insert(ours.per_second());
        let more = json!({
            "processes": processes, "times_one_process": rounded(ours.per_second() / base),
        });
        report.add(beside("w4", EXECUTIONS, ours, limit, Share::OfExecutions, more));
    }
}

/// What was achieved, and the limit of then. An execution's time begins with the first step of all.
async fn drained(processes: usize) -> (Measured, Measured) {
    let stage = Stage::new().await;
    let places = stage.places(EXECUTIONS, &chain(STEPS)).await;
    let launches = places.iter().map(|place| stage.launch(place));
    stream::iter(launches).buffer_unordered(8).collect::<Vec<_>>().await;
    let url = &stage.world.db.url;
    let working: Vec<Process> = (0..processes).map(|_| Process::again(WORKER, url)).collect();
    let done = "SELECT count(*) FROM workflow_executions WHERE status = 'completed'";
    stage.until(done, EXECUTIONS as i64, Duration::from_millis(100)).await;
    drop(working);
    let sql = "SELECT extract(epoch FROM completed_at - (SELECT min(started_at) FROM job_attempts))::float8
                 FROM workflow_executions ORDER BY 1";
    let seconds: Vec<f64> =
        sqlx::query_scalar(sql).fetch_all(&stage.services.context().pool).await.unwrap();
    let took: Vec<_> = seconds.into_iter().map(Duration::from_secs_f64).collect();
    stage.world.assert_sound().await;
    let limit = limit::backlog(url, EXECUTIONS, STEPS as i32).await;
    (Measured::within(took[EXECUTIONS - 1], took), limit)
}

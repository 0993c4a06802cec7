//! W4: executions of ten steps queued at once, drained by one, two and four processes.

use std::{io::Read, sync::Arc};

use engine::{
    exec::{Worker, WorkerConfig, WorkerParts, advance::Advance, hub::Hub},
    store,
    testing::world::ROOMY,
};
use futures::{StreamExt, stream};
use serde_json::json;

use super::{
    process::Process,
    report::{Report, rounded},
    stage::{Stage, chain, no_op, pool},
};

/// Names the database to a process that only works.
pub const WORKER: &str = "ATELIER_BENCH_WORKER";

const EXECUTIONS: usize = 1000;
const STEPS: usize = 10;
const PLACES: usize = 128;

/// Works until its input ends.
pub async fn work(url: &str) {
    let pool = pool(url).await;
    let parts = WorkerParts {
        options: store::connect_options(url, "bench worker").unwrap(),
        executors: no_op(),
        advance: Arc::new(Advance::new(pool.clone(), Hub::default(), ROOMY)),
        pool,
    };
    let worker = Worker::start(parts, WorkerConfig::default()).unwrap();
    let waiting = || std::io::stdin().read_to_end(&mut vec![]).unwrap();
    tokio::task::spawn_blocking(waiting).await.unwrap();
    worker.stop().await;
}

pub async fn measure(report: &mut Report) {
    let mut alone = None;
    for processes in [1, 2, 4] {
        let per_second = drained(processes).await;
        let base = *alone.get_or_insert(per_second);
        report.add(json!({
            "workload": "w4", "processes": processes, "in_flight": EXECUTIONS,
            "executions_per_s": rounded(per_second), "times_one_process": rounded(per_second / base),
        }));
    }
}

async fn drained(processes: usize) -> f64 {
    let stage = Stage::new().await;
    let places = stage.places(PLACES, &chain(STEPS)).await;
    let launches = (0..EXECUTIONS).map(|i| stage.launch(&places[i % PLACES]));
    stream::iter(launches).buffer_unordered(8).collect::<Vec<_>>().await;
    let url = &stage.world.db.url;
    let working: Vec<Process> = (0..processes).map(|_| Process::again(WORKER, url)).collect();
    let left = "SELECT count(*) FROM workflow_executions WHERE status <> 'completed'";
    while stage.world.count(left).await > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    drop(working);
    let sql = "SELECT extract(epoch FROM (SELECT max(completed_at) FROM workflow_executions)
                    - (SELECT min(started_at) FROM job_attempts))::float8";
    let seconds: f64 = sqlx::query_scalar(sql).fetch_one(&stage.services.pool).await.unwrap();
    stage.world.assert_sound().await;
    EXECUTIONS as f64 / seconds
}

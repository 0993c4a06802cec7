//! W7: the memory of one process with very many executions in flight, a job of each in hand.

use std::{io::Read, sync::Arc, time::Duration};

use async_trait::async_trait;
use engine::{
    exec::{Worker, WorkerConfig, WorkerDeps, advance::Advance, event_bus::EventBus},
    executors::{Attempt, Executor},
    job::JobContext,
    limits::Limits,
};
use futures::{StreamExt, stream};
use serde_json::json;
use services::testing::play::writing;

use super::{
    process::Process,
    report::{Report, rounded},
    stage::{Stage, WORKERS, chain, pool},
};

/// Names the database to a process that holds what it takes.
pub const HOLDER: &str = "ATELIER_BENCH_HOLDER";

const STEPS: usize = 10;

fn in_flight() -> usize {
    let wanted = std::env::var("ATELIER_BENCH_IN_FLIGHT").ok().and_then(|count| count.parse().ok());
    wanted.unwrap_or(10_000)
}

/// Every job is under way for ever.
struct Holding;

#[async_trait]
impl Executor for Holding {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(24 * 3600)
    }

    async fn run(&self, _: &JobContext) -> Attempt {
        std::future::pending().await
    }
}

/// Takes everything until its input ends, and leaves without a word.
pub async fn hold(url: &str) {
    let pool = pool(url).await;
    let deps = WorkerDeps {
        options: store::connect_options(url, "bench worker").unwrap(),
        executors: writing(Holding),
        advance: Arc::new(Advance::new(pool.clone(), EventBus::default(), Limits::default())),
        pool,
    };
    let config = WorkerConfig { max_jobs: in_flight(), ..WorkerConfig::default() };
    let worker = Worker::start(deps, config).unwrap();
    let waiting = || std::io::stdin().read_to_end(&mut vec![]).unwrap();
    tokio::task::spawn_blocking(waiting).await.unwrap();
    drop(worker);
}

pub async fn measure(report: &mut Report) {
    let stage = Stage::new().await;
    let count = in_flight();
    let places = stage.places(count, &chain(STEPS)).await;
    let process = Process::again(HOLDER, &stage.world.db.url);
    stage.until(WORKERS, 1, Duration::from_millis(50)).await;
    let empty = process.memory_mib();
    let launches = places.iter().map(|place| stage.launch(place));
    stream::iter(launches).buffer_unordered(8).collect::<Vec<_>>().await;
    let held = "SELECT count(*) FROM agent_jobs WHERE status = 'running'";
    stage.until(held, count as i64, Duration::from_millis(200)).await;
    let full = process.memory_mib();
    report.add(json!({
        "workload": "w7", "in_flight": count, "steps": STEPS, "memory_mib": rounded(full),
        "memory_mib_before": rounded(empty),
        "kib_an_execution": rounded((full - empty) * 1024.0 / count as f64),
    }));
    drop(process);
}

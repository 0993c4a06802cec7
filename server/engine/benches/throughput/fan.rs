//! W2: 20 jobs of 100 ms side by side, and what needs them all.

use std::time::Duration;

use async_trait::async_trait;
use engine::{
    exec::WorkerConfig,
    executors::{Attempt, Executor},
    job::JobContext,
    testing::play::{copies, writing},
};
use model::decide::JobOutput;
use serde_json::json;

use super::{
    peers,
    report::{Report, percentile, rounded},
    stage::{Stage, without_results},
};

const WIDE: u32 = 20;
const EACH: Duration = Duration::from_millis(100);
const ROUNDS: usize = 20;

struct Slow;

#[async_trait]
impl Executor for Slow {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn run(&self, _: &JobContext) -> Attempt {
        tokio::time::sleep(EACH).await;
        Attempt::done(JobOutput::default())
    }
}

pub async fn measure(report: &mut Report) {
    let stage = Stage::new().await;
    let worker = stage.worker(writing(Slow), WorkerConfig::default());
    let places = stage.places(1, &without_results(&copies(WIDE))).await;
    stage.learn(&places[0]).await;
    let mut took = vec![];
    for _ in 0..ROUNDS {
        took.push(stage.run(&places[0]).await);
    }
    let p50 = percentile(&mut took, 0.5);
    let ratios: Vec<_> = peers::FAN_OUT_MS
        .iter()
        .map(|(name, theirs)| json!({ "peer": name, "ratio": rounded(theirs / p50) }))
        .collect();
    report.add(json!({
        "workload": "w2", "in_flight": 1, "p50_ms": p50, "p95_ms": percentile(&mut took, 0.95),
        "p99_ms": percentile(&mut took, 0.99), "ideal_ms": EACH.as_millis() as u64,
        "times_the_peers": ratios,
    }));
    worker.stop().await;
}

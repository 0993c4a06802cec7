//! W2: 20 jobs of 100 ms side by side, and what needs them all.

use std::time::Duration;

use async_trait::async_trait;
use engine::{
    exec::WorkerConfig,
    executors::{Attempt, Executor},
    job::JobContext,
};
use model::decide::JobOutput;
use serde_json::json;
use services::testing::play::{copies, writing};

use super::{
    limit::Fans,
    peers,
    report::{Measured, Report, Share, beside, rounded},
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
        Attempt::from_output(JobOutput::default())
    }
}

pub async fn measure(report: &mut Report) {
    let stage = Stage::new().await;
    let worker = stage.worker(writing(Slow), WorkerConfig::default());
    let places = stage.places(1, &without_results(&copies(WIDE))).await;
    stage.learn(&places[0]).await;
    let least = Fans::start(&stage.world.db.url, WIDE as i32, EACH).await;
    let (mut ours, mut limit) = (Measured::default(), Measured::default());
    for _ in 0..ROUNDS {
        let (allowed, took) = (least.next().await, stage.run(&places[0]).await);
        limit.add(allowed, allowed);
        ours.add(took, took);
    }
    least.stop().await;
    let (p50, allowed, ideal) = (ours.p50(), limit.p50(), EACH.as_millis() as f64);
    let ratios: Vec<_> = peers::FAN_OUT_MS
        .iter()
        .map(|(name, theirs)| json!({ "peer": name, "ratio": rounded(theirs / p50) }))
        .collect();
    let more = json!({
        "ideal_ms": ideal, "overhead_ms": rounded(p50 - ideal),
        "limit_overhead_ms": rounded(allowed - ideal), "times_the_peers": ratios,
    });
    report.add(beside("w2", 1, ours, limit, Share::OfTime, more));
    worker.stop().await;
}

//! W3: how long a launch takes, and when its first step begins.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use engine::{exec::WorkerConfig, executors::Attempt};
use model::decide::JobOutput;
use serde_json::json;
use services::testing::play::{Answering, writing};

use super::{
    limit::FirstSteps,
    peers,
    report::{Measured, Report, Share, beside, percentile, rounded},
    stage::{Stage, chain},
};

const ROUNDS: usize = 200;

/// What launches one after the other took: until each was accepted, and until its first step then
/// began; and the latter of the least program beside so many finished jobs.
pub struct Times {
    pub accepted: Vec<Duration>,
    pub first: Measured,
    pub limit: Measured,
}

pub async fn times(stage: &Stage, rounds: usize, finished: i64) -> Times {
    let step: Arc<Mutex<Option<Instant>>> = Arc::default();
    let seen = step.clone();
    let executor = Answering(move |_: &_| {
        *seen.lock().unwrap() = Some(Instant::now());
        Attempt::from_output(JobOutput::default())
    });
    let worker = stage.worker(writing(executor), WorkerConfig::default());
    let places = stage.places(1, &chain(1)).await;
    stage.learn(&places[0]).await;
    let mut least = FirstSteps::beside(&stage.world.db.url, finished).await;
    let (mut accepted, mut first, mut limit) = (vec![], Measured::default(), Measured::default());
    for _ in 0..rounds {
        let begun = Instant::now();
        let took = least.next().await;
        limit.add(begun.elapsed(), took);
        let asked = Instant::now();
        let id = stage.launch(&places[0]).await;
        let launched = Instant::now();
        let over = stage.ends.of(id).await;
        let at = step.lock().unwrap().take().unwrap();
        accepted.push(launched - asked);
        first.add(over - asked, at.saturating_duration_since(launched));
    }
    worker.stop().await;
    Times { accepted, first, limit }
}

pub async fn measure(report: &mut Report) {
    let stage = Stage::new().await;
    let Times { mut accepted, mut first, limit } = times(&stage, ROUNDS, 0).await;
    let p50 = first.p50();
    let ratios: Vec<_> = peers::FIRST_STEP_MS
        .iter()
        .map(|(name, theirs)| json!({ "peer": name, "ratio": rounded(theirs / p50) }))
        .collect();
    let more = json!({
        "launch_p50_ms": percentile(&mut accepted, 0.5),
        "launch_p99_ms": percentile(&mut accepted, 0.99), "times_the_peers": ratios,
    });
    report.add(beside("w3", 1, first, limit, Share::OfTime, more));
}

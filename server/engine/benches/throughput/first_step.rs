//! W3: how long a launch takes, and when its first step begins.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use engine::{
    exec::WorkerConfig,
    executors::Attempt,
    testing::play::{Answering, writing},
};
use model::decide::JobOutput;
use serde_json::json;

use super::{
    limit, peers,
    report::{Measured, Report, Share, beside, percentile, rounded},
    stage::{Stage, chain},
};

const ROUNDS: usize = 200;

/// Launches one after the other; when each was accepted, and when its first step began after that.
pub async fn times(stage: &Stage, rounds: usize) -> (Vec<Duration>, Measured) {
    let step: Arc<Mutex<Option<Instant>>> = Arc::default();
    let seen = step.clone();
    let executor = Answering(move |_: &_| {
        *seen.lock().unwrap() = Some(Instant::now());
        Attempt::done(JobOutput::default())
    });
    let worker = stage.worker(writing(executor), WorkerConfig::default());
    let places = stage.places(1, &chain(1)).await;
    stage.learn(&places[0]).await;
    let (begun, mut accepted, mut first) = (Instant::now(), vec![], vec![]);
    for _ in 0..rounds {
        let asked = Instant::now();
        let id = stage.launch(&places[0]).await;
        let launched = Instant::now();
        stage.ends.of(id).await;
        let at = step.lock().unwrap().take().unwrap();
        accepted.push(launched - asked);
        first.push(at.saturating_duration_since(launched));
    }
    let first = Measured::since(begun, first);
    worker.stop().await;
    (accepted, first)
}

pub async fn measure(report: &mut Report) {
    let stage = Stage::new().await;
    let (mut accepted, mut first) = times(&stage, ROUNDS).await;
    let limit = limit::first_steps(&stage.world.db.url, ROUNDS, 0).await;
    let p50 = first.p50();
    let ratios: Vec<_> = peers::FIRST_STEP_MS
        .iter()
        .map(|(name, theirs)| json!({ "peer": name, "ratio": rounded(theirs / p50) }))
        .collect();
    let more = json!({
        "launch_p50_ms": percentile(&mut accepted, 0.5),
        "launch_p99_ms": percentile(&mut accepted, 0.99), "times_the_peers": ratios,
    });
    report.add(beside(("w3", 1), (first, limit), Share::OfTime, more));
}

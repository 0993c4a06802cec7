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
    peers,
    report::{Report, percentile, rounded},
    stage::{Stage, chain},
};

const ROUNDS: usize = 200;

/// Launches one after the other; when each was accepted, and when its first step began after that.
pub async fn times(stage: &Stage, rounds: usize) -> (Vec<Duration>, Vec<Duration>) {
    let begun: Arc<Mutex<Option<Instant>>> = Arc::default();
    let seen = begun.clone();
    let executor = Answering(move |_: &_| {
        *seen.lock().unwrap() = Some(Instant::now());
        Attempt::done(JobOutput::default())
    });
    let worker = stage.worker(writing(executor), WorkerConfig::default());
    let places = stage.places(1, &chain(1)).await;
    stage.learn(&places[0]).await;
    let (mut accepted, mut first) = (vec![], vec![]);
    for _ in 0..rounds {
        let asked = Instant::now();
        let id = stage.launch(&places[0]).await;
        let launched = Instant::now();
        stage.ends.of(id).await;
        let step = begun.lock().unwrap().take().unwrap();
        accepted.push(launched - asked);
        first.push(step.saturating_duration_since(launched));
    }
    worker.stop().await;
    (accepted, first)
}

pub async fn measure(report: &mut Report) {
    let stage = Stage::new().await;
    let (mut accepted, mut first) = times(&stage, ROUNDS).await;
    let p50 = percentile(&mut first, 0.5);
    let ratios: Vec<_> = peers::FIRST_STEP_MS
        .iter()
        .map(|(name, theirs)| json!({ "peer": name, "ratio": rounded(theirs / p50) }))
        .collect();
    report.add(json!({
        "workload": "w3", "in_flight": 1, "p50_ms": p50, "p95_ms": percentile(&mut first, 0.95),
        "p99_ms": percentile(&mut first, 0.99), "launch_p50_ms": percentile(&mut accepted, 0.5),
        "launch_p99_ms": percentile(&mut accepted, 0.99), "times_the_peers": ratios,
    }));
}

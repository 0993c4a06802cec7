//! Figures as lines on the terminal and as JSON for whoever compares runs.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// What a program achieved: the product, or the least one that the machine allows.
#[derive(Default)]
pub struct Measured {
    long: Duration,
    took: Vec<Duration>,
}

impl Measured {
    /// Executions since then, and the time that matters of each.
    pub fn since(begun: Instant, took: Vec<Duration>) -> Self {
        Self::within(begun.elapsed(), took)
    }

    /// Executions that were over within so long, and the time that matters of each.
    pub fn within(long: Duration, took: Vec<Duration>) -> Self {
        Self { long, took }
    }

    /// One more execution: all of it, and the time that matters.
    pub fn add(&mut self, whole: Duration, took: Duration) {
        self.long += whole;
        self.took.push(took);
    }

    pub fn per_second(&self) -> f64 {
        self.took.len() as f64 / self.long.as_secs_f64()
    }

    pub fn p50(&mut self) -> f64 {
        percentile(&mut self.took, 0.5)
    }
}

/// How a workload is held against the limit; either way, 1 is as good as the machine allows.
pub enum Share {
    /// Our executions a second over the limit's.
    OfExecutions,
    /// The limit's median time over ours.
    OfTime,
}

/// A workload's figures beside the limit of the same run, and what else there is to say of it.
pub fn beside(
    workload: &str,
    in_flight: usize,
    mut ours: Measured,
    mut limit: Measured,
    share: Share,
    more: Value,
) -> Value {
    let (of, used) = match share {
        Share::OfExecutions => ("executions_per_s", ours.per_second() / limit.per_second()),
        Share::OfTime => ("p50_ms", limit.p50() / ours.p50()),
    };
    let mut row = json!({
        "workload": workload, "in_flight": in_flight,
        "executions_per_s": rounded(ours.per_second()), "p50_ms": ours.p50(),
        "p95_ms": percentile(&mut ours.took, 0.95), "p99_ms": percentile(&mut ours.took, 0.99),
        "limit_per_s": rounded(limit.per_second()), "limit_p50_ms": limit.p50(),
        "share_of_limit": rounded(used), "share_of": of,
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        row[name] = value.clone();
    }
    row
}

/// What every figure has, if only to say that it means nothing there.
const FIELDS: [&str; 8] = [
    "workload",
    "in_flight",
    "executions_per_s",
    "p50_ms",
    "p95_ms",
    "p99_ms",
    "limit_per_s",
    "share_of_limit",
];

/// What was measured so far.
#[derive(Default)]
pub struct Report(Vec<Value>);

impl Report {
    /// Adds a figure and says it.
    pub fn add(&mut self, mut figure: Value) {
        for field in FIELDS {
            figure[field] = figure[field].take();
        }
        println!("{figure}");
        self.0.push(figure);
    }

    /// Says all, and keeps it in ATELIER_BENCH_DIR, or else under target/bench.
    pub fn write(&self) {
        let folder = std::env::var("ATELIER_BENCH_DIR").unwrap_or_else(|_| {
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/bench").to_owned()
        });
        std::fs::create_dir_all(&folder).unwrap();
        let text = serde_json::to_string_pretty(&self.0).unwrap();
        std::fs::write(Path::new(&folder).join("engine.json"), text + "\n").unwrap();
    }
}

/// The moment below which a share of the samples lies, in milliseconds.
pub fn percentile(samples: &mut [Duration], share: f64) -> f64 {
    samples.sort();
    let place = (samples.len() as f64 * share) as usize;
    let sample = samples.get(place.min(samples.len().saturating_sub(1))).copied();
    rounded(sample.unwrap_or_default().as_secs_f64() * 1e3)
}

/// Two digits after the point.
pub fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

//! Figures as lines on the terminal and as JSON for whoever compares runs.

use std::{path::Path, time::Duration};

use serde_json::Value;

/// What was measured so far.
#[derive(Default)]
pub struct Report(Vec<Value>);

impl Report {
    /// Adds a figure and says it.
    pub fn add(&mut self, figure: Value) {
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

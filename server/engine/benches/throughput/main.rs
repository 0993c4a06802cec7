//! What the engine does in a second, next to what this PostgreSQL allows in the same run: chains of
//! steps, a fan-out, the first step after a launch, a backlog drained by several processes, claims
//! with a long history.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement stops where it fails")]

mod backlog;
mod chains;
mod fan;
mod first_step;
mod history;
mod limit;
mod peers;
mod report;
mod stage;

use report::Report;

#[tokio::main]
async fn main() {
    // A process of its own, started by the measurement of several.
    if let Ok(url) = std::env::var(backlog::WORKER) {
        return backlog::work(&url).await;
    }
    let only = std::env::var("ATELIER_BENCH_ONLY").unwrap_or_default();
    let wanted = |name: &str| only.is_empty() || only.split(',').any(|one| one == name);
    let mut report = Report::default();
    if wanted("w1") {
        chains::measure(&mut report).await;
    }
    if wanted("w2") {
        fan::measure(&mut report).await;
    }
    if wanted("w3") {
        first_step::measure(&mut report).await;
    }
    if wanted("w4") {
        backlog::measure(&mut report).await;
    }
    if wanted("w5") {
        history::measure(&mut report).await;
    }
    report.write();
}

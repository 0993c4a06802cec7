//! What the engine does in a second, next to what this PostgreSQL allows in the same run: chains of
//! steps, a fan-out, the first step after a launch, a backlog drained by several processes, claims
//! with a long history; and what a process costs with nothing to do, and with very much in hand.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement stops where it fails")]

mod backlog;
mod chains;
mod crowd;
mod fan;
mod first_step;
mod history;
mod idle;
mod limit;
mod peers;
mod process;
mod report;
mod stage;

use report::Report;

#[tokio::main]
async fn main() {
    // A process of its own, started by a measurement.
    if let Ok(url) = std::env::var(backlog::WORKER) {
        return backlog::work(&url).await;
    }
    if let Ok(url) = std::env::var(crowd::HOLDER) {
        return crowd::hold(&url).await;
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
    if wanted("w6") {
        idle::measure(&mut report).await;
    }
    if wanted("w7") {
        crowd::measure(&mut report).await;
    }
    report.write();
}

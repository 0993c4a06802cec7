//! W5: how soon a first step begins when very many jobs have been done before.

use serde_json::json;
use services::testing::past::{past, settle};

use super::{
    first_step::{Times, times},
    report::{Report, Share, beside, rounded},
    stage::Stage,
};

const ROUNDS: usize = 200;

/// Finished jobs; a soak adds its own history, of ten million.
fn histories() -> Vec<i64> {
    let mut histories = vec![1_000, 1_000_000];
    if std::env::var_os("ATELIER_SOAK").is_some() {
        let wanted = std::env::var("ATELIER_PAST_JOBS").ok().and_then(|jobs| jobs.parse().ok());
        histories.push(wanted.unwrap_or(10_000_000));
    }
    histories
}

pub async fn measure(report: &mut Report) {
    let mut short = None;
    for finished in histories() {
        let stage = Stage::new().await;
        past(&stage.world, finished).await;
        settle(&stage.world).await;
        let Times { mut first, limit, .. } = times(&stage, ROUNDS, finished).await;
        let p50 = first.p50();
        let base = *short.get_or_insert(p50);
        let more =
            json!({ "finished_jobs": finished, "times_a_short_history": rounded(p50 / base) });
        report.add(beside("w5", 1, first, limit, Share::OfTime, more));
    }
}

//! W1: chains of 20 steps, each recorded before the next begins.

use std::time::{Duration, Instant};

use engine::exec::WorkerConfig;
use futures::future::join_all;
use serde_json::json;

use super::{
    limit, peers,
    report::{Report, percentile, rounded},
    stage::{Place, Stage, chain, no_op},
};

pub const STEPS: usize = 20;
const LEVELS: [usize; 4] = [1, 16, 64, 256];
const LONG: Duration = Duration::from_secs(5);

pub async fn measure(report: &mut Report) {
    let stage = Stage::new().await;
    let worker = stage.worker(no_op(), WorkerConfig { places: 512, ..WorkerConfig::default() });
    let most = LEVELS[LEVELS.len() - 1];
    let places = stage.places(most, &chain(STEPS)).await;
    stage.learn(&places[0]).await;
    // Connections, plans and caches are warm afterwards.
    level(&stage, &places[..4], Duration::from_secs(1)).await;
    for in_flight in LEVELS {
        let allowed = limit::executions_per_second(&stage.world.db.url, in_flight, LONG).await;
        let (mut took, per_second) = level(&stage, &places[..in_flight], LONG).await;
        let ratios: Vec<_> = peers::CHAINS
            .iter()
            .filter_map(|(name, one, sixteen)| match in_flight {
                1 => Some((name, one)),
                16 => Some((name, sixteen)),
                _ => None,
            })
            .map(|(name, theirs)| json!({ "peer": name, "ratio": rounded(per_second / theirs) }))
            .collect();
        report.add(json!({
            "workload": "w1", "in_flight": in_flight, "executions_per_s": rounded(per_second),
            "p50_ms": percentile(&mut took, 0.5), "p95_ms": percentile(&mut took, 0.95),
            "p99_ms": percentile(&mut took, 0.99), "limit_per_s": rounded(allowed),
            "share_of_limit": rounded(per_second / allowed), "times_the_peers": ratios,
        }));
    }
    worker.stop().await;
    stage.world.assert_sound().await;
}

async fn level(stage: &Stage, places: &[Place], long: Duration) -> (Vec<Duration>, f64) {
    let begun = Instant::now();
    let one = async |place: &Place| {
        let mut took = vec![];
        while begun.elapsed() < long {
            took.push(stage.run(place).await);
        }
        took
    };
    let took: Vec<Duration> = join_all(places.iter().map(one)).await.concat();
    let per_second = took.len() as f64 / begun.elapsed().as_secs_f64();
    (took, per_second)
}

//! W1: chains of 20 steps, each recorded before the next begins.

use std::time::{Duration, Instant};

use engine::exec::WorkerConfig;
use futures::future::join_all;
use serde_json::json;

use super::{
    limit, peers,
    report::{Measured, Report, Share, beside, rounded},
    stage::{Place, Stage, chain, no_op},
};

const STEPS: usize = 20;
const LEVELS: [usize; 4] = [1, 16, 64, 256];
const LONG: Duration = Duration::from_secs(5);

pub async fn measure(report: &mut Report) {
    let stage = Stage::new().await;
    let worker = stage.worker(no_op(), WorkerConfig { max_jobs: 512, ..WorkerConfig::default() });
    let most = LEVELS[LEVELS.len() - 1];
    let places = stage.places(most, &chain(STEPS)).await;
    stage.learn(&places[0]).await;
    // Connections, plans and caches are warm afterwards.
    level(&stage, &places[..4], Duration::from_secs(1)).await;
    for in_flight in LEVELS {
        let url = &stage.world.db.url;
        let limit = limit::chains(url, in_flight, STEPS as i32, LONG).await;
        let ours = level(&stage, &places[..in_flight], LONG).await;
        let ratios: Vec<_> = peers::CHAINS
            .iter()
            .filter_map(|(name, one, sixteen)| match in_flight {
                1 => Some((name, one)),
                16 => Some((name, sixteen)),
                _ => None,
            })
            .map(|(name, theirs)| json!({ "peer": name, "ratio": rounded(ours.per_second() / theirs) }))
            .collect();
        let more = json!({ "times_the_peers": ratios });
        report.add(beside("w1", in_flight, ours, limit, Share::OfExecutions, more));
    }
    worker.stop().await;
    stage.world.assert_sound().await;
}

async fn level(stage: &Stage, places: &[Place], long: Duration) -> Measured {
    let begun = Instant::now();
    let one = async |place: &Place| {
        let mut took = vec![];
        while begun.elapsed() < long {
            took.push(stage.run(place).await);
        }
        took
    };
    let took = join_all(places.iter().map(one)).await.concat();
    Measured::since(begun, took)
}

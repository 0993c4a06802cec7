//! Several executions with many agents each, at once.

use std::time::{Duration, Instant};

use engine::limits::Limits;
use futures::future::join_all;
use model::{
    execution::state::{ExecutionStatus, JobStatus},
    pages::LaunchRequest,
};
use services::testing::{
    play::copies,
    soak::{STALL, judge},
    world::{World, quick},
};

const EXECUTIONS: usize = 10;
const AGENTS: u32 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_l2_ten_executions_of_twenty_agents_are_launched_and_done() {
    let world = World::new().await.limited(Limits::default());
    let worker = world.worker(quick());
    let template = world.publish(&copies(AGENTS)).await;

    let launches = (0..EXECUTIONS).map(async |_| {
        let begun = Instant::now();
        let launched = world
            .services
            .executions
            .launch(&world.owner, LaunchRequest::for_template(template))
            .await;
        (launched.unwrap().execution_id, begun.elapsed())
    });
    let (executions, mut took): (Vec<_>, Vec<Duration>) =
        join_all(launches).await.into_iter().unzip();
    world.wait_all_over(&executions).await;
    for id in &executions {
        let view = world.view(*id).await;
        assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
        let jobs: Vec<_> = view.nodes.iter().flat_map(|node| &node.jobs).collect();
        assert_eq!(jobs.len(), AGENTS as usize);
        assert!(jobs.iter().all(|job| job.status == JobStatus::Completed), "{jobs:#?}");
    }

    took.sort();
    let p95 = took[took.len() * 95 / 100].as_millis();
    judge("a launch, 95 of 100", i64::try_from(p95).unwrap(), 500, STALL);
    let sql = "SELECT count(*) FROM documents";
    assert_eq!(world.count(sql).await, EXECUTIONS as i64 * i64::from(AGENTS));
    worker.stop().await;
    world.assert_sound().await;
}

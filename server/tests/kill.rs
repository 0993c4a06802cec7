//! Worker processes that are killed, frozen or starved: others go on, and nothing is lost or doubled.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod fleet;

use std::time::Instant;

use engine::testing::{
    play::{copies, workflow},
    world::{World, none},
};
use fleet::Fleet;
use model::{
    execution::{
        state::{ExecutionStatus, NodeStatus, PauseReason},
        view::ExecutionView,
    },
    id::{ExecutionId, TemplateId},
    pages::Control,
};
use nix::sys::signal::Signal;

const WORKERS: usize = 4;
/// Documents that one execution of the template makes.
const DOCUMENTS: usize = 5;
const PACE: u32 = 500;

/// Kills and executions, and how long any job of the killed may wait: some kills in `make test`, where
/// on a busy machine only a stall fails; very many in `make soak`, which judges.
fn figures() -> (usize, usize, i64) {
    match std::env::var_os("ATELIER_SOAK") {
        Some(_) => (200, 1000, 5_000),
        None => (40, 200, 30_000),
    }
}

/// Two steps side by side, and one that needs both.
async fn template(world: &World) -> TemplateId {
    let edges = [("start", "a"), ("start", "b"), ("a", "c"), ("b", "c"), ("c", "end")];
    world.publish(&workflow(&[("a", 2), ("b", 1), ("c", 2)], &edges)).await
}

async fn launch(fleet: &Fleet, template: TemplateId, count: usize) -> Vec<ExecutionId> {
    let mut executions = vec![];
    for _ in 0..count {
        executions.push(fleet.world.launch(template, none()).await);
    }
    executions
}

#[tokio::test]
async fn rel_e1_whatever_worker_is_killed_every_execution_completes_with_each_result_once() {
    let mut fleet = Fleet::new().await;
    let template = template(&fleet.world).await;
    let mut processes = vec![];
    for _ in 0..WORKERS {
        processes.push(fleet.start(PACE).await);
    }
    let (begun, (kills, count, most)) = (Instant::now(), figures());
    let mut executions = vec![];
    for _ in 0..kills {
        executions.extend(launch(&fleet, template, count / kills).await);
        fleet.hear_some().await;
        let victim = fleet.pick(&mut processes);
        fleet.kill(victim).await;
        processes.push(fleet.start(PACE).await);
    }

    fleet.assert_complete(&executions, DOCUMENTS).await;

    // rel_e1b: the aim is 3.5 s for 95 of 100 and 5 s for all.
    let takeovers = fleet.takeovers().await;
    let p95 = takeovers.get(takeovers.len() * 95 / 100).or(takeovers.last());
    let hits = takeovers.len();
    println!("{hits} of {kills} kills hit running jobs; taken over in {p95:?} ms (p95)");
    println!("{count} executions took {:?}", begun.elapsed());
    assert!(!takeovers.is_empty(), "no kill hit a running job");
    assert!(takeovers.iter().all(|ms| *ms <= most), "{takeovers:?}");
    drop(processes);
    fleet.close().await;
}

#[tokio::test]
async fn rel_e1b_the_only_worker_goes_on_where_it_was_killed_when_it_is_started_again() {
    let mut fleet = Fleet::new().await;
    let template = template(&fleet.world).await;
    let process = fleet.start(PACE).await;
    let executions = launch(&fleet, template, 5).await;
    let begun = |view: &ExecutionView| !view.documents.is_empty();
    fleet.world.wait(executions[0], begun).await;
    fleet.kill(process).await;
    let kept = fleet.world.count("SELECT count(*) FROM documents").await;

    let process = fleet.start(PACE).await;
    fleet.assert_complete(&executions, DOCUMENTS).await;

    let before = "SELECT count(DISTINCT worker_id) FROM job_attempts WHERE status = 'completed'";
    assert_eq!(fleet.world.count(before).await, 2, "{kept} documents were there before");
    drop(process);
    fleet.close().await;
}

#[tokio::test]
async fn rel_e2_a_process_that_was_frozen_past_its_lease_comes_back_and_doubles_nothing() {
    let mut fleet = Fleet::new().await;
    let template = fleet.world.publish(&copies(20)).await;
    // Slow enough to be frozen in the middle, and to be done soon after.
    let frozen = fleet.start(40).await;
    let mut executions = launch(&fleet, template, 5).await;
    fleet.until("SELECT count(*) FROM agent_jobs WHERE status = 'running'", 100).await;
    frozen.send(Signal::SIGSTOP);
    fleet.end_lease(frozen.id).await;
    let other = fleet.start(PACE).await;
    for id in &executions {
        fleet.complete(*id).await;
    }

    frozen.send(Signal::SIGCONT);
    // It learns that it was given up and goes on under another name.
    let known = fleet.newcomer().await;
    fleet.dismiss(other).await;
    executions.extend(launch(&fleet, template, 1).await);
    fleet.complete(executions[5]).await;
    fleet.dismiss(frozen).await;

    fleet.assert_complete(&executions, 20).await;
    let stolen = "SELECT count(*) FROM job_attempts WHERE status = 'lost'";
    assert!(fleet.world.count(stolen).await > 50, "the process was frozen with its hands full");
    let twice = "SELECT count(*) FROM (SELECT FROM job_attempts WHERE status = 'completed'
                  GROUP BY job_id HAVING count(*) > 1) AS twice";
    assert_eq!(fleet.world.count(twice).await, 0);
    let last = "SELECT worker_id FROM job_attempts ORDER BY started_at DESC LIMIT 1";
    let last: uuid::Uuid = sqlx::query_scalar(last).fetch_one(&fleet.world.db.pool).await.unwrap();
    assert_eq!(last, known);
    fleet.close().await;
}

#[tokio::test]
async fn rel_e7_a_full_disk_pauses_an_execution_leaves_nothing_behind_and_lets_it_go_on() {
    let mut fleet = Fleet::new().await;
    let template = fleet.world.template("Facebook Ads Campaign").await;
    let starved = fleet.start_without_room().await;

    let id = fleet.world.launch(template, none()).await;
    let paused = |view: &ExecutionView| view.status == ExecutionStatus::Paused;
    let view = fleet.world.wait(id, paused).await;
    fleet.dismiss(starved).await;

    assert_eq!(view.pause_reason, Some(PauseReason::Storage), "{view:#?}");
    assert!(view.nodes.iter().all(|node| node.status != NodeStatus::Failed), "{view:#?}");
    assert_eq!(fleet.blobs(), [""; 0].map(std::path::PathBuf::from));
    assert_eq!(fleet.world.count("SELECT count(*) FROM images").await, 0);
    fleet.world.assert_sound().await;
    let process = fleet.start(PACE).await;
    fleet.world.services.control(&fleet.world.owner, id, Control::Resume).await.unwrap();
    let view = fleet.world.wait_over(id).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    assert!(!fleet.blobs().is_empty());
    fleet.world.assert_sound().await;
    drop(process);
    fleet.close().await;
}

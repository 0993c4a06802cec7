//! Worker processes that are frozen or have no room on their disk: nothing is lost or doubled.

use model::{
    execution::{
        state::{ExecutionStatus, NodeStatus, PauseReason},
        view::ExecutionView,
    },
    pages::Control,
};
use nix::sys::signal::Signal;
use services::testing::{
    play::copies,
    soak::{STALL, judge, soaking},
    world::none,
};

use crate::fleet::processes::{Fleet, PACE};

#[tokio::test]
async fn rel_e2_a_process_that_was_frozen_past_its_lease_comes_back_and_doubles_nothing() {
    let mut fleet = Fleet::new().await;
    let template = fleet.world.publish(&copies(20)).await;
    let mut executions = fleet.launch(template, 5).await;
    // Slow enough to be frozen with all of that in its hands, and to be done soon after.
    let frozen = fleet.start(8).await;
    fleet.until("SELECT count(*) FROM agent_jobs WHERE status = 'running'", 100).await;
    fleet.freeze(&frozen).await;
    let other = fleet.start(PACE).await;
    if soaking() {
        fleet.leave_lease(frozen.id).await
    } else {
        fleet.end_lease(frozen.id).await
    }
    for id in &executions {
        fleet.complete(*id).await;
    }

    frozen.send(Signal::SIGCONT);
    let last = *fleet.takeovers().await.first().expect("something was taken over");
    judge("from the end of a lease until another has all it held", last, 2_000, STALL);
    // It learns that it was given up and goes on under another name.
    let known = fleet.newcomer().await;
    fleet.dismiss(other).await;
    executions.extend(fleet.launch(template, 1).await);
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
    fleet.world.services.executions.control(&fleet.world.owner, id, Control::Resume).await.unwrap();
    let view = fleet.world.wait_over(id).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    assert!(!fleet.blobs().is_empty());
    fleet.world.assert_sound().await;
    drop(process);
    fleet.close().await;
}

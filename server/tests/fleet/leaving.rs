//! Workers serve only their types of work, and leave without keeping anybody waiting.

use nix::sys::signal::Signal;
use services::testing::{play::copies, soak::judge, world::none};
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::fleet::processes::{Fleet, PACE, Process};

#[tokio::test]
async fn rel_e2_each_worker_takes_only_the_types_it_serves() {
    let mut fleet = Fleet::new().await;
    let template = fleet.world.template("Facebook Ads Campaign").await;
    let writer = fleet.start_only("generate_copy").await;
    let painter = fleet.start_only("generate_image,attach_to_document").await;
    let mut executions = vec![];
    for _ in 0..5 {
        executions.push(fleet.world.launch(template, none()).await);
    }
    for id in executions {
        fleet.complete(id).await;
    }

    let sql = "SELECT DISTINCT j.job_type, a.worker_id FROM job_attempts a
                 JOIN agent_jobs j ON j.id = a.job_id ORDER BY 1";
    let took: Vec<(String, uuid::Uuid)> =
        sqlx::query_as(sql).fetch_all(&fleet.world.db.pool).await.unwrap();
    let expected = [
        ("attach_to_document".to_owned(), painter.id),
        ("generate_copy".to_owned(), writer.id),
        ("generate_image".to_owned(), painter.id),
    ];
    assert_eq!(took, expected);
    fleet.world.assert_sound().await;
    drop((writer, painter));
    fleet.close().await;
}

/// Asks a process with 20 jobs in its hands to leave: another one has them at once.
async fn assert_handed_over(fleet: &mut Fleet, leaving: &Process) {
    let template = fleet.world.publish(&copies(20)).await;
    let id = fleet.world.launch(template, none()).await;
    fleet.until("SELECT count(*) FROM agent_jobs WHERE status = 'running'", 20).await;
    let other = fleet.start(PACE).await;
    let asked = fleet.now().await;

    leaving.send(Signal::SIGTERM);

    fleet.complete(id).await;
    let ends = "SELECT count(*) FROM job_attempts WHERE status = 'handed_back'";
    assert_eq!(fleet.world.count(ends).await, 20);
    assert_eq!(fleet.world.count("SELECT max(lost)::bigint FROM agent_jobs").await, 0);
    let again = "SELECT (extract(epoch FROM max(started_at)) * 1000)::bigint FROM job_attempts";
    let waited = fleet.world.count(again).await - asked;
    judge("from the word to leave until all ran elsewhere", waited, 1_000, 10_000);
    drop(other);
}

#[tokio::test]
async fn rel_e1b_a_worker_that_is_asked_to_leave_hands_its_jobs_to_the_others_at_once() {
    let mut fleet = Fleet::new().await;
    // Too slow to finish before it is asked to leave.
    let leaving = fleet.start(1).await;

    assert_handed_over(&mut fleet, &leaving).await;

    fleet.dismiss(leaving).await;
    fleet.world.assert_sound().await;
    fleet.close().await;
}

#[tokio::test]
async fn rel_e1b_a_server_that_is_asked_to_leave_lets_no_job_wait_for_its_visitors() {
    let mut fleet = Fleet::new().await;
    let (leaving, address) = fleet.start_serving(1).await;
    let half = "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{";
    let mut visitor = TcpStream::connect(address).await.unwrap();
    visitor.write_all(half.as_bytes()).await.unwrap();

    assert_handed_over(&mut fleet, &leaving).await;

    drop(visitor);
    fleet.dismiss(leaving).await;
    fleet.world.assert_sound().await;
    fleet.close().await;
}

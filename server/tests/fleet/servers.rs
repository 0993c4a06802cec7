//! Servers that share a database, one that is killed and started again, and one whose database
//! restarts: what programs hear of them.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicBool, Ordering},
};

use futures::future::join_all;
use model::{
    execution::state::ExecutionStatus,
    id::{ExecutionId, TemplateId},
    workflow::Workflow,
};
use nix::sys::signal::Signal;
use serde_json::json;
use services::testing::{
    play::{copies, graph},
    soak::{STALL, judge, soaking},
};
use sqlx::{Connection, PgConnection};

use crate::fleet::{
    client::{Client, Question},
    processes::{Fleet, PACE},
    restarts::{DOCUMENTS, Postgres, meeting},
};

const RUNNING: &str = "SELECT count(*) FROM agent_jobs WHERE status = 'running'";
/// One, once nothing runs any more.
const AT_REST: &str = "SELECT 1 - count(*) FROM agent_jobs WHERE status = 'running'";

#[tokio::test]
async fn rel_e1_one_of_two_servers_steers_what_the_other_has_and_takes_it_over_when_it_is_killed() {
    let mut fleet = Fleet::new().await;
    let client = Client::of(&fleet.world).await;
    let template = fleet.world.publish(&copies(20)).await;
    // Too slow to finish before it is killed, and alone until it has everything in its hands.
    let (first, here) = fleet.start_serving(1).await;
    let (goes_on, stays) =
        (client.launch(here, template).await, client.launch(here, template).await);
    fleet.until(RUNNING, 40).await;
    let (other, there) = fleet.start_serving(PACE).await;

    for id in [goes_on, stays] {
        assert_eq!(client.pulse(there, id).await.status, ExecutionStatus::Running);
        assert_eq!(client.ask(there, Question::Order(id, "pause")).await.status, 204);
        assert_eq!(client.pulse(here, id).await.status, ExecutionStatus::Paused);
    }
    assert_eq!(client.ask(there, Question::Order(goes_on, "resume")).await.status, 204);
    assert_eq!(client.pulse(here, goes_on).await.status, ExecutionStatus::Running);
    fleet.kill(first).await;

    assert_eq!(client.ask(there, Question::Monitor(goes_on)).await.status, 200);
    fleet.complete(goes_on).await;
    fleet.until(AT_REST, 1).await;
    let taken = fleet.world.attempts(stays).await;
    assert!(taken.values().all(|ends| ends.len() == 1), "it began while it is paused: {taken:?}");
    // What is paused is begun again no sooner than it is resumed.
    let last = *fleet.takeovers().await.last().expect("something was taken over");
    judge("from a server's death until another has all it may have", last, 5_000, STALL);
    assert_eq!(client.pulse(there, stays).await.status, ExecutionStatus::Paused);
    assert_eq!(client.ask(there, Question::Order(stays, "resume")).await.status, 204);
    fleet.assert_complete(&[goes_on, stays], 20).await;

    drop(other);
    fleet.close().await;
}

/// An image, and beside it two texts, one after the other.
fn image_and_texts() -> Workflow {
    let text = json!({"prompt": "Write one sentence about tea.", "save_as_document": true});
    let nodes = [
        ("draw", "generate_image", json!({"prompt": "A lantern"})),
        ("write", "generate_copy", text.clone()),
        ("tell", "generate_copy", text),
    ];
    let edges = [
        ("start", "draw"),
        ("draw.images", "end"),
        ("start", "write"),
        ("write.texts", "tell"),
        ("tell.texts", "end"),
    ];
    graph(&nodes, &edges)
}

#[tokio::test]
async fn rel_e1b_a_server_that_was_killed_goes_on_where_it_was_when_it_is_started_again() {
    let mut fleet = Fleet::new().await;
    let client = Client::of(&fleet.world).await;
    let template = fleet.world.publish(&image_and_texts()).await;
    // Images keep no pace: only the first text is too slow to be done before the kill.
    let (server, address) = fleet.start_serving(1).await;
    let id = client.launch(address, template).await;
    fleet.until("SELECT count(*) FROM agent_jobs WHERE status = 'completed'", 1).await;
    fleet.until(RUNNING, 1).await;
    let seen = client.pulse(address, id).await;
    fleet.kill(server).await;
    let killed = fleet.now().await;

    let server = fleet.start_serving_at(address, PACE).await;
    let pulse = client.pulse(address, id).await;
    let ready = fleet.now().await;

    assert!(pulse.event_seq >= seen.event_seq, "{pulse:?} is before {seen:?}");
    fleet.assert_complete(&[id], 2).await;
    let first = fleet.begun_after(killed).await - ready;
    judge("from a server's return to its first job", first, 5_000, STALL);
    let mut ends: Vec<_> = fleet.world.attempts(id).await.into_values().collect();
    ends.sort();
    let expected = [vec!["completed"], vec!["completed"], vec!["lost", "completed"]];
    assert_eq!(ends, expected, "only what was under way begins anew");
    drop(server);
    fleet.close().await;
}

/// Programs that ask at the same time, each without a pause.
const PROGRAMS: i64 = 3;
/// Statements of a server that wait for a lock.
const WAITING: &str = "SELECT count(*) FROM pg_stat_activity
                        WHERE datname = current_database() AND wait_event_type = 'Lock'
                          AND application_name = 'atelier serve'";

fn restarts() -> usize {
    if soaking() { 20 } else { 2 }
}

/// Launches, steers and follows executions one after the other, until it is told to end.
async fn program(
    client: &Client,
    server: SocketAddr,
    template: TemplateId,
    ended: &AtomicBool,
) -> Vec<ExecutionId> {
    let mut executions = vec![];
    while !ended.load(Ordering::SeqCst) {
        let id = client.launch(server, template).await;
        client.insist(server, Question::Order(id, "pause")).await;
        client.insist(server, Question::Order(id, "resume")).await;
        follow(client, server, id).await;
        executions.push(id);
    }
    executions
}

/// Follows it to its end: what was seen to have happened stays so.
async fn follow(client: &Client, server: SocketAddr, id: ExecutionId) {
    let mut seen = 0;
    loop {
        let shown = client.insist(server, Question::Monitor(id)).await;
        assert_eq!(shown["id"], json!(id));
        let pulse = client.pulse(server, id).await;
        assert!(pulse.id == id && pulse.event_seq >= seen, "after event {seen}: {pulse:?}");
        if pulse.status.is_over() {
            return;
        }
        seen = pulse.event_seq;
    }
}

/// Restarts it while all programs wait for an answer from it, in the middle of a statement.
async fn restart_amid_questions(fleet: &Fleet, postgres: &Postgres, signal: Signal) {
    let mut conn = PgConnection::connect(&fleet.world.db.url).await.unwrap();
    let mut lock = conn.begin().await.unwrap();
    sqlx::query("LOCK TABLE workflow_executions").execute(&mut *lock).await.unwrap();
    fleet.until(WAITING, PROGRAMS).await;
    // The lock ends with the server that knows of it.
    postgres.restart(signal).await;
}

#[tokio::test]
async fn rel_e4_a_server_whose_postgresql_restarts_answers_right_or_says_when_to_come_back() {
    let postgres = Postgres::start().await;
    let mut fleet = Fleet::of(postgres.world().await).await;
    let template = meeting(&fleet).await;
    let client = Client::of(&fleet.world).await;
    let (server, address) = fleet.start_serving(PACE).await;
    let ended = AtomicBool::new(false);

    let programs = (0..PROGRAMS).map(|_| program(&client, address, template, &ended));
    let trouble = async {
        // As a failing machine ends it, and as whoever runs it does.
        let signals = [Signal::SIGQUIT, Signal::SIGINT].into_iter().cycle();
        for signal in signals.take(restarts()) {
            fleet.hear_some().await;
            restart_amid_questions(&fleet, &postgres, signal).await;
            let back = fleet.now().await;
            let first = fleet.begun_after(back).await - back;
            judge("from PostgreSQL's return to the server's next job", first, 10_000, STALL);
        }
        ended.store(true, Ordering::SeqCst);
    };
    let (executions, ()) = tokio::join!(join_all(programs), trouble);

    fleet.assert_complete(&executions.concat(), DOCUMENTS).await;
    let (asked, refused, longest) = client.heard();
    println!("{refused} of {asked} answers said to come back");
    assert!(refused > 0, "no question met a restart");
    judge("the longest answer", longest, 10_000, STALL);
    drop(server);
    fleet.close().await;
    postgres.keeper.stop().await;
}

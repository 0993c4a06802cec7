//! Worker processes that are killed: others go on, and nothing is lost or doubled.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use model::{
    execution::{
        question::{CallAnswer, Way},
        state::{ExecutionStatus, PauseReason},
        view::ExecutionView,
    },
    workflow::Workflow,
};
use serde_json::json;
use services::testing::{
    play::graph,
    soak::{STALL, judge, soaking},
    world::{GIVE_UP, none},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::Notify,
};

use crate::fleet::{
    mix::{IN_CHILDREN, IN_ITERATIONS, Mix, losses},
    processes::{Fleet, PACE},
};

const WORKERS: usize = 4;
/// Executions of a workspace that may run at once: the others wait, and are let in by whoever lives.
const PLACES: u32 = 6;

/// Executions that are launched before each kill.
const AT_ONCE: usize = 5;

fn kills() -> usize {
    if soaking() { 200 } else { 6 }
}

#[tokio::test]
async fn rel_e1_whatever_worker_is_killed_every_execution_completes_with_each_result_once() {
    let mut fleet = Fleet::with_places(PLACES).await;
    let mix = Mix::of(&fleet.world).await;
    let mut executions = mix.launch(&fleet, 2 * PLACES as usize).await;
    let waiting = "SELECT count(*) FROM workflow_executions WHERE status = 'pending'";
    assert_eq!(fleet.world.count(waiting).await, i64::from(PLACES));
    let mut processes = vec![];
    for _ in 0..WORKERS {
        processes.push(fleet.start(PACE).await);
    }
    let begun = Instant::now();
    for kill in 0..kills() {
        executions.extend(mix.launch(&fleet, AT_ONCE).await);
        let victim = match kill % 3 {
            0 => fleet.pick_at_work(IN_ITERATIONS, &mut processes).await,
            1 => fleet.pick_at_work(IN_CHILDREN, &mut processes).await,
            _ => {
                fleet.hear_some().await;
                fleet.pick(&mut processes)
            }
        };
        fleet.kill(victim).await;
        processes.push(fleet.start(PACE).await);
    }

    mix.assert_complete(&fleet, &executions).await;
    let (in_iterations, in_children) = losses(&fleet.world).await;
    println!("lost: {in_iterations} attempts in rounds of loops, {in_children} in children");
    assert!(in_iterations > 0 && in_children > 0, "no kill hit a round, or none a child");

    // rel_e1b, in the same run.
    let takeovers = fleet.takeovers().await;
    let hits = takeovers.len();
    let count = executions.len();
    println!("{hits} kills hit running jobs; {count} executions took {:?}", begun.elapsed());
    assert!(hits > 0, "no kill hit a running job");
    judge("until others had its jobs, 95 of 100", takeovers[hits * 95 / 100], 3_500, STALL);
    judge("until others had its jobs, the longest", takeovers[hits - 1], 5_000, STALL);
    drop(processes);
    fleet.close().await;
}

#[tokio::test]
async fn rel_e1b_the_only_worker_goes_on_where_it_was_killed_when_it_is_started_again() {
    let mut fleet = Fleet::new().await;
    let mix = Mix::of(&fleet.world).await;
    let process = fleet.start(PACE).await;
    let executions = mix.launch(&fleet, AT_ONCE).await;
    let begun = |view: &ExecutionView| !view.documents.is_empty();
    fleet.world.wait(executions[0], begun).await;
    fleet.kill(process).await;
    let kept = fleet.world.count("SELECT count(*) FROM documents").await;

    let process = fleet.start(PACE).await;
    let back = fleet.now().await;
    mix.assert_complete(&fleet, &executions).await;

    let first = fleet.begun_after(back).await - back;
    judge("from the process's return to its first job", first, 5_000, STALL);
    let before = "SELECT count(DISTINCT worker_id) FROM job_attempts WHERE status = 'completed'";
    assert_eq!(fleet.world.count(before).await, 2, "{kept} documents were there before");
    drop(process);
    fleet.close().await;
}

/// A server that leaves its first request without an answer and answers the others; how many came.
async fn silent_at_first() -> (SocketAddr, Arc<AtomicUsize>, Arc<Notify>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (count, came) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let (address, counted, told) = (listener.local_addr().unwrap(), count.clone(), came.clone());
    tokio::spawn(async move {
        let mut open = vec![];
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut request = [0; 4096];
            if connection.read(&mut request).await.is_ok_and(|bytes| bytes > 0) {
                let before = counted.fetch_add(1, Ordering::SeqCst);
                told.notify_one();
                if before > 0 {
                    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
                    connection.write_all(answer).await.ok();
                }
            }
            open.push(connection);
        }
    });
    (address, count, came)
}

/// start → a POST to the address → end.
fn posting(to: SocketAddr) -> Workflow {
    let order = json!({"method": "POST", "url": format!("http://{to}/orders"), "body": "one"});
    graph(&[("order", "http_request", order)], &[("start", "order"), ("order", "end")])
}

#[tokio::test]
async fn rel_e1_a_process_killed_after_a_post_has_left_does_not_make_others_post_again_unasked() {
    let mut fleet = Fleet::new().await;
    let (server, count, came) = silent_at_first().await;
    let template = fleet.world.publish(&posting(server)).await;
    let process = fleet.start_calling(server).await;
    let id = fleet.world.launch(template, none()).await;
    tokio::time::timeout(GIVE_UP, came.notified()).await.expect("a request");

    fleet.kill(process).await;
    let other = fleet.start_calling(server).await;
    let asks = |view: &ExecutionView| view.pause_reason == Some(PauseReason::Review);
    fleet.world.wait(id, asks).await;

    assert_eq!(count.load(Ordering::SeqCst), 1, "it was sent again without a word");
    let (services, owner) = (&fleet.world.services, &fleet.world.owner);
    let card = services.reviews.questions(owner, Some(id)).await.unwrap().remove(0);
    assert_eq!(card.sent["body"], "one");
    let (job_id, question) = (card.job_id, card.question);
    let answer = CallAnswer { job_id, question, answer: Way::Again, output: None };
    services.reviews.answer_call(owner, id, answer).await.unwrap();
    assert_eq!(fleet.world.wait_over(id).await.status, ExecutionStatus::Completed);
    assert_eq!(count.load(Ordering::SeqCst), 2);
    drop(other);
    fleet.close().await;
}

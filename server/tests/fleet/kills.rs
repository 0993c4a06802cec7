//! Worker processes that are killed: others go on, and nothing is lost or doubled.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use engine::testing::{
    play::graph,
    soak::{STALL, judge, soaking},
    world::{World, none},
};
use model::{
    execution::{
        question::{CallAnswer, Way},
        state::{ExecutionStatus, PauseReason},
        view::ExecutionView,
    },
    id::TemplateId,
    workflow::Workflow,
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::Notify,
};

use crate::processes::{Fleet, PACE};

const WORKERS: usize = 4;
/// Documents that one execution of the template makes.
const DOCUMENTS: usize = 5;

/// Executions of a workspace that may run at once: the others wait, and are let in by whoever lives.
const PLACES: u32 = 10;

/// Executions that are launched before each kill.
const AT_ONCE: usize = 5;

fn kills() -> usize {
    if soaking() { 200 } else { 40 }
}

/// Nodes of one execution of the template that its condition passes by.
const PASSED_BY: usize = 2;

/// Two steps side by side that meet, a condition, the way it takes and the longer one that it does
/// not, and where both would meet again.
async fn template(world: &World) -> TemplateId {
    let text = |id: &str, quantity: u32| {
        let prompt = format!("Write one sentence about {id}.");
        json!({"prompt": prompt, "quantity": quantity, "save_as_document": true})
    };
    let branches = json!({"branches": [{"id": "none", "when": "size(nodes.a.texts) == 0"},
                                       {"id": "two", "when": "size(nodes.a.texts) == 2"}]});
    let nodes = [
        ("a", "generate_copy", text("a", 2)),
        ("b", "generate_copy", text("b", 1)),
        ("meet", "merge", json!({})),
        ("choose", "conditional", branches),
        ("c", "generate_copy", text("c", 2)),
        ("d", "generate_copy", text("d", 1)),
        ("e", "generate_copy", text("e", 1)),
        ("join", "merge", json!({})),
    ];
    let edges = [
        ("start", "a"),
        ("start", "b"),
        ("a.texts", "meet"),
        ("b.texts", "meet"),
        ("meet", "choose"),
        ("choose.two", "c"),
        ("choose.none", "d"),
        ("d", "e"),
        ("c.texts", "join"),
        ("e.texts", "join"),
        ("join", "end"),
    ];
    world.publish(&graph(&nodes, &edges)).await
}

#[tokio::test]
async fn rel_e1_whatever_worker_is_killed_every_execution_completes_with_each_result_once() {
    let mut fleet = Fleet::with_places(PLACES).await;
    let template = template(&fleet.world).await;
    let mut executions = fleet.launch(template, 2 * PLACES as usize).await;
    let waiting = "SELECT count(*) FROM workflow_executions WHERE status = 'pending'";
    assert_eq!(fleet.world.count(waiting).await, i64::from(PLACES));
    let mut processes = vec![];
    for _ in 0..WORKERS {
        processes.push(fleet.start(PACE).await);
    }
    let begun = Instant::now();
    for _ in 0..kills() {
        executions.extend(fleet.launch(template, AT_ONCE).await);
        fleet.hear_some().await;
        let victim = fleet.pick(&mut processes);
        fleet.kill(victim).await;
        processes.push(fleet.start(PACE).await);
    }

    fleet.assert_complete(&executions, DOCUMENTS).await;
    let passed_by = "SELECT count(*) FROM execution_nodes WHERE status = 'skipped'";
    let count = executions.len();
    assert_eq!(fleet.world.count(passed_by).await, (PASSED_BY * count) as i64);

    // rel_e1b, in the same run.
    let takeovers = fleet.takeovers().await;
    let hits = takeovers.len();
    println!("{hits} kills hit running jobs; {count} executions took {:?}", begun.elapsed());
    assert!(hits > 0, "no kill hit a running job");
    judge("takeover, 95 of 100", takeovers[hits * 95 / 100], (3_500, STALL));
    judge("takeover, the longest", takeovers[hits - 1], (5_000, STALL));
    drop(processes);
    fleet.close().await;
}

#[tokio::test]
async fn rel_e1b_the_only_worker_goes_on_where_it_was_killed_when_it_is_started_again() {
    let mut fleet = Fleet::new().await;
    let template = template(&fleet.world).await;
    let process = fleet.start(PACE).await;
    let executions = fleet.launch(template, 5).await;
    let begun = |view: &ExecutionView| !view.documents.is_empty();
    fleet.world.wait(executions[0], begun).await;
    fleet.kill(process).await;
    let kept = fleet.world.count("SELECT count(*) FROM documents").await;

    let process = fleet.start(PACE).await;
    let back = fleet.now().await;
    fleet.assert_complete(&executions, DOCUMENTS).await;

    let first = fleet.begun_after(back).await - back;
    judge("from the process's return to its first job", first, (5_000, STALL));
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
    tokio::time::timeout(Duration::from_secs(60), came.notified()).await.expect("a request");

    fleet.kill(process).await;
    let other = fleet.start_calling(server).await;
    let asks = |view: &ExecutionView| view.pause_reason == Some(PauseReason::Review);
    fleet.world.wait(id, asks).await;

    assert_eq!(count.load(Ordering::SeqCst), 1, "it was sent again without a word");
    let (services, owner) = (&fleet.world.services, &fleet.world.owner);
    let card = services.questions(owner, Some(id)).await.unwrap().remove(0);
    assert_eq!(card.sent["body"], "one");
    let (job_id, question) = (card.job_id, card.question);
    let answer = CallAnswer { job_id, question, answer: Way::Again, output: None };
    services.answer_call(owner, id, answer).await.unwrap();
    assert_eq!(fleet.world.wait_over(id).await.status, ExecutionStatus::Completed);
    assert_eq!(count.load(Ordering::SeqCst), 2);
    drop(other);
    fleet.close().await;
}

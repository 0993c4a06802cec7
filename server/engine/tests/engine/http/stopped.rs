//! A stop closes the connections of the calls that are under way.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use engine::{
    providers::ProviderSettings,
    secret::Secret,
    testing::{
        play::{copies, patient},
        soak::{judge, soaking},
        world::{World, none, sample},
    },
};
use model::{execution::state::ExecutionStatus, id::TemplateId, pages::Control};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc,
};

use crate::http::{calling, world};

/// An answer that has begun: a text that streams in.
const BEGUN: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n\
    data: {\"model\": \"slow\", \"choices\": [{\"delta\": {\"content\": \"Once\"}}]}\n\n";

/// What a server sees of its connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// A request has come.
    Asked,
    /// The other side has closed the connection.
    Closed,
}

/// How many calls are under way.
fn under_way() -> usize {
    if soaking() { 100 } else { 10 }
}

/// A server that begins its answers so and ends none of them.
async fn endless(beginning: &'static [u8]) -> (SocketAddr, mpsc::UnboundedReceiver<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, (told, seen)) = (listener.local_addr().unwrap(), mpsc::unbounded_channel());
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let told = told.clone();
            tokio::spawn(async move {
                let mut read = [0; 16 * 1024];
                if connection.read(&mut read).await.is_ok_and(|bytes| bytes > 0) {
                    connection.write_all(beginning).await.unwrap();
                    told.send(Seen::Asked).ok();
                    while connection.read(&mut read).await.is_ok_and(|bytes| bytes > 0) {}
                    told.send(Seen::Closed).ok();
                }
            });
        }
    });
    (address, seen)
}

async fn see(seen: &mut mpsc::UnboundedReceiver<Seen>, what: Seen, count: usize) {
    let seeing = async {
        for _ in 0..count {
            assert_eq!(seen.recv().await, Some(what));
        }
    };
    tokio::time::timeout(Duration::from_secs(60), seeing).await.expect("connections in time");
}

/// Stops executions in the middle of their calls.
async fn assert_closed(
    world: &World,
    template: TemplateId,
    mut seen: mpsc::UnboundedReceiver<Seen>,
) {
    let count = under_way();
    let worker = world.worker(patient());
    let mut executions = vec![];
    for _ in 0..count {
        executions.push(world.launch(template, none()).await);
    }
    see(&mut seen, Seen::Asked, count).await;

    let begun = Instant::now();
    for id in &executions {
        world.services.control(&world.owner, *id, Control::Stop).await.unwrap();
    }
    let stopped = begun.elapsed();
    see(&mut seen, Seen::Closed, count).await;

    let closed = begun.elapsed() - stopped;
    let closed = i64::try_from(closed.as_millis()).unwrap();
    judge("from the last of the stops to all calls closed", closed, (2_000, 20_000));
    for id in executions {
        assert_eq!(world.view(id).await.status, ExecutionStatus::Stopped);
    }
    worker.stop().await;
    assert_eq!(seen.try_recv(), Err(mpsc::error::TryRecvError::Empty), "nobody called again");
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e13_a_stop_closes_the_connection_of_a_request_that_has_no_answer_yet() {
    let (server, seen) = endless(b"").await;
    let world = world(&[server]).await;
    let post = json!({ "method": "POST", "url": format!("http://{server}/"), "body": "one" });
    let template = world.publish(&calling(&post)).await;

    assert_closed(&world, template, seen).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e13_a_stop_closes_the_connection_of_a_request_whose_answer_has_no_end() {
    let (server, seen) = endless(BEGUN).await;
    let world = world(&[server]).await;
    let template = world.publish(&calling(&json!({ "url": format!("http://{server}/") }))).await;

    assert_closed(&world, template, seen).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e13_a_stop_closes_the_connection_on_which_a_model_writes() {
    for beginning in [b"".as_slice(), BEGUN] {
        let (server, seen) = endless(beginning).await;
        let settings = ProviderSettings {
            openai_base_url: Some(format!("http://{server}/v1").parse().unwrap()),
            openai_api_key: Some(Secret::new("sk-test")),
            openai_text_model: "slow".to_owned(),
            ..sample()
        };
        let world = World::with_providers(settings).await;
        let template = world.publish(&copies(1)).await;

        assert_closed(&world, template, seen).await;
    }
}

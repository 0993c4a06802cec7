//! Steps that call web addresses: what they send, what they make of answers, and what they never
//! tell.

mod answers;
mod calls;
mod replayed;
mod secrets;
mod stopped;
mod unknown;

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, Uri},
    response::{IntoResponse, Response},
};
use model::{
    execution::{state::ExecutionStatus, view::ExecutionView},
    id::ExecutionId,
    validate::validate,
    workflow::Workflow,
};
use outside::outbound::OutboundClient;
use serde_json::{Value, json};
use services::testing::world::{World, none, quick};
use tokio::sync::mpsc;

use crate::engine::stub;

/// A request as it arrived.
#[derive(Debug)]
struct Arrived {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: String,
}

impl Arrived {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

type Answers = Arc<dyn Fn(usize, &HeaderMap) -> Response + Send + Sync>;

/// A server that answers its n-th request (from 0) so, and what arrived there.
async fn server<A: IntoResponse>(
    answer: impl Fn(usize, &HeaderMap) -> A + Send + Sync + 'static,
) -> (SocketAddr, mpsc::UnboundedReceiver<Arrived>) {
    let (sender, arrived) = mpsc::unbounded_channel();
    let count = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let answers: Answers = Arc::new(move |place, headers| answer(place, headers).into_response());
    let take = move |State(answers): State<Answers>,
                     method: Method,
                     uri: Uri,
                     headers: HeaderMap,
                     body: Bytes| async move {
        let place = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let response = answers(place, &headers);
        let body = String::from_utf8_lossy(&body).into_owned();
        sender.send(Arrived { method, uri, headers, body }).ok();
        response
    };
    (stub::serve(Router::new().fallback(take).with_state(answers)).await, arrived)
}

/// start → call → end; the request is tried twice at once.
fn calling(config: &Value) -> Workflow {
    let node = |id: &str, kind: &str, config: &Value, retry: &Value| {
        json!({
            "id": id, "type": kind, "position": { "x": 0, "y": 0 },
            "data": { "label": id, "config": config, "retry": retry },
        })
    };
    let retry = json!({
        "maxAttempts": 2, "backoff": "fixed", "initialDelayMs": 1, "maxDelayMs": 1, "jitter": "none",
    });
    let bare = json!({});
    let workflow = json!({
        "name": "Call",
        "parameters": [{ "name": "q", "type": "text", "default": "a b&c" }],
        "nodes": [
            node("start", "start", &bare, &Value::Null),
            node("call", "http_request", config, &retry),
            node("end", "end", &bare, &Value::Null),
        ],
        "edges": [
            { "id": "a", "source": "start", "sourceHandle": "q", "target": "call" },
            { "id": "b", "source": "call", "target": "end" },
        ],
    });
    let workflow = serde_json::from_value(workflow).unwrap();
    assert_eq!(validate(&workflow), []);
    workflow
}

/// A workspace whose calls may go to these servers.
async fn world(servers: &[SocketAddr]) -> World {
    let mut world = World::new().await;
    world.change_deps(|deps| deps.outbound = OutboundClient::new(stub::allowing(servers)).unwrap());
    world
}

/// Runs one request to its end.
async fn run(world: &World, config: Value) -> (ExecutionId, ExecutionView) {
    let worker = world.worker(quick());
    let template = world.publish(&calling(&config)).await;
    let id = world.launch(template, none()).await;
    let view = world.wait_over(id).await;
    worker.stop().await;
    world.assert_sound().await;
    (id, view)
}

/// What the request gave.
async fn given(world: &World, config: Value) -> Value {
    let (id, view) = run(world, config).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    output(world, id).await
}

async fn output(world: &World, id: ExecutionId) -> Value {
    let sql = "SELECT output FROM workflow_executions WHERE id = $1";
    sqlx::query_scalar(sql).bind(id.0).fetch_one(&world.db.pool).await.unwrap()
}

/// A request to this server is refused before anything reaches a private place.
async fn assert_kept_out(
    world: &World,
    server: SocketAddr,
    private: &mut mpsc::UnboundedReceiver<Arrived>,
) {
    let (code, words, attempts) =
        failed(world, json!({ "url": format!("http://{server}/") })).await;
    assert_eq!((code.as_str(), attempts), ("address_refused", 1));
    assert!(words.contains("isn't on the public internet"), "{words}");
    assert!(private.try_recv().is_err());
}

/// (code, words, attempts) of a request that failed for good.
async fn failed(world: &World, config: Value) -> (String, String, usize) {
    let (id, view) = run(world, config).await;
    assert_eq!(view.status, ExecutionStatus::Failed);
    let failure = view.node(&"call".into()).unwrap().failure.clone().unwrap();
    let attempts = world.attempts(id).await.into_values().flatten().count();
    (failure.code, failure.message, attempts)
}

//! Providers that are away: who waits for them, how long, and what that costs.

use std::{
    future::pending,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use engine::{executors::Executors, limits::Limits};
use model::{
    execution::{
        event::EventKind,
        failure::Failure,
        state::{ExecutionStatus as Status, NodeStatus, PauseReason},
        view::{ExecutionView, NodeView},
    },
    id::{ExecutionId, NodeId},
    pages::Control,
    provider::ProviderForm,
    provider_choice::Vendor,
    workflow::Workflow,
};
use outside::outbound::OutboundClient;
use serde_json::{Value, json};
use services::testing::{
    play::{copies, frozen, graph, patient},
    world::{ROOMY, World, none, quick},
};
use tokio::{net::TcpSocket, sync::Notify};

use crate::engine::{
    limits::desk::{calls, desk},
    stub,
};

/// A place at which nobody answers yet, and nobody else ever will.
struct Place(TcpSocket);

impl Place {
    fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self(socket)
    }

    fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }

    /// From now on somebody writes there; how often.
    fn comes_back(self) -> Arc<AtomicUsize> {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = count.clone();
        let answer = move || async move {
            counted.fetch_add(1, Ordering::SeqCst);
            Json(json!({"choices": [{"message": {"content": "Words"}}]}))
        };
        let router = Router::new().route("/v1/chat/completions", post(answer));
        let listener = self.0.listen(64).unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        count
    }
}

fn write(view: &ExecutionView) -> &NodeView {
    view.node(&NodeId::from("write")).unwrap()
}

fn waits(view: &ExecutionView) -> bool {
    write(view).status == NodeStatus::Waiting
}

fn failures(view: &ExecutionView) -> Vec<Failure> {
    write(view).jobs.iter().filter_map(|job| job.failure.clone()).collect()
}

/// Which attempts began.
async fn attempts(world: &World, id: ExecutionId) -> Vec<i32> {
    let started = world.events(id).await.into_iter().filter_map(|event| match event.kind {
        EventKind::JobStarted { attempt, .. } => Some(attempt),
        _ => None,
    });
    started.collect()
}

/// Lets eight minutes pass, after which the provider is tried once more.
async fn tried_again(world: &World) {
    world.db.advance(Duration::from_secs(480)).await;
    world.nudge().await;
    let tried = "SELECT count(*) FROM model_outages
                  WHERE tried_at > engine_now() - interval '4 minutes'";
    world.until(tried, 1).await;
}

/// Why the execution's job was put off first.
async fn put_off(world: &World, id: ExecutionId) -> Failure {
    let look = async || {
        let events = world.events(id).await.into_iter();
        let mut limits = events.filter_map(|event| match event.kind {
            EventKind::JobLimited { failure, .. } => Some(failure),
            _ => None,
        });
        limits.next()
    };
    world.look("it is put off", look).await
}

#[tokio::test]
async fn rel_m2_a_server_that_is_away_for_minutes_costs_no_attempt() {
    let place = Place::new();
    let address = place.address();
    let world = World::with_providers(stub::provider(address)).await;
    let worker = world.worker(patient());
    let id = world.launch(world.publish(&copies(3)).await, none()).await;

    let view = world.wait(id, waits).await;
    let words = write(&view).waiting.clone().unwrap();
    let begins = format!("{address} doesn't answer; ");
    assert!(words.starts_with(&begins), "{words}");
    assert!(write(&view).until.is_some(), "it says when it goes on");
    for _ in 0..3 {
        tried_again(&world).await;
    }
    let said = |view: &ExecutionView| {
        failures(view).iter().any(|failure| failure.message.contains("trying again in "))
    };
    world.wait(id, said).await;
    let row = world.wait(id, waits).await.wait().unwrap().to_text(|_| "never".to_owned());
    assert!(!row.contains("never"), "one moment is enough: {row}");

    let count = place.comes_back();
    for _ in 0..4 {
        world.db.advance(Duration::from_secs(31)).await;
        world.nudge().await;
    }
    assert_eq!(world.wait_over(id).await.status, Status::Completed);
    assert_eq!(count.load(Ordering::SeqCst), 3, "one call for each item");
    assert!(attempts(&world, id).await.into_iter().all(|attempt| attempt == 1));
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_m2_a_provider_that_is_away_for_half_an_hour_pauses_what_waits_for_it() {
    let place = Place::new();
    let address = place.address();
    let world = World::with_providers(stub::provider(address)).await;
    let worker = world.worker(patient());
    let id = world.launch(world.publish(&copies(1)).await, none()).await;
    world.wait(id, waits).await;
    for _ in 0..4 {
        tried_again(&world).await;
    }

    let view = world.wait(id, |view| view.status == Status::Paused).await;
    assert_eq!(view.pause_reason, Some(PauseReason::Provider));
    let words = view.wait().unwrap().words;
    let expected = format!(
        "Paused: a provider needs attention. {address} hasn't answered for 32 minutes. Resume when \
         it is back"
    );
    assert_eq!(words, expected);

    world.services.executions.control(&world.owner, id, Control::Resume).await.unwrap();
    let before = view.seq;
    let again = |view: &ExecutionView| view.status == Status::Paused && view.seq > before;
    let view = world.wait(id, again).await;
    assert_eq!(view.pause_reason, Some(PauseReason::Provider), "it was tried at once, in vain");

    place.comes_back();
    world.services.executions.control(&world.owner, id, Control::Resume).await.unwrap();
    assert_eq!(world.wait_over(id).await.status, Status::Completed);
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn of_those_that_wait_for_a_provider_one_looks_whether_it_is_back() {
    let (world, mut desk) = desk(ROOMY).await;
    let worker = world.worker(patient());
    let one = world.launch(world.publish(&copies(1)).await, none()).await;
    // Until the next try is most of a minute away.
    for tries in 1..=7 {
        calls(&mut desk, 1).await.remove(0).fail(503);
        world.until("SELECT coalesce(max(tries), 0)::bigint FROM model_outages", tries).await;
        if tries < 7 {
            world.db.advance(Duration::from_secs(61)).await;
            world.nudge().await;
        }
    }
    let three = world.launch(world.publish(&copies(3)).await, none()).await;
    world.wait(three, waits).await;
    assert!(desk.try_recv().is_err(), "nothing was sent");

    world.db.advance(Duration::from_secs(63)).await;
    world.nudge().await;
    let look = calls(&mut desk, 1).await.remove(0);
    let behind = |view: &ExecutionView| {
        let mut found = failures(view);
        found.retain(|failure| failure.message.contains("another call is testing it"));
        found.len()
    };
    let others = async || {
        let found = behind(&world.view(one).await) + behind(&world.view(three).await);
        (found >= 3).then_some(())
    };
    world.look("the others have asked, too", others).await;
    assert!(desk.try_recv().is_err(), "one looks");
    look.write();

    world.db.advance(Duration::from_secs(61)).await;
    world.nudge().await;
    for call in calls(&mut desk, 3).await {
        call.write();
    }
    for id in [one, three] {
        assert_eq!(world.wait_over(id).await.status, Status::Completed);
        assert!(attempts(&world, id).await.into_iter().all(|attempt| attempt == 1));
    }
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn a_call_that_a_gateway_refuses_while_others_get_answers_is_an_attempt() {
    let (world, mut desk) = desk(Limits::default()).await;
    let worker = world.worker(patient());
    let mut workflow = copies(1);
    workflow.settings.max_retries = 1;
    let template = world.publish(&workflow).await;
    let refused = world.launch(template, none()).await;
    let refuse = calls(&mut desk, 1).await.remove(0);
    let answered = world.launch(template, none()).await;
    let answer = calls(&mut desk, 1).await.remove(0);

    refuse.fail(502);
    let failure = put_off(&world, refused).await;
    assert!(failure.message.ends_with(". The last call might have been charged"), "{failure:?}");
    assert!(failure.may_have_happened);
    answer.write();
    assert_eq!(world.wait_over(answered).await.status, Status::Completed);
    for _ in 0..2 {
        world.db.advance(Duration::from_secs(31)).await;
        world.nudge().await;
        calls(&mut desk, 1).await.remove(0).fail(502);
    }

    let view = world.wait_over(refused).await;
    assert_eq!(view.status, Status::Failed);
    assert_eq!(write(&view).failure.clone().unwrap().code, "provider_unavailable");
    assert_eq!(attempts(&world, refused).await, [1, 1, 2], "what waited for others cost none");
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn a_gateway_that_says_how_long_is_waited_for_as_it_says() {
    let (world, mut desk) = desk(Limits::default()).await;
    let worker = world.worker(patient());
    let id = world.launch(world.publish(&copies(1)).await, none()).await;
    calls(&mut desk, 1).await.remove(0).busy(503, "7");

    world.wait(id, waits).await;

    assert_eq!(world.count("SELECT count(*) FROM model_outages").await, 0);
    worker.stop().await;
}

/// A text by this model.
fn copy_by(model: &str) -> Workflow {
    let config = json!({ "prompt": "Write", "model": model });
    graph(&[("write", "generate_copy", config)], &[("start", "write"), ("write", "end")])
}

#[tokio::test]
async fn a_model_that_is_loading_stops_no_other_model_of_its_server_and_a_test_ends_its_outage() {
    let answer = |Json(sent): Json<Value>| async move {
        if sent["model"] == "loading" {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        Json(json!({"choices": [{"message": {"content": "{\"ready\": true}"}}]})).into_response()
    };
    let router = Router::new().route("/v1/chat/completions", post(answer));
    let address = stub::serve(router).await;
    let mut world = World::with_providers(stub::provider(address)).await;
    let policy = stub::allowing(&[address]);
    world.change_deps(|deps| deps.outbound = OutboundClient::new(policy).unwrap());
    let form = ProviderForm {
        base_url: Some(format!("http://{address}/v1")),
        text_model: Some("loading".to_owned()),
        ..ProviderForm::default()
    };
    let access = &world.services.provider_access;
    access.set_provider(&world.owner, Vendor::OpenAi, form.clone()).await.unwrap();
    let worker = world.worker(patient());
    let loading = world.launch(world.publish(&copy_by("loading")).await, none()).await;
    let view = world.wait(loading, waits).await;
    let words = write(&view).waiting.clone().unwrap();
    assert!(words.starts_with(&format!("loading at {address} doesn't answer")), "{words}");

    let other = world.launch(world.publish(&copy_by("ready")).await, none()).await;

    assert_eq!(world.wait_over(other).await.status, Status::Completed);
    let lasting = "SELECT count(*) FROM model_outages WHERE ended_at IS NULL";
    assert_eq!(world.count(lasting).await, 1, "the answer of another model ends no outage");
    let form = ProviderForm { text_model: Some("ready".to_owned()), ..form };
    sqlx::query("UPDATE model_outages SET model = 'ready'").execute(&world.db.pool).await.unwrap();
    let trial = access.try_provider(&world.owner, Vendor::OpenAi, form).await.unwrap();
    assert!(trial.works, "{trial:?}");
    let lasting = "SELECT count(*) FROM model_outages WHERE ended_at IS NULL AND model = 'ready'";
    assert_eq!(world.count(lasting).await, 0, "a test that succeeds ends it");
    worker.stop().await;
    world.assert_sound().await;
}

/// An object that the provider answers without its title first.
fn titled() -> Workflow {
    let schema = json!({"type": "object", "required": ["title"]});
    let config = json!({"prompt": "Write", "output": {"format": "json", "schema": schema}});
    graph(&[("write", "generate_copy", config)], &[("start", "write"), ("write", "end")])
}

/// Whether it asks to correct an answer.
fn is_repair(sent: &Value) -> bool {
    sent["messages"].as_array().is_some_and(|messages| messages.len() > 2)
}

fn object(is_titled: bool) -> Response {
    let text = if is_titled { "{\"title\": \"Tea\"}" } else { "{}" };
    let usage = json!({"prompt_tokens": 9, "completion_tokens": 3});
    Json(json!({"choices": [{"message": {"content": text}}], "usage": usage})).into_response()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_whose_worker_is_lost_during_its_correction_is_not_paid_again() {
    let calls = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
    let corrects = Arc::new(Notify::new());
    let (counted, begun) = (calls.clone(), corrects.clone());
    let answer = move |Json(sent): Json<Value>| async move {
        let before = counted[usize::from(is_repair(&sent))].fetch_add(1, Ordering::SeqCst);
        if is_repair(&sent) && before == 0 {
            begun.notify_one();
            return pending::<Response>().await;
        }
        object(is_repair(&sent))
    };
    let router = Router::new().route("/v1/chat/completions", post(answer));
    let world = World::with_providers(stub::provider(stub::serve(router).await)).await;
    let executors = || Executors::standard(&world.services.context().deps);
    let _lost = world.worker_elsewhere(executors(), frozen());
    let id = world.launch(world.publish(&titled()).await, none()).await;
    corrects.notified().await;
    world.give_up_workers().await;

    let worker = world.worker_with(executors(), quick());

    assert_eq!(world.wait_over(id).await.status, Status::Completed);
    let calls = calls.each_ref().map(|count| count.load(Ordering::SeqCst));
    assert_eq!(calls, [1, 2], "only the correction was asked for again");
    let paid = "SELECT count(*) FROM spend_ledger";
    assert_eq!(world.count(paid).await, 2, "the first answer and its correction, each once");
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn an_answer_whose_correction_waits_for_an_outage_is_not_paid_again() {
    let called = Arc::new(AtomicUsize::new(0));
    let counted = called.clone();
    let answer = move |Json(sent): Json<Value>| async move {
        if is_repair(&sent) && counted.fetch_add(1, Ordering::SeqCst) == 0 {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        object(is_repair(&sent))
    };
    let router = Router::new().route("/v1/chat/completions", post(answer));
    let world = World::with_providers(stub::provider(stub::serve(router).await)).await;
    let worker = world.worker(patient());
    let id = world.launch(world.publish(&titled()).await, none()).await;

    world.wait(id, waits).await;
    world.db.advance(Duration::from_secs(31)).await;
    world.nudge().await;

    assert_eq!(world.wait_over(id).await.status, Status::Completed);
    assert_eq!(called.load(Ordering::SeqCst), 2, "the correction was asked for twice");
    let paid = "SELECT count(*) FROM spend_ledger";
    assert_eq!(world.count(paid).await, 2, "the first answer and its correction, each once");
    worker.stop().await;
    world.assert_sound().await;
}

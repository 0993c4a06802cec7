//! Failures that pass, failures that stay, and causes that a person must cure.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
    routing::post,
};
use engine::{executors::Attempt, job::JobContext};
use model::{
    execution::{
        event::EventKind,
        failure::{Failure, FailureClass, HoldReason},
        state::{ExecutionStatus, NodeStatus, PauseReason},
        view::ExecutionView,
    },
    id::{ExecutionId, NodeId},
    pages::Control,
    time::Timestamp,
    workflow::{Backoff, Jitter, RetryPolicy, Workflow},
};
use outside::providers::{ProviderAccess, ProviderSettings};
use serde_json::json;
use services::testing::{
    play::{Answering, copies, patient, writing, wrote},
    world::{World, none, quick, sample},
};
use vault::secret::Secret;

use crate::engine::stub;

const CANARY: &str = "sk-canary-7d1e/Qq+22==";

/// One text node that is tried so often, without much of a pause.
fn tried(max_attempts: u32) -> Workflow {
    let mut workflow = copies(1);
    workflow.nodes[1].data.retry = Some(RetryPolicy {
        max_attempts,
        backoff: Backoff::Fixed,
        initial_delay_ms: 1,
        max_delay_ms: 1,
        jitter: Jitter::None,
        ..RetryPolicy::default()
    });
    workflow
}

/// Fails the first calls in this way, then writes.
fn failing(times: usize, failure: Failure) -> impl Fn(&JobContext) -> Attempt + Send + Sync {
    let calls = AtomicUsize::new(0);
    move |_| match calls.fetch_add(1, Ordering::SeqCst) {
        call if call < times => Attempt::from_failure(failure.clone()),
        _ => wrote("copy"),
    }
}

/// (when the retry was scheduled, for when, of how many attempts it is which) of every retry.
async fn retries(world: &World, id: ExecutionId) -> Vec<(Timestamp, Timestamp, (i32, i32))> {
    let retry = |event: model::execution::event::Event| match event.kind {
        EventKind::JobRetryScheduled { at_time, attempt, max_attempts, .. } => {
            Some((event.at, at_time, (attempt, max_attempts)))
        }
        _ => None,
    };
    world.events(id).await.into_iter().filter_map(retry).collect()
}

/// (when, which attempt) of every start of a job.
async fn starts(world: &World, id: ExecutionId) -> Vec<(Timestamp, i32)> {
    let start = |event: model::execution::event::Event| match event.kind {
        EventKind::JobStarted { attempt, .. } => Some((event.at, attempt)),
        _ => None,
    };
    world.events(id).await.into_iter().filter_map(start).collect()
}

fn waits(view: &ExecutionView) -> bool {
    view.node(&NodeId::from("write")).is_some_and(|node| node.status == NodeStatus::Waiting)
}

#[tokio::test]
async fn a_retry_waits_as_long_as_the_provider_asks() {
    let world = World::new().await;
    let mut failure = Failure::transient("rate_limited", "OpenAI: rate limit exceeded");
    failure.class = FailureClass::Transient { retry_after_ms: Some(60_000) };
    let worker = world.worker_with(writing(Answering(failing(1, failure))), patient());
    let template = world.publish(&tried(4)).await;
    let id = world.launch(template, none()).await;
    let waiting = world.wait(id, waits).await;

    for seconds in [30, 31] {
        world.db.advance(Duration::from_secs(seconds)).await;
        world.nudge().await;
    }
    let view = world.wait_over(id).await;
    worker.stop().await;
    world.assert_sound().await;

    let node = waiting.node(&NodeId::from("write")).unwrap();
    assert_eq!(node.waiting.as_deref(), Some("OpenAI: rate limit exceeded"));
    assert_eq!(view.status, ExecutionStatus::Completed);
    let (scheduled, due, which) = retries(&world, id).await[0];
    assert!(due >= scheduled.plus_ms(60_000), "{scheduled:?} {due:?}");
    assert_eq!(which, (2, 4));
    let starts = starts(&world, id).await;
    assert_eq!(starts.iter().map(|(_, attempt)| *attempt).collect::<Vec<_>>(), [1, 2]);
    assert!(starts[1].0 >= due, "{starts:?} {due:?}");
}

#[tokio::test]
async fn when_every_attempt_has_failed_the_node_fails_with_the_providers_words() {
    let world = World::new().await;
    let failure = Failure::transient("provider_unavailable", "OpenAI: overloaded");
    let worker = world.worker_with(writing(Answering(failing(9, failure))), quick());
    let template = world.publish(&tried(3)).await;

    let id = world.launch(template, none()).await;
    let view = world.wait_over(id).await;
    worker.stop().await;
    world.assert_sound().await;

    assert_eq!(view.status, ExecutionStatus::Failed);
    assert_eq!(view.error.as_deref(), Some("write: OpenAI: overloaded"));
    let failure = view.node(&NodeId::from("write")).unwrap().failure.clone().unwrap();
    assert_eq!(failure.code, "provider_unavailable");
    let attempts: Vec<_> = world.attempts(id).await.into_values().flatten().collect();
    assert_eq!(attempts, ["failed"; 3]);
}

#[tokio::test]
async fn what_fails_for_good_is_not_tried_again() {
    let world = World::new().await;
    let failure = Failure::permanent("content_refused", "OpenAI: the content was refused");
    let worker = world.worker_with(writing(Answering(failing(1, failure))), quick());
    let template = world.publish(&tried(3)).await;

    let id = world.launch(template, none()).await;
    let view = world.wait_over(id).await;
    worker.stop().await;

    assert_eq!(view.status, ExecutionStatus::Failed);
    assert_eq!(starts(&world, id).await.len(), 1);
}

#[tokio::test]
async fn a_cause_that_a_person_must_cure_pauses_and_counts_as_no_attempt() {
    let world = World::new().await;
    let words = "OpenAI: the API key was refused";
    let failure = Failure::hold(HoldReason::Provider, "provider_refused_key", words);
    let worker = world.worker_with(writing(Answering(failing(1, failure))), quick());
    let template = world.publish(&tried(1)).await;
    let id = world.launch(template, none()).await;

    let paused = world.wait(id, |view| view.status == ExecutionStatus::Paused).await;
    world.services.executions.control(&world.owner, id, Control::Resume).await.unwrap();
    let view = world.wait_over(id).await;
    worker.stop().await;
    world.assert_sound().await;

    assert_eq!(paused.pause_reason, Some(PauseReason::Provider));
    assert_eq!(paused.pause_message.as_deref(), Some(words));
    assert!(paused.nodes.iter().all(|node| node.status != NodeStatus::Failed));
    assert_eq!(view.status, ExecutionStatus::Completed, "one attempt is allowed, and one counted");
    let attempts = starts(&world, id).await.into_iter().map(|(_, attempt)| attempt);
    assert_eq!(attempts.collect::<Vec<_>>(), [1, 1]);
    assert_eq!(world.count("SELECT attempt::bigint FROM agent_jobs").await, 1);
}

#[tokio::test]
async fn an_executor_that_panics_is_tried_again() {
    let world = World::new().await;
    let calls = AtomicUsize::new(0);
    let executor = Answering(move |_: &JobContext| {
        assert!(calls.fetch_add(1, Ordering::SeqCst) > 0, "the first call panics");
        wrote("copy")
    });
    let worker = world.worker_with(writing(executor), quick());
    let template = world.publish(&tried(2)).await;

    let id = world.launch(template, none()).await;
    let view = world.wait_over(id).await;
    worker.stop().await;
    world.assert_sound().await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    assert_eq!(retries(&world, id).await.len(), 1);
    let attempts: Vec<_> = world.attempts(id).await.into_values().flatten().collect();
    assert_eq!(attempts, ["failed", "completed"]);
}

/// A provider that repeats the key it is sent in its errors: first a passing one, then a refusal.
async fn telltale() -> (ProviderSettings, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let answer = move |headers: HeaderMap| async move {
        let key = headers["authorization"].to_str().unwrap_or_default().to_owned();
        let words = format!("You sent {key}, that is {}.", key.trim_start_matches("Bearer "));
        let status = match counted.fetch_add(1, Ordering::SeqCst) {
            0 => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::UNAUTHORIZED,
        };
        (status, Json(json!({"error": {"message": words}}))).into_response()
    };
    let address = stub::serve(Router::new().route("/v1/chat/completions", post(answer))).await;
    let access = ProviderAccess {
        base_url: Some(format!("http://{address}/v1").parse().unwrap()),
        api_key: Some(Secret::new(CANARY)),
        ..ProviderAccess::default()
    };
    (sample().with_access("openai", access), calls)
}

#[tokio::test]
async fn rel_s10_a_key_that_the_provider_repeats_is_in_no_row_and_no_page() {
    let (settings, calls) = telltale().await;
    let world = World::with_providers(settings).await;
    let worker = world.worker(quick());
    let template = world.publish(&tried(3)).await;
    let id = world.launch(template, none()).await;

    let view = world.wait(id, |view| view.status == ExecutionStatus::Paused).await;
    worker.stop().await;
    world.assert_sound().await;

    assert_eq!(calls.load(Ordering::SeqCst), 2, "tried again once, then held");
    let message = view.pause_message.unwrap();
    assert!(message.starts_with("OpenAI: You sent"), "{message}");
    let page = world.services.executions.monitor(&world.owner, id).await.unwrap();
    let mut said = serde_json::to_string(&page).unwrap();
    for table in ["execution_events", "agent_jobs", "job_attempts", "workflow_executions"] {
        let sql = format!("SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t");
        let rows = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(sql));
        let rows = rows.fetch_one(&world.db.pool).await.unwrap();
        assert!(!rows.is_empty(), "{table}");
        said.push_str(&rows);
    }
    let secret = CANARY.trim_start_matches("sk-canary-");
    assert!(!said.contains(CANARY) && !said.contains(secret), "{said}");
}

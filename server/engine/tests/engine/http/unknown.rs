//! Calls that nobody knows the end of: what might have been carried out is not repeated blindly.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use axum::{Json, http::StatusCode};
use engine::{
    executors::{Attempt, Executor, Executors},
    job::JobContext,
};
use model::{
    execution::{
        event::EventKind,
        question::{CallAnswer, QuestionCard, Way},
        state::{ExecutionStatus, JobStatus, NodeStatus, PauseReason},
        view::ExecutionView,
    },
    id::ExecutionId,
    nodes::NodeKind,
    problem::ProblemKind,
};
use serde_json::{Value, json};
use services::testing::{
    play::frozen,
    world::{World, none, quick},
};
use store::error::EngineError;
use tokio::{
    io::AsyncReadExt,
    net::TcpListener,
    sync::{Notify, mpsc},
};

use crate::engine::http::{Arrived, calling, output, run, server, world};

fn asks(view: &ExecutionView) -> bool {
    view.status == ExecutionStatus::Paused && view.pause_reason == Some(PauseReason::Review)
}

fn post(server: SocketAddr) -> Value {
    json!({ "method": "POST", "url": format!("http://{server}/orders"), "body": "one" })
}

/// Calls, and hears nothing more: its process is killed while the answer is on its way.
struct Killed {
    inner: Arc<dyn Executor>,
    sent: Arc<Notify>,
}

#[async_trait]
impl Executor for Killed {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(3600)
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        self.inner.run(context).await;
        self.sent.notify_one();
        std::future::pending().await
    }
}

/// An execution whose request has arrived, and whose worker is gone before it could say so.
async fn lost_after_sending(world: &World, config: &Value) -> ExecutionId {
    let standard = Executors::standard(&world.services.context().deps);
    let inner = standard.get(NodeKind::HttpRequest.key()).unwrap().clone();
    let sent = Arc::new(Notify::new());
    let killed = Killed { inner, sent: sent.clone() };
    let executors = Executors::default().with_executor(NodeKind::HttpRequest, killed);
    let worker = world.worker_elsewhere(executors, frozen());
    let template = world.publish(&calling(config)).await;
    let id = world.launch(template, none()).await;
    sent.notified().await;
    world.give_up_workers().await;
    drop(worker);
    id
}

async fn say(
    world: &World,
    card: &QuestionCard,
    answer: Way,
    output: Option<Value>,
) -> Result<(), EngineError> {
    let (job_id, question) = (card.job_id, card.question);
    let answer = CallAnswer { job_id, question, answer, output };
    world.services.reviews.answer_call(&world.owner, card.execution_id, answer).await
}

/// A server that takes orders, a lost order, and the question about it.
async fn asked() -> (World, mpsc::UnboundedReceiver<Arrived>, QuestionCard) {
    let (server, mut arrived) = server(|place, _| Json(json!({ "order": place }))).await;
    let world = world(&[server]).await;
    let id = lost_after_sending(&world, &post(server)).await;
    assert_eq!(arrived.recv().await.unwrap().body, "one");
    let worker = world.worker(quick());
    world.wait(id, asks).await;
    worker.stop().await;
    let card = world.only_question(id).await;
    (world, arrived, card)
}

#[tokio::test]
async fn a_post_whose_worker_was_lost_after_sending_waits_for_a_word_and_says_so() {
    let (world, mut arrived, card) = asked().await;
    let view = world.view(card.execution_id).await;

    assert!(arrived.try_recv().is_err(), "it was sent again without a word");
    assert_eq!((&card.sent["method"], &card.sent["body"]), (&json!("POST"), &json!("one")));
    assert!(card.sent_at.is_some());
    assert!(card.message.contains("might have been carried out"), "{}", card.message);
    let node = view.node(&"call".into()).unwrap();
    assert_eq!(node.status, NodeStatus::Waiting);
    assert!(node.waiting.as_ref().unwrap().starts_with("Waiting for your answer."));
    assert_eq!(node.jobs[0].question.as_ref().unwrap().number, card.question);
    assert_eq!(world.services.reviews.count_waiting(&world.owner).await.unwrap().0, 1);
    let neighbour = world.neighbour().await;
    assert!(world.services.reviews.questions(&neighbour, None).await.unwrap().is_empty());
    world.assert_sound().await;
}

#[tokio::test]
async fn what_is_run_again_is_sent_once_more_with_the_same_key() {
    let (world, mut arrived, card) = asked().await;
    let _worker = world.worker(quick());

    say(&world, &card, Way::Again, None).await.unwrap();
    let view = world.wait_over(card.execution_id).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    assert_eq!(arrived.recv().await.unwrap().body, "one");
    assert!(arrived.try_recv().is_err());
    assert_eq!(output(&world, card.execution_id).await["body"], json!({ "order": 1 }));
    assert_eq!(world.services.reviews.count_waiting(&world.owner).await.unwrap().0, 0);
    world.assert_sound().await;
}

#[tokio::test]
async fn what_was_done_goes_on_with_what_the_person_says_it_gave() {
    let (world, mut arrived, card) = asked().await;

    say(&world, &card, Way::Done, Some(json!({ "order": 0 }))).await.unwrap();
    let view = world.wait_over(card.execution_id).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    assert_eq!(output(&world, card.execution_id).await["body"], json!({ "order": 0 }));
    assert!(arrived.try_recv().is_err());
    let said = view.node(&"call".into()).unwrap().jobs[0].said.clone().unwrap();
    assert_eq!((said.answer, said.by.name.as_str()), (Way::Done, "Ada"));
    world.assert_sound().await;
}

#[tokio::test]
async fn what_is_skipped_is_not_sent_and_the_execution_goes_on() {
    let (world, mut arrived, card) = asked().await;

    say(&world, &card, Way::Skip, None).await.unwrap();
    let view = world.wait_over(card.execution_id).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    let node = view.node(&"call".into()).unwrap();
    assert_eq!((node.status, node.jobs[0].status), (NodeStatus::Skipped, JobStatus::Cancelled));
    assert!(arrived.try_recv().is_err());
    world.assert_sound().await;
}

#[tokio::test]
async fn of_two_who_answer_one_is_told_what_the_other_said() {
    let (world, _arrived, card) = asked().await;

    let both =
        tokio::join!(say(&world, &card, Way::Skip, None), say(&world, &card, Way::Done, None));
    let (first, second) = match both {
        (Ok(()), Err(late)) => ("Skipped", late),
        (Err(late), Ok(())) => ("Marked as done", late),
        both => panic!("one wins: {both:?}"),
    };

    let EngineError::Refused(problem) = second else { panic!("{second:?}") };
    assert_eq!((problem.kind, problem.code.as_str()), (ProblemKind::Conflict, "question_over"));
    assert_eq!(problem.detail, format!("{first}: already answered by Ada."));
    let nothing = say(&world, &card, Way::Again, Some(json!(1))).await;
    assert!(matches!(nothing, Err(EngineError::Refused(p)) if p.kind == ProblemKind::Invalid));
    world.assert_sound().await;
}

#[tokio::test]
async fn a_put_or_an_agreed_key_is_sent_again_without_a_word() {
    let (server, mut arrived) = server(|_, _| StatusCode::NO_CONTENT).await;
    let world = world(&[server]).await;
    let mut agreed = post(server);
    agreed["headers"] = json!([{ "name": "Idempotency-Key", "value": "${execution.id}" }]);
    let mut put = post(server);
    put["method"] = json!("PUT");

    for config in [agreed, put] {
        let id = lost_after_sending(&world, &config).await;
        let worker = world.worker(quick());
        let view = world.wait_over(id).await;
        worker.stop().await;

        assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
        assert_eq!(arrived.recv().await.unwrap().body, "one");
        assert_eq!(arrived.recv().await.unwrap().body, "one");
    }
    world.assert_sound().await;
}

/// A server that hangs up once a request has come, and how many came.
async fn hanging_up() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, count) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counted = count.clone();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut read = [0; 4096];
            if connection.read(&mut read).await.is_ok_and(|bytes| bytes > 0) {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    (address, count)
}

#[tokio::test]
async fn a_post_whose_connection_broke_waits_for_a_word_and_a_get_is_tried_again() {
    let (server, count) = hanging_up().await;
    let world = world(&[server]).await;
    let worker = world.worker(quick());
    let template = world.publish(&calling(&post(server))).await;

    let id = world.launch(template, none()).await;
    let view = world.wait(id, asks).await;
    let card = world.only_question(id).await;

    assert_eq!(count.load(Ordering::SeqCst), 1);
    let failure = view.node(&"call".into()).unwrap().jobs[0].failure.clone().unwrap();
    assert!(failure.unanswered && failure.code == "connection_broken", "{failure:?}");
    say(&world, &card, Way::Skip, None).await.unwrap();
    world.wait_over(id).await;
    worker.stop().await;

    let (_, view) = run(&world, json!({ "url": format!("http://{server}/") })).await;
    assert_eq!(view.status, ExecutionStatus::Failed);
    assert_eq!(count.load(Ordering::SeqCst), 3);
    world.assert_sound().await;
}

#[derive(Clone, Copy, PartialEq)]
enum When {
    BeforeTheCall,
    AfterTheCall,
}

/// Panics in the middle of its work; the first time of each job.
struct Panicking {
    inner: Arc<dyn Executor>,
    when: When,
}

#[async_trait]
impl Executor for Panicking {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(3600)
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        if context.attempt > 1 {
            return self.inner.run(context).await;
        }
        if self.when == When::AfterTheCall {
            self.inner.run(context).await;
        }
        panic!("secret words of a panic");
    }
}

fn panicking(world: &World, when: When) -> Executors {
    let standard = Executors::standard(&world.services.context().deps);
    let inner = standard.get(NodeKind::HttpRequest.key()).unwrap().clone();
    standard.with_executor(NodeKind::HttpRequest, Panicking { inner, when })
}

#[tokio::test]
async fn a_panic_ends_the_attempt_with_a_plain_reason_and_the_worker_lives_on() {
    let (server, mut arrived) = server(|_, _| StatusCode::NO_CONTENT).await;
    let world = world(&[server]).await;
    let _worker = world.worker_with(panicking(&world, When::BeforeTheCall), quick());
    let template = world.publish(&calling(&post(server))).await;

    let id = world.launch(template, none()).await;
    let view = world.wait_over(id).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    assert!(arrived.recv().await.is_some());
    let events = world.events(id).await;
    let failure = events.iter().find_map(|event| match &event.kind {
        EventKind::JobRetryScheduled { failure, .. } => Some(failure.clone()),
        _ => None,
    });
    let failure = failure.unwrap();
    assert_eq!((failure.code.as_str(), failure.unanswered), ("internal", false));
    let told = serde_json::to_string(&events).unwrap();
    assert!(!told.contains("secret words"), "{told}");
    let attempts: Vec<_> = world.attempts(id).await.into_values().flatten().collect();
    assert_eq!(attempts, ["failed", "completed"]);
    world.assert_sound().await;
}

#[tokio::test]
async fn a_panic_after_a_post_has_left_waits_for_a_word() {
    let (server, mut arrived) = server(|_, _| StatusCode::NO_CONTENT).await;
    let world = world(&[server]).await;
    let _worker = world.worker_with(panicking(&world, When::AfterTheCall), quick());
    let template = world.publish(&calling(&post(server))).await;

    let id = world.launch(template, none()).await;
    world.wait(id, asks).await;

    assert!(arrived.recv().await.is_some());
    assert!(arrived.try_recv().is_err());
    let card = world.only_question(id).await;
    say(&world, &card, Way::Done, None).await.unwrap();
    assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Completed);
    world.assert_sound().await;
}

//! Calls whose process is lost, or whose answer never comes.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use engine::{
    executors::{Attempt, Executor, Executors},
    job::JobContext,
    mcp::port::{McpError, ToolRequest},
    testing::{
        mcp::{Scripted, ScriptedMcp},
        play::frozen,
        world::{World, none, quick},
    },
};
use model::{
    execution::{
        question::{CallAnswer, QuestionCard, Way},
        state::{ExecutionStatus, PauseReason},
        view::ExecutionView,
    },
    id::{ExecutionId, JobId},
    mcp::call::ToolCallState,
    nodes::NodeKind,
    pages::Control,
};
use serde_json::json;
use tokio::sync::Notify;

use super::{answering, calling, calling_twice, calls, output, world};

/// Works on each job of tools to its end, and the first time dies before it can say so.
pub(super) struct Dying {
    inner: Arc<dyn Executor>,
    seen: Mutex<BTreeSet<JobId>>,
    died: Arc<Notify>,
}

impl Dying {
    /// The product's executors, of which that of tools dies so; and what tells when.
    pub(super) fn executors(world: &World) -> (Executors, Arc<Notify>) {
        let standard = Executors::standard(&world.services.context().deps);
        let inner = standard.get(NodeKind::Tool.key()).unwrap().clone();
        let died = Arc::new(Notify::new());
        let dying = Self { inner, seen: Mutex::default(), died: died.clone() };
        (standard.with_executor(NodeKind::Tool, dying), died)
    }
}

#[async_trait]
impl Executor for Dying {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(3_600)
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        let attempt = self.inner.run(context).await;
        if !self.seen.lock().unwrap().insert(context.job) {
            return attempt;
        }
        self.died.notify_one();
        std::future::pending().await
    }
}

/// An execution whose worker is gone in the middle of its call, or right after the answer.
async fn lost(world: &World, tool: &str, mcp: &ScriptedMcp, is_answered: bool) -> ExecutionId {
    let (executors, died) = Dying::executors(world);
    let worker = world.worker_elsewhere(executors, frozen());
    let template = world.publish(&calling(tool, &json!({ "number": 7 }))).await;
    let id = world.launch(template, none()).await;
    if is_answered {
        died.notified().await
    } else {
        mcp.arrived().await
    }
    world.give_up_workers().await;
    drop(worker);
    id
}

fn asks(view: &ExecutionView) -> bool {
    view.status == ExecutionStatus::Paused && view.pause_reason == Some(PauseReason::Review)
}

async fn only_question(world: &World, id: ExecutionId) -> QuestionCard {
    let mut open = world.services.reviews.questions(&world.owner, Some(id)).await.unwrap();
    assert_eq!(open.len(), 1);
    open.remove(0)
}

async fn say(world: &World, card: &QuestionCard, answer: Way) {
    let answer = CallAnswer { job_id: card.job_id, question: card.question, answer, output: None };
    world.services.reviews.answer_call(&world.owner, card.execution_id, answer).await.unwrap();
}

#[tokio::test]
async fn rel_e1_a_tool_that_has_answered_is_not_called_again_when_its_process_is_lost() {
    for tool in ["github.getIssue", "github.createIssue"] {
        let mcp = answering(|place, _| Scripted::data(json!({ "place": place })));
        let world = world(&mcp).await;
        let id = lost(&world, tool, &mcp, true).await;

        let worker = world.worker(quick());
        let view = world.wait_over(id).await;
        worker.stop().await;

        assert_eq!(view.status, ExecutionStatus::Completed, "{tool}: {:?}", view.error);
        assert_eq!(mcp.calls().len(), 1, "{tool}");
        assert_eq!(output(&world, id).await, json!({ "place": 0 }));
        assert_eq!(calls(&world, id).await.len(), 1);
        world.assert_sound().await;
    }
}

#[tokio::test]
async fn rel_e1_a_call_without_an_answer_is_repeated_by_a_tool_that_reads() {
    let mcp = answering(|place, _| match place {
        0 => Scripted::Silence,
        _ => Scripted::data(json!({ "place": place })),
    });
    let world = world(&mcp).await;
    let id = lost(&world, "github.getIssue", &mcp, false).await;

    let worker = world.worker(quick());
    let view = world.wait_over(id).await;
    worker.stop().await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    let sent = mcp.calls();
    assert_eq!((sent.len(), &sent[0].idempotency_key), (2, &sent[1].idempotency_key));
    let states: Vec<_> = calls(&world, id).await.into_iter().map(|call| call.state).collect();
    assert_eq!(states, [ToolCallState::Answered, ToolCallState::Failed]);
    world.assert_sound().await;
}

#[tokio::test]
async fn a_call_without_an_answer_of_a_tool_that_writes_waits_for_a_word() {
    let mcp = answering(|place, _| match place {
        0 => Scripted::Silence,
        _ => Scripted::data(json!({ "place": place })),
    });
    let world = world(&mcp).await;
    let id = lost(&world, "github.createIssue", &mcp, false).await;
    let worker = world.worker(quick());
    world.wait(id, asks).await;

    let card = only_question(&world, id).await;
    assert_eq!(card.sent["tool"], "github.createIssue");
    assert_eq!(card.sent["arguments"], json!({ "number": 7 }));
    assert_eq!(mcp.calls().len(), 1, "it was called again without a word");
    say(&world, &card, Way::Again).await;
    let view = world.wait_over(id).await;
    worker.stop().await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    assert_eq!(output(&world, id).await, json!({ "place": 1 }));
    world.assert_sound().await;
}

#[tokio::test]
async fn a_broken_connection_is_asked_about_where_the_tool_writes_and_tried_again_where_it_reads() {
    let breaks =
        |_: usize, _: &ToolRequest| Scripted::Error(McpError::Lost("github hung up.".to_owned()));
    let mcp = answering(breaks);
    let first = world(&mcp).await;
    let worker = first.worker(quick());
    let template =
        first.publish(&calling_twice("github.createIssue", &json!({ "number": 7 }))).await;
    let id = first.launch(template, none()).await;
    first.wait(id, asks).await;
    assert_eq!(mcp.calls().len(), 1);
    say(&first, &only_question(&first, id).await, Way::Skip).await;
    first.wait_over(id).await;
    worker.stop().await;
    first.assert_sound().await;

    let mcp = answering(breaks);
    let second = world(&mcp).await;
    let (id, view) =
        super::run(&second, &calling_twice("github.getIssue", &json!({ "number": 7 }))).await;
    assert_eq!((super::failure(&view).code.as_str(), mcp.calls().len()), ("connection_broken", 2));
    assert_eq!(calls(&second, id).await.len(), 2);
}

#[tokio::test]
async fn rel_e13_a_stop_cancels_the_call_of_a_tool() {
    let mcp = answering(|_, _| Scripted::Silence);
    let world = world(&mcp).await;
    let worker = world.worker(quick());
    let template = world.publish(&calling("github.createIssue", &json!({ "number": 7 }))).await;
    let id = world.launch(template, none()).await;
    mcp.arrived().await;

    let stop = Control::Stop { reason: None };
    world.services.executions.control(&world.owner, id, stop).await.unwrap();

    world.look("the call is cancelled", async || (mcp.cancelled() == 1).then_some(())).await;
    worker.stop().await;
    let call = calls(&world, id).await.remove(0);
    assert_eq!(call.state, ToolCallState::Failed);
    assert!(call.error.unwrap().starts_with("Nobody knows how it ended"));
    world.assert_sound().await;
}

#[tokio::test]
async fn a_replay_calls_nobody_and_gives_what_was_given() {
    let mcp = answering(|place, _| Scripted::data(json!({ "place": place })));
    let world = world(&mcp).await;
    let worker = world.worker(quick());
    let template = world.publish(&calling("github.createIssue", &json!({ "number": 7 }))).await;
    let origin = world.launch(template, none()).await;
    world.wait_over(origin).await;

    let replayed = world.services.executions.replay(&world.owner, origin, None).await.unwrap();
    let view = world.wait_over(replayed.execution_id).await;
    worker.stop().await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    assert_eq!(output(&world, replayed.execution_id).await, json!({ "place": 0 }));
    assert_eq!(mcp.calls().len(), 1);
    assert!(calls(&world, replayed.execution_id).await.is_empty());
    world.assert_sound().await;
}

//! Calls whose process is lost, or whose answer never comes.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use engine::{
    executors::{Attempt, Executor, Executors},
    job::JobContext,
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
    workflow::Workflow,
};
use outside::mcp::port::{McpError, ToolRequest};
use serde_json::json;
use services::testing::{
    mcp::{Scripted, ScriptedMcp},
    play::{frozen, patient},
    world::{World, none, quick},
};
use tokio::sync::Notify;

use super::{answering, calling, calling_twice, calls, output, world};

/// Works as an executor of the product does, and dies once with each job, before it can say what was
/// done.
pub struct Dying {
    inner: Arc<dyn Executor>,
    /// With which attempt of a job, from 1.
    attempt: usize,
    begun: Mutex<Vec<JobId>>,
    died: Arc<Notify>,
}

impl Dying {
    /// The product's executors, of which that of this type dies so; and what tells when.
    pub fn executors(world: &World, kind: NodeKind, attempt: usize) -> (Executors, Arc<Notify>) {
        let standard = Executors::standard(&world.services.context().deps);
        let inner = standard.get(kind.key()).unwrap().clone();
        let died = Arc::new(Notify::new());
        let dying = Self { inner, attempt, begun: Mutex::default(), died: died.clone() };
        (standard.with_executor(kind, dying), died)
    }
}

#[async_trait]
impl Executor for Dying {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(3_600)
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        let attempt = self.inner.run(context).await;
        let attempts = {
            let mut begun = self.begun.lock().unwrap();
            begun.push(context.job);
            begun.iter().filter(|job| **job == context.job).count()
        };
        if attempts != self.attempt {
            return attempt;
        }
        self.died.notify_one();
        std::future::pending().await
    }
}

/// When a process is lost.
#[derive(Clone, Copy)]
pub enum Death<'a> {
    /// While a call is with its server.
    WithinCall(&'a ScriptedMcp),
    /// When this attempt of a job of this type has done everything, before that is said.
    After(NodeKind, usize),
}

/// An execution whose worker is gone by now.
pub async fn lost(world: &World, workflow: &Workflow, death: Death<'_>) -> ExecutionId {
    let (executors, died) = match death {
        Death::WithinCall(_) => {
            (Executors::standard(&world.services.context().deps), Arc::default())
        }
        Death::After(kind, attempt) => Dying::executors(world, kind, attempt),
    };
    let worker = world.worker_elsewhere(executors, frozen());
    let id = world.launch(world.publish(workflow).await, none()).await;
    match death {
        Death::WithinCall(mcp) => mcp.arrived().await,
        Death::After(..) => died.notified().await,
    }
    world.give_up_workers().await;
    drop(worker);
    id
}

/// Works on an execution to its end, in one process after another that dies.
pub async fn outlived(
    world: &World,
    id: ExecutionId,
    executors: &Executors,
    died: &Notify,
) -> ExecutionView {
    loop {
        let worker = world.worker_elsewhere(executors.clone(), patient());
        tokio::select! {
            view = world.wait_over(id) => {
                worker.stop().await;
                return view;
            }
            () = died.notified() => {}
        }
        world.give_up_workers().await;
        drop(worker);
    }
}

/// Whether an execution waits for a person.
pub fn asks(view: &ExecutionView) -> bool {
    view.status == ExecutionStatus::Paused && view.pause_reason == Some(PauseReason::Review)
}

/// A workflow that calls this tool.
fn issue(tool: &str) -> Workflow {
    calling(tool, &json!({ "number": 7 }))
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
        let id = lost(&world, &issue(tool), Death::After(NodeKind::Tool, 1)).await;

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
    let id = lost(&world, &issue("github.getIssue"), Death::WithinCall(&mcp)).await;

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
    let id = lost(&world, &issue("github.createIssue"), Death::WithinCall(&mcp)).await;
    let worker = world.worker(quick());
    world.wait(id, asks).await;

    let card = world.only_question(id).await;
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
    say(&first, &first.only_question(id).await, Way::Skip).await;
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
    let template = world.publish(&issue("github.createIssue")).await;
    let id = world.launch(template, none()).await;
    mcp.arrived().await;

    let stop = Control::Stop { reason: None };
    world.services.executions.control(&world.owner, id, stop).await.unwrap();

    world.look("the call is cancelled", async || (mcp.cancelled() == 1).then_some(())).await;
    worker.stop().await;
    let call = calls(&world, id).await.remove(0);
    assert_eq!(call.state, ToolCallState::Failed);
    assert!(call.error.unwrap().starts_with("The result of this call is unknown"));
    world.assert_sound().await;
}

#[tokio::test]
async fn a_replay_calls_nobody_and_gives_what_was_given() {
    let mcp = answering(|place, _| Scripted::data(json!({ "place": place })));
    let world = world(&mcp).await;
    let worker = world.worker(quick());
    let template = world.publish(&issue("github.createIssue")).await;
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

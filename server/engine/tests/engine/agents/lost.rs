//! Calls of agents whose process is lost: what was done is not done again, and what nobody knows of is
//! asked.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use engine::{
    executors::{Attempt, Executor, Executors},
    job::JobContext,
    testing::{
        chat::ScriptedChat,
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
    nodes::NodeKind,
    workflow::Workflow,
};
use serde_json::json;
use tokio::sync::Notify;

use super::{
    GET_ISSUE,
    built_ins::built_in,
    tools::{CREATE_ISSUE, echoing, free, one_by_one, rows, serving, told},
    working, world,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e1_a_document_that_an_agent_has_written_is_not_written_again_when_its_process_is_lost()
{
    let document = json!({ "title": "Minutes", "content": "We met." });
    let turns = one_by_one([("a", "atelier__create_document", document)]);
    let (chat, mcp) = (ScriptedChat::new(turns), echoing());
    let world = world(chat.clone(), &mcp).await;
    let id = lost(&world, &built_in("create_document"), Death::AfterCalls).await;

    let worker = world.worker(quick());
    let view = world.wait_over(id).await;
    worker.stop().await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    assert_eq!(world.count("SELECT count(*) FROM documents WHERE title = 'Minutes'").await, 1);
    assert!(!told(&chat, "a").1);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e1_an_agents_call_that_writes_and_was_lost_waits_for_a_word() {
    for (answer, output, sent, words) in [
        (Way::Again, None, 2, "again"),
        (Way::Done, Some(json!({ "number": 12 })), 1, "{\"number\":12}"),
        (Way::Skip, None, 1, "Nobody knows whether this was carried out"),
    ] {
        let turns = one_by_one([("a", CREATE_ISSUE, json!({ "number": 1 }))]);
        let (chat, mcp) = (
            ScriptedChat::new(turns),
            serving(|place, _| match place {
                0 => Scripted::Silence,
                _ => Scripted::data(json!("again")),
            }),
        );
        let world = world(chat.clone(), &mcp).await;
        let id = lost(&world, &working(free()), Death::WithinCall(&mcp)).await;
        let worker = world.worker(quick());
        let asks = |view: &ExecutionView| {
            view.status == ExecutionStatus::Paused && view.pause_reason == Some(PauseReason::Review)
        };
        world.wait(id, asks).await;
        assert_eq!(mcp.calls().len(), 1, "it was called again without a word");
        let card = only_question(&world, id).await;
        assert_eq!(card.sent["tool"], "github.createIssue");

        let (job_id, question) = (card.job_id, card.question);
        let answer = CallAnswer { job_id, question, answer, output };
        world.services.reviews.answer_call(&world.owner, id, answer).await.unwrap();
        let view = world.wait_over(id).await;
        worker.stop().await;

        assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
        assert_eq!(mcp.calls().len(), sent, "{words}");
        assert!(told(&chat, "a").0.contains(words), "{:?}", told(&chat, "a"));
        assert_eq!(rows(&world, id).await.len(), 1);
        world.assert_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e1_an_agents_call_that_reads_and_was_lost_is_made_again() {
    let turns = one_by_one([("a", GET_ISSUE, json!({ "number": 1 }))]);
    let (chat, mcp) = (
        ScriptedChat::new(turns),
        serving(|place, _| match place {
            0 => Scripted::Silence,
            _ => Scripted::data(json!("again")),
        }),
    );
    let world = world(chat.clone(), &mcp).await;
    let id = lost(&world, &working(free()), Death::WithinCall(&mcp)).await;

    let worker = world.worker(quick());
    let view = world.wait_over(id).await;
    worker.stop().await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    let sent = mcp.calls();
    assert_eq!((sent.len(), &sent[0].idempotency_key), (2, &sent[1].idempotency_key));
    assert_eq!(told(&chat, "a"), ("again".to_owned(), false));
    world.assert_sound().await;
}

async fn only_question(world: &World, id: ExecutionId) -> QuestionCard {
    let mut open = world.services.reviews.questions(&world.owner, Some(id)).await.unwrap();
    assert_eq!(open.len(), 1);
    open.remove(0)
}

/// When the process of an agent is lost.
pub(super) enum Death<'a> {
    /// While a call is with its server.
    WithinCall(&'a ScriptedMcp),
    /// When the calls of its first turn are done, before that is said.
    AfterCalls,
}

/// An execution whose worker is gone by now.
pub(super) async fn lost(world: &World, workflow: &Workflow, death: Death<'_>) -> ExecutionId {
    let (executors, died) = Dying::executors(world);
    let worker = world.worker_elsewhere(executors, frozen());
    let id = world.launch(world.publish(workflow).await, none()).await;
    match death {
        Death::WithinCall(mcp) => mcp.arrived().await,
        Death::AfterCalls => died.notified().await,
    }
    world.give_up_workers().await;
    drop(worker);
    id
}

/// Works as the agent's executor does, and dies with the second step of each job, before it can say
/// what was done: the first one asks the model.
struct Dying {
    inner: Arc<dyn Executor>,
    seen: Mutex<Vec<JobId>>,
    died: Arc<Notify>,
}

impl Dying {
    fn executors(world: &World) -> (Executors, Arc<Notify>) {
        let standard = Executors::standard(&world.services.context().deps);
        let inner = standard.get(NodeKind::Agent.key()).unwrap().clone();
        let died = Arc::new(Notify::new());
        let dying = Self { inner, seen: Mutex::default(), died: died.clone() };
        (standard.with_executor(NodeKind::Agent, dying), died)
    }
}

#[async_trait]
impl Executor for Dying {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(3_600)
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        let attempt = self.inner.run(context).await;
        let steps = {
            let mut seen = self.seen.lock().unwrap();
            seen.push(context.job);
            seen.iter().filter(|job| **job == context.job).count()
        };
        if steps != 2 {
            return attempt;
        }
        self.died.notify_one();
        std::future::pending().await
    }
}

//! The loop of an agent: what is sent, what is recorded, and that nothing that was answered is asked
//! again.

use std::{
    collections::BTreeSet,
    future::pending,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use engine::{
    executors::{Attempt, Executor, Executors},
    job::JobContext,
};
use model::{
    agent::talk::Message, decide::Outcome, execution::state::ExecutionStatus, nodes::NodeKind,
};
use outside::{
    mcp::port::{CallObserver, Listing, McpError, McpPort, ServerAddress, ToolAnswer, ToolRequest},
    providers::{
        CallError, ChatAnswer, ChatMessage, ChatRequest, ChatSink, ImageAnswer, ImageRequest,
        Provider, TextAnswer, TextRequest, TextSink,
    },
};
use serde_json::json;
use services::testing::{
    chat::ScriptedChat,
    mcp::ScriptedMcp,
    soak::soaking,
    world::{none, quick},
};
use tokio::sync::Notify;

use super::{GET_ISSUE, given, issues, numbering, own, run, working, world};
use crate::engine::tool_calls::lost::outlived;

/// Turns of the agent whose processes are killed: each of them has every kind of commit.
fn turns() -> u32 {
    if soaking() { 40 } else { 8 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_calls_tools_and_gives_what_its_model_says_last() {
    let (chat, mcp) = (ScriptedChat::new(issues(2)), numbering());
    let world = world(chat.clone(), &mcp).await;

    let (id, view) = run(&world, &working(own(&json!({}), &json!({ "format": "text" })))).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    assert_eq!(given(&world, id).await, json!({ "done": "Done." }));
    let requests = chat.requests();
    assert_eq!((requests.len(), mcp.calls().len()), (3, 2));
    let names: Vec<&str> = requests[0].tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names, [GET_ISSUE]);
    let [system, user] = requests[0].messages.as_slice() else { panic!("{requests:#?}") };
    assert!(matches!(&system.message, Message::System { text }
        if text.starts_with("Look the issues up.") && text.contains("are data")));
    assert!(matches!(&user.message, Message::User { text, .. } if text == "What is open?"));
    let results: Vec<bool> = requests[2].messages.iter().map(is_result).collect();
    assert_eq!(results, [false, false, false, true, false, true]);
    // Each turn asks anew, and asks the same however often it is repeated.
    let keys: BTreeSet<&String> = requests.iter().map(|one| &one.idempotency_key).collect();
    assert_eq!(keys.len(), 3);
    assert_eq!(world.count("SELECT count(*) FROM agent_talk").await, 7);
    assert_eq!(world.count("SELECT sum(messages)::bigint FROM agent_calls").await, 2 + 4 + 6);
    assert_eq!(world.count("SELECT count(*) FROM artifacts WHERE port = 'done'").await, 1);
    world.assert_sound().await;
}

fn is_result(said: &ChatMessage) -> bool {
    matches!(&said.message, Message::Tool { is_error: false, .. })
}

/// Where processes die: at each place once.
#[derive(Default)]
struct Deaths {
    /// What the places begin with at which they die.
    at: &'static str,
    seen: Mutex<BTreeSet<String>>,
    died: Notify,
}

impl Deaths {
    /// Goes no further the first time that somebody comes to this place.
    async fn pass(&self, place: String) {
        if place.starts_with(self.at) && self.seen.lock().unwrap().insert(place) {
            self.died.notify_one();
            pending::<()>().await;
        }
    }
}

/// The provider, before whose calls processes die once the call is recorded.
struct MortalChat {
    inner: ScriptedChat,
    deaths: Arc<Deaths>,
}

#[async_trait]
impl Provider for MortalChat {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn text_model(&self, asked: Option<&str>) -> String {
        self.inner.text_model(asked)
    }

    fn image_model(&self, asked: Option<&str>) -> String {
        self.inner.image_model(asked)
    }

    async fn generate_text(
        &self,
        request: &TextRequest,
        sink: &mut TextSink<'_>,
    ) -> Result<TextAnswer, CallError> {
        self.inner.generate_text(request, sink).await
    }

    fn context_window(&self, model: &str) -> u64 {
        self.inner.context_window(model)
    }

    async fn chat(
        &self,
        request: &ChatRequest,
        sink: &mut ChatSink<'_>,
    ) -> Result<ChatAnswer, CallError> {
        self.deaths.pass(format!("leaving to the model {}", request.messages.len())).await;
        self.inner.chat(request, sink).await
    }

    async fn generate_image(&self, request: &ImageRequest) -> Result<ImageAnswer, CallError> {
        self.inner.generate_image(request).await
    }
}

/// The servers of tools, before whose calls processes die once the call is recorded.
struct MortalMcp {
    inner: Arc<ScriptedMcp>,
    deaths: Arc<Deaths>,
}

#[async_trait]
impl McpPort for MortalMcp {
    async fn list_tools(&self, server: &ServerAddress) -> Result<Listing, McpError> {
        self.inner.list_tools(server).await
    }

    async fn call_tool(
        &self,
        server: &ServerAddress,
        request: ToolRequest,
        observer: &dyn CallObserver,
    ) -> Result<ToolAnswer, McpError> {
        self.deaths.pass(format!("leaving to the tool {}", request.arguments["number"])).await;
        self.inner.call_tool(server, request, observer).await
    }

    async fn close(&self) {}
}

/// The executor of agents, whose processes die when they have claimed a job, and when they have
/// recorded what tools answered.
struct MortalAgent {
    inner: Arc<dyn Executor>,
    deaths: Arc<Deaths>,
    chat: ScriptedChat,
    mcp: Arc<ScriptedMcp>,
}

#[async_trait]
impl Executor for MortalAgent {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(3_600)
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        let so_far = || format!("{} {}", self.chat.calls(), self.mcp.calls().len());
        self.deaths.pass(format!("claimed after {}", so_far())).await;
        let attempt = self.inner.run(context).await;
        let Outcome::Stepped(step) = &attempt.outcome else { return attempt };
        if step.call.is_none() {
            self.deaths.pass(format!("answered after {}", so_far())).await;
        }
        attempt
    }
}

/// Runs the agent while its processes die at these places; how often they did, and what the model was
/// sent.
async fn killed(at: &'static str) -> (usize, Vec<Vec<ChatMessage>>) {
    let deaths = Arc::new(Deaths { at, ..Deaths::default() });
    let (chat, mcp) = (ScriptedChat::new(issues(turns() - 1)), numbering());
    let mortal = MortalChat { inner: chat.clone(), deaths: deaths.clone() };
    let mut world = world(mortal, &mcp).await;
    let servers = MortalMcp { inner: mcp.clone(), deaths: deaths.clone() };
    world.change_deps(|deps| deps.mcp = Arc::new(servers));
    let standard = Executors::standard(&world.services.context().deps);
    let inner = standard.get(NodeKind::Agent.key()).unwrap().clone();
    let agent = MortalAgent { inner, deaths: deaths.clone(), chat: chat.clone(), mcp: mcp.clone() };
    let executors = standard.with_executor(NodeKind::Agent, agent);
    let limits = json!({ "turns": turns(), "tool_calls": turns() });
    let workflow = working(own(&limits, &json!({ "format": "text" })));
    let template = world.publish(&workflow).await;
    let id = world.launch(template, none()).await;

    let view = outlived(&world, id, &executors, &deaths.died).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{at}: {:?}", view.error);
    assert_eq!(given(&world, id).await, json!({ "done": "Done." }), "{at}");
    let calls = (chat.calls(), mcp.calls().len());
    assert_eq!(calls, (turns() as usize, turns() as usize - 1), "{at}");
    let answered = world.count("SELECT count(*) FROM agent_calls").await;
    assert_eq!(answered, i64::from(turns()), "{at}");
    world.assert_sound().await;
    let died = deaths.seen.lock().unwrap().len();
    let requests = chat.requests().into_iter();
    (died, requests.map(|request| request.messages).collect())
}

/// Each commit of the loop is one of these: a step is claimed, in the commit that records the one
/// before; a call of the model or of a tool is about to leave; a tool has answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e1_an_agent_killed_at_every_commit_asks_and_calls_as_often_as_undisturbed() {
    let turns = turns() as usize;

    let (undisturbed, claimed, leaving, answered) =
        tokio::join!(killed("nowhere"), killed("claimed"), killed("leaving"), killed("answered"));

    let died = [undisturbed.0, claimed.0, leaving.0, answered.0];
    assert_eq!(died, [0, 2 * turns - 1, 2 * turns - 1, turns - 1]);
    for disturbed in [claimed, leaving, answered] {
        assert!(disturbed.1 == undisturbed.1, "the model was told something else");
    }
}

/// Two talks side by side that say the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_said_stays_in_its_own_talk() {
    let (chat, mcp) = (ScriptedChat::new(issues(3)), numbering());
    let world = world(chat.clone(), &mcp).await;
    let workflow = working(own(&json!({}), &json!({ "format": "text" })));
    let template = world.publish(&workflow).await;
    let worker = world.worker(quick());
    let ids = [world.launch(template, none()).await, world.launch(template, none()).await];

    for id in ids {
        assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Completed);
    }
    worker.stop().await;

    assert_eq!((chat.calls(), mcp.calls().len()), (8, 6));
    // The same words are stored once, however many talks have them.
    let lines = world.count("SELECT count(*) FROM agent_talk").await;
    let messages = world.count("SELECT count(*) FROM agent_messages").await;
    assert_eq!((lines, messages), (18, 9));
    world.assert_sound().await;
}

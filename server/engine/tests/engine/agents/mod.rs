//! Agents: the loop of their turns, their limits, and what they give.

mod approvals;
mod built_ins;
mod following;
mod injection;
mod kept;
mod limits;
mod lost;
mod output;
mod steps;
mod stored;
mod tools;
mod workflows;

use std::sync::Arc;

use model::{
    agent::talk::ToolUse,
    execution::view::ExecutionView,
    id::ExecutionId,
    pages::ReviewCard,
    review::{Approval, Decision},
    workflow::Workflow,
};
use outside::{mcp::port::ToolRequest, providers::Provider};
use serde_json::{Map, Value, json};
use services::testing::{
    chat::{ScriptedChat, ScriptedTurn},
    mcp::{READS, Scripted, ScriptedMcp, tool},
    play::graph,
    world::{World, none, quick},
};

use crate::engine::tool_calls::lost::asks;

/// What the model is told the tool is called.
const GET_ISSUE: &str = "github__getIssue";

/// Servers with one tool that reads, which answers so.
fn reading(
    answers: impl Fn(usize, &ToolRequest) -> Scripted + Send + Sync + 'static,
) -> Arc<ScriptedMcp> {
    let schema = json!({
        "type": "object",
        "required": ["number"],
        "additionalProperties": false,
        "properties": { "number": { "type": "integer" } },
    });
    ScriptedMcp::new(vec![tool("getIssue", schema, READS)], answers)
}

/// The same, which answers with the number that it is asked for.
fn numbering() -> Arc<ScriptedMcp> {
    reading(|_, request| Scripted::data(json!({ "number": request.arguments["number"] })))
}

/// A workspace whose agents ask this provider.
async fn world(provider: impl Provider + 'static, mcp: &Arc<ScriptedMcp>) -> World {
    let (mut world, client) = (World::new().await, mcp.clone());
    world.change_deps(|deps| {
        deps.mcp = client;
        deps.providers = deps.providers.with_provider(provider);
    });
    world
}

/// One turn after another that asks for an issue, and a last one that is done.
fn issues(count: u32) -> Vec<ScriptedTurn> {
    let call = |number: u32| {
        ScriptedTurn::call(&format!("call{number}"), GET_ISSUE, json!({ "number": number }))
    };
    (0..count).map(call).chain([ScriptedTurn::text("Done.")]).collect()
}

/// A turn that says something and asks for an issue.
fn looking(number: u32) -> ScriptedTurn {
    ScriptedTurn::Calls {
        text: "Looking.".to_owned(),
        calls: vec![ToolUse {
            id: format!("call{number}"),
            name: GET_ISSUE.to_owned(),
            arguments: Map::from_iter([("number".to_owned(), json!(number))]),
            ..ToolUse::default()
        }],
    }
}

/// An agent that reads issues, with these limits and this output.
fn own(limits: &Value, output: &Value) -> Value {
    json!({
        "purpose": "Reads issues.",
        "instructions": "Look the issues up.",
        "model": "scripted/large",
        "max_tokens": 50,
        "tools": [{ "tool": "github.getIssue", "mode": "free" }],
        "limits": limits,
        "output": output,
    })
}

/// start → work → end, whichever way it goes, with such an agent.
fn working(own: Value) -> Workflow {
    configured(json!({ "prompt": "What is open?", "own": own }))
}

/// The same with this configuration of the step.
fn configured(config: Value) -> Workflow {
    let edges = [
        ("start", "work"),
        ("work.done", "end"),
        ("work.limit_reached", "end"),
        ("work.failed", "end"),
    ];
    graph(&[("work", "agent", config)], &edges)
}

/// Runs a workflow to its end.
async fn run(world: &World, workflow: &Workflow) -> (ExecutionId, ExecutionView) {
    let worker = world.worker(quick());
    let template = world.publish(workflow).await;
    let id = world.launch(template, none()).await;
    let view = world.wait_over(id).await;
    worker.stop().await;
    (id, view)
}

/// What came out of the agent's ports.
async fn given(world: &World, id: ExecutionId) -> Value {
    let sql = "SELECT output FROM execution_nodes WHERE execution_id = $1 AND node_id = 'work'";
    sqlx::query_scalar(sql).bind(id.0).fetch_one(&world.db.pool).await.unwrap()
}

/// Waits until the execution waits for a person, or is over; the review, or none.
async fn asked(world: &World, id: ExecutionId) -> Option<ReviewCard> {
    let waits = |view: &ExecutionView| view.status.is_over() || asks(view);
    if world.wait(id, waits).await.status.is_over() {
        return None;
    }
    let open = world.services.reviews.list_open(&world.owner).await.unwrap();
    open.into_iter().find(|card| card.execution_id == id)
}

async fn decide(world: &World, card: &ReviewCard, decision: Decision) {
    world.services.reviews.decide(&world.owner, card.id, decision).await.unwrap();
}

fn approve() -> Decision {
    Decision::Approve(Approval::default())
}

/// How often an execution tells that a limit was met so.
async fn limited(world: &World, id: ExecutionId, limit: &str, action: &str) -> usize {
    let events = world.events(id).await.into_iter();
    let events = events.map(|event| serde_json::to_string(&event.kind).unwrap());
    let said = [("kind", "agent.limited"), ("limit", limit), ("action", action)];
    let is_so = |event: &String| {
        said.iter().all(|(name, value)| event.contains(&format!(r#""{name}":"{value}""#)))
    };
    events.filter(is_so).count()
}

/// The models of these requests, in their order, each once where it is asked several times in a row.
fn models(chat: &ScriptedChat, from: usize) -> Vec<String> {
    let requests = chat.requests().into_iter().skip(from);
    let mut models: Vec<String> =
        requests.map(|request| request.model.unwrap_or_default()).collect();
    models.dedup();
    models
}

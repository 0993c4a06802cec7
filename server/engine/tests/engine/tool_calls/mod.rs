//! Steps that call tools: what they send, what they make of answers, and that nobody is called twice.

mod answers;
mod away;
mod external_refs;
pub mod lost;
mod templates;
mod verbs;

use std::{io::Cursor, sync::Arc};

use bytes::Bytes;
use model::{
    api::listing::PageRequest,
    execution::{failure::Failure, state::ExecutionStatus, view::ExecutionView},
    id::ExecutionId,
    mcp::{call::ToolCallView, tool::ToolDefinition},
    pages::LaunchRequest,
    workflow::Workflow,
};
use outside::mcp::port::ToolRequest;
use serde_json::{Value, json};
use services::testing::{
    mcp::{READS, Scripted, ScriptedMcp, WRITES, tool},
    play::graph,
    world::{World, none, quick},
};
use store::error::Result;

/// A tool that reads and one that writes.
fn tools() -> Vec<ToolDefinition> {
    let schema = || {
        json!({
            "type": "object",
            "required": ["number"],
            "additionalProperties": false,
            "properties": { "number": { "type": "integer" }, "body": { "type": "string" } },
        })
    };
    vec![tool("createIssue", schema(), WRITES), tool("getIssue", schema(), READS)]
}

/// A client of servers that all have [`tools`] and answer so.
pub fn answering(
    answers: impl Fn(usize, &ToolRequest) -> Scripted + Send + Sync + 'static,
) -> Arc<ScriptedMcp> {
    ScriptedMcp::new(tools(), answers)
}

/// A workspace whose tools are called by this client.
async fn world(mcp: &Arc<ScriptedMcp>) -> World {
    let (mut world, client) = (World::new().await, mcp.clone());
    world.change_deps(|deps| deps.mcp = client);
    world
}

/// start → call → end.
fn calling(name: &str, params: &Value) -> Workflow {
    let config = json!({ "tool": name, "params": params });
    graph(&[("call", "tool", config)], &[("start", "call"), ("call", "end")])
}

/// The same, tried twice at once by its own policy.
fn calling_twice(name: &str, params: &Value) -> Workflow {
    let mut workflow = calling(name, params);
    let policy = json!({
        "maxAttempts": 2, "backoff": "fixed", "initialDelayMs": 1, "maxDelayMs": 1, "jitter": "none",
    });
    let call = workflow.nodes.iter_mut().find(|node| node.id.as_str() == "call").unwrap();
    call.data.retry = serde_json::from_value(policy).unwrap();
    workflow
}

/// A step of a list of steps.
fn step(name: &str, tool: &str, params: Value) -> Value {
    json!({ "name": name, "tool": tool, "params": params })
}

/// Launches a list of steps with these inputs.
async fn launch_steps(world: &World, steps: Value, input: Value) -> Result<ExecutionId> {
    let launch = json!({ "steps": steps, "input": input, "context": { "ticket": 7 } });
    let launch = LaunchRequest::read(launch).unwrap();
    Ok(world.services.executions.launch(&world.owner, launch).await?.id)
}

/// Runs a workflow to its end.
async fn run(world: &World, workflow: &Workflow) -> (ExecutionId, ExecutionView) {
    let worker = world.worker(quick());
    let template = world.publish(workflow).await;
    let id = world.launch(template, none()).await;
    let view = world.wait_over(id).await;
    worker.stop().await;
    world.assert_sound().await;
    (id, view)
}

/// What the call gave.
async fn given(world: &World, workflow: &Workflow) -> Value {
    let (id, view) = run(world, workflow).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    output(world, id).await
}

async fn output(world: &World, id: ExecutionId) -> Value {
    let sql = "SELECT coalesce(output, 'null') FROM workflow_executions WHERE id = $1";
    sqlx::query_scalar(sql).bind(id.0).fetch_one(&world.db.pool).await.unwrap()
}

fn failure(view: &ExecutionView) -> Failure {
    assert_eq!(view.status, ExecutionStatus::Failed, "{view:#?}");
    view.node(&"call".into()).unwrap().failure.clone().unwrap()
}

/// A picture of three by two pixels.
pub fn png() -> Bytes {
    let mut bytes = Cursor::new(vec![]);
    image::RgbImage::new(3, 2).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner().into()
}

/// The calls of an execution, the newest first.
pub async fn calls(world: &World, id: ExecutionId) -> Vec<ToolCallView> {
    let all = PageRequest::default();
    world.services.executions.tool_calls(&world.owner, id, None, &all).await.unwrap().items
}

//! Executions over the API: the commands to running executions.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use model::{
    access::Permission,
    id::{ExecutionId, NodeId},
    pages::{Control, read_nullable},
    problem::{FieldProblem, Problem},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use services::{Services, executions::control::StepStart};

use super::{
    executions::accepted,
    idempotency::IdempotencyKeyHeader,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, JsonOrNothing, Path},
};

pub(super) fn mount(routes: Routes) -> Routes {
    let may = Access::Needs(Permission::ControlExecution);
    let post = |path, says| may.post(path, says);
    routes
        .mount(post("/workflows/executions/{id}/pause", "Pauses an execution: running jobs finish, no new ones start."), pause)
        .mount(post("/workflows/executions/{id}/resume", "Resumes a paused execution."), resume)
        .mount(post("/workflows/executions/{id}/stop", "Stops an execution and keeps its results; an ended one doesn't change."), stop)
        .mount(post("/workflows/executions/{id}/retry-node", "Retries the failed jobs of a node, optionally with a changed configuration."), retry_node)
        .mount(post("/workflows/executions/{id}/skip-node", "Skips a node; with an output, it counts as completed."), skip_node)
        .mount(post("/workflows/executions/{id}/edit-node", "Changes a node that hasn't started, for this execution only."), edit_node)
        .mount(post("/workflows/executions/{id}/steps/{node}/trigger", "Starts a node that waits for approval, retries one that failed, or does a completed one again as the next version of its outputs (204), optionally with a changed configuration or prompt; of an ended execution, a new one runs from that node (202, with its address).").gives_nothing(), trigger)
        .mount(post("/workflows/executions/{id}/auto-run", "Sets whether steps run automatically or each wait for approval."), auto_run)
        .mount(post("/workflows/executions/{id}/breakpoints", "Sets the breakpoints: the execution pauses before these nodes only."), breakpoints)
        .mount(may.put("/workflows/executions/{id}/breakpoints/{node}", "Adds a breakpoint before this node."), set_breakpoint)
        .mount(may.delete("/workflows/executions/{id}/breakpoints/{node}", "Removes the breakpoint before this node."), clear_breakpoint)
        .mount(post("/workflows/executions/{id}/budget", "Changes the budget of an execution; only editors can exceed the workflow's own budget."), budget)
}

async fn pause(
    services: State<Services>,
    caller: Caller,
    Path(id): Path<ExecutionId>,
    key: IdempotencyKeyHeader,
) -> Result<StatusCode> {
    control(services, caller, id, Control::Pause, key).await
}

/// Goes on after a pause.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Resume {
    /// Not taken: an execution keeps the values it was launched with.
    #[serde(default)]
    updated_parameters: Map<String, Value>,
}

async fn resume(
    services: State<Services>,
    caller: Caller,
    Path(id): Path<ExecutionId>,
    key: IdempotencyKeyHeader,
    JsonOrNothing(Resume { updated_parameters }): JsonOrNothing<Resume>,
) -> Result<StatusCode> {
    if !updated_parameters.is_empty() {
        let message = "A run keeps the values it was launched with.";
        let mut wrong = FieldProblem::field("not_changeable", "updated_parameters", message);
        wrong.fix = Some(
            "Change steps that haven't started with edit-node and then resume, or launch again."
                .to_owned(),
        );
        return Err(Problem::invalid("The run was not resumed.", vec![wrong]).into());
    }
    control(services, caller, id, Control::Resume, key).await
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Stop {
    /// The reason, which is kept in the execution's log.
    reason: Option<String>,
}

async fn stop(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
    key: IdempotencyKeyHeader,
    JsonOrNothing(Stop { reason }): JsonOrNothing<Stop>,
) -> Result<StatusCode> {
    services.executions.stop(&actor, id, reason.as_deref(), key.get()).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Retry {
    node_id: NodeId,
    /// Fields of the node's configuration that are different this time. A runner may change
    /// `prompt` alone, and not where it is locked.
    config: Option<Map<String, Value>>,
    /// The node's generation as you last saw it, counted from 1. Where the node has a newer one by
    /// now, the answer is 409 and nothing is run.
    generation: Option<i32>,
}

async fn retry_node(
    services: State<Services>,
    caller: Caller,
    Path(id): Path<ExecutionId>,
    key: IdempotencyKeyHeader,
    Json(Retry { node_id, config, generation }): Json<Retry>,
) -> Result<StatusCode> {
    control(services, caller, id, Control::RetryNode { node_id, config, generation }, key).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Skip {
    node_id: NodeId,
    /// The values by port that the node counts as having given; without them it gives nothing.
    /// After a review or a condition the execution goes on by the ports named here; where none is,
    /// as after an approval, or by `else`.
    output: Option<Map<String, Value>>,
    /// The node's generation as you last saw it, counted from 1. Where the node has a newer one by
    /// now, the answer is 409 and nothing is changed.
    generation: Option<i32>,
}

async fn skip_node(
    services: State<Services>,
    caller: Caller,
    Path(id): Path<ExecutionId>,
    key: IdempotencyKeyHeader,
    Json(Skip { node_id, output, generation }): Json<Skip>,
) -> Result<StatusCode> {
    control(services, caller, id, Control::SkipNode { node_id, output, generation }, key).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Edit {
    /// The node. The id of a node in a loop, without a round, means all rounds that have not begun.
    node_id: NodeId,
    /// Fields of the node's configuration with their new values. A runner may change `prompt`
    /// alone, and not where it is locked.
    config: Map<String, Value>,
    /// Fields with their values as you last saw them. Where one has another value by now, the
    /// answer is 409 and nothing is changed. Fields left out here are overwritten.
    #[serde(default)]
    was: Map<String, Value>,
}

async fn edit_node(
    services: State<Services>,
    caller: Caller,
    Path(id): Path<ExecutionId>,
    key: IdempotencyKeyHeader,
    Json(Edit { node_id, config, was }): Json<Edit>,
) -> Result<StatusCode> {
    control(services, caller, id, Control::EditNode { node_id, config, was }, key).await
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Trigger {
    /// Fields of the node's configuration that are different this time. A runner may change
    /// `prompt` alone, and not where it is locked.
    config: Option<Map<String, Value>>,
    /// Another prompt; short for `config` with the field `prompt` alone.
    user_prompt_override: Option<String>,
    /// The node's generation as you last saw it, counted from 1. Where the node has a newer one by
    /// now, the answer is 409 and nothing is started.
    generation: Option<i32>,
    /// Does all items of a completed or failed node again inside the running execution; with true
    /// also the ended nodes that depend on it, which else keep their results and become stale. A
    /// completed node is also done again with a changed configuration or prompt alone. In a new
    /// execution everything after the node runs.
    dependents: Option<bool>,
}

impl Trigger {
    fn changes(self) -> Option<Map<String, Value>> {
        let prompt = self.user_prompt_override.map(|prompt| ("prompt".to_owned(), prompt.into()));
        let mut changes = self.config.unwrap_or_default();
        changes.extend(prompt);
        (!changes.is_empty()).then_some(changes)
    }
}

async fn trigger(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((id, node_id)): Path<(ExecutionId, NodeId)>,
    key: IdempotencyKeyHeader,
    JsonOrNothing(trigger): JsonOrNothing<Trigger>,
) -> Result<Response> {
    let (generation, dependents) = (trigger.generation, trigger.dependents);
    let start = StepStart { node_id, config: trigger.changes(), generation, dependents };
    let launched = services.executions.start_step(&actor, id, start, key.get()).await?;
    Ok(launched.map_or_else(|| StatusCode::NO_CONTENT.into_response(), |new| accepted(&new)))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AutoRun {
    /// Whether steps go on by themselves; otherwise each waits until a person starts it.
    on: bool,
}

async fn auto_run(
    services: State<Services>,
    caller: Caller,
    Path(id): Path<ExecutionId>,
    key: IdempotencyKeyHeader,
    Json(AutoRun { on }): Json<AutoRun>,
) -> Result<StatusCode> {
    control(services, caller, id, Control::AutoRun { on }, key).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Breakpoints {
    nodes: Vec<NodeId>,
}

async fn breakpoints(
    services: State<Services>,
    caller: Caller,
    Path(id): Path<ExecutionId>,
    key: IdempotencyKeyHeader,
    Json(Breakpoints { nodes }): Json<Breakpoints>,
) -> Result<StatusCode> {
    control(services, caller, id, Control::Breakpoints { nodes }, key).await
}

async fn set_breakpoint(
    services: State<Services>,
    caller: Caller,
    Path((id, node_id)): Path<(ExecutionId, NodeId)>,
    key: IdempotencyKeyHeader,
) -> Result<StatusCode> {
    control(services, caller, id, Control::Breakpoint { node_id, on: true }, key).await
}

async fn clear_breakpoint(
    services: State<Services>,
    caller: Caller,
    Path((id, node_id)): Path<(ExecutionId, NodeId)>,
    key: IdempotencyKeyHeader,
) -> Result<StatusCode> {
    control(services, caller, id, Control::Breakpoint { node_id, on: false }, key).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Budget {
    /// The budget in millionths of a dollar; null for no budget of the execution's own.
    #[serde(deserialize_with = "Option::deserialize")]
    budget: Option<u64>,
    /// The budget as you last saw it. Where it is another by now, the answer is 409 and nothing is
    /// changed. Left out, the budget is overwritten.
    #[serde(default, deserialize_with = "read_nullable")]
    was: Option<Option<u64>>,
}

async fn budget(
    services: State<Services>,
    caller: Caller,
    Path(id): Path<ExecutionId>,
    key: IdempotencyKeyHeader,
    Json(Budget { budget, was }): Json<Budget>,
) -> Result<StatusCode> {
    control(services, caller, id, Control::Budget { micros: budget, was }, key).await
}

async fn control(
    State(services): State<Services>,
    Caller(actor): Caller,
    id: ExecutionId,
    what: Control,
    key: IdempotencyKeyHeader,
) -> Result<StatusCode> {
    services.executions.control_once(&actor, id, what, key.get()).await?;
    Ok(StatusCode::NO_CONTENT)
}

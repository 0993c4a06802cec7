//! Executions over the API: what people ask of those that are under way.

use axum::http::StatusCode;
use model::{
    access::Permission,
    id::{ExecutionId, NodeId},
    pages::{Control, given},
    problem::{FieldProblem, Problem},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    repeat::RepeatKey,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::{Json, JsonOrNothing, Path},
};

type Result<T, E = Refusal> = std::result::Result<T, E>;

pub(super) fn mount(routes: Routes) -> Routes {
    let may = Access::Needs(Permission::ControlExecution);
    let post = |path, says| may.post(path, says);
    routes
        .mount(post("/workflows/executions/{id}/pause", "Lets nothing new start; running jobs finish."), pause)
        .mount(post("/workflows/executions/{id}/resume", "Goes on after a pause."), resume)
        .mount(post("/workflows/executions/{id}/stop", "Ends an execution and keeps its results; one that is over stays as it is."), stop)
        .mount(post("/workflows/executions/{id}/retry-node", "Runs the failed jobs of a node again, with its configuration changed if asked."), retry_node)
        .mount(post("/workflows/executions/{id}/skip-node", "Goes on without a node; with an output it counts as done."), skip_node)
        .mount(post("/workflows/executions/{id}/edit-node", "Changes a node that has not begun, for this execution only."), edit_node)
        .mount(post("/workflows/executions/{id}/steps/{node}/trigger", "Starts a node that waits for a person's word, with its configuration changed if asked."), trigger)
        .mount(post("/workflows/executions/{id}/auto-run", "Lets steps go on by themselves, or wait for a person's word each."), auto_run)
        .mount(post("/workflows/executions/{id}/breakpoints", "Pauses before these nodes, and before no others."), breakpoints)
        .mount(may.put("/workflows/executions/{id}/breakpoints/{node}", "Pauses before this node too; before the others as it was."), set_breakpoint)
        .mount(may.delete("/workflows/executions/{id}/breakpoints/{node}", "Pauses before this node no longer; before the others as it was."), clear_breakpoint)
        .mount(post("/workflows/executions/{id}/budget", "Changes what an execution may cost; beyond the workflow's own budget only those who may edit it."), budget)
}

async fn pause(
    visit: Visit,
    caller: Caller,
    Path(id): Path<ExecutionId>,
    key: RepeatKey,
) -> Result<StatusCode> {
    control(visit, caller, id, Control::Pause, key).await
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
    visit: Visit,
    caller: Caller,
    Path(id): Path<ExecutionId>,
    key: RepeatKey,
    JsonOrNothing(Resume { updated_parameters }): JsonOrNothing<Resume>,
) -> Result<StatusCode> {
    if !updated_parameters.is_empty() {
        let message = "An execution keeps the values it was launched with.";
        let mut wrong = FieldProblem::field("not_changeable", "updated_parameters", message);
        wrong.fix = Some(
            "Change the steps that have not begun with edit-node and resume then, or launch again."
                .to_owned(),
        );
        return Err(Problem::invalid("The execution was not resumed.", vec![wrong]).into());
    }
    control(visit, caller, id, Control::Resume, key).await
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Stop {
    /// Why, in words that stand with it in the log.
    reason: Option<String>,
}

async fn stop(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
    key: RepeatKey,
    JsonOrNothing(Stop { reason }): JsonOrNothing<Stop>,
) -> Result<StatusCode> {
    ctx.services.stop(&actor, id, reason.as_deref(), key.get()).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Retry {
    node_id: NodeId,
    /// Fields of its configuration that are different this time.
    config: Option<Map<String, Value>>,
    /// How often it had been made when it was looked at, counted from 1: 409, with nothing run, where
    /// it has been made again since.
    generation: Option<i32>,
}

async fn retry_node(
    visit: Visit,
    caller: Caller,
    Path(id): Path<ExecutionId>,
    key: RepeatKey,
    Json(Retry { node_id, config, generation }): Json<Retry>,
) -> Result<StatusCode> {
    control(visit, caller, id, Control::RetryNode { node_id, config, generation }, key).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Skip {
    node_id: NodeId,
    /// What it counts as having given, port by port; none means nothing. Of a review or a condition
    /// the path goes on by the ports that are named; without any, as after an approval, or by `else`.
    output: Option<Map<String, Value>>,
    /// How often it had been made when it was looked at, counted from 1: 409, with nothing changed,
    /// where it has been made again since.
    generation: Option<i32>,
}

async fn skip_node(
    visit: Visit,
    caller: Caller,
    Path(id): Path<ExecutionId>,
    key: RepeatKey,
    Json(Skip { node_id, output, generation }): Json<Skip>,
) -> Result<StatusCode> {
    control(visit, caller, id, Control::SkipNode { node_id, output, generation }, key).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Edit {
    /// Which; of a step of a loop, as it was drawn, those of all rounds that have not begun.
    node_id: NodeId,
    /// Fields of its configuration that are different.
    config: Map<String, Value>,
    /// Fields as they were seen: where one is another by now, nothing is changed (409). Of those left
    /// out, what is written last counts.
    #[serde(default)]
    was: Map<String, Value>,
}

async fn edit_node(
    visit: Visit,
    caller: Caller,
    Path(id): Path<ExecutionId>,
    key: RepeatKey,
    Json(Edit { node_id, config, was }): Json<Edit>,
) -> Result<StatusCode> {
    control(visit, caller, id, Control::EditNode { node_id, config, was }, key).await
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Trigger {
    /// Fields of its configuration that are different this time.
    config: Option<Map<String, Value>>,
    /// Another prompt, for those who change nothing else.
    user_prompt_override: Option<String>,
    /// How often it had been made when it was looked at, counted from 1: 409, with nothing started,
    /// where it has been made again since.
    generation: Option<i32>,
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
    visit: Visit,
    caller: Caller,
    Path((id, node_id)): Path<(ExecutionId, NodeId)>,
    key: RepeatKey,
    JsonOrNothing(trigger): JsonOrNothing<Trigger>,
) -> Result<StatusCode> {
    let (generation, config) = (trigger.generation, trigger.changes());
    control(visit, caller, id, Control::TriggerNode { node_id, config, generation }, key).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AutoRun {
    /// By themselves.
    on: bool,
}

async fn auto_run(
    visit: Visit,
    caller: Caller,
    Path(id): Path<ExecutionId>,
    key: RepeatKey,
    Json(AutoRun { on }): Json<AutoRun>,
) -> Result<StatusCode> {
    control(visit, caller, id, Control::AutoRun { on }, key).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Breakpoints {
    nodes: Vec<NodeId>,
}

async fn breakpoints(
    visit: Visit,
    caller: Caller,
    Path(id): Path<ExecutionId>,
    key: RepeatKey,
    Json(Breakpoints { nodes }): Json<Breakpoints>,
) -> Result<StatusCode> {
    control(visit, caller, id, Control::Breakpoints { nodes }, key).await
}

async fn set_breakpoint(
    visit: Visit,
    caller: Caller,
    Path((id, node_id)): Path<(ExecutionId, NodeId)>,
    key: RepeatKey,
) -> Result<StatusCode> {
    control(visit, caller, id, Control::Breakpoint { node_id, on: true }, key).await
}

async fn clear_breakpoint(
    visit: Visit,
    caller: Caller,
    Path((id, node_id)): Path<(ExecutionId, NodeId)>,
    key: RepeatKey,
) -> Result<StatusCode> {
    control(visit, caller, id, Control::Breakpoint { node_id, on: false }, key).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Budget {
    /// Millionths of a dollar; null is no cap of its own.
    #[serde(deserialize_with = "Option::deserialize")]
    budget: Option<u64>,
    /// The same as it was seen: where it is another by now, nothing is changed (409). Left out,
    /// what is written last counts.
    #[serde(default, deserialize_with = "given")]
    was: Option<Option<u64>>,
}

async fn budget(
    visit: Visit,
    caller: Caller,
    Path(id): Path<ExecutionId>,
    key: RepeatKey,
    Json(Budget { budget, was }): Json<Budget>,
) -> Result<StatusCode> {
    control(visit, caller, id, Control::Budget { micros: budget, was }, key).await
}

async fn control(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    id: ExecutionId,
    what: Control,
    key: RepeatKey,
) -> Result<StatusCode> {
    ctx.services.control_once(&actor, id, what, key.get()).await?;
    Ok(StatusCode::NO_CONTENT)
}

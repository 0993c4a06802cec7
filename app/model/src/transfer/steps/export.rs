//! A canonical workflow as a list of steps, or as steps by agent, where such a file says all of it.
//!
//! The text is canonical: keys in the order of the format, arguments by name, indented by two. What
//! has its default is not written, but for `maxAttempts` and `backoff` of a `retry`, and for the
//! rest of a `config` of which something differs. So a file in this form is written as it was read.

use serde::Serialize;
use serde_json::{Map, Number, Value};
use thiserror::Error;

use super::{agents, format, order::Order};
use crate::{
    graph::order,
    id::EdgeId,
    nodes::{NodeConfig, NodeKind, tool::RefMapping},
    transfer::import_in,
    workflow::{Backoff, Node, Position, RetryCause, RetryPolicy, Settings, Workflow},
};

/// Why a workflow cannot be written as a list of steps.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MoreThanSteps {
    /// It has a step of another type.
    #[error("A list of steps can have only tool calls or only library agents. “{0}” is neither.")]
    Node(String),
    /// Ways or settings.
    #[error("This workflow can't be exported as a list of steps without losing parts of it.")]
    Another,
}

#[derive(Serialize)]
struct File<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inputs: Vec<format::Input>,
    steps: Vec<Step<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<Config>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    timeout_ms: u64,
    continue_on_error: bool,
    max_retries: u32,
}

#[derive(Serialize)]
struct Step<'a> {
    name: &'a str,
    tool: &'a str,
    params: &'a Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assign: Option<&'a str>,
    #[serde(rename = "if", skip_serializing_if = "Option::is_none")]
    condition: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry: Option<Retry>,
    #[serde(rename = "timeoutMs", skip_serializing_if = "Option::is_none")]
    timeout_ms: Option<u64>,
    #[serde(skip_serializing_if = "<[RefMapping]>::is_empty")]
    external_refs: &'a [RefMapping],
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Retry {
    max_attempts: u32,
    backoff: Backoff,
    #[serde(skip_serializing_if = "Option::is_none")]
    backoff_multiplier: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_delay_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_delay_ms: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    on: Vec<RetryCause>,
}

/// The workflow as steps and the order in which they are to be read: [`import_in`] gives the same
/// workflow but for where its cards lie, which such a file does not say, and for what was pinned of
/// its tools or frozen of its agents.
///
/// # Errors
/// When steps cannot say all of it.
pub fn export(workflow: &Workflow) -> Result<(String, Order), MoreThanSteps> {
    let ids = order(workflow).map_err(|_| MoreThanSteps::Another)?;
    let nodes = ids.iter().filter_map(|id| workflow.node(id));
    let between: Vec<&Node> =
        nodes.filter(|node| !matches!(node.kind(), NodeKind::Start | NodeKind::End)).collect();
    let texts = if between.iter().any(|node| node.kind() == NodeKind::Agent) {
        vec![agents::write(workflow, &between).map_err(MoreThanSteps::Node)?]
    } else {
        // What is read as it is used need not be declared.
        let declared = workflow.parameters.iter().map(format::Input::from).collect();
        vec![tool_calls(workflow, &between, vec![])?, tool_calls(workflow, &between, declared)?]
    };
    let whole = bare(workflow.clone());
    let orders = [Order::Written, Order::Needed];
    let mut ways = texts.iter().flat_map(|text| orders.map(|order| (text, order)));
    let same = |(text, order): &(&String, Order)| {
        import_in(text, *order).is_ok_and(|read| bare(read.workflow) == whole)
    };
    let found = ways.find(same).ok_or(MoreThanSteps::Another)?;
    Ok((found.0.clone(), found.1))
}

/// These steps as a list of tools that are called, with these inputs declared.
fn tool_calls(
    workflow: &Workflow,
    nodes: &[&Node],
    inputs: Vec<format::Input>,
) -> Result<String, MoreThanSteps> {
    let steps = nodes.iter().copied().map(step).collect::<Result<Vec<Step<'_>>, _>>()?;
    let (name, description) = (workflow.name.as_str(), workflow.description.as_str());
    let file = File { name, description, inputs, steps, config: config(&workflow.settings) };
    let text = serde_json::to_string_pretty(&file).map_err(|_| MoreThanSteps::Another)?;
    Ok(format!("{text}\n"))
}

fn config(settings: &Settings) -> Option<Config> {
    let Settings { timeout_ms, continue_on_error, max_retries, .. } = *settings;
    let usual = format::Config::default();
    let is_usual = timeout_ms == usual.timeout_ms
        && continue_on_error == usual.continue_on_error
        && max_retries == usual.max_retries;
    (!is_usual).then_some(Config { timeout_ms, continue_on_error, max_retries })
}

fn step(node: &Node) -> Result<Step<'_>, MoreThanSteps> {
    let (data, name) = (&node.data, node.id.as_str());
    let NodeConfig::Tool(call) = &data.config else {
        return Err(MoreThanSteps::Node(data.label.clone()));
    };
    Ok(Step {
        name,
        tool: &call.tool,
        params: &call.params,
        assign: data.assign.as_deref().filter(|assign| *assign != name),
        condition: data.condition.as_deref(),
        retry: data.retry.as_ref().map(retry),
        timeout_ms: data.timeout_ms,
        external_refs: &call.external_refs,
        description: data.notes.as_deref(),
    })
}

fn retry(policy: &RetryPolicy) -> Retry {
    let usual = format::Retry::default();
    let unless = |value: u64, usual: u64| (value != usual).then_some(value);
    // As people write it: 3 and not 3.0.
    let multiplier = policy.multiplier.to_string().parse::<Number>().ok();
    let is_usual = policy.multiplier.to_bits() == usual.backoff_multiplier.to_bits();
    Retry {
        max_attempts: policy.max_attempts,
        backoff: policy.backoff,
        backoff_multiplier: multiplier.filter(|_| !is_usual),
        initial_delay_ms: unless(policy.initial_delay_ms, usual.initial_delay_ms),
        max_delay_ms: unless(policy.max_delay_ms, usual.max_delay_ms),
        on: policy.on.clone(),
    }
}

/// The workflow without the positions of its cards, the order in which it is written and what was
/// pinned of its tools or frozen of its agents.
fn bare(mut workflow: Workflow) -> Workflow {
    workflow.viewport = None;
    workflow.drop_frozen();
    for node in &mut workflow.nodes {
        (node.position, node.size) = (Position::default(), None);
        if let NodeConfig::Tool(call) = &mut node.data.config {
            call.lock = None;
        }
    }
    workflow.nodes.sort_by(|one, other| one.id.cmp(&other.id));
    workflow.edges.iter_mut().for_each(|edge| edge.id = EdgeId::from(""));
    workflow
        .edges
        .sort_by(|one, other| (&one.source, &one.target).cmp(&(&other.source, &other.target)));
    workflow
}

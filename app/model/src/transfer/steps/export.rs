//! A canonical workflow as a list of steps, where such a list says all of it.

use serde_json::{Map, Value, json};
use thiserror::Error;

use super::{
    order::Order,
    tools::{Config, Retry, Step},
};
use crate::{
    graph::order,
    id::EdgeId,
    nodes::{NodeConfig, NodeKind},
    transfer::import_in,
    workflow::{Node, Position, Workflow},
};

/// Why a workflow cannot be written as a list of steps.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MoreThanSteps {
    /// It has a step of another type.
    #[error("A list of steps only calls tools: “{0}” is something else.")]
    Node(String),
    /// Ways or settings.
    #[error(
        "A list of steps cannot say all that this workflow says: read back, it would be another one."
    )]
    Another,
}

/// The workflow as a list of steps and the order in which it is to be read: [`import_in`] gives the
/// same workflow but for where its cards lie, which such a file does not say.
///
/// # Errors
/// When a list of steps cannot say all of it.
pub fn export(workflow: &Workflow) -> Result<(String, Order), MoreThanSteps> {
    let ids = order(workflow).map_err(|_| MoreThanSteps::Another)?;
    let nodes = ids.iter().filter_map(|id| workflow.node(id));
    let between =
        nodes.filter(|node| !matches!(node.data.config.kind(), NodeKind::Start | NodeKind::End));
    let steps: Vec<Step> = between.map(step).collect::<Result<_, _>>()?;
    let settings = &workflow.settings;
    let file = json!({
        "name": workflow.name,
        "description": workflow.description,
        "steps": steps,
        "config": Config {
            timeout_ms: settings.timeout_ms,
            continue_on_error: settings.continue_on_error,
            max_retries: settings.max_retries,
        },
    });
    let (text, whole) = (format!("{file:#}\n"), bare(workflow.clone()));
    let same =
        |order: &Order| import_in(&text, *order).is_ok_and(|read| bare(read.workflow) == whole);
    let order = [Order::Written, Order::Needed].into_iter().find(same);
    order.map(|order| (text, order)).ok_or(MoreThanSteps::Another)
}

fn step(node: &Node) -> Result<Step, MoreThanSteps> {
    let (data, name) = (&node.data, node.id.as_str());
    let (tool, params) = call(node).ok_or_else(|| MoreThanSteps::Node(data.label.clone()))?;
    let retry = data.retry.map(|retry| Retry {
        max_attempts: retry.max_attempts,
        backoff: retry.backoff,
        backoff_multiplier: retry.multiplier,
        initial_delay_ms: retry.initial_delay_ms,
        max_delay_ms: retry.max_delay_ms,
    });
    Ok(Step {
        name: name.to_owned(),
        tool: tool.to_owned(),
        params: params.clone(),
        assign: data.assign.clone().filter(|assign| assign != name),
        condition: data.condition.clone(),
        retry,
        description: data.notes.clone(),
    })
}

/// The tool that a node calls, and its arguments.
fn call(node: &Node) -> Option<(&str, &Map<String, Value>)> {
    let NodeConfig::Unknown(call) = &node.data.config else { return None };
    if call.key != "tool" {
        return None;
    }
    Some((call.config.get("tool")?.as_str()?, call.config.get("params")?.as_object()?))
}

/// The workflow without the positions of its cards and the order in which it is written.
fn bare(mut workflow: Workflow) -> Workflow {
    workflow.viewport = None;
    for node in &mut workflow.nodes {
        (node.position, node.size) = (Position::default(), None);
    }
    workflow.nodes.sort_by(|one, other| one.id.cmp(&other.id));
    workflow.edges.iter_mut().for_each(|edge| edge.id = EdgeId::from(""));
    workflow
        .edges
        .sort_by(|one, other| (&one.source, &one.target).cmp(&(&other.source, &other.target)));
    workflow
}

//! A canonical workflow as a list of steps, where such a list says all of it.

use serde_json::{Map, Value, json};
use thiserror::Error;

use super::Order;
use crate::{
    graph::order,
    id::EdgeId,
    nodes::{NodeConfig, NodeKind},
    transfer::import_in,
    workflow::{Node, Position, Workflow},
};

/// Why a workflow cannot be written as steps.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MoreThanSteps {
    /// A step of another type.
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
    let steps: Vec<Value> = between.map(step).collect::<Result<_, _>>()?;
    let settings = &workflow.settings;
    let file = json!({
        "name": workflow.name,
        "description": workflow.description,
        "steps": steps,
        "config": {
            "timeoutMs": settings.timeout_ms,
            "continueOnError": settings.continue_on_error,
            "maxRetries": settings.max_retries,
        },
    });
    let text = format!("{file:#}\n");
    let same = |order: &Order| {
        import_in(&text, *order).is_ok_and(|read| bare(read.workflow) == bare(workflow.clone()))
    };
    let order = [Order::Written, Order::Needed].into_iter().find(same);
    order.map(|order| (text, order)).ok_or(MoreThanSteps::Another)
}

fn step(node: &Node) -> Result<Value, MoreThanSteps> {
    let data = &node.data;
    let (Some(tool), Some(params)) = (called(node, "tool"), called(node, "params")) else {
        return Err(MoreThanSteps::Node(data.label.clone()));
    };
    let mut step = Map::new();
    step.insert("name".to_owned(), node.id.as_str().into());
    step.insert("tool".to_owned(), tool.clone());
    step.insert("params".to_owned(), params.clone());
    let assign = data.assign.as_deref().filter(|name| *name != node.id.as_str());
    let texts = [
        ("assign", assign),
        ("if", data.condition.as_deref()),
        ("description", data.notes.as_deref()),
    ];
    for (key, text) in texts {
        step.extend(text.map(|text| (key.to_owned(), text.into())));
    }
    if let Some(retry) = data.retry {
        let retry = json!({
            "maxAttempts": retry.max_attempts,
            "backoff": retry.backoff,
            "backoffMultiplier": retry.multiplier,
            "initialDelayMs": retry.initial_delay_ms,
            "maxDelayMs": retry.max_delay_ms,
        });
        step.insert("retry".to_owned(), retry);
    }
    Ok(step.into())
}

/// What a step says of the tool it calls.
fn called<'a>(node: &'a Node, key: &str) -> Option<&'a Value> {
    match &node.data.config {
        NodeConfig::Unknown(call) if call.key == "tool" => call.config.get(key),
        _ => None,
    }
}

/// What a workflow says, without where its cards lie and in which order it is written.
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

//! Disabling steps and enabling them again.

use std::collections::BTreeSet;

use super::{Edit, Selection, title, with_inner};
use crate::{
    edit::{Command, Refused},
    graph::loops_around,
    id::NodeId,
    nodes::{NodeKind, Work},
    workflow::{Node, NodeData, Workflow},
};

/// Disables steps, or enables them again where all are disabled; of a loop only the loop itself, of
/// a frame what lies in it.
///
/// # Errors
/// When there is nothing that could be left out: a start always runs.
pub fn enable(workflow: &Workflow, ids: &BTreeSet<NodeId>) -> Result<Edit, Refused> {
    let inner = with_inner(workflow, ids);
    let steps: Vec<&Node> = workflow
        .nodes
        .iter()
        .filter(|node| inner.contains(&node.id) && node.data.config.work() != Work::None)
        .filter(|node| !loops_around(workflow, &node.id).any(|owner| inner.contains(owner)))
        .collect();
    let optional: Vec<&Node> =
        steps.iter().copied().filter(|node| node.kind() != NodeKind::Start).collect();
    if optional.is_empty() {
        return Err(if steps.is_empty() {
            Refused::Nothing
        } else {
            Refused::NoFit("The start step can't be disabled.".to_owned())
        });
    }
    let enabled = optional.iter().all(|node| !node.data.enabled);
    let change = |node: &&Node| {
        let data = NodeData { enabled, ..node.data.clone() };
        Command::Change(node.id.clone(), Box::new(data))
    };
    let changes = optional.iter().filter(|node| node.data.enabled != enabled).map(change);
    let changed = optional.iter().map(|node| node.id.clone()).collect();
    let verb = if enabled { "enable" } else { "disable" };
    let label = format!("{verb} {}", title(workflow, &changed));
    Edit::new(
        workflow,
        Command::Many(changes.collect()),
        label,
        Selection::from_nodes(ids.iter().cloned()),
    )
}

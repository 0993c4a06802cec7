//! Deleting.

use std::collections::BTreeSet;

use super::{Edit, Selection, count, title, with_inner};
use crate::{
    edit::{Command, Refused},
    id::{EdgeId, NodeId},
    nodes::NodeKind,
    workflow::Workflow,
};

/// Removes what is selected, what lies in it, and the edges at it. The start stays. Afterwards a
/// node that led to the removed ones is selected, else one that followed them.
///
/// # Errors
/// When nothing is selected, or the start alone.
pub fn remove(workflow: &Workflow, selection: &Selection) -> Result<Edit, Refused> {
    let mut nodes = with_inner(workflow, &selection.nodes);
    let is_start = |id: &NodeId| workflow.node(id).is_some_and(|n| n.kind() == NodeKind::Start);
    let chosen = nodes.len();
    nodes.retain(|id| !is_start(id));
    let keeps_start = nodes.len() < chosen;
    let edges: Vec<EdgeId> = workflow
        .edges
        .iter()
        .filter(|edge| {
            selection.edges.contains(&edge.id)
                || nodes.contains(&edge.source)
                || nodes.contains(&edge.target)
        })
        .map(|edge| edge.id.clone())
        .collect();
    if nodes.is_empty() && edges.is_empty() {
        return Err(if keeps_start { Refused::OneStart } else { Refused::Nothing });
    }
    let what = match nodes.len() {
        0 => count(edges.len(), "connection"),
        _ => title(workflow, &nodes),
    };
    let select = neighbour(workflow, &nodes);
    let steps = Command::Many(vec![
        Command::RemoveEdges(edges),
        Command::RemoveNodes(nodes.into_iter().collect()),
    ]);
    let mut edit = Edit::new(workflow, steps, format!("delete {what}"), select)?;
    edit.notice = keeps_start.then(|| Refused::OneStart.to_string());
    Ok(edit)
}

/// A node that stays and led to one that is removed; else one that followed.
fn neighbour(workflow: &Workflow, gone: &BTreeSet<NodeId>) -> Selection {
    let before = workflow
        .edges
        .iter()
        .filter(|edge| gone.contains(&edge.target) && !gone.contains(&edge.source))
        .map(|edge| &edge.source);
    let after = workflow
        .edges
        .iter()
        .filter(|edge| gone.contains(&edge.source) && !gone.contains(&edge.target))
        .map(|edge| &edge.target);
    Selection::from_nodes(before.chain(after).next().cloned())
}

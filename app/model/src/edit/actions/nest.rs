//! Moving nodes into a loop or a frame and out of it.

use super::{Edit, Selection, Spot, count, title, with_inner};
use crate::{
    edit::{Command, Refused, apply},
    graph::{Course, course, loop_of},
    id::{EdgeId, NodeId},
    nodes::NodeKind,
    workflow::{Node, Workflow},
};

/// Moves nodes into a loop or a frame, or out of all; edges that cannot cross the border are
/// removed.
///
/// # Errors
/// When a node is not there, is a start or an end, or would lie in itself.
pub fn nest(workflow: &Workflow, nodes: &[(NodeId, Spot)]) -> Result<Edit, Refused> {
    let mut steps = vec![];
    for (id, spot) in nodes {
        super::node(workflow, id)?;
        let is_loop = |id: &NodeId| {
            let kind = workflow.node(id).map(Node::kind);
            kind == Some(NodeKind::ForEach) || loop_of(workflow, id).is_some()
        };
        if spot.parent.as_ref().is_some_and(is_loop) {
            stays_out(workflow, id)?;
        }
        steps.push(Command::Nest {
            node: id.clone(),
            parent: spot.parent.clone(),
            position: spot.position,
        });
    }
    if steps.is_empty() {
        return Err(Refused::Nothing);
    }
    let mut after = workflow.clone();
    apply(&mut after, Command::Many(steps.clone()))?;
    let crossing: Vec<EdgeId> = after
        .edges
        .iter()
        .filter(|edge| {
            course(&after, edge) == Course::Across && course(workflow, edge) != Course::Across
        })
        .map(|edge| edge.id.clone())
        .collect();
    let crossing_count = crossing.len();
    if !crossing.is_empty() {
        steps.push(Command::RemoveEdges(crossing));
    }
    let notice = crossing_words(crossing_count);
    let ids = nodes.iter().map(|(id, _)| id.clone()).collect();
    let label = format!("move {}", title(workflow, &ids));
    let select = Selection { nodes: ids, ..Selection::default() };
    Ok(Edit { notice, ..Edit::new(workflow, Command::Many(steps), label, select)? })
}

/// Refuses starts and ends, and what holds one: they cannot be repeated.
fn stays_out(workflow: &Workflow, id: &NodeId) -> Result<(), Refused> {
    let all = with_inner(workflow, &[id.clone()].into());
    let ends = [NodeKind::Start, NodeKind::End];
    let end = all.iter().filter_map(|id| workflow.node(id)).find(|n| ends.contains(&n.kind()));
    match end {
        Some(end) => Err(Refused::NoFit(format!("{} can't be inside a loop.", end.title()))),
        None => Ok(()),
    }
}

/// What is to be told of connections that had to go.
fn crossing_words(number: usize) -> Option<String> {
    let what = count(number, "connection");
    (number > 0).then(|| format!("Removed {what} into or out of the loop."))
}

//! Into a loop and out of it.

use super::{Edit, Selection, Spot, title};
use crate::{
    edit::{Command, Refused, apply},
    graph::{Course, course},
    id::{EdgeId, NodeId},
    nodes::NodeKind,
    workflow::Workflow,
};

/// Lays nodes into a loop, or out of all; edges that cannot cross its border go.
///
/// # Errors
/// When a node is not there, is a start or an end, or would lie in itself.
pub fn nest(workflow: &Workflow, nodes: &[(NodeId, Spot)]) -> Result<Edit, Refused> {
    let mut steps = vec![];
    for (id, spot) in nodes {
        let node = super::node(workflow, id)?;
        if spot.parent.is_some() && [NodeKind::Start, NodeKind::End].contains(&node.kind()) {
            let words = format!("{} cannot lie in a loop.", node.title());
            return Err(Refused::NoFit(words));
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
    if !crossing.is_empty() {
        steps.push(Command::RemoveEdges(crossing));
    }
    let ids = nodes.iter().map(|(id, _)| id.clone()).collect();
    let label = format!("move {}", title(workflow, &ids));
    Edit::new(
        workflow,
        Command::Many(steps),
        label,
        Selection { nodes: ids, ..Selection::default() },
    )
}

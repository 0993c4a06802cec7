//! The first step, on the way that leads from the start straight to the end.

use super::{
    Edit, Link, Selection,
    add::{GAP, Spot, Steps, fresh, label, make_room},
};
use crate::{
    canvas::{ports::NODE_WIDTH, snap::to_grid},
    edit::{Command, Refused},
    id::{EdgeId, NodeId},
    nodes::NodeKind,
    workflow::{Node, Position, Workflow},
};

/// The start and the end, as long as a workflow holds nothing else.
pub fn first_way(workflow: &Workflow) -> Option<(&Node, &Node)> {
    let is_end = |node: &&Node| node.kind() == NodeKind::End;
    let start = workflow.nodes.iter().find(|node| node.kind() == NodeKind::Start)?;
    let end = workflow.nodes.iter().find(is_end)?;
    let is_all = workflow.nodes.iter().all(|node| node.id == start.id || is_end(&node));
    (workflow.edges.is_empty() && is_all).then_some((start, end))
}

/// Adds a node between start and end and connects it with both as far as the ports' types allow;
/// the end makes room.
///
/// # Errors
/// As [`super::add`], and when there is no such way.
pub fn add_first(workflow: &Workflow, kind: NodeKind) -> Result<Edit, Refused> {
    let (start, end) = first_way(workflow).ok_or(Refused::Nothing)?;
    let middle = to_grid((start.position.x + end.position.x) / 2.0);
    let x = middle.max(start.position.x + NODE_WIDTH + GAP);
    let y = to_grid((start.position.y + end.position.y) / 2.0);
    let spot = Spot { parent: None, position: Position { x, y } };
    let new = fresh(workflow, kind, spot)?;
    let id = new.id.clone();
    let mut steps = Steps::new(workflow);
    steps.then(make_room(workflow, end, x + NODE_WIDTH + GAP))?;
    steps.then(Command::add_node(new))?;
    for (source, target) in [(&start.id, &id), (&id, &end.id)] {
        match steps.connect(&link_between(source, target)) {
            Ok(()) | Err(Refused::NoFit(_) | Refused::OutOfEnd) => {}
            Err(why) => return Err(why),
        }
    }
    Edit::new(workflow, steps.command(), label(kind), Selection::from_nodes([id]))
}

fn link_between(source: &NodeId, target: &NodeId) -> Link {
    Link {
        source: source.clone(),
        source_handle: None,
        target: target.clone(),
        target_handle: None,
    }
}

/// The edge from a node straight to an end, where nothing else follows the node: what is added
/// after the node goes before that end.
pub fn last_way<'a>(workflow: &'a Workflow, id: &NodeId) -> Option<&'a EdgeId> {
    let mut leaving = workflow.edges.iter().filter(|edge| edge.source == *id);
    let only = leaving.next().filter(|_| leaving.next().is_none())?;
    let target = workflow.node(&only.target)?;
    (target.kind() == NodeKind::End).then_some(&only.id)
}

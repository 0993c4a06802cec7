//! Frames around nodes that belong together.

use std::collections::BTreeSet;

use super::{Edit, Selection, Spot, add::fresh, count, node, outermost_of, title};
use crate::{
    canvas::{
        frame::{corner, enclosing_frame},
        geometry::{Point, Rect},
    },
    edit::{Command, Refused, apply},
    id::NodeId,
    nodes::NodeKind,
    workflow::{Position, Workflow},
};

/// Puts a frame around nodes that lie side by side; `boxes` are where they are drawn.
///
/// # Errors
/// When there are none, or they lie in different loops or frames.
pub fn group(workflow: &Workflow, boxes: &[(NodeId, Rect)]) -> Result<Edit, Refused> {
    let ids = boxes.iter().map(|(id, _)| id.clone()).collect();
    let tops = outermost_of(workflow, &ids);
    let held = boxes.iter().filter(|(id, _)| tops.contains(id)).map(|(_, at)| *at);
    let frame = enclosing_frame(Rect::bounding_box(held).ok_or(Refused::Nothing)?);
    let mut parents = BTreeSet::new();
    for id in &tops {
        parents.insert(node(workflow, id)?.parent_id.clone());
    }
    let (Some(parent), 1) = (parents.first().cloned(), parents.len()) else {
        let words = "Only steps on the same level can share a frame.";
        return Err(Refused::NoFit(words.to_owned()));
    };
    let outside = parent.as_ref().and_then(|id| workflow.node(id));
    let outside = outside.map_or(Point::default(), |outer| corner(workflow, outer));
    let position = (frame.origin - outside).into();
    let new = fresh(workflow, NodeKind::Frame, Spot { parent, position })?;
    let select = Selection::from_nodes([new.id.clone()]);
    let mut steps = vec![Command::add_node(new.clone())];
    for id in &tops {
        let at = corner(workflow, node(workflow, id)?) - frame.origin;
        let parent = Some(new.id.clone());
        steps.push(Command::Nest { node: id.clone(), parent, position: at.into() });
    }
    let label = format!("frame {}", title(workflow, &tops));
    Edit::new(workflow, Command::Many(steps), label, select)
}

/// Removes the selected frames, or those around what is selected; what lies in them stays where it
/// is.
///
/// # Errors
/// When there is no frame.
pub fn ungroup(workflow: &Workflow, ids: &BTreeSet<NodeId>) -> Result<Edit, Refused> {
    let mut frames: BTreeSet<NodeId> =
        ids.iter().filter(|id| is_frame(workflow, id)).cloned().collect();
    if frames.is_empty() {
        let around = ids.iter().filter_map(|id| workflow.node(id)?.parent_id.clone());
        frames = around.filter(|id| is_frame(workflow, id)).collect();
    }
    if frames.is_empty() {
        return Err(Refused::NoFit("Select a frame first.".to_owned()));
    }
    let (mut now, mut steps, mut freed) = (workflow.clone(), vec![], BTreeSet::new());
    for frame in &frames {
        let out = freeing(&now, frame)?;
        for command in &out {
            apply(&mut now, command.clone())?;
        }
        freed.extend(out.iter().flat_map(|command| command.touched().nodes));
        steps.extend(out);
    }
    freed.retain(|id| !frames.contains(id));
    let label = format!("remove {}", count(frames.len(), "frame"));
    Edit::new(workflow, Command::Many(steps), label, Selection::from_nodes(freed))
}

fn is_frame(workflow: &Workflow, id: &NodeId) -> bool {
    workflow.node(id).is_some_and(|node| node.kind() == NodeKind::Frame)
}

/// The commands that move what lies in a frame out of it, and then remove the frame.
fn freeing(workflow: &Workflow, id: &NodeId) -> Result<Vec<Command>, Refused> {
    let frame = node(workflow, id)?;
    let members = workflow.nodes.iter().filter(|node| node.parent_id.as_ref() == Some(id));
    let free = |member: &crate::workflow::Node| Command::Nest {
        node: member.id.clone(),
        parent: frame.parent_id.clone(),
        position: Position {
            x: member.position.x + frame.position.x,
            y: member.position.y + frame.position.y,
        },
    };
    let away = Command::RemoveNodes(vec![id.clone()]);
    Ok(members.map(free).chain([away]).collect())
}

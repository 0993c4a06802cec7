//! What is done to several nodes at once: frames around them, lines they lie on.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::{
    canvas::geometry::{Point, Rect},
    edit::{
        Align, Axis, Command, Edit, Joins, Mark, Refused, align, collapse, collapse_lane,
        distribute, group, make_room, uncover, ungroup,
    },
    id::NodeId,
    workflow::{Node, Position, Workflow},
};

use super::{Chosen, Editor, now_ms};

impl Editor {
    /// Puts a frame around what is selected.
    pub fn group(self) {
        let at = |id: NodeId| Some((id.clone(), self.drawing.rect(&id)?));
        let boxes: Vec<_> = self.chosen_nodes().into_iter().filter_map(at).collect();
        self.edit(|workflow| group(workflow, &boxes));
    }

    /// Takes the selected frames away, or those around what is selected.
    pub fn ungroup(self) {
        let chosen = self.chosen_nodes();
        self.edit(|workflow| ungroup(workflow, &chosen));
    }

    /// Shows one card instead of what a node holds or stands in, or all of it again; whether that
    /// was done.
    pub fn collapse(self, ids: &BTreeSet<NodeId>) -> bool {
        self.fold(|workflow| collapse(workflow, ids))
    }

    /// The same of one lane.
    pub fn collapse_lane(self, fork: &NodeId, port: &str) -> bool {
        self.fold(|workflow| collapse_lane(workflow, fork, port))
    }

    /// Opens all in which a node is hidden.
    pub fn uncover(self, id: &NodeId) {
        self.fold(|workflow| uncover(workflow, id));
    }

    /// Whether there is something that could be collapsed or opened at a node.
    pub fn folds(self, id: &NodeId) -> bool {
        let ids = [id.clone()].into();
        self.workflow.with_untracked(|workflow| collapse(workflow, &ids).is_ok())
    }

    /// What is hidden by it is not selected by itself any more: what is shown in its place is.
    fn fold(self, make: impl FnOnce(&Workflow) -> Result<Edit, Refused>) -> bool {
        let chosen = self.chosen.get_untracked();
        let closed = self.closed();
        // What gives way to what opens is one entry with it.
        let joins = self.drag_mark("").joins;
        let done = self.edit_joining(joins.clone(), make);
        if done {
            closed.into_iter().for_each(|(id, was)| self.give_way(&id, was, joins.clone()));
            let nodes = chosen.nodes.into_iter().map(|id| self.drawing.in_place_of(id));
            self.choose(Chosen { nodes: nodes.collect(), edges: chosen.edges });
        }
        done
    }

    /// The frames and loops that are one card, and where that is.
    fn closed(self) -> Vec<(NodeId, Rect)> {
        self.workflow.with_untracked(|workflow| {
            let closed = workflow.nodes.iter().filter(|node| node.data.config.is_collapsed());
            closed
                .filter_map(|node| Some((node.id.clone(), self.drawing.rect(&node.id)?)))
                .collect()
        })
    }

    /// Moves what a frame would cover that is larger than it `was`.
    fn give_way(self, id: &NodeId, was: Rect, joins: Joins) {
        let Some(now) = self.drawing.rect(id).filter(|now| *now != was) else { return };
        let edit = self.workflow.with_untracked(|workflow| {
            let parent = workflow.node(id).map(|node| &node.parent_id);
            let beside = workflow
                .nodes
                .iter()
                .filter(|node| node.id != *id && Some(&node.parent_id) == parent);
            let place = |node: &Node| Some((node.id.clone(), self.drawing.rect(&node.id)?));
            make_room(workflow, was, now, &beside.filter_map(place).collect::<Vec<_>>())
        });
        if let Ok(edit) = edit {
            let label = self.past.with_untracked(|past| past.undo.clone()).unwrap_or_default();
            self.run_marked(edit.command, Mark::new(label, now_ms()).joining(joins));
        }
    }

    /// Brings sides or middles of what is selected into one line.
    pub fn align(self, how: Align) {
        self.arrange(|workflow, boxes| align(workflow, boxes, how));
    }

    /// Makes the gaps between what is selected equal.
    pub fn distribute(self, axis: Axis) {
        self.arrange(|workflow, boxes| distribute(workflow, boxes, axis));
    }

    /// Moves the selected cards; all that the card of a lane stands for moves along.
    fn arrange(self, make: impl FnOnce(&Workflow, &[(NodeId, Rect)]) -> Result<Edit, Refused>) {
        let chosen = self.chosen_nodes();
        let lanes: Vec<BTreeSet<NodeId>> = self.drawing.lanes.with_untracked(|lanes| {
            let whole = lanes.iter().filter(|lane| lane.nodes.is_subset(&chosen));
            whole.map(|lane| lane.nodes.clone()).collect()
        });
        let follows =
            |id: &NodeId| lanes.iter().any(|lane| lane.contains(id) && lane.first() != Some(id));
        let first = chosen.iter().filter(|id| !follows(id));
        let at = |id: &NodeId| Some((id.clone(), self.drawing.rect(id)?));
        let boxes: Vec<(NodeId, Rect)> = first.filter_map(at).collect();
        let done = self.edit(|workflow| {
            let edit = make(workflow, &boxes)?;
            Ok(Edit { command: along(workflow, edit.command, &lanes), ..edit })
        });
        if done {
            self.choose(Chosen { nodes: chosen, ..Chosen::default() });
        }
    }

    fn chosen_nodes(self) -> BTreeSet<NodeId> {
        self.chosen.with_untracked(|chosen| chosen.nodes.clone())
    }
}

/// Moves with the first node of a lane the others as far as that.
fn along(workflow: &Workflow, command: Command, lanes: &[BTreeSet<NodeId>]) -> Command {
    let Command::Move(mut moves) = command else { return command };
    for lane in lanes {
        let mut nodes = lane.iter();
        let Some(first) = nodes.next() else { continue };
        let led = moves.iter().find(|(id, _)| id == first).map(|(_, to)| Point::from(*to));
        let was = workflow.node(first).map(|node| Point::from(node.position));
        let Some((was, to)) = was.zip(led) else { continue };
        let follow = |id: &NodeId| {
            let at = Point::from(workflow.node(id)?.position);
            Some((id.clone(), Position::from(at + (to - was))))
        };
        moves.extend(nodes.filter_map(follow));
    }
    Command::Move(moves)
}

#[cfg(test)]
mod tests {
    use model::{nodes::NodeKind, workflow::Node};

    use super::*;

    #[test]
    fn what_stands_in_a_lane_moves_as_far_as_its_first_node() {
        let node = |id: &str, x: f64| Node {
            position: Position { x, y: 10.0 },
            ..Node::new(id.into(), "", NodeKind::Transform.default_config())
        };
        let nodes = vec![node("a", 0.0), node("b", 300.0), node("c", 900.0)];
        let workflow = Workflow { nodes, ..Workflow::default() };
        let lanes: [BTreeSet<NodeId>; 2] =
            [["a", "b"].map(NodeId::from).into(), ["c"].map(NodeId::from).into()];
        let to = |id: &str, x: f64, y: f64| (NodeId::from(id), Position { x, y });

        let moved = along(&workflow, Command::Move(vec![to("a", 100.0, 30.0)]), &lanes);

        assert_eq!(moved, Command::Move(vec![to("a", 100.0, 30.0), to("b", 400.0, 30.0)]));
    }
}

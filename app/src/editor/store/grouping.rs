//! Actions on several nodes at once: frames, collapsing, alignment.

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

use super::{CanvasSelection, Editor, now_ms};

impl Editor {
    /// Puts a frame around what is selected.
    pub fn group(self) {
        let at = |id: NodeId| Some((id.clone(), self.canvas_model.rect(&id)?));
        let boxes: Vec<_> = self.selected_nodes().into_iter().filter_map(at).collect();
        self.edit(|workflow| group(workflow, &boxes));
    }

    /// Takes the selected frames away, or those around what is selected.
    pub fn ungroup(self) {
        let selection = self.selected_nodes();
        self.edit(|workflow| ungroup(workflow, &selection));
    }

    /// Collapses nodes or what they lie in to one card each, or opens them where all are collapsed;
    /// whether that was done.
    pub fn collapse(self, ids: &BTreeSet<NodeId>) -> bool {
        self.fold(|workflow| collapse(workflow, ids))
    }

    /// The same for one lane.
    pub fn collapse_lane(self, fork: &NodeId, port: &str) -> bool {
        self.fold(|workflow| collapse_lane(workflow, fork, port))
    }

    /// Opens everything collapsed around a node, so that its own card is shown.
    pub fn uncover(self, id: &NodeId) {
        self.fold(|workflow| uncover(workflow, id));
    }

    /// Whether there is anything to collapse or open at a node.
    pub fn can_collapse(self, id: &NodeId) -> bool {
        let ids = [id.clone()].into();
        self.workflow.with_untracked(|workflow| collapse(workflow, &ids).is_ok())
    }

    /// Makes an edit that collapses or opens; where a selected node is hidden by it, the card that
    /// stands for it is selected instead.
    fn fold(self, make: impl FnOnce(&Workflow) -> Result<Edit, Refused>) -> bool {
        let selection = self.selection.get_untracked();
        let collapsed = self.collapsed_boxes();
        // The cards that make room for an opened frame move as one entry with it.
        let joins = self.drag_mark("").joins;
        let done = self.edit_joining(joins.clone(), make);
        if done {
            collapsed.into_iter().for_each(|(id, was)| self.give_way(&id, was, joins.clone()));
            let nodes = selection.nodes.into_iter().map(|id| self.canvas_model.visible_card(id));
            self.select(CanvasSelection { nodes: nodes.collect(), edges: selection.edges });
        }
        done
    }

    /// The collapsed frames and loops with the boxes of their cards.
    fn collapsed_boxes(self) -> Vec<(NodeId, Rect)> {
        self.workflow.with_untracked(|workflow| {
            let collapsed = workflow.nodes.iter().filter(|node| node.data.config.is_collapsed());
            collapsed
                .filter_map(|node| Some((node.id.clone(), self.canvas_model.rect(&node.id)?)))
                .collect()
        })
    }

    /// Moves the cards that a frame would cover now that it is larger than it `was`.
    fn give_way(self, id: &NodeId, was: Rect, joins: Joins) {
        let Some(now) = self.canvas_model.rect(id).filter(|now| *now != was) else { return };
        let edit = self.workflow.with_untracked(|workflow| {
            let parent = workflow.node(id).map(|node| &node.parent_id);
            let siblings = workflow
                .nodes
                .iter()
                .filter(|node| node.id != *id && Some(&node.parent_id) == parent);
            let place = |node: &Node| Some((node.id.clone(), self.canvas_model.rect(&node.id)?));
            make_room(workflow, was, now, &siblings.filter_map(place).collect::<Vec<_>>())
        });
        if let Ok(edit) = edit {
            let label = self.past.with_untracked(|past| past.undo.clone()).unwrap_or_default();
            self.run_marked(edit.command, Mark::new(label, now_ms()).joining(joins));
        }
    }

    /// Aligns the selected cards by one of their sides or by their middles.
    pub fn align(self, how: Align) {
        self.arrange(|workflow, boxes| align(workflow, boxes, how));
    }

    /// Makes the gaps between the selected cards equal.
    pub fn distribute(self, axis: Axis) {
        self.arrange(|workflow, boxes| distribute(workflow, boxes, axis));
    }

    /// Moves the selected cards; the nodes of a collapsed lane move with its card.
    fn arrange(self, make: impl FnOnce(&Workflow, &[(NodeId, Rect)]) -> Result<Edit, Refused>) {
        let selection = self.selected_nodes();
        let lanes: Vec<BTreeSet<NodeId>> = self.canvas_model.lanes.with_untracked(|lanes| {
            let whole = lanes.iter().filter(|lane| lane.nodes.is_subset(&selection));
            whole.map(|lane| lane.nodes.clone()).collect()
        });
        let follows =
            |id: &NodeId| lanes.iter().any(|lane| lane.contains(id) && lane.first() != Some(id));
        let first = selection.iter().filter(|id| !follows(id));
        let at = |id: &NodeId| Some((id.clone(), self.canvas_model.rect(id)?));
        let boxes: Vec<(NodeId, Rect)> = first.filter_map(at).collect();
        let done = self.edit(|workflow| {
            let edit = make(workflow, &boxes)?;
            Ok(Edit { command: move_whole_lanes(workflow, edit.command, &lanes), ..edit })
        });
        if done {
            self.select(CanvasSelection { nodes: selection, ..CanvasSelection::default() });
        }
    }

    fn selected_nodes(self) -> BTreeSet<NodeId> {
        self.selection.with_untracked(|selection| selection.nodes.clone())
    }
}

/// Extends a move of the first node of each lane to all nodes of the lane.
fn move_whole_lanes(workflow: &Workflow, command: Command, lanes: &[BTreeSet<NodeId>]) -> Command {
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

        let command = Command::Move(vec![to("a", 100.0, 30.0)]);
        let moved = move_whole_lanes(&workflow, command, &lanes);

        assert_eq!(moved, Command::Move(vec![to("a", 100.0, 30.0), to("b", 400.0, 30.0)]));
    }
}

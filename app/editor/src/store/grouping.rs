//! Actions on several nodes at once: frames, collapsing, alignment.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::{
    canvas::geometry::{Point, Rect},
    edit::{self, Align, Axis, Command, Edit, Joins, Mark, Refused},
    id::NodeId,
    workflow::{Node, Position, Workflow},
};
use web::client::clock::now_ms;

use super::{editor::Editor, selection::CanvasSelection};

/// Puts a frame around what is selected.
pub fn group(editor: Editor) {
    let view = editor.view;
    let at = |id: NodeId| Some((id.clone(), view.canvas_model.rect(&id)?));
    let boxes: Vec<_> = view.selected_nodes().into_iter().filter_map(at).collect();
    editor.edit(|workflow| edit::group(workflow, &boxes));
}

/// Takes the selected frames away, or those around what is selected.
pub fn ungroup(editor: Editor) {
    let selection = editor.view.selected_nodes();
    editor.edit(|workflow| edit::ungroup(workflow, &selection));
}

/// The innermost open frame or loop at a world point that is not one of `among`.
pub fn frame_at(editor: Editor, at: Point, among: &BTreeSet<NodeId>) -> Option<NodeId> {
    editor.view.canvas_model.with_cards(|cards| {
        let here = cards.iter().rev().filter(|card| card.rect.contains(at));
        let mut open = here.filter(|card| !among.contains(&card.id) && is_open(editor, &card.id));
        open.next().map(|card| card.id.clone())
    })
}

/// Whether nodes can be put into it: it is a frame or loop and not collapsed.
fn is_open(editor: Editor, id: &NodeId) -> bool {
    let open = |node: &Node| node.kind().holds_nodes() && !node.data.config.is_collapsed();
    let workflow = editor.document.workflow;
    workflow.with_untracked(|workflow| workflow.node(id).is_some_and(open))
}

/// Collapses nodes or what they lie in to one card each, or opens them where all are collapsed;
/// whether that was done.
pub fn collapse(editor: Editor, ids: &BTreeSet<NodeId>) -> bool {
    fold(editor, |workflow| edit::collapse(workflow, ids))
}

pub fn collapse_lane(editor: Editor, fork: &NodeId, port: &str) -> bool {
    fold(editor, |workflow| edit::collapse_lane(workflow, fork, port))
}

/// Opens everything collapsed around a node, so that its own card is shown.
pub fn uncover(editor: Editor, id: &NodeId) {
    fold(editor, |workflow| edit::uncover(workflow, id));
}

/// Whether there is anything to collapse or open at a node.
pub fn can_collapse(editor: Editor, id: &NodeId) -> bool {
    let ids = [id.clone()].into();
    editor.document.workflow.with_untracked(|workflow| edit::collapse(workflow, &ids).is_ok())
}

/// Makes an edit that collapses or opens; where a selected node is hidden by it, the card that
/// stands for it is selected instead.
fn fold(editor: Editor, make: impl FnOnce(&Workflow) -> Result<Edit, Refused>) -> bool {
    let view = editor.view;
    let selection = view.selection.get_untracked();
    let collapsed = collapsed_boxes(editor);
    // The cards that make room for an opened frame move as one entry with it.
    let joins = editor.document.drag_mark("").joins;
    let done = editor.edit_joining(joins.clone(), make);
    if done {
        collapsed.into_iter().for_each(|(id, was)| give_way(editor, &id, was, joins.clone()));
        let nodes = selection.nodes.into_iter().map(|id| view.canvas_model.visible_card(id));
        view.select(CanvasSelection { nodes: nodes.collect(), edges: selection.edges });
    }
    done
}

/// The collapsed frames and loops with the boxes of their cards.
fn collapsed_boxes(editor: Editor) -> Vec<(NodeId, Rect)> {
    let canvas_model = editor.view.canvas_model;
    editor.document.workflow.with_untracked(|workflow| {
        let collapsed = workflow.nodes.iter().filter(|node| node.data.config.is_collapsed());
        collapsed.filter_map(|node| Some((node.id.clone(), canvas_model.rect(&node.id)?))).collect()
    })
}

/// Moves the cards that a frame would cover now that it is larger than it `was`.
fn give_way(editor: Editor, id: &NodeId, was: Rect, joins: Joins) {
    let (document, canvas_model) = (editor.document, editor.view.canvas_model);
    let Some(now) = canvas_model.rect(id).filter(|now| *now != was) else { return };
    let edit = document.workflow.with_untracked(|workflow| {
        let parent = workflow.node(id).map(|node| &node.parent_id);
        let siblings =
            workflow.nodes.iter().filter(|node| node.id != *id && Some(&node.parent_id) == parent);
        let place = |node: &Node| Some((node.id.clone(), canvas_model.rect(&node.id)?));
        edit::make_room(workflow, was, now, &siblings.filter_map(place).collect::<Vec<_>>())
    });
    if let Ok(edit) = edit {
        let label = document.undo_label().unwrap_or_default();
        editor.run_marked(edit.command, Mark::new(label, now_ms()).joining(joins));
    }
}

/// Aligns the selected cards by one of their sides or by their middles.
pub fn align(editor: Editor, how: Align) {
    arrange(editor, |workflow, boxes| edit::align(workflow, boxes, how));
}

/// Makes the gaps between the selected cards equal.
pub fn distribute(editor: Editor, axis: Axis) {
    arrange(editor, |workflow, boxes| edit::distribute(workflow, boxes, axis));
}

/// Moves the selected cards; the nodes of a collapsed lane move with its card.
fn arrange(
    editor: Editor,
    make: impl FnOnce(&Workflow, &[(NodeId, Rect)]) -> Result<Edit, Refused>,
) {
    let view = editor.view;
    let selection = view.selected_nodes();
    let lanes: Vec<BTreeSet<NodeId>> = view.canvas_model.lanes.with_untracked(|lanes| {
        let whole = lanes.iter().filter(|lane| lane.nodes.is_subset(&selection));
        whole.map(|lane| lane.nodes.clone()).collect()
    });
    let follows =
        |id: &NodeId| lanes.iter().any(|lane| lane.contains(id) && lane.first() != Some(id));
    let first = selection.iter().filter(|id| !follows(id));
    let at = |id: &NodeId| Some((id.clone(), view.canvas_model.rect(id)?));
    let boxes: Vec<(NodeId, Rect)> = first.filter_map(at).collect();
    let done = editor.edit(|workflow| {
        let edit = make(workflow, &boxes)?;
        Ok(Edit { command: move_whole_lanes(workflow, edit.command, &lanes), ..edit })
    });
    if done {
        view.select(CanvasSelection { nodes: selection, ..CanvasSelection::default() });
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

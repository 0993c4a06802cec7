//! Dragging nodes with the pointer: an unconnected node that is dropped on an edge is inserted
//! there.

use leptos::prelude::*;
use model::{
    canvas::{frame::innermost, geometry::Point, tool::Held},
    edit::insert_on_edge,
    id::{EdgeId, NodeId},
    nodes::NodeKind,
};
use web::client::signal::SetNew;

use crate::{
    canvas::canvas_state::CanvasState,
    store::{
        CanvasModel, DragMode, Editor,
        actions::insert_dragged,
        drag_nodes::{drag_by, end_drag},
        grouping::frame_at,
    },
};

/// The middle of a card has to be this near to an edge to be inserted there, in screen pixels.
const NEAR: f64 = 24.0;

/// Drags nodes to `by` from where the drag began, and marks the edge a drop would insert into.
pub fn drag_over_edges(canvas: CanvasState, node: &NodeId, by: Point, held: Held, mode: DragMode) {
    drag_by(canvas.editor, node, by, held, mode);
    canvas.gesture.onto.set_new(edge_below(canvas.editor));
}

/// Ends the drag; an unconnected node that lies on an edge is inserted into it.
pub fn drop_on_edge(canvas: CanvasState) {
    let editor = canvas.editor;
    let edge = canvas.gesture.onto.get_untracked();
    let drag = editor.view.drag.get_untracked();
    canvas.gesture.onto.set(None);
    end_drag(editor);
    if let Some((edge, drag)) = edge.zip(drag)
        && let Some(node) = drag.nodes.first()
    {
        insert_dragged(editor, node, &edge, drag.mark.joins);
    }
    editor.document.seal();
}

/// The edge under the middle of the one dragged card, if the node can be inserted there.
fn edge_below(editor: Editor) -> Option<EdgeId> {
    let Editor { document, view, .. } = editor;
    let drag = view.drag.get_untracked()?;
    let id = drag.nodes.first().filter(|_| drag.nodes.len() == 1)?;
    let middle = view.canvas_model.rect(id)?.shifted(drag.by).center();
    let near = NEAR / view.viewport.view.get_untracked().zoom;
    let edge = edge_near(view.canvas_model, middle, near);
    let edge = edge.or_else(|| edge_of_lane(editor, middle, id))?;
    let fits = document.workflow.with_untracked(|workflow| {
        let is_loose = workflow.edges.iter().all(|e| e.source != *id && e.target != *id);
        is_loose && insert_on_edge(workflow, &edge, id).is_ok()
    });
    fits.then_some(edge)
}

fn edge_near(canvas_model: CanvasModel, at: Point, near: f64) -> Option<EdgeId> {
    canvas_model.with_lines(|lines| {
        let close = lines.iter().filter(|line| line.bounding_box().grown(near).contains(at));
        let close = close.map(|line| (line.distance(at), &line.id));
        let nearest = close.min_by(|a, b| a.0.total_cmp(&b.0))?;
        (nearest.0 <= near).then(|| nearest.1.clone())
    })
}

/// The nearest edge of the innermost lane around a world point; none where the point is in a loop
/// that lies in the lane.
fn edge_of_lane(editor: Editor, at: Point, dragged: &NodeId) -> Option<EdgeId> {
    let Editor { document, view, .. } = editor;
    let around = frame_at(editor, at, &[dragged.clone()].into());
    let repeats = |id: &NodeId| document.node(id).is_some_and(|n| n.kind() == NodeKind::ForEach);
    let around = around.filter(repeats).and_then(|id| view.canvas_model.rect(&id));
    let edges = view.bands.with_untracked(|bands| {
        let lanes = bands.iter().map(|band| (Some(&band.edges), band.rect));
        innermost(lanes.chain(around.map(|rect| (None, rect))), at).flatten().cloned()
    })?;
    view.canvas_model.with_lines(|lines| {
        let own = lines.iter().filter(|line| edges.contains(&line.id));
        let own = own.map(|line| (line.distance(at), &line.id));
        own.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id.clone())
    })
}

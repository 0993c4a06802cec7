//! Dragging nodes with the pointer: an unconnected node that is dropped on an edge is inserted
//! there.

use leptos::prelude::*;
use model::{
    canvas::{frame::innermost, geometry::Point, tool::Held},
    edit::insert_on_edge,
    id::{EdgeId, NodeId},
    nodes::NodeKind,
};

use super::canvas_state::CanvasState;
use crate::{client::signal::SetNew, editor::store::DragMode};

/// The middle of a card has to be this near to an edge to be inserted there, in screen pixels.
const NEAR: f64 = 24.0;

impl CanvasState {
    /// Drags nodes to `by` from where the drag began, and marks the edge a drop would insert into.
    pub fn drag_by(self, node: &NodeId, by: Point, held: Held, mode: DragMode) {
        self.editor.drag_by(node, by, held, mode);
        self.onto.set_new(self.edge_below());
    }

    /// Ends the drag; an unconnected node that lies on an edge is inserted into it.
    pub fn end_drag(self) {
        let editor = self.editor;
        let edge = self.onto.get_untracked();
        let drag = editor.drag.get_untracked();
        self.onto.set(None);
        editor.end_drag();
        if let Some((edge, drag)) = edge.zip(drag)
            && let Some(node) = drag.nodes.first()
        {
            editor.insert_dragged(node, &edge, drag.mark.joins);
        }
        editor.seal();
    }

    /// The edge under the middle of the one dragged card, if the node can be inserted there.
    fn edge_below(self) -> Option<EdgeId> {
        let editor = self.editor;
        let drag = editor.drag.get_untracked()?;
        let id = drag.nodes.first().filter(|_| drag.nodes.len() == 1)?;
        let middle = editor.canvas_model.rect(id)?.shifted(drag.by).center();
        let near = NEAR / editor.viewport.view.get_untracked().zoom;
        let edge = self.edge_near(middle, near).or_else(|| self.edge_of_lane(middle, id))?;
        let fits = editor.workflow.with_untracked(|workflow| {
            let is_loose = workflow.edges.iter().all(|e| e.source != *id && e.target != *id);
            is_loose && insert_on_edge(workflow, &edge, id).is_ok()
        });
        fits.then_some(edge)
    }

    fn edge_near(self, at: Point, near: f64) -> Option<EdgeId> {
        self.editor.canvas_model.with_lines(|lines| {
            let close = lines.iter().filter(|line| line.bounding_box().grown(near).contains(at));
            let close = close.map(|line| (line.distance(at), &line.id));
            let nearest = close.min_by(|a, b| a.0.total_cmp(&b.0))?;
            (nearest.0 <= near).then(|| nearest.1.clone())
        })
    }

    /// The nearest edge of the innermost lane around a world point; none where the point is in a
    /// loop that lies in the lane.
    fn edge_of_lane(self, at: Point, dragged: &NodeId) -> Option<EdgeId> {
        let editor = self.editor;
        let around = editor.frame_at(at, &[dragged.clone()].into());
        let repeats = |id: &NodeId| editor.node(id).is_some_and(|n| n.kind() == NodeKind::ForEach);
        let around = around.filter(repeats).and_then(|id| editor.canvas_model.rect(&id));
        let edges = editor.bands.with_untracked(|bands| {
            let lanes = bands.iter().map(|band| (Some(&band.edges), band.rect));
            innermost(lanes.chain(around.map(|rect| (None, rect))), at).flatten().cloned()
        })?;
        editor.canvas_model.with_lines(|lines| {
            let own = lines.iter().filter(|line| edges.contains(&line.id));
            let own = own.map(|line| (line.distance(at), &line.id));
            own.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id.clone())
        })
    }
}

//! A loose node dragged onto an edge goes between its ends.

use leptos::prelude::*;
use model::{
    canvas::{frame::innermost, geometry::Point, tool::Held},
    edit::insert_on_edge,
    id::{EdgeId, NodeId},
    nodes::NodeKind,
};

use super::desk::Desk;
use crate::{client::signal::SetNew, editor::store::Taken};

/// How near the middle of a card must come to an edge, in screen pixels.
const NEAR: f64 = 24.0;

impl Desk {
    /// Drags on, and looks for an edge the node could be put on.
    pub fn carry(self, node: &NodeId, by: Point, held: Held, taken: Taken) {
        self.editor.carry(node, by, held, taken);
        self.onto.set_new(self.edge_below());
    }

    /// Leaves what is dragged where it is; a loose node on an edge goes between its ends.
    pub fn put_down(self) {
        let editor = self.editor;
        let edge = self.onto.get_untracked();
        let carrying = editor.carrying.get_untracked();
        self.onto.set(None);
        editor.put_down();
        if let Some((edge, carrying)) = edge.zip(carrying)
            && let Some(node) = carrying.nodes.first()
        {
            editor.land(node, &edge, carrying.mark.joins);
        }
        editor.seal();
    }

    /// The edge under the middle of the one dragged card, if it is free to go there.
    fn edge_below(self) -> Option<EdgeId> {
        let editor = self.editor;
        let carrying = editor.carrying.get_untracked()?;
        let id = carrying.nodes.first().filter(|_| carrying.nodes.len() == 1)?;
        let middle = editor.drawing.rect(id)?.shifted(carrying.by).center();
        let near = NEAR / editor.lens.view.get_untracked().zoom;
        let edge = self.edge_near(middle, near).or_else(|| self.edge_of_lane(middle, id))?;
        let fits = editor.workflow.with_untracked(|workflow| {
            let is_loose = workflow.edges.iter().all(|e| e.source != *id && e.target != *id);
            is_loose && insert_on_edge(workflow, &edge, id).is_ok()
        });
        fits.then_some(edge)
    }

    fn edge_near(self, at: Point, near: f64) -> Option<EdgeId> {
        self.editor.drawing.with_lines(|lines| {
            let close = lines.iter().filter(|line| line.around().grown(near).contains(at));
            let close = close.map(|line| (line.distance(at), &line.id));
            let nearest = close.min_by(|a, b| a.0.total_cmp(&b.0))?;
            (nearest.0 <= near).then(|| nearest.1.clone())
        })
    }

    /// Anywhere in a lane the nearest of its edges is meant, of lanes in each other those of the
    /// innermost one; in a loop that lies in the lane none is.
    fn edge_of_lane(self, at: Point, dragged: &NodeId) -> Option<EdgeId> {
        let editor = self.editor;
        let around = editor.frame_at(at, &[dragged.clone()].into());
        let repeats = |id: &NodeId| editor.node(id).is_some_and(|n| n.kind() == NodeKind::ForEach);
        let around = around.filter(repeats).and_then(|id| editor.drawing.rect(&id));
        let edges = editor.bands.with_untracked(|bands| {
            let lanes = bands.iter().map(|band| (Some(&band.edges), band.rect));
            innermost(lanes.chain(around.map(|rect| (None, rect))), at).flatten().cloned()
        })?;
        editor.drawing.with_lines(|lines| {
            let own = lines.iter().filter(|line| edges.contains(&line.id));
            let own = own.map(|line| (line.distance(at), &line.id));
            own.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id.clone())
        })
    }
}

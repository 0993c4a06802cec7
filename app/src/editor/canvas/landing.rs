//! A loose node dragged onto an edge goes between its ends.

use leptos::prelude::*;
use model::{
    canvas::{geometry::Point, tool::Held},
    connect,
    edit::Command,
    id::{EdgeId, NodeId},
    ports::{Fit, compatible},
    workflow::Workflow,
};

use super::desk::Desk;

/// How near the middle of a card must come to an edge, in screen pixels.
const NEAR: f64 = 24.0;

impl Desk {
    /// Drags on, and looks for an edge the node could be put on.
    pub fn carry(self, node: &NodeId, by: Point, held: Held) {
        self.editor.carry(node, by, held);
        let edge = self.edge_below();
        if self.onto.with_untracked(|now| *now != edge) {
            self.onto.set(edge);
        }
    }

    /// Leaves what is dragged where it is; a loose node on an edge goes between its ends.
    pub fn put_down(self) {
        let editor = self.editor;
        let edge = self.onto.get_untracked();
        let carrying = editor.carrying.get_untracked();
        self.onto.set(None);
        editor.put_down();
        let Some((edge, carrying)) = edge.zip(carrying) else { return };
        let Some(node) = carrying.nodes.first().and_then(|id| editor.node(id)) else { return };
        let steps =
            editor.workflow.with_untracked(|workflow| editor.insertion(workflow, &node, &edge));
        if !steps.is_empty() {
            editor.run_marked(Command::Many(steps), carrying.mark);
            editor.seal();
        }
    }

    /// The edge under the middle of the one dragged card, if it is free to go there.
    fn edge_below(self) -> Option<EdgeId> {
        let editor = self.editor;
        let carrying = editor.carrying.get_untracked()?;
        let id = carrying.nodes.first().filter(|_| carrying.nodes.len() == 1)?;
        let middle = editor.drawing.rect(id)?.shifted(carrying.by).center();
        let near = NEAR / editor.lens.view.get_untracked().zoom;
        let edge = editor.drawing.with_lines(|lines| {
            let close = lines.iter().filter(|line| line.around().grown(near).contains(middle));
            let close = close.map(|line| (line.distance(middle), &line.id));
            let nearest = close.min_by(|a, b| a.0.total_cmp(&b.0))?;
            (nearest.0 <= near).then(|| nearest.1.clone())
        })?;
        editor.workflow.with_untracked(|workflow| may_go(workflow, id, &edge)).then_some(edge)
    }
}

/// Whether a node has no edges yet and ports for both ends of `edge`.
fn may_go(workflow: &Workflow, id: &NodeId, edge: &EdgeId) -> bool {
    let loose = workflow.edges.iter().all(|edge| edge.source != *id && edge.target != *id);
    let (Some(node), Some(edge)) = (workflow.node(id), workflow.edge(edge)) else { return false };
    let Ok(ends) = connect::ends(workflow, edge) else { return false };
    let fits = |from, to| !matches!(compatible(from, to), Fit::Err(_));
    let mut inputs = node.data.config.inputs().into_iter();
    let mut outputs = node.data.config.outputs(workflow).into_iter();
    loose
        && inputs.any(|port| fits(ends.source.port_type, port.port_type))
        && outputs.any(|port| fits(port.port_type, ends.target.port_type))
}

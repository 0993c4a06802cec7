//! The lanes of forks as bands behind the cards.

use std::collections::BTreeSet;

use model::{
    canvas::{frame, geometry::Rect},
    graph::{Lane, lanes},
    id::{EdgeId, NodeId},
    workflow::Workflow,
};

use super::Drawing;

/// One lane of a fork.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Unique on the canvas.
    pub key: String,
    /// Its name and how many nodes stand in it.
    pub words: String,
    /// Where it is.
    pub rect: Rect,
    /// The edges into it, in it and out of it.
    pub edges: BTreeSet<EdgeId>,
    /// What stands in it.
    pub nodes: BTreeSet<NodeId>,
}

/// The bands of all lanes that have something in them.
pub fn bands(workflow: &Workflow, drawing: Drawing) -> Vec<Band> {
    let lanes = lanes(workflow);
    let card = |id: &NodeId| {
        let place = drawing.place(id).filter(|place| place.hidden.is_none());
        place.map(|place| place.card)
    };
    let rects = frame::bands(&lanes, card);
    let band = |(lane, rect): (Lane, Option<Rect>)| {
        let many = lane.nodes.len();
        let noun = if many == 1 { "node" } else { "nodes" };
        Some(Band {
            key: format!("{}/{}", lane.fork, lane.port),
            words: format!("{} · {many} {noun}", lane.label),
            rect: rect?,
            edges: lane.edges,
            nodes: lane.nodes,
        })
    };
    lanes.into_iter().zip(rects).filter_map(band).collect()
}

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
    /// The fork.
    pub fork: NodeId,
    /// The port by which it leaves the fork.
    pub port: String,
    /// Its name and how many nodes stand in it.
    pub words: String,
    /// Where it is.
    pub rect: Rect,
    /// The edges into it, in it and out of it.
    pub edges: BTreeSet<EdgeId>,
    /// What stands in it.
    pub nodes: BTreeSet<NodeId>,
}

/// The bands of all lanes that have something in them; a collapsed one is a card and has none.
pub fn bands(workflow: &Workflow, drawing: Drawing) -> Vec<Band> {
    let lanes = lanes(workflow);
    let lane_around = |id: &NodeId| {
        let hidden = drawing.place(id)?.hidden?;
        drawing.lane(&NodeId(hidden))
    };
    let card = |id: &NodeId| {
        let place = drawing.place(id)?;
        // In the lane around it a collapsed one is the card it is.
        let is_there = place.hidden.is_none() || lane_around(id).is_some();
        is_there.then_some(place.card)
    };
    let rects = frame::bands(&lanes, card);
    let is_open = |lane: &Lane| {
        drawing.card_of_lane(&lane.fork, &lane.port).is_none() && lane_around(&lane.fork).is_none()
    };
    let band = |(lane, rect): (Lane, Option<Rect>)| {
        let many = lane.nodes.len();
        let noun = if many == 1 { "node" } else { "nodes" };
        Some(Band {
            key: format!("{}/{}", lane.fork, lane.port),
            rect: rect.filter(|_| is_open(&lane))?,
            fork: lane.fork,
            port: lane.port,
            words: format!("{} · {many} {noun}", lane.label),
            edges: lane.edges,
            nodes: lane.nodes,
        })
    };
    lanes.into_iter().zip(rects).filter_map(band).collect()
}

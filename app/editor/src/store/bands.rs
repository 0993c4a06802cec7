//! The lanes of forks as bands behind the cards.

use std::collections::BTreeSet;

use model::{
    canvas::{frame, geometry::Rect},
    graph::{Lane, lanes},
    id::{EdgeId, NodeId},
    workflow::Workflow,
};

use super::canvas_model::CanvasModel;

/// The band behind the cards of one open lane of a fork.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// The fork and the port, separated by a slash; unique on the canvas.
    pub key: String,
    /// The parallel node that the lane leaves.
    pub fork: NodeId,
    /// The output port by which the lane leaves the fork.
    pub port: String,
    /// The label of the lane and how many nodes are in it: "Lane 1 · 2 nodes".
    pub words: String,
    /// Where the band is, in world units.
    pub rect: Rect,
    /// The edges into the lane, in it and out of it.
    pub edges: BTreeSet<EdgeId>,
    /// The nodes in the lane.
    pub nodes: BTreeSet<NodeId>,
}

/// The bands of all lanes that have nodes; a collapsed lane is a card and has no band.
pub fn bands(workflow: &Workflow, canvas_model: CanvasModel) -> Vec<Band> {
    let lanes = lanes(workflow);
    let lane_around = |id: &NodeId| {
        let hidden = canvas_model.place(id)?.hidden?;
        canvas_model.lane(&NodeId(hidden))
    };
    let card = |id: &NodeId| {
        let place = canvas_model.place(id)?;
        // A node hidden in a collapsed lane counts with the card of that lane.
        let is_there = place.hidden.is_none() || lane_around(id).is_some();
        is_there.then_some(place.card)
    };
    let rects = frame::bands(&lanes, card);
    let is_open = |lane: &Lane| {
        canvas_model.card_of_lane(&lane.fork, &lane.port).is_none()
            && lane_around(&lane.fork).is_none()
    };
    let band = |(lane, rect): (Lane, Option<Rect>)| {
        let many = lane.nodes.len();
        let noun = if many == 1 { "step" } else { "steps" };
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

//! The lanes of forks as bands behind the cards.

use std::collections::BTreeSet;

use model::{
    canvas::geometry::{Point, Rect},
    graph::lanes,
    id::{EdgeId, NodeId},
    workflow::Workflow,
};

use super::Drawing;

/// Room around the cards of a lane, and above them for its name.
const ROOM: f64 = 24.0;
const NAME: f64 = 28.0;

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

/// The bands of all lanes that have something in them; those of one fork begin and end together.
pub fn bands(workflow: &Workflow, drawing: Drawing) -> Vec<Band> {
    let mut found: Vec<(NodeId, Band)> = vec![];
    for lane in lanes(workflow) {
        let shown: BTreeSet<NodeId> =
            lane.nodes.iter().filter(|id| !drawing.is_hidden(id)).cloned().collect();
        let Some(around) = drawing.around_of(&shown) else { continue };
        let many = lane.nodes.len();
        let noun = if many == 1 { "node" } else { "nodes" };
        let corner = around.origin - Point::new(ROOM, ROOM + NAME);
        let far = Point::new(around.right() + ROOM, around.bottom() + ROOM);
        let band = Band {
            key: format!("{}/{}", lane.fork, lane.port),
            words: format!("{} · {many} {noun}", lane.label),
            rect: Rect::between(corner, far),
            edges: lane.edges,
            nodes: lane.nodes,
        };
        found.push((lane.fork, band));
    }
    let whole = |fork: &NodeId| {
        let own = found.iter().filter(|(of, _)| of == fork);
        Rect::around(own.map(|(_, band)| band.rect)).unwrap_or_default()
    };
    let wide: Vec<Rect> = found.iter().map(|(fork, _)| whole(fork)).collect();
    let stretched = |((_, band), whole): ((NodeId, Band), Rect)| {
        let (x, width) = (whole.origin.x, whole.size.width);
        let rect = Rect::new(x, band.rect.origin.y, width, band.rect.size.height);
        Band { rect, ..band }
    };
    found.into_iter().zip(wide).map(stretched).collect()
}

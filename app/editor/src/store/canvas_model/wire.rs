//! An edge as the canvas draws it, and the course of its line.

use diagram::place::{End, Place, ends};
use model::{
    canvas::{
        geometry::{Point, Rect},
        hit::Card,
    },
    id::NodeId,
};

/// A line that leads back to the left runs this far below the cards it passes, in world units.
const BELOW: f64 = 24.0;

/// The two ends of an edge and its label, as the canvas draws them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wire {
    /// The node it leaves.
    pub source: NodeId,
    /// The output port at the source.
    pub source_port: String,
    /// The node it enters.
    pub target: NodeId,
    /// The input port at the target.
    pub target_port: String,
    /// The label that is written on the line.
    pub label: Option<String>,
}

/// Where an edge begins and ends when its nodes lie at these places.
pub(super) fn wire_ends(wire: &Wire, source: &Place, target: &Place) -> Option<(Point, Point)> {
    let from = End { node: wire.source.as_str(), place: source, port: &wire.source_port };
    ends(from, End { node: wire.target.as_str(), place: target, port: &wire.target_port })
}

/// The height at which a line that leads back to the left passes below the cards between its ends.
pub(super) fn floor(cards: &[Card], from: Point, to: Point) -> f64 {
    let passed = |rect: &Rect| rect.right() >= to.x && rect.origin.x <= from.x;
    let cards = cards.iter().filter(|card| !card.is_frame);
    let passed = cards.map(|card| card.rect).filter(passed);
    passed.map(|rect| rect.bottom() + BELOW).fold(f64::MIN, f64::max)
}

//! The signals of one node and of one edge on the canvas, and the course of a line.

use diagram::{
    place::{End, Place, ends},
    view::{DiagramNode, EdgeState},
};
use leptos::prelude::*;
use model::{
    canvas::{
        geometry::{Point, Rect, Size},
        hit::Card,
    },
    id::NodeId,
    validate::{Faults, Severity},
};

/// One node on the canvas.
#[derive(Clone, Default)]
pub struct NodeSignals {
    /// What its card shows, and where it lies.
    pub card: ArcRwSignal<DiagramNode>,
    /// Where that is, as a card or as the frame around what lies in it.
    pub place: ArcRwSignal<Place>,
    /// How far a drag has moved it, in world units.
    pub shift: ArcRwSignal<Point>,
    /// The size a drag has given it; nothing while its corner is not dragged.
    pub stretch: ArcRwSignal<Option<Size>>,
    pub selected: ArcRwSignal<bool>,
    /// What is wrong with it.
    pub faults: ArcRwSignal<Faults>,
}

/// One edge on the canvas.
#[derive(Clone)]
pub struct EdgeSignals {
    /// The nodes and ports it connects.
    pub wire: ArcRwSignal<Wire>,
    pub selected: ArcRwSignal<bool>,
    /// Its state in the run that the canvas shows.
    pub state: ArcRwSignal<EdgeState>,
    /// What is wrong with it.
    pub fault: ArcRwSignal<Option<EdgeFault>>,
}

impl EdgeSignals {
    /// Draws an edge that is not selected, in no run and without an issue.
    pub(super) fn new(wire: Wire) -> Self {
        Self {
            wire: ArcRwSignal::new(wire),
            selected: ArcRwSignal::new(false),
            state: ArcRwSignal::new(EdgeState::Idle),
            fault: ArcRwSignal::new(None),
        }
    }
}

/// The worst issue of an edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeFault {
    /// An error forbids launching, a warning does not.
    pub severity: Severity,
    /// The issue as a sentence for a person.
    pub message: String,
}

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

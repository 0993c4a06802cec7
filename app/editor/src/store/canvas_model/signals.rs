//! The signals of one node and of one edge on the canvas.

use diagram::{
    place::Place,
    view::{DiagramNode, EdgeState},
};
use leptos::prelude::*;
use model::{
    canvas::geometry::{Point, Size},
    validate::{Faults, Severity},
};

use super::wire::Wire;

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
    /// Whether it is selected.
    pub selected: ArcRwSignal<bool>,
    /// What is wrong with it.
    pub faults: ArcRwSignal<Faults>,
}

/// One edge on the canvas.
#[derive(Clone)]
pub struct EdgeSignals {
    /// The nodes and ports it connects.
    pub wire: ArcRwSignal<Wire>,
    /// Whether it is selected.
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

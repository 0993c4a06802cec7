//! Which pop-ups are open over the canvas, and what each of them is about.

use leptos::prelude::*;
use model::{
    canvas::{
        geometry::Point,
        hit::{Hit, PortAt},
    },
    id::{EdgeId, NodeId},
};

use crate::{store::Purpose, transfer::Foreign};

/// An open quick-add picker.
#[derive(Debug, Clone, PartialEq)]
pub struct Picking {
    /// The upper left corner of the new node, in world units.
    pub at: Point,
    /// How the new node is connected.
    pub purpose: Purpose,
}

/// An open menu.
#[derive(Debug, Clone, PartialEq)]
pub struct MenuAt {
    /// What was hit: a card, an edge or nothing.
    pub on: Hit,
    /// Whether it offers the alignments of the selection.
    pub aligns: bool,
    /// Where it opens, in screen pixels from the stage's corner.
    pub at: Point,
    /// The element id of the row of the outline that it was opened from; nothing on the canvas.
    pub row: Option<String>,
}

/// An edge that is connected by choosing from a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Connecting {
    /// The node at the fixed end.
    pub node: NodeId,
    /// The ports of that node that the edge may use.
    pub from: Vec<PortAt>,
    /// The existing edge whose other end is moved; nothing for a new edge.
    pub moved: Option<EdgeId>,
    /// The card the edge was dropped on, and where on the stage; nothing where all cards are
    /// offered.
    pub onto: Option<(NodeId, Point)>,
}

/// The handle of the pop-ups; none is open at first.
#[derive(Clone, Copy, Default)]
pub struct Popups {
    /// The open quick-add picker.
    pub picker: RwSignal<Option<Picking>>,
    /// The open context menu.
    pub menu: RwSignal<Option<MenuAt>>,
    /// The open list of what to connect to.
    pub connecting: RwSignal<Option<Connecting>>,
    /// Whether the search for a node is open.
    pub finder: RwSignal<bool>,
    /// The node that is being renamed in place.
    pub renaming: RwSignal<Option<NodeId>>,
    /// The edge whose label is being edited.
    pub labelling: RwSignal<Option<EdgeId>>,
    /// Whether the list of keyboard shortcuts is open.
    pub keys: RwSignal<bool>,
    /// Whether the dialog is open that makes a workflow of the selection.
    pub extracting: RwSignal<bool>,
    /// A pasted text that is no copied nodes, while the person is asked what it is for.
    pub foreign: RwSignal<Option<Foreign>>,
}

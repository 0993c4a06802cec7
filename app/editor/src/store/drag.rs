//! A drag of the selected nodes that is under way.
//!
//! It is only a shift beside the places of the cards. The document changes once, when the drag
//! ends, so Escape has nothing to undo.

use std::collections::BTreeSet;

use model::{
    canvas::{
        geometry::{Point, Rect},
        snap::Guide,
    },
    edit::{Incoming, Mark},
    id::NodeId,
};

/// Whether a drag moves nodes or copies of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DragMode {
    /// The nodes themselves move.
    Move,
    /// Copies of the nodes move; the edges that lead to the originals are kept or left out.
    Copy(Incoming),
}

/// A drag of nodes that is under way.
#[derive(Debug, Clone, PartialEq)]
pub struct Drag {
    /// The dragged nodes, with all that lies in them and the cards that stand for them.
    pub nodes: BTreeSet<NodeId>,
    /// How far the nodes are from where the drag began, in world units.
    pub by: Point,
    /// The alignment lines that the nodes snap to.
    pub guides: Vec<Guide>,
    /// Makes one entry of the history of everything this drag does.
    pub mark: Mark,
    pub(super) mode: DragMode,
    /// The cards whose own signals follow the drag: all of them, or where they are one layer only
    /// those with an edge to a card outside.
    pub(super) moved: BTreeSet<NodeId>,
    /// The nodes that lie in no other dragged one.
    pub(super) tops: BTreeSet<NodeId>,
    /// Whether dropping puts the nodes into the frame under them, or takes them out of theirs.
    pub(super) joins: bool,
    /// The box around the nodes when the drag began.
    pub(super) from: Rect,
    /// The visible cards that are not dragged, for the alignment lines.
    pub(super) others: Vec<Rect>,
}

impl Drag {
    /// Whether the cards move as one layer, because there are many.
    pub fn is_one_layer(&self) -> bool {
        self.moved.len() < self.nodes.len()
    }
}

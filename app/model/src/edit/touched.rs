//! What a change touched, so that only that is drawn anew.

use std::collections::BTreeSet;

use crate::id::{EdgeId, NodeId};

/// What a change touched. What depends on it, such as edges at a moved node, is for the reader to
/// find.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// Nodes that were added, removed or changed.
    pub nodes: BTreeSet<NodeId>,
    /// Edges that were added, removed or changed.
    pub edges: BTreeSet<EdgeId>,
    /// Whether nodes or edges were added or removed.
    pub lists: bool,
    /// Whether the name, description, parameters, presets or settings changed.
    pub document: bool,
    /// Whether everything may be different.
    pub all: bool,
}

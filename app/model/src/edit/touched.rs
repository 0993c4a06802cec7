//! What a change touched, so that only that is drawn anew.

use std::collections::BTreeSet;

use crate::id::{EdgeId, NodeId};

/// What a change touched; what depends on it (edges at a moved node) is for the reader to know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// Nodes that were put in, taken out or changed.
    pub nodes: BTreeSet<NodeId>,
    /// Edges that were put in, taken out or changed.
    pub edges: BTreeSet<EdgeId>,
    /// Nodes or edges came or went.
    pub lists: bool,
    /// Name, description, parameters, presets or settings.
    pub document: bool,
    /// Everything may be different.
    pub all: bool,
}

//! What a transition still has to look at.

use std::collections::{BTreeSet, VecDeque};

use crate::id::NodeId;

/// Nodes and loops that may go on because something around them has changed.
#[derive(Debug, Default)]
pub(super) struct Worklist {
    /// Nodes that may enter, in the order in which they are looked at.
    pub(super) nodes: VecDeque<NodeId>,
    /// Loops in whose iterations a node has begun or ended since they were last looked at.
    pub(super) loops: BTreeSet<NodeId>,
}

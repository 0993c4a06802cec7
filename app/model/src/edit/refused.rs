//! Why a change was not made.

use crate::{
    id::{EdgeId, NodeId},
    validate::MAX_NODES,
};

/// Why a change was not made, in words for the person who asked for it; nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A node that the change is about is not there.
    #[error("The node {0} is not there any more.")]
    NoNode(NodeId),
    /// An edge that the change is about is not there.
    #[error("The connection {0} is not there any more.")]
    NoEdge(EdgeId),
    /// A position or size is not a number.
    #[error("{0} cannot be laid there: the position is not a number.")]
    NoPosition(NodeId),
    /// There would be more nodes than a workflow may have.
    #[error("A workflow has at most {MAX_NODES} nodes; split it into several workflows.")]
    TooManyNodes,
    /// Ids would be used twice, or edges or groups lead nowhere.
    #[error("{0}")]
    Broken(String),
}

//! Why a change was not made.

use crate::{
    graph::Cycle,
    id::{EdgeId, NodeId},
    problem::FieldProblem,
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
    /// A position or size is no number, or too far out.
    #[error("{0} cannot be laid there: that is no place on the canvas.")]
    NoPosition(NodeId),
    /// There would be more nodes than a workflow may have.
    #[error("A workflow has at most {MAX_NODES} nodes; split it into several workflows.")]
    TooManyNodes,
    /// The change would use ids twice, or leave edges or groups that lead nowhere.
    #[error("{0}")]
    Broken(String),
    /// Nothing is selected that the change could apply to.
    #[error("Select what this is about first.")]
    Nothing,
    /// The start cannot be removed or doubled: a workflow has exactly one.
    #[error("Kept the start: a workflow has exactly one.")]
    OneStart,
    /// A node would wait for itself.
    #[error("{0} cannot be connected to itself.")]
    SelfLoop(String),
    /// The same connection exists already.
    #[error("{source_name} and {target_name} are connected this way already.")]
    Drawn {
        /// The node where it leaves, as a person knows it.
        source_name: String,
        /// The node where it enters.
        target_name: String,
    },
    /// Nodes would wait for each other.
    #[error("These nodes would wait for each other: {0}.")]
    Cycle(Cycle),
    /// Nothing comes before the start.
    #[error("Nothing can lead into the start.")]
    IntoStart,
    /// Nothing comes after an end.
    #[error("Nothing can leave an end; connect what leads to it instead.")]
    OutOfEnd,
    /// There is no such port, the types do not fit, or the body of a loop is in between.
    #[error("{0}")]
    NoFit(String),
    /// The name cannot stand in a reference.
    #[error("{0:?} cannot be used: begin with a letter a–z, go on with a–z, 0–9 and _.")]
    BadName(String),
    /// Something else has the name, or it means something of its own.
    #[error("{0:?} is taken; choose another name.")]
    TakenName(String),
    /// The text was not copied from a canvas.
    #[error("This text was not copied from a workflow.")]
    NotCopied,
    /// The text looks like something copied, but cannot be used; every reason with its place.
    #[error("What was copied cannot be used: {}", .0.first().map_or("", |first| first.message.as_str()))]
    Unusable(Vec<FieldProblem>),
}

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
    #[error("The step {0} no longer exists.")]
    NoNode(NodeId),
    /// An edge that the change is about is not there.
    #[error("The connection {0} no longer exists.")]
    NoEdge(EdgeId),
    /// A position or size is no number, or too far out.
    #[error("{0} can't be moved there: it is outside the canvas.")]
    NoPosition(NodeId),
    /// There would be more nodes than a workflow may have.
    #[error("A workflow has at most {MAX_NODES} steps. Split it into several workflows.")]
    TooManyNodes,
    /// The change would use ids twice, or leave edges or groups that lead nowhere.
    #[error("{0}")]
    Broken(String),
    /// Nothing is selected that the change could apply to.
    #[error("Select one or more steps first.")]
    Nothing,
    /// The start cannot be removed or doubled: a workflow has exactly one.
    #[error("A workflow needs its start, so it was kept.")]
    OneStart,
    /// A node would wait for itself.
    #[error("{0} can't be connected to itself.")]
    SelfLoop(String),
    /// The same connection exists already.
    #[error("{source_name} and {target_name} are already connected.")]
    Drawn {
        /// The node where it leaves, as a person knows it.
        source_name: String,
        /// The node where it enters.
        target_name: String,
    },
    /// Nodes would wait for each other.
    #[error("These steps would wait for each other: {0}.")]
    Cycle(Cycle),
    /// Nothing comes before the start.
    #[error("The start can't have an incoming connection.")]
    IntoStart,
    /// Nothing comes after an end.
    #[error("An end can't have an outgoing connection. Connect the step before it instead.")]
    OutOfEnd,
    /// There is no such port, the types do not fit, or the body of a loop is in between.
    #[error("{0}")]
    NoFit(String),
    /// The name cannot stand in a reference.
    #[error(
        "“{}” isn't a valid name. Start with a letter a–z, then use a–z, 0–9 and _.",
        .0.escape_debug()
    )]
    BadName(String),
    /// Something else has the name, or it means something of its own.
    #[error("“{0}” already exists. Choose another name.")]
    TakenName(String),
    /// The text was not copied from a canvas.
    #[error("The clipboard has no steps. Copy them from a workflow first.")]
    NotCopied,
    /// The text looks like something copied, but cannot be used; every reason with its place.
    #[error("Can't paste this: {}", .0.first().map_or("", |first| first.message.as_str()))]
    Unusable(Vec<FieldProblem>),
}

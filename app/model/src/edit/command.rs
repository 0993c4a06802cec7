//! The smallest changes of a workflow, each with an inverse.

use super::Touched;
use crate::{
    id::{EdgeId, NodeId},
    parameter::{Parameter, Preset},
    workflow::{Edge, Node, NodeData, Position, Settings, Size, Workflow},
};

/// A change of a workflow; [`super::apply`] carries it out and returns the command that undoes it.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Puts nodes into the list of nodes, one after the other.
    AddNodes(Vec<Placed<Node>>),
    /// Takes nodes away; edges at them, and nodes in them, must be gone before.
    RemoveNodes(Vec<NodeId>),
    /// Puts edges into the list of edges, one after the other.
    AddEdges(Vec<Placed<Edge>>),
    /// Takes edges away.
    RemoveEdges(Vec<EdgeId>),
    /// Moves nodes to these positions, relative to their parents.
    Move(Vec<(NodeId, Position)>),
    /// Gives a node this size; none is the card's own.
    Resize(NodeId, Option<Size>),
    /// Puts a node into a group or a loop, or out of it, at a position there.
    Nest {
        /// The node that is moved.
        node: NodeId,
        /// The group or loop that it then lies in; none is outside all.
        parent: Option<NodeId>,
        /// Its new position, relative to the parent.
        position: Position,
    },
    /// Replaces what a node is and does.
    Change(NodeId, Box<NodeData>),
    /// Replaces the ends and the label of the edge with this edge's id.
    Reconnect(Box<Edge>),
    /// Replaces the parameters.
    Parameters(Vec<Parameter>),
    /// Replaces the presets.
    Presets(Vec<Preset>),
    /// Replaces the settings.
    Settings(Settings),
    /// Replaces the workflow's name.
    Name(String),
    /// Replaces the description of what the workflow is for.
    Description(String),
    /// Replaces the whole workflow, as when a version is loaded.
    Replace(Box<Workflow>),
    /// Several changes as one, in this order: all of them or none.
    Many(Vec<Command>),
}

/// An item and its place in the list it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed<T> {
    /// The index, from 0; beyond the end means at the end.
    pub place: usize,
    /// The item that is inserted there.
    pub item: T,
}

impl<T> Placed<T> {
    /// An item at the end of the list.
    pub fn last(item: T) -> Self {
        Self { place: usize::MAX, item }
    }
}

impl Command {
    /// Puts a node behind the others.
    pub fn add_node(node: Node) -> Self {
        Self::AddNodes(vec![Placed::last(node)])
    }

    /// Puts an edge behind the others.
    pub fn add_edge(edge: Edge) -> Self {
        Self::AddEdges(vec![Placed::last(edge)])
    }

    /// What the command changes; the same for its inverse.
    pub fn touched(&self) -> Touched {
        let mut touched = Touched::default();
        self.touch(&mut touched);
        touched
    }

    fn touch(&self, touched: &mut Touched) {
        match self {
            Self::AddNodes(nodes) => {
                touched.nodes.extend(nodes.iter().map(|node| node.item.id.clone()));
                touched.lists = true;
            }
            Self::RemoveNodes(ids) => {
                touched.nodes.extend(ids.iter().cloned());
                touched.lists = true;
            }
            Self::AddEdges(edges) => {
                touched.edges.extend(edges.iter().map(|edge| edge.item.id.clone()));
                touched.lists = true;
            }
            Self::RemoveEdges(ids) => {
                touched.edges.extend(ids.iter().cloned());
                touched.lists = true;
            }
            Self::Move(moves) => touched.nodes.extend(moves.iter().map(|(id, _)| id.clone())),
            Self::Resize(id, _) | Self::Change(id, _) | Self::Nest { node: id, .. } => {
                touched.nodes.insert(id.clone());
            }
            Self::Reconnect(edge) => {
                touched.edges.insert(edge.id.clone());
            }
            Self::Parameters(_)
            | Self::Presets(_)
            | Self::Settings(_)
            | Self::Name(_)
            | Self::Description(_) => touched.document = true,
            Self::Replace(_) => *touched = Touched { all: true, ..touched.clone() },
            Self::Many(commands) => commands.iter().for_each(|command| command.touch(touched)),
        }
    }

    /// Whether taking this back also takes back `later`, a change made after it: both only set
    /// the same things.
    pub(super) fn covers(&self, later: &Self) -> bool {
        match (self, later) {
            (Self::Move(first), Self::Move(then)) => {
                then.iter().all(|(id, _)| first.iter().any(|(moved, _)| moved == id))
            }
            (Self::Resize(a, _), Self::Resize(b, _)) | (Self::Change(a, _), Self::Change(b, _)) => {
                a == b
            }
            (Self::Reconnect(a), Self::Reconnect(b)) => a.id == b.id,
            (Self::Parameters(_), Self::Parameters(_))
            | (Self::Presets(_), Self::Presets(_))
            | (Self::Settings(_), Self::Settings(_))
            | (Self::Name(_), Self::Name(_))
            | (Self::Description(_), Self::Description(_)) => true,
            (Self::Many(steps), then) => steps.first().is_some_and(|first| first.covers(then)),
            _ => false,
        }
    }

    /// Whether carrying this out, which gave `inverse`, changed nothing.
    pub(super) fn is_void(&self, inverse: &Self) -> bool {
        match (self, inverse) {
            (Self::Move(moves), Self::Move(back)) => moves.iter().eq(back.iter().rev()),
            (Self::Many(steps), Self::Many(back)) => {
                let mut pairs = steps.iter().zip(back.iter().rev());
                steps.len() == back.len() && pairs.all(|(step, back)| step.is_void(back))
            }
            (command, inverse) => command == inverse,
        }
    }

    /// Whether it puts in, takes out or ties, so that the structure may break.
    pub(super) fn is_structural(&self) -> bool {
        match self {
            Self::AddNodes(_)
            | Self::RemoveNodes(_)
            | Self::AddEdges(_)
            | Self::RemoveEdges(_)
            | Self::Nest { .. }
            | Self::Reconnect(_)
            | Self::Replace(_) => true,
            Self::Many(commands) => commands.iter().any(Self::is_structural),
            _ => false,
        }
    }
}

//! Connecting, reconnecting and disconnecting.

use std::collections::BTreeSet;

use super::{Edit, Selection, node, title};
use crate::{
    connect::ends,
    edit::{Command, Refused, fresh::Fresh},
    graph::{self, Graph},
    id::{EdgeId, NodeId},
    nodes::NodeKind,
    ports::{ERROR_PORT, Fit},
    workflow::{Edge, NodeData, OnError, Workflow},
};

/// A connection about to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The node it leaves.
    pub source: NodeId,
    /// The port it leaves; none is the first that fits.
    pub source_handle: Option<String>,
    /// The node it enters.
    pub target: NodeId,
    /// The port it enters; none is the first that fits.
    pub target_handle: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdgeEnd {
    /// The end at the node it leaves.
    Source,
    /// The end at the node it enters.
    Target,
}

/// The edge that a connection would be, with its ports named; shown at ports while an edge is
/// dragged.
///
/// # Errors
/// Why it cannot be drawn.
pub fn link(workflow: &Workflow, link: &Link) -> Result<Edge, Refused> {
    let id = Fresh::edges(workflow).edge(&link.source, &link.target);
    checked(workflow, id, link)
}

/// The edge of this id between the ports of the link; an edge of the id that is there is ignored.
fn checked(workflow: &Workflow, id: EdgeId, link: &Link) -> Result<Edge, Refused> {
    let (source, target) = (node(workflow, &link.source)?, node(workflow, &link.target)?);
    if source.id == target.id {
        return Err(Refused::SelfLoop(source.title().to_owned()));
    }
    if target.kind() == NodeKind::Start {
        return Err(Refused::IntoStart);
    }
    if source.kind() == NodeKind::End {
        return Err(Refused::OutOfEnd);
    }
    let Link { source: from, source_handle, target: to, target_handle } = link.clone();
    let mut edge = Edge { id, source: from, source_handle, target: to, target_handle, label: None };
    let found = ends(workflow, &edge).map_err(Refused::NoFit)?;
    if let Fit::Err(why) = found.fit {
        let words = format!("Can't connect {} to {}: {why}.", found.source.label, target.title());
        return Err(Refused::NoFit(words));
    }
    edge.source_handle = Some(found.source.name);
    edge.target_handle = Some(found.target.name);
    if is_drawn(workflow, &edge) {
        let (source_name, target_name) = (source.title().to_owned(), target.title().to_owned());
        return Err(Refused::Drawn { source_name, target_name });
    }
    new_cycle(workflow, &edge).map_or(Ok(edge), Err)
}

/// Whether another edge connects the same ports, named or not.
fn is_drawn(workflow: &Workflow, edge: &Edge) -> bool {
    let is_port = |handle: &Option<String>, name: &str| handle.as_deref() == Some(name);
    let mut others = workflow.edges.iter().filter(|other| {
        other.id != edge.id && other.source == edge.source && other.target == edge.target
    });
    others.any(|other| {
        ends(workflow, other).is_ok_and(|found| {
            is_port(&edge.source_handle, &found.source.name)
                && is_port(&edge.target_handle, &found.target.name)
        })
    })
}

/// The cycle an edge would close.
fn new_cycle(workflow: &Workflow, edge: &Edge) -> Option<Refused> {
    let mut with = workflow.clone();
    with.edges.retain(|other| other.id != edge.id);
    if graph::order(&with).is_err() {
        return None;
    }
    with.edges.push(edge.clone());
    Graph::new(&with).order().err().map(Refused::Cycle)
}

/// Draws a connection. One that leaves by the error port makes the node branch on errors.
///
/// # Errors
/// Why it cannot be drawn.
pub fn connect(workflow: &Workflow, wanted: &Link) -> Result<Edit, Refused> {
    let edge = link(workflow, wanted)?;
    let label = format!("connect {}", describe_ends(workflow, &edge));
    let select = Selection { edges: [edge.id.clone()].into(), ..Selection::default() };
    Edit::new(workflow, add_edge_command(workflow, edge), label, select)
}

/// The command that adds an edge; at the error port it also makes the node branch on errors.
pub(super) fn add_edge_command(workflow: &Workflow, edge: Edge) -> Command {
    let branches = opens_errors(workflow, &edge);
    let add = Command::add_edge(edge);
    match branches {
        Some(change) => Command::Many(vec![add, change]),
        None => add,
    }
}

fn opens_errors(workflow: &Workflow, edge: &Edge) -> Option<Command> {
    let node = workflow.node(&edge.source)?;
    let opens = edge.source_handle.as_deref() == Some(ERROR_PORT);
    if !opens || node.data.on_error == OnError::Branch {
        return None;
    }
    let data = NodeData { on_error: OnError::Branch, ..node.data.clone() };
    Some(Command::Change(node.id.clone(), Box::new(data)))
}

/// "A and B": the titles of the two nodes.
fn describe_ends(workflow: &Workflow, edge: &Edge) -> String {
    let name = |id: &NodeId| title(workflow, &BTreeSet::from([id.clone()]));
    format!("{} and {}", name(&edge.source), name(&edge.target))
}

/// Moves one end of an edge to another node or port.
///
/// # Errors
/// When there is no such edge, and as [`connect`].
pub fn reconnect(
    workflow: &Workflow,
    id: &EdgeId,
    end: EdgeEnd,
    to: NodeId,
    handle: Option<String>,
) -> Result<Edit, Refused> {
    let old = workflow.edge(id).ok_or_else(|| Refused::NoEdge(id.clone()))?.clone();
    let wanted = match end {
        EdgeEnd::Source => Link {
            source: to,
            source_handle: handle,
            target: old.target,
            target_handle: old.target_handle,
        },
        EdgeEnd::Target => Link {
            source: old.source,
            source_handle: old.source_handle,
            target: to,
            target_handle: handle,
        },
    };
    let edge = Edge { label: old.label, ..checked(workflow, id.clone(), &wanted)? };
    let label = format!("reconnect {}", describe_ends(workflow, &edge));
    let select = Selection { edges: [id.clone()].into(), ..Selection::default() };
    let opens = opens_errors(workflow, &edge);
    let first = Command::Reconnect(Box::new(edge));
    let steps = Command::Many([first].into_iter().chain(opens).collect());
    Edit::new(workflow, steps, label, select)
}

/// Sets the label of an edge; empty words remove it.
///
/// # Errors
/// When there is no such edge, or the words are too long for it.
pub fn label_edge(workflow: &Workflow, id: &EdgeId, words: &str) -> Result<Edit, Refused> {
    let old = workflow.edge(id).ok_or_else(|| Refused::NoEdge(id.clone()))?;
    let (words, most) = (words.trim(), Edge::LONGEST_LABEL);
    if words.chars().count() > most {
        return Err(Refused::NoFit(format!("Use at most {most} characters for the label.")));
    }
    let edge = Edge { label: (!words.is_empty()).then(|| words.to_owned()), ..old.clone() };
    let label = format!("label {}", describe_ends(workflow, &edge));
    let select = Selection { edges: [id.clone()].into(), ..Selection::default() };
    Edit::new(workflow, Command::Reconnect(Box::new(edge)), label, select)
}

/// Removes every edge at these nodes.
///
/// # Errors
/// When there is none.
pub fn disconnect(workflow: &Workflow, ids: &BTreeSet<NodeId>) -> Result<Edit, Refused> {
    let at = |edge: &&Edge| ids.contains(&edge.source) || ids.contains(&edge.target);
    let edges: Vec<EdgeId> = workflow.edges.iter().filter(at).map(|edge| edge.id.clone()).collect();
    if edges.is_empty() {
        return Err(Refused::Nothing);
    }
    let label = format!("disconnect {}", title(workflow, ids));
    let select = Selection::from_nodes(ids.iter().cloned());
    Edit::new(workflow, Command::RemoveEdges(edges), label, select)
}

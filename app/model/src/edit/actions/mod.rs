//! What a gesture means: one command, what it is called, and what is selected afterwards.

mod add;
mod arrange;
mod collapse;
mod connect;
mod enable;
mod extract;
mod feed;
mod first;
mod group;
mod nest;
mod remove;
mod rename;

use std::collections::BTreeSet;

pub use add::{
    Spot, add, add_connected, add_copy, add_inside, insert_new_on_edge, insert_on_edge, with_agent,
    with_tool,
};
pub use arrange::{Align, Axis, align, distribute, make_room, shift};
pub use collapse::{collapse, collapse_lane, uncover};
pub use connect::{EdgeEnd, Link, connect, disconnect, label_edge, link, reconnect};
pub use enable::enable;
pub use extract::{Extracted, extract};
pub use feed::feed;
pub use first::{add_first, first_way, last_way};
pub use group::{group, ungroup};
pub use nest::nest;
pub use remove::remove;
pub use rename::{name_parameter, rename, rename_assigned, rename_parameter};

use super::{Command, Refused, apply};
use crate::{
    graph::enclosing,
    id::{EdgeId, NodeId},
    workflow::{Node, Workflow},
};

/// The selected nodes and edges.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// The selected nodes.
    pub nodes: BTreeSet<NodeId>,
    /// The selected edges.
    pub edges: BTreeSet<EdgeId>,
}

impl Selection {
    /// These nodes and no edge.
    pub fn from_nodes(nodes: impl IntoIterator<Item = NodeId>) -> Self {
        Self { nodes: nodes.into_iter().collect(), edges: BTreeSet::new() }
    }
}

/// What a gesture does to one workflow; its command is known to succeed there.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// The change of the workflow.
    pub command: Command,
    /// The label in the history, e.g. "move 3 nodes".
    pub label: String,
    /// The selection afterwards.
    pub select: Selection,
    /// What the person should be told besides, e.g. that the start was kept.
    pub notice: Option<String>,
}

impl Edit {
    /// The edit, when the workflow takes it.
    pub(in crate::edit) fn new(
        workflow: &Workflow,
        command: Command,
        label: impl Into<String>,
        select: Selection,
    ) -> Result<Self, Refused> {
        apply(&mut workflow.clone(), command.clone())?;
        Ok(Self { command, label: label.into(), select, notice: None })
    }
}

pub(super) fn node<'a>(workflow: &'a Workflow, id: &NodeId) -> Result<&'a Node, Refused> {
    workflow.node(id).ok_or_else(|| Refused::NoNode(id.clone()))
}

/// "Headline", or "3 nodes" where there are several.
pub(in crate::edit) fn title(workflow: &Workflow, ids: &BTreeSet<NodeId>) -> String {
    match ids.iter().next() {
        Some(only) if ids.len() == 1 => {
            workflow.node(only).map_or_else(|| only.to_string(), |node| node.title().to_owned())
        }
        _ => count(ids.len(), "node"),
    }
}

/// "1 node", "2 nodes".
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// The nodes that lie in no other of these; they take the others along.
pub fn outermost_of(workflow: &Workflow, ids: &BTreeSet<NodeId>) -> BTreeSet<NodeId> {
    let is_carried = |id: &NodeId| {
        let node = workflow.node(id);
        node.is_some_and(|node| enclosing(workflow, node).any(|group| ids.contains(&group.id)))
    };
    ids.iter().filter(|id| !is_carried(id)).cloned().collect()
}

/// The nodes and all that lies in them.
pub fn with_inner(workflow: &Workflow, ids: &BTreeSet<NodeId>) -> BTreeSet<NodeId> {
    let mut all: BTreeSet<NodeId> =
        ids.iter().filter(|id| workflow.node(id).is_some()).cloned().collect();
    loop {
        let inner = workflow.nodes.iter().filter(|node| {
            !all.contains(&node.id) && node.parent_id.as_ref().is_some_and(|id| all.contains(id))
        });
        let inner: Vec<NodeId> = inner.map(|node| node.id.clone()).collect();
        if inner.is_empty() {
            return all;
        }
        all.extend(inner);
    }
}

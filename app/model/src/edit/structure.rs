//! Structural faults of a workflow: ids used twice, and edges and groups that lead nowhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::{
    id::{NodeId, ROUND},
    workflow::Workflow,
};

/// What is wrong with the structure of a workflow, and where: the ids as the workflow has them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum StructuralFault<'a> {
    /// An id that is empty or has a reserved character.
    BadId(&'a str),
    /// An id that this many nodes have.
    NodeTwice(&'a str, usize),
    /// An id that this many edges have.
    EdgeTwice(&'a str, usize),
    /// An edge one end of which does not exist.
    LooseEdge(&'a str),
    /// A node whose parent does not exist, or lies in the node.
    LostChild(&'a str),
}

impl fmt::Display for StructuralFault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadId(id) => {
                write!(f, "The id “{}” is empty or contains {ROUND}.", id.escape_debug())
            }
            Self::NodeTwice(id, _) => write!(f, "The step {id} already exists."),
            Self::EdgeTwice(id, _) => write!(f, "The connection {id} already exists."),
            Self::LooseEdge(id) => {
                write!(f, "The connection {id} would start or end at a missing step.")
            }
            Self::LostChild(id) => {
                write!(f, "{id} would be inside itself, or inside a missing step.")
            }
        }
    }
}

pub(super) fn faults(workflow: &Workflow) -> BTreeSet<StructuralFault<'_>> {
    let mut found = BTreeSet::new();
    let nodes = || workflow.nodes.iter().map(|node| node.id.as_str());
    let edges = || workflow.edges.iter().map(|edge| edge.id.as_str());
    found.extend(nodes().chain(edges()).filter(|id| is_bad(id)).map(StructuralFault::BadId));
    found.extend(repeated(nodes()).map(|(id, times)| StructuralFault::NodeTwice(id, times)));
    found.extend(repeated(edges()).map(|(id, times)| StructuralFault::EdgeTwice(id, times)));
    let parents: Parents<'_> =
        workflow.nodes.iter().map(|node| (&node.id, node.parent_id.as_ref())).collect();
    let is_there = |id: &NodeId| parents.contains_key(id);
    let loose = workflow.edges.iter().filter(|e| !is_there(&e.source) || !is_there(&e.target));
    found.extend(loose.map(|edge| StructuralFault::LooseEdge(edge.id.as_str())));
    let lost = workflow.nodes.iter().filter(|node| is_lost(&node.id, &parents));
    found.extend(lost.map(|node| StructuralFault::LostChild(node.id.as_str())));
    found
}

fn is_bad(id: &str) -> bool {
    id.trim().is_empty() || id.contains(ROUND)
}

fn repeated<'a>(ids: impl Iterator<Item = &'a str>) -> impl Iterator<Item = (&'a str, usize)> {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    ids.for_each(|id| *times.entry(id).or_default() += 1);
    times.into_iter().filter(|(_, times)| *times > 1)
}

type Parents<'a> = BTreeMap<&'a NodeId, Option<&'a NodeId>>;

/// Whether the parents of a node never lead outside all groups.
fn is_lost(id: &NodeId, parents: &Parents<'_>) -> bool {
    let mut at = id;
    for _ in 0..=parents.len() {
        match parents.get(at) {
            Some(Some(parent)) => at = parent,
            Some(None) => return false,
            None => return true,
        }
    }
    true
}

//! The workflow as a graph.

use std::{collections::{BTreeMap, BTreeSet}, fmt};
use crate::{id::NodeId, workflow::Workflow};

/// A cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle(pub Vec<NodeId>);
impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{:?}", self.0) }
}

/// All nodes.
/// # Errors
/// The cycle.
pub fn order(workflow: &Workflow) -> Result<Vec<NodeId>, Cycle> {
    let mut incoming: BTreeMap<&NodeId, BTreeSet<&NodeId>> = BTreeMap::new();
    for edge in &workflow.edges { incoming.entry(&edge.target).or_default().insert(&edge.source); }
    let mut order: Vec<NodeId> = vec![];
    while order.len() < workflow.nodes.len() {
        let next = workflow.nodes.iter().find(|n| !order.contains(&n.id) && incoming.get(&n.id).is_none_or(|all| all.iter().all(|id| order.contains(id))));
        match next { Some(node) => order.push(node.id.clone()), None => return Err(Cycle(vec![])) }
    }
    Ok(order)
}

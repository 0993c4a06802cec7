//! The workflow as a graph: order, cycles and reachability.

mod lanes;
mod order;
mod reach;

use std::collections::BTreeMap;

use petgraph::graph::{DiGraph, NodeIndex};

pub use lanes::on_error;
pub use order::Cycle;

use crate::{
    id::NodeId,
    nodes::Work,
    workflow::{Node, Workflow},
};

/// A workflow's steps and edges; nodes that are no steps, and edges to what is not there, are left
/// out.
#[derive(Debug)]
pub struct Graph<'a> {
    inner: DiGraph<&'a Node, ()>,
    places: BTreeMap<&'a NodeId, NodeIndex>,
}

impl<'a> Graph<'a> {
    /// The graph of a workflow; of nodes with one id the first counts.
    pub fn of(workflow: &'a Workflow) -> Self {
        let mut graph = Self {
            inner: DiGraph::with_capacity(workflow.nodes.len(), workflow.edges.len()),
            places: BTreeMap::new(),
        };
        for node in workflow.nodes.iter().filter(|node| node.data.config.work() != Work::None) {
            let place = graph.inner.add_node(node);
            graph.places.entry(&node.id).or_insert(place);
        }
        for edge in &workflow.edges {
            let (source, target) = (graph.places.get(&edge.source), graph.places.get(&edge.target));
            if let (Some(source), Some(target)) = (source, target) {
                graph.inner.add_edge(*source, *target, ());
            }
        }
        graph
    }
}

/// All steps, each after everything it depends on; among equals as they stand in the workflow.
///
/// # Errors
/// A cycle, with its nodes.
pub fn order(workflow: &Workflow) -> Result<Vec<NodeId>, Cycle> {
    Graph::of(workflow).order()
}

//! The workflow as a graph: order, cycles and reachability.

mod bands;
mod bodies;
mod cycle;
mod nodes;
mod on_error;
mod order;
mod reach;

use std::collections::BTreeMap;

use petgraph::graph::{DiGraph, NodeIndex};

pub use bands::{Lane, lanes};
pub use bodies::{
    Course, course, enclosing, is_empty_loop, is_enabled, lies_in, loop_of, loops_around, outermost,
};
pub use cycle::Cycle;
pub use nodes::{Indexed, Nodes};
pub use on_error::on_error;

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
    pub fn new(workflow: &'a Workflow) -> Self {
        let mut graph = Self {
            inner: DiGraph::with_capacity(workflow.nodes.len(), workflow.edges.len()),
            places: BTreeMap::new(),
        };
        for node in workflow.nodes.iter().filter(|node| node.data.config.work() != Work::None) {
            let place = graph.inner.add_node(node);
            graph.places.entry(&node.id).or_insert(place);
        }
        let nodes = Indexed::new(workflow);
        for edge in &workflow.edges {
            if course(&nodes, edge) != Course::Result {
                graph.connect(&edge.source, &edge.target);
            }
        }
        graph.connect_bodies(&nodes);
        graph
    }

    fn connect(&mut self, source: &NodeId, target: &NodeId) {
        let (source, target) = (self.places.get(source), self.places.get(target));
        if let (Some(source), Some(target)) = (source, target) {
            self.inner.add_edge(*source, *target, ());
        }
    }

    /// Adds edges so that the body of a loop comes after the loop and before all that follows it.
    fn connect_bodies(&mut self, nodes: &Indexed<'a>) {
        let workflow = nodes.workflow();
        for node in &workflow.nodes {
            let Some(owner) = loop_of(nodes, &node.id) else { continue };
            self.connect(owner, &node.id);
            for edge in workflow.edges.iter().filter(|edge| edge.source == *owner) {
                if course(nodes, edge) == Course::Plain {
                    self.connect(&node.id, &edge.target);
                }
            }
        }
    }
}

/// All steps, each after everything it depends on; among equals as they stand in the workflow.
///
/// # Errors
/// A cycle, with its nodes.
pub fn order(workflow: &Workflow) -> Result<Vec<NodeId>, Cycle> {
    Graph::new(workflow).order()
}

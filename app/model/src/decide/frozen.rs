//! A workflow as it was frozen at launch, with what decisions look up all the time.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    connect, graph,
    id::{EdgeId, NodeId},
    workflow::{Edge, Node, Workflow},
};

/// A frozen workflow: never changes while its execution lives, so it may be shared and cached.
#[derive(Debug)]
pub struct Frozen {
    workflow: Workflow,
    order: Vec<NodeId>,
    rank: BTreeMap<NodeId, usize>,
    incoming: BTreeMap<NodeId, Vec<EdgeId>>,
    outgoing: BTreeMap<NodeId, Vec<EdgeId>>,
    nodes: BTreeMap<NodeId, usize>,
    edges: BTreeMap<EdgeId, usize>,
    ports_out: BTreeMap<EdgeId, String>,
    names: Arc<BTreeMap<String, NodeId>>,
}

impl Frozen {
    /// Freezes a workflow that has passed validation; a cyclic one has no order and is refused.
    ///
    /// # Errors
    /// The cycle, in words.
    pub fn new(workflow: Workflow) -> Result<Self, graph::Cycle> {
        let order = graph::order(&workflow)?;
        let rank = order.iter().enumerate().map(|(rank, id)| (id.clone(), rank)).collect();
        let (mut incoming, mut outgoing) = (BTreeMap::new(), BTreeMap::new());
        for edge in &workflow.edges {
            let id = &edge.id;
            incoming.entry(edge.target.clone()).or_insert_with(Vec::new).push(id.clone());
            outgoing.entry(edge.source.clone()).or_insert_with(Vec::new).push(id.clone());
        }
        let nodes = index(workflow.nodes.iter().map(|node| node.id.clone()));
        let edges = index(workflow.edges.iter().map(|edge| edge.id.clone()));
        let names = Arc::new(workflow.names());
        let port_out =
            |edge: &Edge| Some((edge.id.clone(), connect::ends(&workflow, edge).ok()?.source.name));
        let ports_out = workflow.edges.iter().filter_map(port_out).collect();
        Ok(Self { workflow, order, rank, incoming, outgoing, nodes, edges, ports_out, names })
    }

    /// The definition.
    pub fn workflow(&self) -> &Workflow {
        &self.workflow
    }

    /// Names assigned to nodes.
    pub fn names(&self) -> Arc<BTreeMap<String, NodeId>> {
        self.names.clone()
    }

    /// All steps, each after everything it depends on.
    pub fn order(&self) -> &[NodeId] {
        &self.order
    }

    /// The node's place in the order.
    pub fn rank(&self, id: &NodeId) -> usize {
        self.rank.get(id).copied().unwrap_or(usize::MAX)
    }

    /// The node of that id.
    pub fn node(&self, id: &NodeId) -> Option<&Node> {
        self.nodes.get(id).and_then(|at| self.workflow.nodes.get(*at))
    }

    /// The edge of that id.
    pub fn edge(&self, id: &EdgeId) -> Option<&Edge> {
        self.edges.get(id).and_then(|at| self.workflow.edges.get(*at))
    }

    /// The port an edge leaves by.
    pub fn port_out(&self, id: &EdgeId) -> &str {
        self.ports_out.get(id).map_or("", String::as_str)
    }

    /// Edges into a node, as written.
    pub fn incoming(&self, id: &NodeId) -> &[EdgeId] {
        self.incoming.get(id).map_or(&[], Vec::as_slice)
    }

    /// Edges out of a node, as written.
    pub fn outgoing(&self, id: &NodeId) -> &[EdgeId] {
        self.outgoing.get(id).map_or(&[], Vec::as_slice)
    }
}

fn index<Id: Ord>(ids: impl Iterator<Item = Id>) -> BTreeMap<Id, usize> {
    ids.enumerate().map(|(at, id)| (id, at)).collect()
}

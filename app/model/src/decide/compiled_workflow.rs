//! A workflow as it was frozen at launch, with indexes for what decisions look up all the time.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    connect,
    graph::{self, Course, Indexed, Nodes},
    id::{EdgeId, NodeId},
    nodes::NodeKind,
    workflow::{Edge, Node, Workflow},
};

/// A compiled workflow. It never changes while its execution lives, so it may be shared and cached.
///
/// Nodes in the body of a loop exist once per iteration. Every lookup takes the id of a node in an
/// iteration as well, and finds the node as it was drawn, with the edges of that iteration.
#[derive(Debug)]
pub struct CompiledWorkflow {
    workflow: Workflow,
    order: Vec<NodeId>,
    rank: BTreeMap<NodeId, usize>,
    incoming: BTreeMap<NodeId, Vec<EdgeId>>,
    outgoing: BTreeMap<NodeId, Vec<EdgeId>>,
    nodes: BTreeMap<NodeId, usize>,
    edges: BTreeMap<EdgeId, usize>,
    ports_out: BTreeMap<EdgeId, String>,
    bodies: BTreeMap<NodeId, Body>,
    outermost: Vec<NodeId>,
    names: Arc<BTreeMap<String, NodeId>>,
}

/// What lies in a loop.
#[derive(Debug, Default)]
pub struct Body {
    /// Its nodes, each after everything it depends on; loops in it, but not what lies in those.
    pub nodes: Vec<NodeId>,
    /// Edges from the loop to its nodes.
    pub entries: Vec<EdgeId>,
    /// Edges between its nodes.
    pub inner: Vec<EdgeId>,
    /// Edges from its nodes back to the loop.
    pub results: Vec<EdgeId>,
}

/// An edge between two nodes of an execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its id, with the iteration it is of.
    pub edge: EdgeId,
    /// The node that it leaves.
    pub source: NodeId,
    /// The node that it enters.
    pub target: NodeId,
}

impl CompiledWorkflow {
    /// Compiles a workflow that has passed validation.
    ///
    /// # Errors
    /// A cycle, because a cyclic workflow has no order.
    pub fn new(workflow: Workflow) -> Result<Self, graph::Cycle> {
        let order = graph::order(&workflow)?;
        let rank = order.iter().enumerate().map(|(rank, id)| (id.clone(), rank)).collect();
        let found = Indexed::new(&workflow);
        let bodies = bodies(&found, &order);
        let outside = |id: &&NodeId| graph::loop_of(&found, id).is_none();
        let outermost = order.iter().filter(outside).cloned().collect();
        let (mut incoming, mut outgoing) = (BTreeMap::new(), BTreeMap::new());
        for edge in &workflow.edges {
            let (id, course) = (&edge.id, graph::course(&found, edge));
            if course != Course::Result {
                incoming.entry(edge.target.clone()).or_insert_with(Vec::new).push(id.clone());
            }
            if course == Course::Plain {
                outgoing.entry(edge.source.clone()).or_insert_with(Vec::new).push(id.clone());
            }
        }
        let nodes = index(workflow.nodes.iter().map(|node| node.id.clone()));
        let edges = index(workflow.edges.iter().map(|edge| edge.id.clone()));
        let port_out =
            |edge: &Edge| Some((edge.id.clone(), connect::ends(&found, edge).ok()?.source.name));
        let ports_out = workflow.edges.iter().filter_map(port_out).collect();
        let names = Arc::new(workflow.names());
        Ok(Self {
            workflow,
            order,
            rank,
            incoming,
            outgoing,
            nodes,
            edges,
            ports_out,
            bodies,
            outermost,
            names,
        })
    }

    pub fn workflow(&self) -> &Workflow {
        &self.workflow
    }

    /// Whether it has steps that call tools: themselves, or by their agents.
    pub(super) fn calls_tools(&self) -> bool {
        let calls = |node: &Node| matches!(node.kind(), NodeKind::Tool | NodeKind::Agent);
        self.workflow.nodes.iter().any(calls)
    }

    /// Names assigned to nodes.
    pub fn names(&self) -> Arc<BTreeMap<String, NodeId>> {
        self.names.clone()
    }

    /// All nodes, each after everything it depends on.
    pub fn order(&self) -> &[NodeId] {
        &self.order
    }

    /// The nodes that exist from the launch on, in the order of all.
    pub fn outermost(&self) -> &[NodeId] {
        &self.outermost
    }

    /// The edges that exist from the launch on.
    pub fn outermost_edges(&self) -> impl Iterator<Item = &EdgeId> {
        let nodes = Indexed::new(&self.workflow);
        let outside = move |edge: &&Edge| {
            graph::course(&nodes, edge) == Course::Plain
                && graph::loop_of(&nodes, &edge.source).is_none()
        };
        self.workflow.edges.iter().filter(outside).map(|edge| &edge.id)
    }

    /// The node's place in the order.
    pub fn rank(&self, id: &NodeId) -> usize {
        self.rank.get(id.without_round()).copied().unwrap_or(usize::MAX)
    }

    pub fn node(&self, id: &NodeId) -> Option<&Node> {
        self.nodes.get(id.without_round()).and_then(|at| self.workflow.nodes.get(*at))
    }

    pub fn edge(&self, id: &EdgeId) -> Option<&Edge> {
        self.edges.get(id.without_round()).and_then(|at| self.workflow.edges.get(*at))
    }

    /// The port an edge leaves by.
    pub fn port_out(&self, id: &EdgeId) -> &str {
        self.ports_out.get(id.without_round()).map_or("", String::as_str)
    }

    /// What lies in a loop; none for other nodes.
    pub fn body(&self, id: &NodeId) -> Option<&Body> {
        self.bodies.get(id.without_round())
    }

    /// Whether this is a step of a loop as it was drawn: there is one of it in each iteration.
    pub fn is_drawn_in_loop(&self, id: &NodeId) -> bool {
        self.bodies.values().any(|body| body.nodes.contains(id))
    }

    /// Edges into a node, as written; those from its own body not among them.
    pub fn incoming(&self, id: &NodeId) -> Vec<Link> {
        self.links(self.incoming.get(id.without_round()), id)
    }

    /// Edges out of a node, as written; those into its own body, or out of it to its loop, not
    /// among them.
    pub fn outgoing(&self, id: &NodeId) -> Vec<Link> {
        self.links(self.outgoing.get(id.without_round()), id)
    }

    fn links(&self, edges: Option<&Vec<EdgeId>>, of: &NodeId) -> Vec<Link> {
        let iteration = of.round();
        let link = |id: &EdgeId| {
            let edge = self.edge(id)?;
            let enters = self.body(&edge.source).is_some_and(|body| body.entries.contains(id));
            let source = if enters { of.owner()? } else { edge.source.in_round(iteration) };
            let (edge, target) = (id.in_round(iteration), edge.target.in_round(iteration));
            Some(Link { edge, source, target })
        };
        edges.into_iter().flatten().filter_map(link).collect()
    }
}

fn bodies(workflow: &Indexed<'_>, order: &[NodeId]) -> BTreeMap<NodeId, Body> {
    let mut bodies: BTreeMap<NodeId, Body> = BTreeMap::new();
    for id in order {
        if let Some(owner) = graph::loop_of(workflow, id) {
            bodies.entry(owner.clone()).or_default().nodes.push(id.clone());
        }
    }
    for edge in &workflow.workflow().edges {
        let id = edge.id.clone();
        let owner = |node: &NodeId| graph::loop_of(workflow, node).cloned();
        match graph::course(workflow, edge) {
            Course::Entry => bodies.entry(edge.source.clone()).or_default().entries.push(id),
            Course::Result => bodies.entry(edge.target.clone()).or_default().results.push(id),
            Course::Plain => {
                if let Some(owner) = owner(&edge.source) {
                    bodies.entry(owner).or_default().inner.push(id);
                }
            }
            Course::Across => {}
        }
    }
    bodies
}

fn index<Id: Ord>(ids: impl Iterator<Item = Id>) -> BTreeMap<Id, usize> {
    ids.enumerate().map(|(at, id)| (id, at)).collect()
}

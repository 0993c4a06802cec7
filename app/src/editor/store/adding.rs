//! Adding nodes: alone, at the end of an edge, between two, after another.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::{
    canvas::{
        geometry::{Point, Rect},
        hit::PortAt,
        ports::{NODE_MIN_HEIGHT, NODE_WIDTH, PortSide},
        snap::to_grid,
    },
    connect,
    edit::{Command, Placed},
    id::{EdgeId, NodeId},
    nodes::NodeKind,
    ports::Fit,
    workflow::{Edge, Node, Position, Workflow},
};

use super::{Chosen, Editor};

/// Between an inserted node and what follows it.
const GAP: f64 = 96.0;

/// What a new node is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Purpose {
    /// It stands alone.
    Alone,
    /// An edge from this port ends at it.
    From(PortAt),
    /// It goes between the ends of this edge.
    Onto(EdgeId),
    /// It follows this node.
    After(NodeId),
}

impl Editor {
    /// Adds a node of a type around or beside a world point, connected as its purpose says, as one
    /// entry; its id, unless it was refused.
    pub fn add(self, kind: NodeKind, at: Point, purpose: &Purpose) -> Option<NodeId> {
        let (node, steps) = self.workflow.with_untracked(|workflow| {
            let mut node = fresh_node(workflow, kind);
            node.position = position(at, purpose);
            let steps = self.steps(workflow, &node, purpose);
            (node, steps)
        });
        let (id, title) = (node.id.clone(), node.data.label.clone());
        let add = Command::AddNodes(vec![Placed::last(node)]);
        let steps = std::iter::once(add).chain(steps).collect();
        if !self.run(Command::Many(steps), format!("add {title}")) {
            return None;
        }
        self.choose(Chosen::node(id.clone()));
        self.focus.set(Some(id.clone()));
        self.say(format!("{title} added"));
        Some(id)
    }

    /// What else has to be done for the purpose.
    fn steps(self, workflow: &Workflow, node: &Node, purpose: &Purpose) -> Vec<Command> {
        let edges = Edges { workflow, node };
        match purpose {
            Purpose::Alone => vec![],
            Purpose::From(port) => edges.with(port).map(Command::add_edge).into_iter().collect(),
            Purpose::After(id) => {
                let source = workflow.node(id);
                let first =
                    source.and_then(|node| connect::outputs(workflow, node).into_iter().next());
                let port = first.map(|port| PortAt {
                    node: id.clone(),
                    side: PortSide::Output,
                    port: port.name,
                });
                let edge = port.and_then(|port| edges.with(&port));
                edge.map(Command::add_edge).into_iter().collect()
            }
            Purpose::Onto(id) => self.insertion(workflow, node, id),
        }
    }

    /// Puts a node between the ends of an edge, and what follows further right where it must.
    pub fn insertion(self, workflow: &Workflow, node: &Node, id: &EdgeId) -> Vec<Command> {
        let Some(old) = workflow.edge(id) else { return vec![] };
        let Ok(ends) = connect::ends(workflow, old) else { return vec![] };
        let edges = Edges { workflow, node };
        let port = |node: &NodeId, side, port| PortAt { node: node.clone(), side, port };
        let into = edges.with(&port(&old.source, PortSide::Output, ends.source.name));
        let out = edges.with(&port(&old.target, PortSide::Input, ends.target.name));
        let (Some(into), Some(mut out)) = (into, out) else { return vec![] };
        out.id = EdgeId(format!("{}_2", into.id));
        let mut steps = vec![Command::RemoveEdges(vec![id.clone()])];
        let new = [into, out].map(Placed::last);
        steps.push(Command::AddEdges(new.into()));
        let card = Rect::new(node.position.x, node.position.y, NODE_WIDTH, NODE_MIN_HEIGHT);
        let after = followers(workflow, &old.target);
        let short = self
            .drawing
            .rect(&old.target)
            .map_or(0.0, |target| card.right() + GAP - target.origin.x);
        if short > 0.0 && !after.contains(&old.source) {
            let by = Point::new(to_grid(short + 8.0), 0.0);
            steps.push(Command::Move(self.moves(&after, by)));
        }
        steps
    }
}

/// The upper left corner for a node wanted at a point.
fn position(at: Point, purpose: &Purpose) -> Position {
    let corner = match purpose {
        Purpose::Alone | Purpose::Onto(_) => {
            at - Point::new(NODE_WIDTH / 2.0, NODE_MIN_HEIGHT / 2.0)
        }
        Purpose::From(PortAt { side: PortSide::Input, .. }) => {
            at - Point::new(NODE_WIDTH, NODE_MIN_HEIGHT / 2.0)
        }
        Purpose::From(_) => at - Point::new(0.0, NODE_MIN_HEIGHT / 2.0),
        Purpose::After(_) => at,
    };
    Position { x: to_grid(corner.x), y: to_grid(corner.y) }
}

/// A node of a type with an id and a label that no other has.
fn fresh_node(workflow: &Workflow, kind: NodeKind) -> Node {
    let spec = kind.spec();
    let name = |number: usize| match number {
        1 => (spec.key.to_owned(), spec.label.to_owned()),
        number => (format!("{}_{number}", spec.key), format!("{} {number}", spec.label)),
    };
    let free = |(id, label): &(String, String)| {
        workflow.nodes.iter().all(|node| node.id.as_str() != id && node.data.label != *label)
    };
    let (id, label) = (1..).map(name).find(free).unwrap_or_default();
    Node::new(NodeId(id), &label, kind.default_config())
}

/// New edges at one node that is about to be there.
struct Edges<'a> {
    workflow: &'a Workflow,
    node: &'a Node,
}

impl Edges<'_> {
    /// The edge between `port` and the first port of the node that fits it best.
    fn with(&self, port: &PortAt) -> Option<Edge> {
        let mut with = self.workflow.clone();
        with.nodes.push(self.node.clone());
        let handle = Some(port.port.clone());
        let mut edge = match port.side {
            PortSide::Output => Edge {
                id: EdgeId(String::new()),
                source: port.node.clone(),
                source_handle: handle,
                target: self.node.id.clone(),
                target_handle: None,
            },
            PortSide::Input => Edge {
                id: EdgeId(String::new()),
                source: self.node.id.clone(),
                source_handle: None,
                target: port.node.clone(),
                target_handle: handle,
            },
        };
        let ends = connect::ends(&with, &edge).ok()?;
        if matches!(ends.fit, Fit::Err(_)) {
            return None;
        }
        edge.id = fresh_edge(self.workflow, &edge);
        (edge.source_handle, edge.target_handle) = (Some(ends.source.name), Some(ends.target.name));
        Some(edge)
    }
}

/// An id that no edge has, made from what it connects.
pub fn fresh_edge(workflow: &Workflow, edge: &Edge) -> EdgeId {
    let name = |number: usize| match number {
        1 => format!("{}_{}", edge.source, edge.target),
        number => format!("{}_{}_{number}", edge.source, edge.target),
    };
    let free = |id: &String| workflow.edges.iter().all(|edge| edge.id.as_str() != id);
    EdgeId((1..).map(name).find(free).unwrap_or_default())
}

/// A node and all that comes after it.
fn followers(workflow: &Workflow, id: &NodeId) -> BTreeSet<NodeId> {
    let mut found = BTreeSet::from([id.clone()]);
    loop {
        let next = workflow.edges.iter().filter(|edge| found.contains(&edge.source));
        let new: Vec<NodeId> =
            next.map(|edge| edge.target.clone()).filter(|id| !found.contains(id)).collect();
        if new.is_empty() {
            return found;
        }
        found.extend(new);
    }
}

//! Adding nodes, alone and connected.

use std::collections::BTreeSet;

use super::{
    Edit, Link, Selection,
    connect::{add_edge_command, link},
    node,
};
use crate::{
    canvas::{frame::FIRST_PLACE, ports::NODE_WIDTH},
    edit::{Command, Refused, apply, fresh::Fresh},
    graph::{Graph, is_empty_loop},
    id::{EdgeId, NodeId},
    nodes::{NodeConfig, NodeKind, agent, for_each, generate_copy, tool},
    workflow::{Edge, Node, NodeData, Position, Workflow},
};

/// The room between a node and the next to the right, in pixels.
pub(super) const GAP: f64 = 96.0;

/// Where a node is placed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spot {
    /// The group or loop it lies in.
    pub parent: Option<NodeId>,
    /// Its upper left corner, relative to the parent.
    pub position: Position,
}

/// Adds a node of a kind.
///
/// # Errors
/// When it would be a second start, or one too many.
pub fn add(workflow: &Workflow, kind: NodeKind, spot: Spot) -> Result<Edit, Refused> {
    let new = fresh(workflow, kind, spot)?;
    let select = Selection::from_nodes([new.id.clone()]);
    Edit::new(workflow, Command::add_node(new), label(kind), select)
}

/// Adds a node that generates copy by this prompt.
///
/// # Errors
/// As [`add`].
pub fn add_copy(workflow: &Workflow, prompt: &str, spot: Spot) -> Result<Edit, Refused> {
    let mut new = fresh(workflow, NodeKind::GenerateCopy, spot)?;
    new.data.config =
        generate_copy::Config { prompt: prompt.into(), ..generate_copy::Config::default() }.into();
    let select = Selection::from_nodes([new.id.clone()]);
    Edit::new(workflow, Command::add_node(new), label(NodeKind::GenerateCopy), select)
}

/// The same edit, which also has the node that it adds call a tool, by whose name it goes.
///
/// # Errors
/// When the edit is refused.
pub fn with_tool(workflow: &Workflow, edit: Edit, tool: &str) -> Result<Edit, Refused> {
    let name = tool.split_once('.').map_or(tool, |(_, name)| name);
    let config = tool::Config { tool: tool.to_owned(), ..tool::Config::default() };
    let edit = with_config(workflow, edit, name, config.into())?;
    Ok(Edit { label: format!("add {tool}"), ..edit })
}

/// The same edit, which also has the node that it adds work by an agent of the library. It goes by the
/// agent's name, with a number where another node does.
///
/// # Errors
/// When the edit is refused.
pub fn with_agent(workflow: &Workflow, edit: Edit, key: &str, name: &str) -> Result<Edit, Refused> {
    let is_taken = |label: &String| workflow.nodes.iter().any(|node| node.data.label == *label);
    let numbered = (2..).map(|number: u32| format!("{name} {number}"));
    let free = std::iter::once(name.to_owned()).chain(numbered).find(|label| !is_taken(label));
    let config = agent::Config { agent: key.to_owned(), ..agent::Config::default() };
    let edit = with_config(workflow, edit, &free.unwrap_or_default(), config.into())?;
    Ok(Edit { label: format!("add {name}"), ..edit })
}

/// The same edit, which also gives the node that it adds this label and this configuration.
fn with_config(
    workflow: &Workflow,
    edit: Edit,
    label: &str,
    config: NodeConfig,
) -> Result<Edit, Refused> {
    let Some(id) = edit.select.nodes.first().cloned() else { return Ok(edit) };
    let mut steps = Steps::new(workflow);
    steps.then(edit.command)?;
    let data = node(&steps.workflow, &id)?.data.clone();
    let data = NodeData { label: label.to_owned(), config, ..data };
    steps.then(Command::Change(id, Box::new(data)))?;
    Edit::new(workflow, steps.command(), edit.label, edit.select)
}

/// Adds a node and connects it with a port that is there: `other` and its port lead to it, or it
/// leads to them.
///
/// # Errors
/// As [`add`], and when no port of it fits.
pub fn add_connected(
    workflow: &Workflow,
    kind: NodeKind,
    spot: Spot,
    other: &NodeId,
    handle: Option<&str>,
    end: super::EdgeEnd,
) -> Result<Edit, Refused> {
    let new = fresh(workflow, kind, spot)?;
    let (id, handle) = (new.id.clone(), handle.map(str::to_owned));
    let (other, none) = (other.clone(), None);
    let wanted = match end {
        super::EdgeEnd::Source => {
            Link { source: other, source_handle: handle, target: id.clone(), target_handle: none }
        }
        super::EdgeEnd::Target => {
            Link { source: id.clone(), source_handle: none, target: other, target_handle: handle }
        }
    };
    let mut steps = Steps::new(workflow);
    steps.then(Command::add_node(new))?;
    steps.connect(&wanted)?;
    Edit::new(workflow, steps.command(), label(kind), Selection::from_nodes([id]))
}

/// Adds the first node of an empty loop: each item comes to it, and its result goes back.
///
/// # Errors
/// As [`add_connected`], and when there is no empty loop of this id.
pub fn add_inside(workflow: &Workflow, kind: NodeKind, owner: &NodeId) -> Result<Edit, Refused> {
    let owner = node(workflow, owner)?;
    if !is_empty_loop(workflow, owner) {
        return Err(Refused::Nothing);
    }
    let spot = Spot { parent: Some(owner.id.clone()), position: FIRST_PLACE.into() };
    let new = fresh(workflow, kind, spot)?;
    let id = new.id.clone();
    let mut steps = Steps::new(workflow);
    steps.then(Command::add_node(new))?;
    steps.connect(&Link {
        source: owner.id.clone(),
        source_handle: Some(for_each::ITEM.to_owned()),
        target: id.clone(),
        target_handle: None,
    })?;
    steps.connect(&Link {
        source: id.clone(),
        source_handle: None,
        target: owner.id.clone(),
        target_handle: Some(for_each::RESULT.to_owned()),
    })?;
    Edit::new(workflow, steps.command(), label(kind), Selection::from_nodes([id]))
}

/// Puts a new node into the middle of an edge; what follows makes room.
///
/// # Errors
/// As [`add`], and when it does not fit between the two.
pub fn insert_new_on_edge(
    workflow: &Workflow,
    edge: &EdgeId,
    kind: NodeKind,
) -> Result<Edit, Refused> {
    let old = workflow.edge(edge).ok_or_else(|| Refused::NoEdge(edge.clone()))?;
    let (source, target) = (node(workflow, &old.source)?, node(workflow, &old.target)?);
    let x = source.position.x + NODE_WIDTH + GAP;
    // A body's beginning lies in the loop, not beside it.
    let (parent, x) = match &target.parent_id {
        Some(parent) if *parent == source.id => (Some(parent.clone()), target.position.x),
        _ => (source.parent_id.clone(), x),
    };
    let is_beside = target.parent_id == parent;
    let y = if is_beside { target.position.y } else { source.position.y };
    let new = fresh(workflow, kind, Spot { parent, position: Position { x, y } })?;
    let (id, right) = (new.id.clone(), x + NODE_WIDTH + GAP);
    let mut steps = Steps::new(workflow);
    if is_beside {
        steps.then(make_room(workflow, target, right))?;
    }
    steps.then(Command::add_node(new))?;
    steps.put_between(old, &id)?;
    Edit::new(workflow, steps.command(), label(kind), Selection::from_nodes([id]))
}

/// Puts an existing node into an edge; the gesture itself decides where it lies.
///
/// # Errors
/// When the node or the edge is not there, or it does not fit between the two.
pub fn insert_on_edge(workflow: &Workflow, edge: &EdgeId, id: &NodeId) -> Result<Edit, Refused> {
    let old = workflow.edge(edge).ok_or_else(|| Refused::NoEdge(edge.clone()))?;
    let title = node(workflow, id)?.title().to_owned();
    let mut steps = Steps::new(workflow);
    steps.put_between(old, id)?;
    let label = format!("insert {title} into a connection");
    Edit::new(workflow, steps.command(), label, Selection::from_nodes([id.clone()]))
}

pub(super) fn label(kind: NodeKind) -> String {
    format!("add {}", kind.spec().label)
}

pub(super) fn fresh(workflow: &Workflow, kind: NodeKind, spot: Spot) -> Result<Node, Refused> {
    let is_start = |node: &Node| node.kind() == NodeKind::Start;
    if kind == NodeKind::Start && workflow.nodes.iter().any(is_start) {
        return Err(Refused::OneStart);
    }
    let id = Fresh::nodes(workflow).node(kind.key());
    let number = id.as_str().strip_prefix(kind.key()).unwrap_or_default().replace('_', " ");
    let label = format!("{}{number}", kind.spec().label);
    let node = Node::new(id, &label, kind.default_config());
    Ok(Node { parent_id: spot.parent, position: spot.position, ..node })
}

/// Moves a node, and what follows it in the same group, right until it begins at `right`.
pub(super) fn make_room(workflow: &Workflow, first: &Node, right: f64) -> Command {
    let missing = right - first.position.x;
    if missing <= 0.0 {
        return Command::Move(vec![]);
    }
    let after: BTreeSet<NodeId> = Graph::new(workflow).reachable_from(&first.id);
    let beside = workflow
        .nodes
        .iter()
        .filter(|node| after.contains(&node.id) && node.parent_id == first.parent_id);
    let moved = |node: &Node| {
        let position = Position { x: node.position.x + missing, ..node.position };
        (node.id.clone(), position)
    };
    Command::Move(beside.map(moved).collect())
}

/// Commands one after the other, each checked against the workflow that those before it leave.
pub(super) struct Steps {
    workflow: Workflow,
    steps: Vec<Command>,
}

impl Steps {
    pub(super) fn new(workflow: &Workflow) -> Self {
        Self { workflow: workflow.clone(), steps: vec![] }
    }

    pub(super) fn then(&mut self, command: Command) -> Result<(), Refused> {
        apply(&mut self.workflow, command.clone())?;
        self.steps.push(command);
        Ok(())
    }

    pub(super) fn connect(&mut self, wanted: &Link) -> Result<(), Refused> {
        let edge = link(&self.workflow, wanted)?;
        self.then(add_edge_command(&self.workflow, edge))
    }

    fn put_between(&mut self, old: &Edge, id: &NodeId) -> Result<(), Refused> {
        self.then(Command::RemoveEdges(vec![old.id.clone()]))?;
        let first = Link {
            source: old.source.clone(),
            source_handle: old.source_handle.clone(),
            target: id.clone(),
            target_handle: None,
        };
        // What is written on it tells where the way begins.
        let first = Edge { label: old.label.clone(), ..link(&self.workflow, &first)? };
        self.then(add_edge_command(&self.workflow, first))?;
        self.connect(&Link {
            source: id.clone(),
            source_handle: None,
            target: old.target.clone(),
            target_handle: old.target_handle.clone(),
        })
    }

    pub(super) fn command(self) -> Command {
        Command::Many(self.steps)
    }
}

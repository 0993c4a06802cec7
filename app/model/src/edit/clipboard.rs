//! Copying and pasting as text, across tabs and workflows.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Command, Edit, Placed, Refused, Selection,
    actions::{title, with_inner},
    fresh::Fresh,
    rewrite::rewritten,
};
use crate::{
    expr::Renaming,
    id::{EdgeId, NodeId},
    nodes::NodeKind,
    problem::FieldProblem,
    workflow::{Edge, Node, Position, Workflow},
};

/// How far beside the original a copy is laid, in pixels.
const STEP: f64 = 32.0;
/// The key that says whose text it is, and the version of the form.
const MARK: &str = "atelier";
const VERSION: u64 = 1;

/// Where copies are laid.
#[derive(Debug, Clone, PartialEq)]
pub enum Where {
    /// So many steps of 32 pixels beside the originals, in the same loop where it is there.
    Beside(u32),
    /// With their upper left corner here.
    At(super::Spot),
}

/// Whether edges that led to the originals from outside lead to the copies too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Incoming {
    /// They are left out.
    Drop,
    /// They do, from the same nodes where those are there.
    Keep,
}

#[derive(Serialize)]
struct Copied<'a> {
    atelier: u64,
    nodes: Vec<&'a Node>,
    edges: Vec<&'a Edge>,
}

/// The selected nodes, all that lies in them and the edges that lead to them, as text. The start
/// is not among them; secrets are in no workflow, only their names.
///
/// # Errors
/// When nothing else is selected.
pub fn copy(workflow: &Workflow, ids: &BTreeSet<NodeId>) -> Result<String, Refused> {
    let ids = with_inner(workflow, ids);
    let chosen = workflow.nodes.iter().filter(|node| ids.contains(&node.id));
    let nodes: Vec<&Node> = chosen.filter(|node| node.kind() != NodeKind::Start).collect();
    if nodes.is_empty() {
        return Err(if ids.is_empty() { Refused::Nothing } else { Refused::OneStart });
    }
    let is_copied = |id: &NodeId| nodes.iter().any(|node| node.id == *id);
    let edges = workflow.edges.iter().filter(|edge| is_copied(&edge.target)).collect();
    serde_json::to_string_pretty(&Copied { atelier: VERSION, nodes, edges })
        .map_err(|error| Refused::Broken(error.to_string()))
}

/// The selected nodes once more, beside the originals.
///
/// # Errors
/// When nothing but the start is selected, or there would be too many.
pub fn duplicate(
    workflow: &Workflow,
    ids: &BTreeSet<NodeId>,
    incoming: Incoming,
) -> Result<Edit, Refused> {
    let mut edit = paste(workflow, &copy(workflow, ids)?, &Where::Beside(1), incoming)?;
    edit.label = format!("duplicate {}", title(workflow, ids));
    let is_start = |id: &NodeId| workflow.node(id).is_some_and(|n| n.kind() == NodeKind::Start);
    edit.notice = ids.iter().any(is_start).then(|| Refused::OneStart.to_string());
    Ok(edit)
}

/// Puts copied nodes into a workflow, with new ids; references among them follow.
///
/// # Errors
/// [`Refused::NotCopied`] for any text that was not copied from a canvas, every reason for one that
/// was but cannot be used, and when there would be too many nodes.
pub fn paste(
    workflow: &Workflow,
    text: &str,
    at: &Where,
    incoming: Incoming,
) -> Result<Edit, Refused> {
    let mut copied = read(text)?;
    let read = copied.nodes.len();
    copied.nodes.retain(|node| node.kind() != NodeKind::Start);
    if copied.nodes.is_empty() {
        return Err(if read > 0 { Refused::OneStart } else { Refused::NotCopied });
    }
    let new = Names::of(workflow, &copied);
    let nodes = laid(workflow, &copied, at).into_iter().map(|node| new.node(node)).collect();
    let edges = new.edges(workflow, &copied, incoming);
    let ids: BTreeSet<NodeId> = new.ids.values().cloned().collect();
    let inner = edges.iter().filter(|edge| ids.contains(&edge.source));
    let select =
        Selection { edges: inner.map(|edge| edge.id.clone()).collect(), nodes: ids.clone() };
    let label = match copied.nodes.as_slice() {
        [only] => format!("paste {}", only.title()),
        several => format!("paste {} nodes", several.len()),
    };
    let command =
        Command::Many(vec![last(nodes, Command::AddNodes), last(edges, Command::AddEdges)]);
    let mut edit = Edit::new(workflow, command, label, select)?;
    edit.notice = (copied.nodes.len() < read).then(|| Refused::OneStart.to_string());
    Ok(edit)
}

fn last<T>(items: Vec<T>, command: fn(Vec<Placed<T>>) -> Command) -> Command {
    command(items.into_iter().map(Placed::last).collect())
}

/// What a text holds, when it was copied from a canvas and hangs together.
fn read(text: &str) -> Result<Workflow, Refused> {
    let value = crate::workflow::parse_json(text).map_err(|problems| {
        let is_large = problems.iter().any(|problem| problem.code == "too_large");
        if is_large { Refused::Unusable(problems) } else { Refused::NotCopied }
    })?;
    if value.get(MARK).and_then(Value::as_u64) != Some(VERSION) {
        return Err(Refused::NotCopied);
    }
    let part = |name: &str| value.get(name).cloned().unwrap_or_else(|| json!([]));
    let held = json!({ "nodes": part("nodes"), "edges": part("edges") });
    let copied = Workflow::from_value(&held).map_err(Refused::Unusable)?;
    let problems = problems(&copied);
    if problems.is_empty() { Ok(copied) } else { Err(Refused::Unusable(problems)) }
}

fn problems(copied: &Workflow) -> Vec<FieldProblem> {
    let mut found = vec![];
    let mut ids = BTreeSet::new();
    for (place, node) in copied.nodes.iter().enumerate() {
        if !ids.insert(&node.id) {
            let message = format!("There are two nodes {}.", node.id);
            let path = format!("nodes[{place}].id");
            found.push(FieldProblem::field("duplicate_id", path, message));
        }
    }
    for (place, edge) in copied.edges.iter().enumerate() {
        if !ids.contains(&edge.target) {
            let message = format!("There is no node {}.", edge.target);
            let path = format!("edges[{place}].target");
            found.push(FieldProblem::field("invalid_connection", path, message));
        }
    }
    found
}

/// The copied nodes where they are to lie.
fn laid(workflow: &Workflow, copied: &Workflow, at: &Where) -> Vec<Node> {
    let is_root =
        |node: &Node| node.parent_id.as_ref().is_none_or(|parent| copied.node(parent).is_none());
    let roots: Vec<&Node> = copied.nodes.iter().filter(|node| is_root(node)).collect();
    let corner =
        |way: fn(&Node) -> f64| roots.iter().map(|node| way(node)).fold(f64::INFINITY, f64::min);
    let (x, y) = match at {
        Where::Beside(steps) => (STEP * f64::from(*steps), STEP * f64::from(*steps)),
        Where::At(spot) => (
            spot.position.x - corner(|node| node.position.x),
            spot.position.y - corner(|node| node.position.y),
        ),
    };
    let lay = |node: &Node| {
        let mut node = node.clone();
        if is_root(&node) {
            node.position = Position { x: node.position.x + x, y: node.position.y + y };
            node.parent_id = match at {
                Where::Beside(_) => node.parent_id.filter(|id| workflow.node(id).is_some()),
                Where::At(spot) => spot.parent.clone(),
            };
        }
        node
    };
    copied.nodes.iter().map(lay).collect()
}

/// What the copies are called.
struct Names {
    ids: BTreeMap<NodeId, NodeId>,
    renaming: Renaming,
}

impl Names {
    fn of(workflow: &Workflow, copied: &Workflow) -> Self {
        let (mut free, mut names) = (Fresh::nodes(workflow), Fresh::names(workflow));
        let mut found = Self { ids: BTreeMap::new(), renaming: Renaming::default() };
        for node in &copied.nodes {
            let id = free.node(node.id.as_str());
            found.renaming.nodes.insert(node.id.0.clone(), id.0.clone());
            found.ids.insert(node.id.clone(), id);
            if let Some(name) = &node.data.assign {
                found.renaming.names.insert(name.clone(), names.name(name));
            }
        }
        found
    }

    fn node(&self, node: Node) -> Node {
        let mut data = rewritten(&node.data, &self.renaming);
        data.assign =
            data.assign.map(|name| self.renaming.names.get(&name).cloned().unwrap_or(name));
        let parent_id = node.parent_id.map(|id| self.ids.get(&id).cloned().unwrap_or(id));
        let id = self.ids.get(&node.id).cloned().unwrap_or(node.id);
        Node { id, parent_id, data, ..node }
    }

    fn edges(&self, workflow: &Workflow, copied: &Workflow, incoming: Incoming) -> Vec<Edge> {
        let mut free = Fresh::edges(workflow);
        let outside = |id: &NodeId| {
            let is_there = incoming == Incoming::Keep && workflow.node(id).is_some();
            is_there.then(|| id.clone())
        };
        let drawn = |edge: &Edge| {
            let source = self.ids.get(&edge.source).cloned().or_else(|| outside(&edge.source))?;
            let target = self.ids.get(&edge.target)?.clone();
            let id: EdgeId = free.edge(&source, &target);
            Some(Edge { id, source, target, ..edge.clone() })
        };
        copied.edges.iter().filter_map(drawn).collect()
    }
}

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
    canvas::{
        frame::corner,
        geometry::{Point, Rect, Size},
        ports::{NODE_MIN_HEIGHT, NODE_WIDTH},
        snap::to_grid,
    },
    expr::Renaming,
    id::{EdgeId, NodeId},
    nodes::{NodeKind, start},
    parameter::Parameter,
    problem::FieldProblem,
    validate::inputs_read,
    workflow::{Edge, Node, Position, Workflow},
};

/// How far beside the original a copy is laid, in pixels.
const STEP: f64 = 32.0;
/// How far beside what is there another workflow is laid, in pixels.
const APART: f64 = 160.0;
/// The key that marks the text as ours, and the version of the format.
const MARK: &str = "atelier";
const VERSION: u64 = 1;
/// What is said when a copied start is left out.
const KEPT: &str = "The workflow already has a start, so it was kept.";

/// Where copies are placed.
#[derive(Debug, Clone, PartialEq)]
pub enum Where {
    /// So many steps of 32 pixels beside the originals, in the same loop where it is there.
    Beside(u32),
    /// With the middle of all of them at this spot.
    At(super::Spot),
}

/// Whether edges that led to the originals from outside lead to the copies too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Incoming {
    /// They are left out.
    Drop,
    /// They lead to the copies too, from the same nodes where those exist.
    Keep,
}

#[derive(Serialize)]
struct Copied<'a> {
    atelier: u64,
    parameters: Vec<&'a Parameter>,
    nodes: Vec<&'a Node>,
    edges: Vec<&'a Edge>,
}

/// The selected nodes, all that lies in them, the edges that lead to them and the inputs they refer
/// to, as text. Secrets are in no workflow, only their names.
///
/// # Errors
/// When nothing but the start is selected.
pub fn copy(workflow: &Workflow, ids: &BTreeSet<NodeId>) -> Result<String, Refused> {
    let ids = with_inner(workflow, ids);
    let chosen = workflow.nodes.iter().filter(|node| ids.contains(&node.id));
    let nodes: Vec<&Node> = chosen.collect();
    if nodes.iter().all(|node| is_start(node)) {
        return Err(if ids.is_empty() { Refused::Nothing } else { Refused::OneStart });
    }
    let is_target = |id: &NodeId| nodes.iter().any(|node| node.id == *id && !is_start(node));
    let edges: Vec<&Edge> = workflow.edges.iter().filter(|edge| is_target(&edge.target)).collect();
    let parameters = asked_for(workflow, &nodes, &edges);
    serde_json::to_string_pretty(&Copied { atelier: VERSION, parameters, nodes, edges })
        .map_err(|error| Refused::Broken(error.to_string()))
}

fn is_start(node: &Node) -> bool {
    node.kind() == NodeKind::Start
}

/// The inputs that these nodes refer to, or that these edges bring.
fn asked_for<'a>(workflow: &'a Workflow, nodes: &[&Node], edges: &[&Edge]) -> Vec<&'a Parameter> {
    let names = workflow.names();
    let mut read: BTreeSet<String> =
        nodes.iter().flat_map(|node| inputs_read(workflow, &names, node)).collect();
    let from_start = edges.iter().filter(|edge| workflow.node(&edge.source).is_some_and(is_start));
    // That all of them may come by an edge says nothing of which are read.
    let ports = from_start.filter_map(|edge| edge.source_handle.clone());
    read.extend(ports.filter(|port| port != start::ALL.name));
    let all = read.contains(start::ALL.name);
    workflow.parameters.iter().filter(|one| all || read.contains(&one.name)).collect()
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
    Ok(edit)
}

/// Puts copied nodes into a workflow, with new ids; references among them follow. The start that is
/// here stands for a copied one, and inputs they refer to that are not here come along.
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
    place(workflow, read(text)?, at, incoming)
}

/// Puts another workflow into this one, right of what is there: its nodes with new ids, references
/// among them with them. The start that is here stands for its own, and inputs that are not here come
/// along; its name, settings and presets do not.
///
/// # Errors
/// When it has nothing but a start, or there would be too many nodes.
pub fn insert(workflow: &Workflow, other: Workflow) -> Result<Edit, Refused> {
    let (here, size) = (copied_bounds(workflow), copied_bounds(&other).size);
    let corner = Point::new(here.right() + APART, here.origin.y);
    let middle = corner + Point::new(size.width / 2.0, size.height / 2.0);
    let spot = super::Spot { parent: None, position: middle.into() };
    let (name, count) = (other.name.trim().to_owned(), other.nodes.len());
    let edit = place(workflow, other, &Where::At(spot), Incoming::Drop)?;
    let label = match name.as_str() {
        "" => format!("import {count} steps"),
        name => format!("import {name}"),
    };
    Ok(Edit { label, ..edit })
}

/// Puts copied nodes where they are to lie.
fn place(
    workflow: &Workflow,
    mut copied: Workflow,
    at: &Where,
    incoming: Incoming,
) -> Result<Edit, Refused> {
    let (starts, nodes) = copied.nodes.into_iter().partition(is_start);
    copied.nodes = nodes;
    if copied.nodes.is_empty() {
        return Err(if starts.is_empty() { Refused::NotCopied } else { Refused::OneStart });
    }
    let new = Names::new(workflow, &copied, &starts);
    let nodes = laid(workflow, &copied, at).into_iter().map(|node| new.node(node)).collect();
    let edges = new.edges(workflow, &copied, incoming);
    let ids: BTreeSet<NodeId> = new.ids.values().cloned().collect();
    let inner = edges.iter().filter(|edge| ids.contains(&edge.source));
    let select =
        Selection { edges: inner.map(|edge| edge.id.clone()).collect(), nodes: ids.clone() };
    let label = match copied.nodes.as_slice() {
        [only] => format!("paste {}", only.title()),
        several => format!("paste {} steps", several.len()),
    };
    let mut steps = vec![last(nodes, Command::AddNodes), last(edges, Command::AddEdges)];
    steps.extend(lacking(workflow, copied.parameters));
    let mut edit = Edit::new(workflow, Command::Many(steps), label, select)?;
    edit.notice = (!new.starts.is_empty()).then(|| KEPT.to_owned());
    Ok(edit)
}

/// Adds those of the inputs that a workflow does not have.
fn lacking(workflow: &Workflow, copied: Vec<Parameter>) -> Option<Command> {
    let mut all = workflow.parameters.clone();
    for parameter in copied {
        if all.iter().all(|known| known.name != parameter.name) {
            all.push(parameter);
        }
    }
    (all.len() > workflow.parameters.len()).then_some(Command::Parameters(all))
}

fn last<T>(items: Vec<T>, command: fn(Vec<Placed<T>>) -> Command) -> Command {
    command(items.into_iter().map(Placed::last).collect())
}

/// The workflow in a text that was copied from a canvas, when its edges and groups lead somewhere.
fn read(text: &str) -> Result<Workflow, Refused> {
    let value = crate::workflow::parse_json(text).map_err(|problems| {
        let is_large = problems.iter().any(|problem| problem.code == "too_large");
        if is_large { Refused::Unusable(problems) } else { Refused::NotCopied }
    })?;
    if value.get(MARK).and_then(Value::as_u64) != Some(VERSION) {
        return Err(Refused::NotCopied);
    }
    let part = |name: &str| value.get(name).cloned().unwrap_or_else(|| json!([]));
    let held = json!({
        "parameters": part("parameters"), "nodes": part("nodes"), "edges": part("edges"),
    });
    let copied = Workflow::from_value(&held).map_err(Refused::Unusable)?;
    let problems = problems(&copied);
    if problems.is_empty() { Ok(copied) } else { Err(Refused::Unusable(problems)) }
}

fn problems(copied: &Workflow) -> Vec<FieldProblem> {
    let mut found = vec![];
    let mut ids = BTreeSet::new();
    for (place, node) in copied.nodes.iter().enumerate() {
        if !ids.insert(&node.id) {
            let message = format!("Two steps have the id {}.", node.id);
            let path = format!("nodes[{place}].id");
            found.push(FieldProblem::field("duplicate_id", path, message));
        }
    }
    for (place, edge) in copied.edges.iter().enumerate() {
        if !ids.contains(&edge.target) {
            let message = format!("There is no step {}.", edge.target);
            let path = format!("edges[{place}].target");
            found.push(FieldProblem::field("invalid_connection", path, message));
        }
    }
    found
}

/// The copied nodes at the positions where they are to lie.
fn laid(workflow: &Workflow, copied: &Workflow, at: &Where) -> Vec<Node> {
    let is_root =
        |node: &Node| node.parent_id.as_ref().is_none_or(|parent| copied.node(parent).is_none());
    let (x, y) = match at {
        Where::Beside(steps) => (STEP * f64::from(*steps), STEP * f64::from(*steps)),
        Where::At(spot) => {
            let around = copied_bounds(copied);
            let corner = Point::from(spot.position) - (around.center() - around.origin);
            let corner = Point::new(to_grid(corner.x), to_grid(corner.y));
            (corner.x - around.origin.x, corner.y - around.origin.y)
        }
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

/// The bounding box of the copied cards; a card without a size counts with the smallest one.
fn copied_bounds(copied: &Workflow) -> Rect {
    let card = |node: &Node| {
        let size = node.size.map_or(Size::new(NODE_WIDTH, NODE_MIN_HEIGHT), |size| {
            Size::new(size.width, size.height)
        });
        Rect { origin: corner(copied, node), size }
    };
    Rect::bounding_box(copied.nodes.iter().map(card)).unwrap_or_default()
}

/// The new ids and names of copied nodes.
struct Names {
    ids: BTreeMap<NodeId, NodeId>,
    /// Which start stands for a copied one.
    starts: BTreeMap<NodeId, NodeId>,
    renaming: Renaming,
}

impl Names {
    fn new(workflow: &Workflow, copied: &Workflow, starts: &[Node]) -> Self {
        let (mut free, mut names) = (Fresh::nodes(workflow), Fresh::names(workflow));
        let (starts, mut renaming) = (stand_ins(workflow, starts), Renaming::default());
        renaming.nodes = starts.iter().map(|(old, new)| (old.0.clone(), new.0.clone())).collect();
        let mut found = Self { ids: BTreeMap::new(), starts, renaming };
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
            let inside = self.ids.get(&edge.source).or_else(|| self.starts.get(&edge.source));
            let source = inside.cloned().or_else(|| outside(&edge.source))?;
            let target = self.ids.get(&edge.target)?.clone();
            let id: EdgeId = free.edge(&source, &target);
            Some(Edge { id, source, target, ..edge.clone() })
        };
        copied.edges.iter().filter_map(drawn).collect()
    }
}

/// The start that stands for each of these: the very same where it is here.
fn stand_ins(workflow: &Workflow, starts: &[Node]) -> BTreeMap<NodeId, NodeId> {
    let here = |old: &Node| {
        let mut all = workflow.nodes.iter().filter(|node| is_start(node));
        let first = all.clone().next();
        let found = all.find(|node| node.id == old.id).or(first)?;
        Some((old.id.clone(), found.id.clone()))
    };
    starts.iter().filter_map(here).collect()
}

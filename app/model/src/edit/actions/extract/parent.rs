//! The old workflow without the extracted steps, and what it reads of the new one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Map;

use super::{
    border::{Border, no},
    child::Given,
    crossing::{Crossing, Crossings, outward},
    instead, name_of, takes,
};
use crate::{
    canvas::{frame::corner, geometry::Point},
    edit::{
        Command, Edit, Placed, Refused, Selection, Spot,
        actions::{add::fresh, title},
        apply,
        fresh::Fresh,
        rewrite::rewritten,
    },
    expr::{Path, Segment},
    graph::{Graph, loop_of},
    id::NodeId,
    nodes::{NodeKind, end, sub_workflow},
    validate::{Issue, validate},
    workflow::{Edge, Node, NodeData},
};

/// What the rest reads of the extracted steps.
pub(super) struct Results {
    crossings: Crossings,
    /// The names of the values in the result; empty where the result is one value itself.
    names: BTreeMap<Path, String>,
    /// The port of the last step whose value is the result.
    whole: Option<String>,
    /// Fields, by node, that refer from now on to a value that came in by an edge.
    fields: Vec<(NodeId, &'static str, Path)>,
}

impl Results {
    pub fn from_border(border: &Border<'_>) -> Result<Self, Refused> {
        let mut crossings = outward(border);
        let carried: Vec<_> = border
            .exits
            .iter()
            .filter_map(|(edge, ends)| {
                let target = border.workflow.node(&edge.target)?;
                let value = Path::output(edge.source.as_str(), &ends.source.name);
                takes(target, &ends.target.name).then_some((target, ends, value))
            })
            .collect();
        for (.., value) in &carried {
            let value = value.clone();
            crossings.add(Crossing { written: None, value, may_miss: true });
        }
        let whole = match crossings.values.as_slice() {
            [] => border.exits.first().map(|(_, ends)| ends.source.name.clone()),
            [(only, _)]
                if Some(only.key(1).unwrap_or_default()) == border.last().map(NodeId::as_str) =>
            {
                only.key(2).map(str::to_owned)
            }
            _ => None,
        };
        let mut results = Self { crossings, names: BTreeMap::new(), whole, fields: vec![] };
        if results.whole.is_some() {
            return Ok(results);
        }
        let mut free = Fresh::default();
        for (value, _) in &results.crossings.values {
            results.names.insert(value.clone(), free.name(&name_of(value)));
        }
        for (target, ends, value) in carried {
            let field = instead(target, &ends.target.name).ok_or_else(|| mixed(border, target))?;
            results.fields.push((target.id.clone(), field, value));
        }
        Ok(results)
    }

    /// The names of the values in the result, in the order they were found.
    pub fn names(&self) -> Vec<String> {
        let found = self.crossings.values.iter();
        found.filter_map(|(value, _)| self.names.get(value).cloned()).collect()
    }

    /// The port whose value is the result, if it is one value.
    pub fn by_edge(&self) -> Option<&str> {
        self.whole.as_deref()
    }

    /// How the end of the new workflow is set up.
    pub fn end(&self) -> end::Config {
        let output =
            |(path, value)| Some(end::Output { name: self.names.get(path)?.clone(), value });
        end::Config { outputs: self.crossings.read().filter_map(output).collect() }
    }

    /// The reference to a value of the new step `sub`, without `${` and `}`.
    fn reference_to(&self, sub: &NodeId, value: &Path) -> String {
        let output = Path::output(sub.as_str(), sub_workflow::OUTPUT);
        match self.names.get(value) {
            Some(name) => output.then(Segment::Key(name.clone())).to_string(),
            None => output.to_string(),
        }
    }
}

fn mixed(border: &Border<'_>, target: &Node) -> Refused {
    let last = border.last().map(|id| border.title(id)).unwrap_or_default();
    let words = "takes what comes in by its connection, and more of the selection is referred to, \
                 but a workflow gives one result";
    no(format!("{} {words}. Refer to what it needs of {last} by name first.", target.title()))
}

/// The one step in the place of the extracted ones.
pub(super) fn edit(
    border: &Border<'_>,
    given: &Given,
    results: &Results,
    name: &str,
) -> Result<Edit, Refused> {
    let workflow = border.workflow;
    let mut sub = fresh(workflow, NodeKind::SubWorkflow, spot(border))?;
    sub.data.label = name.to_owned();
    let config = sub_workflow::Config {
        template: name.to_owned(),
        version: None,
        parameters: given.pairs(),
    };
    sub.data.config = config.into();
    let touching = |edge: &&Edge| border.holds(&edge.source) || border.holds(&edge.target);
    let gone = workflow.edges.iter().filter(touching).map(|edge| edge.id.clone()).collect();
    let place = workflow.nodes.iter().position(|node| border.holds(&node.id)).unwrap_or(usize::MAX);
    let id = sub.id.clone();
    let select = Selection::from_nodes([id.clone()]);
    let mut steps = changes(border, results, &sub.id)?;
    steps.extend([
        Command::RemoveEdges(gone),
        Command::RemoveNodes(border.inside.iter().cloned().collect()),
    ]);
    let edges = edges(border, &sub.id).into_iter().map(Placed::last).collect();
    steps.extend([Command::AddNodes(vec![Placed { place, item: sub }]), Command::AddEdges(edges)]);
    let label = format!("convert {} to a workflow", title(workflow, &border.inside));
    let edit = Edit::new(workflow, Command::Many(steps), label, select)?;
    let mut after = workflow.clone();
    apply(&mut after, edit.command.clone())?;
    Graph::new(&after).order().map_err(Refused::Cycle)?;
    let own = |issue: &Issue| issue.blocks() && issue.node_id.as_ref() == Some(&id);
    match validate(&after).into_iter().find(own) {
        Some(issue) => Err(no(format!("Put this right first. {}", issue.message))),
        None => Ok(edit),
    }
}

/// What refers to what is taken out refers to the result of the new step instead.
fn changes(border: &Border<'_>, results: &Results, sub: &NodeId) -> Result<Vec<Command>, Refused> {
    let renaming = results.crossings.renaming(|value| Some(results.reference_to(sub, value)));
    let mut changes = vec![];
    for node in border.workflow.nodes.iter().filter(|node| !border.holds(&node.id)) {
        let mut data = rewritten(&node.data, &renaming);
        let fields = results.fields.iter().filter(|(id, ..)| *id == node.id);
        let named = fields.map(|(_, field, value)| {
            ((*field).to_owned(), format!("${{{}}}", results.reference_to(sub, value)).into())
        });
        let named: Map<_, _> = named.collect();
        if !named.is_empty() {
            let config = data.config.with_changes(&named).map_err(|wrong| no(wrong.message))?;
            data = NodeData { config, ..data };
        }
        if data != node.data {
            changes.push(Command::Change(node.id.clone(), Box::new(data)));
        }
    }
    Ok(changes)
}

/// The position of the new step: where the first of the extracted ones began.
fn spot(border: &Border<'_>) -> Spot {
    let workflow = border.workflow;
    let roots: Vec<&Node> = border.roots.iter().filter_map(|id| workflow.node(id)).collect();
    let parents: BTreeSet<_> = roots.iter().map(|node| node.parent_id.clone()).collect();
    let parent = match parents.len() {
        1 => parents.into_iter().next().flatten(),
        _ => roots.first().and_then(|node| loop_of(workflow, &node.id)).cloned(),
    };
    let outside = parent.as_ref().and_then(|id| workflow.node(id));
    let outside = outside.map_or(Point::default(), |node| corner(workflow, node));
    let corners = || roots.iter().map(|node| corner(workflow, node));
    let left = corners().map(|at| at.x).fold(f64::INFINITY, f64::min);
    let top = corners().map(|at| at.y).fold(f64::INFINITY, f64::min);
    Spot { parent, position: (Point::new(left, top) - outside).into() }
}

/// The connections of the new step.
fn edges(border: &Border<'_>, sub: &NodeId) -> Vec<Edge> {
    let mut free = Fresh::edges(border.workflow);
    let mut drawn = BTreeSet::new();
    let mut edges = vec![];
    for (edge, ends) in &border.entries {
        let port = Some(ends.source.name.clone());
        if drawn.insert((edge.source.clone(), port.clone())) {
            let id = free.edge(&edge.source, sub);
            let (target, target_handle) = (sub.clone(), Some("input".to_owned()));
            edges.push(Edge { id, source_handle: port, target, target_handle, ..(*edge).clone() });
        }
    }
    for (edge, ends) in &border.exits {
        let port = Some(ends.target.name.clone());
        if drawn.insert((edge.target.clone(), port.clone())) {
            let id = free.edge(sub, &edge.target);
            let (source, source_handle) = (sub.clone(), Some(sub_workflow::OUTPUT.to_owned()));
            edges.push(Edge { id, source, source_handle, target_handle: port, ..(*edge).clone() });
        }
    }
    edges
}

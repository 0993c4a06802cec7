//! The old workflow without the extracted steps, and what it reads of the new one.

use std::collections::BTreeSet;

use serde_json::Map;

use super::{
    border::{Border, no},
    parameters::ChildParameters,
    results::ChildResults,
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
    graph::{Graph, loop_of},
    id::NodeId,
    nodes::{NodeKind, sub_workflow},
    validate::{Issue, validate},
    workflow::{Edge, Node, NodeData},
};

/// The one step in the place of the extracted ones.
pub(super) fn edit(
    border: &Border<'_>,
    parameters: &ChildParameters,
    results: &ChildResults,
    name: &str,
) -> Result<Edit, Refused> {
    let workflow = border.workflow;
    let mut sub = fresh(workflow, NodeKind::SubWorkflow, spot(border))?;
    sub.data.label = name.to_owned();
    let config = sub_workflow::Config {
        template: name.to_owned(),
        version: None,
        parameters: parameters.pairs(),
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
        Some(issue) => Err(no(format!("Fix this first. {}", issue.message))),
        None => Ok(edit),
    }
}

/// What refers to what is taken out refers to the result of the new step instead.
fn changes(
    border: &Border<'_>,
    results: &ChildResults,
    sub: &NodeId,
) -> Result<Vec<Command>, Refused> {
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

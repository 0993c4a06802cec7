//! The new workflow that is made of the extracted steps.

use std::collections::BTreeSet;

use super::{
    border::{Border, no},
    parameters::{ChildParameters, entry_value},
    results::ChildResults,
};
use crate::{
    canvas::{frame::corner, geometry::Point, ports::NODE_WIDTH},
    edit::{Refused, fresh::Fresh, rewrite::rewritten},
    expr::Path,
    id::NodeId,
    nodes::NodeKind,
    validate::{Issue, validate},
    workflow::{Edge, Node, Settings, Workflow},
};

/// From the start to what follows it, and from the last step to the end, in pixels.
const STEP: f64 = NODE_WIDTH + 96.0;

/// The new workflow, which can run.
pub(super) fn child(
    border: &Border<'_>,
    parameters: &ChildParameters,
    results: &ChildResults,
    name: &str,
) -> Result<Workflow, Refused> {
    let mut free = Fresh::default().taking(border.inside.iter().map(|id| id.0.clone()));
    let (start, end) = (free.node("start"), free.node("end"));
    let mut nodes = inner_nodes(border, parameters);
    let (first, last) = end_positions(border, &nodes);
    let at = |id: &NodeId, kind: NodeKind, at: Point| Node {
        position: at.into(),
        ..Node::new(id.clone(), kind.spec().label, kind.default_config())
    };
    nodes.insert(0, at(&start, NodeKind::Start, first));
    let mut closing = at(&end, NodeKind::End, last);
    closing.data.config = results.end().into();
    nodes.push(closing);
    let values = parameters.crossings.values.iter();
    let workflow = border.workflow;
    let child = Workflow {
        name: name.to_owned(),
        parameters: values
            .filter_map(|(value, _)| parameters.by_value.get(value).cloned())
            .collect(),
        nodes,
        edges: edges(border, parameters, results, &start, &end),
        settings: Settings { budget: None, ..workflow.settings.clone() },
        ..Workflow::default()
    };
    match validate(&child).into_iter().find(Issue::blocks) {
        Some(issue) => Err(no(format!("The new workflow can't run. {}", issue.message))),
        None => Ok(child),
    }
}

fn inner_nodes(border: &Border<'_>, parameters: &ChildParameters) -> Vec<Node> {
    let workflow = border.workflow;
    let reference = |value: &Path| Some(format!("input.{}", parameters.name(value)?));
    let renaming = parameters.crossings.renaming(reference);
    let inside = workflow.nodes.iter().filter(|node| border.holds(&node.id));
    let taken = inside.map(|node| {
        let data = rewritten(&node.data, &renaming);
        if border.roots.contains(&node.id) {
            let position = corner(workflow, node).into();
            Node { data, position, parent_id: None, ..node.clone() }
        } else {
            Node { data, ..node.clone() }
        }
    });
    taken.collect()
}

/// Where the start and the end are placed: left and right of the steps.
fn end_positions(border: &Border<'_>, nodes: &[Node]) -> (Point, Point) {
    let roots = || nodes.iter().filter(|node| border.roots.contains(&node.id));
    let left = roots().map(|node| node.position.x).fold(f64::INFINITY, f64::min);
    let right = roots().map(|node| node.position.x + node.size.map_or(0.0, |size| size.width));
    let right = right.fold(f64::NEG_INFINITY, f64::max);
    let top = roots().map(|node| node.position.y).fold(f64::INFINITY, f64::min);
    (Point::new(left - STEP, top), Point::new(right + STEP, top))
}

/// The edges of the new workflow, in their old order; those that led in now begin at the start.
fn edges(
    border: &Border<'_>,
    parameters: &ChildParameters,
    results: &ChildResults,
    start: &NodeId,
    end: &NodeId,
) -> Vec<Edge> {
    let workflow = border.workflow;
    let kept = workflow.edges.iter().filter(|e| border.holds(&e.source) && border.holds(&e.target));
    let mut free = Fresh::default().taking(kept.map(|edge| edge.id.0.clone()));
    let (mut edges, mut drawn) = (vec![], BTreeSet::new());
    for edge in &workflow.edges {
        let entry = border.entries.iter().find(|(other, _)| other.id == edge.id);
        if let Some(wire) = entry {
            let is_read = border.brings(wire);
            let source_handle =
                is_read.then(|| parameters.name(&entry_value(border, wire))).flatten();
            let target_handle = Some(wire.1.target.name.clone());
            if drawn.insert((edge.target.clone(), target_handle.clone())) {
                let id = free.edge(start, &edge.target);
                edges.push(Edge {
                    id,
                    source: start.clone(),
                    source_handle,
                    target_handle,
                    ..edge.clone()
                });
            }
        } else if border.holds(&edge.source) && border.holds(&edge.target) {
            edges.push(edge.clone());
        }
    }
    if let Some((edge, ends)) = border.exits.first() {
        let port = results.by_edge().unwrap_or(&ends.source.name).to_owned();
        edges.push(Edge {
            id: free.edge(&edge.source, end),
            source: edge.source.clone(),
            source_handle: Some(port),
            target: end.clone(),
            target_handle: None,
            label: None,
        });
    }
    edges
}

//! The new workflow that is made of the extracted steps.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    border::{Border, Wire, no},
    crossing::{Crossing, Crossings, inward},
    name_of, own_parameter,
    parent::Results,
};
use crate::{
    canvas::{frame::corner, geometry::Point, ports::NODE_WIDTH},
    edit::{Refused, fresh::Fresh, rewrite::rewritten},
    expr::{Path, Segment},
    id::NodeId,
    nodes::{NodeKind, http_request::Pair},
    ports::{Kind, PortType},
    validate::{Issue, type_of, validate},
    workflow::{Edge, Node, Parameter, ParameterKind, Settings, Workflow},
};

/// From the start to what follows it, and from the last step to the end, in pixels.
const STEP: f64 = NODE_WIDTH + 96.0;

/// The parameters of the new workflow.
pub(super) struct Given {
    crossings: Crossings,
    /// Its parameters, by the value that they stand for outside.
    parameters: BTreeMap<Path, Parameter>,
}

impl Given {
    pub fn from_border(border: &Border<'_>) -> Result<Self, Refused> {
        let mut crossings = inward(border)?;
        for wire in border.entries.iter().filter(|wire| border.brings(wire)) {
            let value = entry_value(border, wire);
            crossings.add(Crossing { written: None, value, may_miss: false });
        }
        let mut names = Fresh::default();
        let mut parameters = BTreeMap::new();
        for (value, _) in &crossings.values {
            let name = names.name(&name_of(value));
            parameters.insert(value.clone(), parameter(border, value, name));
        }
        Ok(Self { crossings, parameters })
    }

    /// The parameters with the values they are given, in the order they are read.
    pub fn pairs(&self) -> Vec<Pair> {
        let pair = |(path, value)| Some(Pair { name: self.name(path)?, value });
        self.crossings.read().filter_map(pair).collect()
    }

    fn name(&self, value: &Path) -> Option<String> {
        self.parameters.get(value).map(|parameter| parameter.name.clone())
    }
}

/// The value that an edge brings in, as a reference.
fn entry_value(border: &Border<'_>, (edge, ends): &Wire<'_>) -> Path {
    let port = ends.source.name.as_str();
    let is_start = border.workflow.node(&edge.source).is_some_and(|n| n.kind() == NodeKind::Start);
    if is_start && border.workflow.parameter(port).is_some() {
        Path::root("input").then(Segment::Key(port.to_owned()))
    } else {
        Path::output(edge.source.as_str(), port)
    }
}

/// The parameter for a value: the same as outside, or one of the value's type.
fn parameter(border: &Border<'_>, value: &Path, name: String) -> Parameter {
    if let Some(own) = own_parameter(border.workflow, value) {
        return Parameter { name, ..own.clone() };
    }
    let kind = match type_of(border.workflow, value) {
        Some(PortType::One(Kind::Text)) => ParameterKind::LongText,
        Some(PortType::One(Kind::Number)) => ParameterKind::Number,
        Some(PortType::One(Kind::Boolean)) => ParameterKind::Boolean,
        Some(PortType::One(Kind::Document)) => ParameterKind::Document,
        Some(PortType::One(Kind::Image)) => ParameterKind::Image,
        Some(PortType::List(Kind::Text)) => ParameterKind::List,
        Some(PortType::List(Kind::Document)) => ParameterKind::Documents,
        Some(PortType::List(Kind::Image)) => ParameterKind::Images,
        _ if value.name() == "execution" => ParameterKind::Text,
        _ => ParameterKind::Json,
    };
    let label = match (value.name(), value.key(1), value.key(2)) {
        ("nodes", Some(id), Some(port)) => format!("{}: {port}", border.title(&id.into())),
        ("nodes", Some(id), None) => border.title(&id.into()),
        _ => String::new(),
    };
    Parameter { name, label, kind, ..Parameter::default() }
}

/// The new workflow, which can run.
pub(super) fn child(
    border: &Border<'_>,
    given: &Given,
    results: &Results,
    name: &str,
) -> Result<Workflow, Refused> {
    let mut free = Fresh::default().taking(border.inside.iter().map(|id| id.0.clone()));
    let (start, end) = (free.node("start"), free.node("end"));
    let mut nodes = inner_nodes(border, given);
    let (first, last) = end_positions(border, &nodes);
    let at = |id: &NodeId, kind: NodeKind, at: Point| Node {
        position: at.into(),
        ..Node::new(id.clone(), kind.spec().label, kind.default_config())
    };
    nodes.insert(0, at(&start, NodeKind::Start, first));
    let mut closing = at(&end, NodeKind::End, last);
    closing.data.config = results.end().into();
    nodes.push(closing);
    let parameters = given.crossings.values.iter();
    let workflow = border.workflow;
    let child = Workflow {
        name: name.to_owned(),
        parameters: parameters
            .filter_map(|(value, _)| given.parameters.get(value).cloned())
            .collect(),
        nodes,
        edges: edges(border, given, results, &start, &end),
        settings: Settings { budget: None, ..workflow.settings.clone() },
        ..Workflow::default()
    };
    match validate(&child).into_iter().find(Issue::blocks) {
        Some(issue) => Err(no(format!("The new workflow could not run. {}", issue.message))),
        None => Ok(child),
    }
}

fn inner_nodes(border: &Border<'_>, given: &Given) -> Vec<Node> {
    let workflow = border.workflow;
    let renaming =
        given.crossings.renaming(|value| given.name(value).map(|name| format!("input.{name}")));
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
    given: &Given,
    results: &Results,
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
            let source_handle =
                if border.brings(wire) { given.name(&entry_value(border, wire)) } else { None };
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

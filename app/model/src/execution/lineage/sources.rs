//! Which steps of a workflow read which other steps.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    connect,
    expr::{Path, Segment, Template},
    field::Text,
    graph::{Course, course, loop_of},
    id::NodeId,
    nodes::{HandedOn, JobValues, NodeConfig, Work},
    validate::{paths_read, takes},
    workflow::{Node, Workflow},
};

/// Where a step reads something from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// Items of another step.
    Node(NodeId, Which),
    /// The item of the loop it lies in.
    Item(NodeId),
    /// A step of its body, for a loop.
    Result(NodeId),
}

impl Source {
    /// The step that the source names.
    pub(super) fn node(&self) -> &NodeId {
        let (Self::Node(id, _) | Self::Item(id) | Self::Result(id)) = self;
        id
    }
}

/// Which of another step's items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Which {
    All,
    /// The one at the reader's own place.
    Same,
    /// The one at this place, from 0.
    Place(i32),
}

/// What each step reads: what its texts and expressions refer to, and the edges that bring values.
pub(super) fn sources(workflow: &Workflow) -> BTreeMap<NodeId, BTreeSet<Source>> {
    let steps = workflow.nodes.iter().filter(|node| node.data.config.work() != Work::None);
    steps.map(|node| (node.id.clone(), node_sources(workflow, node))).collect()
}

/// What an AI review judges: what its content refers to, else what comes in.
pub(super) fn judged_sources(workflow: &Workflow, node: &Node) -> BTreeSet<Source> {
    let NodeConfig::AiReview(config) = &node.data.config else { return BTreeSet::new() };
    match &config.content {
        Some(content) if !content.is_blank() => referenced_sources(workflow, node, content),
        Some(_) | None => edge_sources(workflow, node).collect(),
    }
}

/// The steps from which comes what a step shows or hands on: of who judges those that the content
/// names, where it names any, else those that bring something. Items of a loop, and what lies in
/// one, are not among them.
pub(crate) fn shown_from(workflow: &Workflow, node: &Node) -> BTreeSet<NodeId> {
    let came = || steps(edge_sources(workflow, node));
    match node.data.config.handed_on() {
        HandedOn::All => steps(node_sources(workflow, node)),
        HandedOn::Incoming => came(),
        HandedOn::Named(content) => {
            let named = steps(referenced_sources(workflow, node, content));
            if named.is_empty() { came() } else { named }
        }
    }
}

fn steps(sources: impl IntoIterator<Item = Source>) -> BTreeSet<NodeId> {
    let step = |source| match source {
        Source::Node(id, _) => Some(id),
        Source::Item(_) | Source::Result(_) => None,
    };
    sources.into_iter().filter_map(step).collect()
}

/// The sources that a text refers to.
fn referenced_sources(workflow: &Workflow, node: &Node, text: &Text) -> BTreeSet<Source> {
    let template = Template::parse(text.as_str());
    let paths = template.map(|template| template.references()).unwrap_or_default();
    paths.iter().filter_map(|path| resolve_source(workflow, node, path)).collect()
}

/// All sources of a step: what it refers to, and its edges.
fn node_sources(workflow: &Workflow, node: &Node) -> BTreeSet<Source> {
    let paths = paths_read(node);
    let referred = paths.iter().filter_map(|path| resolve_source(workflow, node, path));
    referred.chain(edge_sources(workflow, node)).collect()
}

/// The sources of the edges into a step that it reads.
fn edge_sources<'a>(workflow: &'a Workflow, node: &'a Node) -> impl Iterator<Item = Source> + 'a {
    connect::incoming(workflow, &node.id).into_iter().filter_map(|(edge, ends)| {
        let source = edge.source.clone();
        match course(workflow, edge) {
            Course::Result => Some(Source::Result(source)),
            Course::Entry if takes(node, &ends.target.name) => Some(Source::Item(source)),
            Course::Plain if takes(node, &ends.target.name) => {
                Some(Source::Node(source, Which::All))
            }
            _ => None,
        }
    })
}

/// The source that a reference leads to; none where it leads to no step.
fn resolve_source(workflow: &Workflow, node: &Node, path: &Path) -> Option<Source> {
    let (id, place) = match path.name() {
        "nodes" => (NodeId::from(path.key(1)?), 3),
        "item" => return loop_of(workflow, &node.id).cloned().map(Source::Item),
        name => (workflow.names().get(name)?.clone(), 2),
    };
    let read = workflow.node(&id)?;
    // Whether the place of a value is that of the item that made it.
    let one_an_item = read.data.config.job_values() != JobValues::Any;
    let which = match path.segments().get(place) {
        Some(Segment::Index) if one_an_item => Which::Same,
        Some(Segment::Place(place)) if one_an_item => {
            i32::try_from(*place).map_or(Which::All, Which::Place)
        }
        _ => Which::All,
    };
    Some(Source::Node(id, which))
}

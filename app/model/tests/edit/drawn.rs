//! Random workflows that hang together, right or wrong otherwise, with references among the nodes.

use model::{
    id::NodeId,
    nodes::{NodeConfig, NodeKind},
    parameter::Parameter,
    workflow::{Edge, Node, Position, Size, Workflow},
};
use proptest::{option, prelude::*, sample::select};

/// Parameters that references may name.
pub(crate) const PARAMETERS: [&str; 3] = ["topic", "tone", "count"];

/// A node to be: what it is, where, in which group, what it refers to, what leads to it.
#[derive(Debug, Clone)]
pub(crate) struct Sketch {
    kind: NodeKind,
    at: (i16, i16),
    size: Option<u16>,
    parent: Option<usize>,
    refers: Vec<usize>,
    from: Vec<usize>,
    named: bool,
}

pub(crate) fn kinds() -> impl Strategy<Value = NodeKind> {
    select(NodeKind::ALL)
}

fn sketches() -> impl Strategy<Value = Sketch> {
    let kind = prop_oneof![kinds(), Just(NodeKind::GenerateCopy), Just(NodeKind::ForEach)];
    let at = (any::<i16>(), any::<i16>());
    let several = || prop::collection::vec(any::<usize>(), 0..3);
    let parent = option::weighted(0.3, any::<usize>());
    (kind, at, option::of(1..900u16), parent, several(), several(), any::<bool>()).prop_map(
        |(kind, at, size, parent, refers, from, named)| Sketch {
            kind,
            at,
            size,
            parent,
            refers,
            from,
            named,
        },
    )
}

/// Workflows of up to `most` nodes besides start and end: `n0`, `n1` …
pub(crate) fn workflows(most: usize) -> impl Strategy<Value = Workflow> {
    prop::collection::vec(sketches(), 0..=most).prop_map(|sketches| build(&sketches))
}

fn build(sketches: &[Sketch]) -> Workflow {
    let parameter = |name: &&str| Parameter { name: (*name).to_owned(), ..Parameter::default() };
    let mut workflow =
        Workflow { parameters: PARAMETERS.iter().map(parameter).collect(), ..Workflow::default() };
    workflow.nodes.push(Node::new("start".into(), "Start", NodeKind::Start.default_config()));
    for (place, sketch) in sketches.iter().enumerate() {
        let node = node(&workflow, &format!("n{place}"), sketch);
        for from in &sketch.from {
            let source = &workflow.nodes[from % workflow.nodes.len()].id;
            let edge = edge(&format!("e{}", workflow.edges.len()), source, &node.id);
            workflow.edges.push(edge);
        }
        workflow.nodes.push(node);
    }
    workflow.nodes.push(Node::new("end".into(), "End", NodeKind::End.default_config()));
    workflow
}

fn node(before: &Workflow, id: &str, sketch: &Sketch) -> Node {
    let pick = |place: &usize| &before.nodes[place % before.nodes.len()].id;
    let mut node = Node::new(id.into(), "", sketch.kind.default_config());
    node.position = Position { x: f64::from(sketch.at.0) / 4.0, y: f64::from(sketch.at.1) };
    node.size = sketch.size.map(|side| Size { width: f64::from(side), height: 80.0 });
    node.parent_id = sketch.parent.as_ref().map(pick).cloned();
    if sketch.named {
        node.data.label = format!("Label of {id}");
        node.data.assign = Some(format!("name_{id}"));
    }
    let refer = |place: &usize| format!("${{nodes.{}.texts}} and ${{name_{0}}}", pick(place));
    let mut texts: Vec<String> = sketch.refers.iter().map(refer).collect();
    texts.push(format!("${{input.{}}}", PARAMETERS[id.len() % 3]));
    node.data.condition = sketch.refers.first().map(|at| format!("has(nodes.{}.x)", pick(at)));
    node.data.enabled = sketch.refers.len() < 2;
    write(&mut node.data.config, &texts.join(", "));
    node
}

fn write(config: &mut NodeConfig, text: &str) {
    match config {
        NodeConfig::GenerateCopy(config) => config.prompt = text.into(),
        NodeConfig::GenerateImage(config) => config.prompt = text.into(),
        NodeConfig::Note(config) => config.text = text.to_owned(),
        _ => {}
    }
}

/// An edge between the first ports that fit.
pub(crate) fn edge(id: &str, source: &NodeId, target: &NodeId) -> Edge {
    Edge {
        id: id.into(),
        source: source.clone(),
        source_handle: None,
        target: target.clone(),
        target_handle: None,
        label: None,
    }
}

//! What a node's card shows in the editor: every port that can be connected, a summary of the
//! configuration, and its neighbours for screen readers.

use std::collections::{HashMap, HashSet};

use diagram::{
    describe::{Surroundings, title_with_label},
    view::{DiagramNode, DiagramPort},
    workflow::diagram_node,
};
use model::{
    connect,
    edit::with_inner,
    graph::is_empty_loop,
    id::NodeId,
    nodes::{NodeKind, for_each},
    workflow::{Node, Workflow},
};

use super::canvas_model::Wire;

/// The outputs that have at least one edge, as pairs of node and port.
pub struct ConnectedOutputs<'a>(HashSet<(&'a str, &'a str)>);

impl<'a> ConnectedOutputs<'a> {
    /// Collects the outputs that these edges leave.
    pub fn from_wires(wires: &'a [Wire]) -> Self {
        let output = |wire: &'a Wire| (wire.source.as_str(), wire.source_port.as_str());
        Self(wires.iter().map(output).collect())
    }

    fn has(&self, node: &Node, port: &str) -> bool {
        self.0.contains(&(node.id.as_str(), port))
    }
}

/// The card of a node, with every port that can be connected; a collapsed one says what it holds.
pub fn card_view(
    workflow: &Workflow,
    node: &Node,
    connected: &ConnectedOutputs<'_>,
) -> DiagramNode {
    let outputs = connect::shown_outputs(workflow, node, |port| connected.has(node, port));
    let card = diagram_node(workflow, node, &node.data.config.inputs(), &outputs);
    if !node.data.config.is_collapsed() {
        return DiagramNode { empty_loop: is_empty_loop(workflow, node), ..card };
    }
    DiagramNode {
        collapsed: true,
        subtitle: collapsed_summary(workflow, &node.id),
        summary: vec![],
        inputs: without_port(card.inputs, for_each::RESULT),
        outputs: without_port(card.outputs, for_each::ITEM),
        ..card
    }
}

/// Turns a card into that of a collapsed lane, which has the colour of its fork.
pub fn lane_card_view(card: DiagramNode) -> DiagramNode {
    let kind = NodeKind::Parallel.key().to_owned();
    DiagramNode { kind, tint: Some("lane"), lane: true, ..card }
}

/// Drops the port by which a loop leads to the nodes inside it: a collapsed loop hides them.
fn without_port(mut ports: Vec<DiagramPort>, inner: &str) -> Vec<DiagramPort> {
    ports.retain(|port| port.id != inner);
    ports
}

/// Counts what a collapsed card hides and the edges over its border: "3 steps · 1 in · 2 out".
fn collapsed_summary(workflow: &Workflow, id: &NodeId) -> String {
    let inner = with_inner(workflow, &[id.clone()].into());
    let is_held = |id: &NodeId| inner.contains(id);
    let edges = || workflow.edges.iter();
    let into = edges().filter(|edge| !is_held(&edge.source) && is_held(&edge.target)).count();
    let out = edges().filter(|edge| is_held(&edge.source) && !is_held(&edge.target)).count();
    let many = inner.len() - 1;
    let steps = if many == 1 { "step" } else { "steps" };
    format!("{many} {steps} · {into} in · {out} out")
}

/// The number of each step in reading order, and the titles before and after each node. `order`
/// and `links` name nodes by their place in the workflow; a link carries the label of its edge.
pub(super) fn surroundings<'a>(
    workflow: &Workflow,
    order: &[usize],
    links: impl Iterator<Item = ((usize, usize), Option<&'a str>)>,
) -> HashMap<NodeId, Surroundings> {
    let nodes = &workflow.nodes;
    let is_step = |place: &usize| nodes[*place].data.config.work() != model::nodes::Work::None;
    let steps: Vec<usize> = order.iter().copied().filter(is_step).collect();
    let mut surroundings = vec![Surroundings::default(); nodes.len()];
    for (at, place) in steps.iter().enumerate() {
        surroundings[*place].step = Some((at + 1, steps.len()));
    }
    for ((source, target), label) in links {
        surroundings[target].before.push(title_with_label(nodes[source].title(), label));
        surroundings[source].after.push(title_with_label(nodes[target].title(), label));
    }
    nodes.iter().map(|node| node.id.clone()).zip(surroundings).collect()
}

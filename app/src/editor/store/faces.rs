//! What a node's card shows in the editor: every port one can connect, and what it is set up to do.

use std::collections::HashSet;

use model::{
    connect,
    edit::with_inner,
    id::NodeId,
    nodes::{NodeKind, for_each},
    workflow::{Node, Workflow},
};

use super::drawing::Wire;
use crate::diagram::{
    view::{DiagramNode, DiagramPort},
    workflow::diagram_node,
};

/// Which outputs have an edge.
pub struct Connected<'a>(HashSet<(&'a str, &'a str)>);

impl<'a> Connected<'a> {
    /// The outputs that these edges leave.
    pub fn of(wires: &'a [Wire]) -> Self {
        let output = |wire: &'a Wire| (wire.source.as_str(), wire.source_port.as_str());
        Self(wires.iter().map(output).collect())
    }

    fn has(&self, node: &Node, port: &str) -> bool {
        self.0.contains(&(node.id.as_str(), port))
    }
}

/// The card of a node, with every port one can connect.
pub fn face(workflow: &Workflow, node: &Node, connected: &Connected<'_>) -> DiagramNode {
    let outputs = connect::shown_outputs(workflow, node, |port| connected.has(node, port));
    let face = diagram_node(workflow, node, &node.data.config.inputs(), &outputs);
    if !node.data.config.is_collapsed() {
        return face;
    }
    DiagramNode {
        collapsed: true,
        subtitle: held(workflow, &node.id),
        summary: vec![],
        inputs: outside(face.inputs, for_each::RESULT),
        outputs: outside(face.outputs, for_each::ITEM),
        ..face
    }
}

/// The same as the card of a collapsed lane: it has the colour of its fork.
pub fn lane_face(face: DiagramNode) -> DiagramNode {
    let kind = NodeKind::Parallel.key().to_owned();
    DiagramNode { kind, tint: Some("lane"), lane: true, ..face }
}

/// Without a loop's port to what lies in it.
fn outside(mut ports: Vec<DiagramPort>, inner: &str) -> Vec<DiagramPort> {
    ports.retain(|port| port.id != inner);
    ports
}

/// What a collapsed one stands for: "3 nodes · 1 in · 2 out".
fn held(workflow: &Workflow, id: &NodeId) -> String {
    let inner = with_inner(workflow, &[id.clone()].into());
    let is_held = |id: &NodeId| inner.contains(id);
    let edges = || workflow.edges.iter();
    let into = edges().filter(|edge| !is_held(&edge.source) && is_held(&edge.target)).count();
    let out = edges().filter(|edge| is_held(&edge.source) && !is_held(&edge.target)).count();
    let many = inner.len() - 1;
    let nodes = if many == 1 { "node" } else { "nodes" };
    format!("{many} {nodes} · {into} in · {out} out")
}

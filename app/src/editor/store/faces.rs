//! What a node's card shows in the editor: every port one can connect, and what it is set up to do.

use std::collections::HashSet;

use model::{
    connect,
    edit::with_inner,
    id::NodeId,
    nodes::NodeConfig,
    workflow::{Node, Workflow},
};

use super::drawing::Wire;
use crate::diagram::{view::DiagramNode, workflow::diagram_node};

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
    match &node.data.config {
        NodeConfig::Frame(frame) if frame.collapsed => DiagramNode {
            collapsed: true,
            subtitle: held(workflow, &node.id),
            summary: vec![],
            ..face
        },
        _ => face,
    }
}

/// What a collapsed frame stands for: "3 nodes · 1 in · 2 out".
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

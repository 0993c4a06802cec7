//! Whether a workflow hangs together, looked at anew so that no rule of the code is trusted.

use std::collections::HashSet;

use model::workflow::Workflow;

/// Ids used once, edges and groups that lead somewhere, nothing in itself, and readable text.
pub(crate) fn hangs_together(workflow: &Workflow) -> bool {
    let nodes: HashSet<_> = workflow.nodes.iter().map(|node| &node.id).collect();
    let edges: HashSet<_> = workflow.edges.iter().map(|edge| &edge.id).collect();
    let ends = |id| nodes.contains(id);
    nodes.len() == workflow.nodes.len()
        && edges.len() == workflow.edges.len()
        && workflow.edges.iter().all(|edge| ends(&edge.source) && ends(&edge.target))
        && workflow.nodes.iter().all(|node| lies_somewhere(workflow, node))
        && Workflow::parse(&workflow.to_json()).as_ref() == Ok(workflow)
}

fn lies_somewhere(workflow: &Workflow, node: &model::workflow::Node) -> bool {
    let mut at = node;
    for _ in 0..workflow.nodes.len() {
        match &at.parent_id {
            None => return true,
            Some(parent) => match workflow.node(parent) {
                Some(parent) => at = parent,
                None => return false,
            },
        }
    }
    false
}

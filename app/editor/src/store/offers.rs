//! Which ports an edge may connect to, and why not the others: computed once when the edge is
//! pulled out, so that each port can show it during the drag. And adding the first steps between
//! start and end, before anybody has drawn a connection.

use std::collections::HashMap;

use leptos::prelude::*;
use model::{
    canvas::hit::PortAt,
    edit::{self, Refused, link},
    id::{EdgeId, NodeId},
    nodes::NodeKind,
    workflow::Workflow,
};

use super::{
    actions::{NewNode, link_between},
    document::EditorDocument,
    editor::Editor,
};

/// Whether the edge may connect to each port, by node and port name; only ports of the other side
/// are in it.
pub type Offers = HashMap<(NodeId, String), Result<(), Refused>>;

/// Checks every port of `candidates` for an edge with one end at `from`. `moved` is the edge whose
/// other end is taken off; it is left out of the check.
pub fn offers(
    workflow: &Workflow,
    from: &PortAt,
    candidates: &[PortAt],
    moved: Option<&EdgeId>,
) -> Offers {
    let mut rest = workflow.clone();
    rest.edges.retain(|edge| Some(&edge.id) != moved);
    let verdict = |port: &PortAt| link(&rest, &link_between(from, port)).map(drop);
    let other_side = candidates.iter().filter(|port| port.side != from.side);
    other_side.map(|port| ((port.node.clone(), port.port.clone()), verdict(port))).collect()
}

/// The start and the end, as long as they are the only nodes.
pub fn first_way(document: EditorDocument) -> Option<(NodeId, NodeId)> {
    document.workflow.with_untracked(|workflow| {
        edit::first_way(workflow).map(|(start, end)| (start.id.clone(), end.id.clone()))
    })
}

/// Adds a step between start and end where they are the only nodes; returns its id, or nothing
/// where there are others or the type is no step.
pub fn add_first(editor: Editor, new: impl Into<NewNode>) -> Option<NodeId> {
    let new = new.into();
    let is_step = !new.kind.default_config().inputs().is_empty();
    let done =
        is_step && editor.edit(|workflow| new.edit(workflow, edit::add_first(workflow, new.kind)));
    let added = editor.view.selected_node().filter(|_| done);
    if let Some(id) = &added {
        editor.document.unfinished.note_new(id.clone());
    }
    added
}

/// The edge from a node straight to an end, if a node of this type fits on it.
pub fn last_way(document: EditorDocument, id: &NodeId, kind: NodeKind) -> Option<EdgeId> {
    document.workflow.with_untracked(|workflow| {
        let fits = |edge: &&EdgeId| edit::insert_new_on_edge(workflow, edge, kind).is_ok();
        edit::last_way(workflow, id).filter(fits).cloned()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::canvas::ports::PortSide;
    use serde_json::json;

    use super::*;

    fn port(node: &str, side: PortSide, port: &str) -> PortAt {
        PortAt { node: node.into(), side, port: port.to_owned() }
    }

    #[test]
    fn each_port_says_whether_and_why_not_an_edge_may_lead_there() {
        let node = |id: &str, kind: &str| json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 }, "data": {} });
        let workflow: Workflow = serde_json::from_value(json!({ "name": "A", "nodes": [
            node("a", "transform"), node("b", "transform"), node("c", "transform"),
            node("picture", "generate_image"), node("attach", "attach_to_document"),
        ], "edges": [
            { "id": "1", "source": "a", "target": "b" }, { "id": "2", "source": "b", "target": "c" },
        ]}))
        .unwrap();
        let inputs: Vec<PortAt> = workflow
            .nodes
            .iter()
            .flat_map(|node| {
                let ports = node.data.config.inputs();
                ports.into_iter().map(|p| port(node.id.as_str(), PortSide::Input, &p.name))
            })
            .collect();
        let open = |from: &PortAt, node: &str, name: &str| {
            offers(&workflow, from, &inputs, None)[&(node.into(), name.to_owned())].is_ok()
        };
        let (a, c) = (port("a", PortSide::Output, "output"), port("c", PortSide::Output, "output"));
        let images = port("picture", PortSide::Output, "images");

        assert!(open(&a, "c", "input") && open(&images, "attach", "images"));
        assert!(!open(&c, "a", "input"), "a circle");
        assert!(!open(&c, "c", "input"), "to itself");
        assert!(!open(&a, "b", "input"), "twice");
        assert!(!open(&images, "attach", "documents"), "of another type");
        let back = port("b", PortSide::Output, "output");
        let moved = offers(&workflow, &back, &inputs, Some(&"2".into()));
        assert!(moved[&("c".into(), "input".to_owned())].is_ok(), "where it was");
    }
}

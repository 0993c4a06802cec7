//! Adding the first steps between start and end, before anybody has drawn a connection.

use leptos::prelude::*;
use model::{
    edit::{add_first, first_way, insert_new_on_edge, last_way},
    id::{EdgeId, NodeId},
    nodes::NodeKind,
};

use super::Editor;

impl Editor {
    /// The start and the end, as long as they are the only nodes.
    pub fn first_way(self) -> Option<(NodeId, NodeId)> {
        self.workflow.with_untracked(|workflow| {
            first_way(workflow).map(|(start, end)| (start.id.clone(), end.id.clone()))
        })
    }

    /// Adds a step between start and end where they are the only nodes; returns its id, or nothing
    /// where there are others or the type is no step.
    pub fn add_first(self, kind: NodeKind) -> Option<NodeId> {
        let is_step = !kind.default_config().inputs().is_empty();
        let done = is_step && self.edit(|workflow| add_first(workflow, kind));
        self.selection.with_untracked(|selection| selection.single().cloned()).filter(|_| done)
    }

    /// The edge from a node straight to an end, if a node of this type fits on it.
    pub fn last_way(self, id: &NodeId, kind: NodeKind) -> Option<EdgeId> {
        self.workflow.with_untracked(|workflow| {
            let fits = |edge: &&EdgeId| insert_new_on_edge(workflow, edge, kind).is_ok();
            last_way(workflow, id).filter(fits).cloned()
        })
    }
}

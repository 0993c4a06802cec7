//! Adding the first steps between start and end, before anybody has drawn a connection.

use leptos::prelude::*;
use model::{
    edit,
    id::{EdgeId, NodeId},
    nodes::NodeKind,
};

use super::{actions::NewNode, document::EditorDocument, editor::Editor};

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

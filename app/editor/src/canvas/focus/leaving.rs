//! Where the focus goes when its card is deleted.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::id::NodeId;

use super::{focus_canvas, focus_card_soon, is_canvas_focused};
use crate::store::{
    CanvasSelection, Editor, EditorDocument, EditorView, actions::delete_selection,
};

/// Deletes the selection, or the focused card where nothing is selected; the focus moves to a
/// neighbour.
pub fn delete(editor: Editor) {
    let Editor { document, view, .. } = editor;
    if view.selection.with_untracked(CanvasSelection::is_empty)
        && let Some(id) = view.focus.get_untracked()
    {
        view.select(CanvasSelection::from_node(id));
    }
    let next = focus_candidates(document, &view.selected_nodes());
    if delete_selection(editor) {
        move_focus(view, next.into_iter().next());
    }
}

/// Undoes or redoes; where that removes the focused card, the focus moves to a neighbour.
pub fn step_history(editor: Editor, step: fn(Editor)) {
    let view = editor.view;
    let focused: BTreeSet<NodeId> = view.focus.get_untracked().into_iter().collect();
    let next = focus_candidates(editor.document, &focused);
    step(editor);
    let is_gone = |id: &NodeId| view.canvas_model.node_signals(id).is_none();
    // Whoever presses the button in the toolbar keeps the focus there.
    if focused.iter().any(is_gone) && is_canvas_focused() {
        move_focus(view, next.into_iter().find(|id| !is_gone(id)));
    }
}

/// The nodes that may take the focus when these are deleted: first those before them, then those
/// after them.
fn focus_candidates(document: EditorDocument, gone: &BTreeSet<NodeId>) -> Vec<NodeId> {
    document.workflow.with_untracked(|workflow| {
        let edges = || workflow.edges.iter();
        let before = edges().filter(|edge| gone.contains(&edge.target)).map(|e| &e.source);
        let after = edges().filter(|edge| gone.contains(&edge.source)).map(|e| &e.target);
        before.chain(after).filter(|id| !gone.contains(*id)).cloned().collect()
    })
}

/// Focuses a card, or the canvas where there is none.
fn move_focus(view: EditorView, next: Option<NodeId>) {
    match next {
        Some(next) => {
            view.focus.set(Some(next.clone()));
            focus_card_soon(next);
        }
        None => focus_canvas(),
    }
}

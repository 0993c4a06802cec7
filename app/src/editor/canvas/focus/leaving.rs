//! Where the focus goes when its card is deleted.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::id::NodeId;

use super::{focus_canvas, focus_card_soon, is_canvas_focused};
use crate::editor::{
    canvas::CanvasState,
    store::{CanvasSelection, Editor},
};

impl CanvasState {
    /// Deletes the selection, or the focused card where nothing is selected; the focus moves to a
    /// neighbour.
    pub fn delete(self) {
        let editor = self.editor;
        if editor.selection.with_untracked(CanvasSelection::is_empty)
            && let Some(id) = editor.focus.get_untracked()
        {
            editor.select(CanvasSelection::from_node(id));
        }
        let next = self.focus_candidates(&editor.selection.get_untracked().nodes);
        if editor.delete_selection() {
            self.move_focus(next.into_iter().next());
        }
    }

    /// Undoes or redoes; where that removes the focused card, the focus moves to a neighbour.
    pub fn step_history(self, step: fn(Editor)) {
        let editor = self.editor;
        let focused: BTreeSet<NodeId> = editor.focus.get_untracked().into_iter().collect();
        let next = self.focus_candidates(&focused);
        step(editor);
        let is_gone = |id: &NodeId| editor.canvas_model.node_signals(id).is_none();
        // Whoever presses the button in the toolbar keeps the focus there.
        if focused.iter().any(is_gone) && is_canvas_focused() {
            self.move_focus(next.into_iter().find(|id| !is_gone(id)));
        }
    }

    /// The nodes that may take the focus when these are deleted: first those before them, then
    /// those after them.
    fn focus_candidates(self, gone: &BTreeSet<NodeId>) -> Vec<NodeId> {
        self.editor.workflow.with_untracked(|workflow| {
            let edges = || workflow.edges.iter();
            let before = edges().filter(|edge| gone.contains(&edge.target)).map(|e| &e.source);
            let after = edges().filter(|edge| gone.contains(&edge.source)).map(|e| &e.target);
            before.chain(after).filter(|id| !gone.contains(*id)).cloned().collect()
        })
    }

    /// Focuses a card, or the canvas where there is none.
    fn move_focus(self, next: Option<NodeId>) {
        match next {
            Some(next) => {
                self.editor.focus.set(Some(next.clone()));
                focus_card_soon(next);
            }
            None => focus_canvas(),
        }
    }
}

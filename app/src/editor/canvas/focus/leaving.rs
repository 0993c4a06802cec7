//! Cards that go, and where the focus goes then.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::id::NodeId;

use super::{focus_canvas, focus_card_soon, is_here};
use crate::editor::{
    canvas::Desk,
    store::{Chosen, Editor},
};

impl Desk {
    /// Deletes the selection, or the focused card; the focus goes to what it followed.
    pub fn delete(self) {
        let editor = self.editor;
        if editor.chosen.with_untracked(Chosen::is_empty)
            && let Some(id) = editor.focus.get_untracked()
        {
            editor.choose(Chosen::node(id));
        }
        let beside = self.beside(&editor.chosen.get_untracked().nodes);
        if editor.delete_chosen() {
            self.leave_focus(beside.into_iter().next());
        }
    }

    /// Goes back or forth in what was done; the focus of a card that goes by it goes where a
    /// deletion leads it.
    pub fn turn(self, turn: fn(Editor)) {
        let editor = self.editor;
        let focused: BTreeSet<NodeId> = editor.focus.get_untracked().into_iter().collect();
        let beside = self.beside(&focused);
        turn(editor);
        let is_gone = |id: &NodeId| editor.drawing.spot(id).is_none();
        // Who presses the button of the bar goes on there.
        if focused.iter().any(is_gone) && is_here() {
            self.leave_focus(beside.into_iter().find(|id| !is_gone(id)));
        }
    }

    /// The nodes that may take the focus when these go: those they follow, then those that follow.
    fn beside(self, gone: &BTreeSet<NodeId>) -> Vec<NodeId> {
        self.editor.workflow.with_untracked(|workflow| {
            let edges = || workflow.edges.iter();
            let before = edges().filter(|edge| gone.contains(&edge.target)).map(|e| &e.source);
            let after = edges().filter(|edge| gone.contains(&edge.source)).map(|e| &e.target);
            before.chain(after).filter(|id| !gone.contains(*id)).cloned().collect()
        })
    }

    /// Focuses a card instead of one that has gone, or the canvas where there is none.
    fn leave_focus(self, next: Option<NodeId>) {
        match next {
            Some(next) => {
                self.editor.focus.set(Some(next.clone()));
                focus_card_soon(next);
            }
            None => focus_canvas(),
        }
    }
}

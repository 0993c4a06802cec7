//! What the page shows of the selection on the canvas.

use leptos::prelude::*;
use model::id::NodeId;

use crate::store::EditorView;

/// The handle of the selected node: whose panel is shown, and whose is asked for.
#[derive(Clone, Copy)]
pub struct SelectionState {
    /// The one selected node, as it was before a pointer went down: its panel takes room from the
    /// canvas, which must not change its size during a gesture.
    pub settled: Memo<Option<NodeId>>,
    /// The node whose panel is to be opened and focused; the page resets it.
    pub opened: RwSignal<Option<NodeId>>,
    /// The node that was clicked last; the page resets it once its panel is shown.
    pub clicked: RwSignal<Option<NodeId>>,
}

impl SelectionState {
    /// Follows the selection, except while a pointer is down.
    pub(super) fn new(view: EditorView, pressed: RwSignal<bool>) -> Self {
        let settled = move |before: Option<&Option<NodeId>>| {
            if pressed.get() {
                before.cloned().flatten()
            } else {
                view.selection.with(|selection| selection.single().cloned())
            }
        };
        Self {
            settled: Memo::new(settled),
            opened: RwSignal::new(None),
            clicked: RwSignal::new(None),
        }
    }
}

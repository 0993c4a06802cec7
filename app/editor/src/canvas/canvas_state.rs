//! The state of the canvas.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::id::NodeId;

use super::{
    gesture::state::{GestureState, HALF},
    popup::state::Popups,
};
use crate::store::{Editor, EditorView, drag_nodes::drop_frame, grouping::frame_at};

/// The handle of everything that is under way on the canvas.
#[derive(Clone, Copy)]
pub struct CanvasState {
    /// The document and everything that belongs to it.
    pub editor: Editor,
    /// What pointers and the space bar do.
    pub gesture: GestureState,
    /// Which lists, menus and fields are open over the canvas.
    pub popups: Popups,
    /// The selected node and its panel.
    pub selection: SelectionState,
    /// The frame or loop that a drop would put into itself what is dragged now.
    pub drop_target: Memo<Option<NodeId>>,
    /// Which tab is shown at the left: `palette` or `outline`.
    pub side: RwSignal<&'static str>,
}

impl CanvasState {
    /// A canvas on which nothing is under way.
    pub fn new(editor: Editor) -> Self {
        let gesture = GestureState::new(editor.document.editable);
        Self {
            editor,
            gesture,
            popups: Popups::default(),
            drop_target: Memo::new(move |_| drop_target(editor, gesture)),
            selection: SelectionState::new(editor.view, gesture.pressed),
            // Without scripts nothing can be added, so the page shows the outline.
            side: RwSignal::new("outline"),
        }
    }
}

/// The frame or loop under what is dragged, from the palette or on the canvas.
fn drop_target(editor: Editor, gesture: GestureState) -> Option<NodeId> {
    match gesture.ghost.get() {
        // On a connection it goes between the two steps.
        Some(_) if gesture.onto.with(Option::is_some) => None,
        Some(ghost) => frame_at(editor, ghost.at + HALF, &BTreeSet::new()),
        None => drop_frame(editor),
    }
}

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

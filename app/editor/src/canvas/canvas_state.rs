//! The state of the canvas.

use leptos::prelude::*;

use super::{gesture::state::GestureState, popup::state::Popups, selection_state::SelectionState};
use crate::store::Editor;

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
            selection: SelectionState::new(editor.view, gesture.pressed),
            // Without scripts nothing can be added, so the page shows the outline.
            side: RwSignal::new("outline"),
        }
    }
}

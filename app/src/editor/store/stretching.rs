//! Making notes larger and smaller.

use leptos::prelude::*;
use model::{
    canvas::{
        geometry::{Point, Size},
        snap::to_grid,
    },
    edit::Command,
    id::NodeId,
    nodes::NodeKind,
    workflow,
};

use super::Editor;
use crate::client::signal::SetNew;

/// The smallest size of a note, in world units.
const LEAST: Size = Size { width: 160.0, height: 80.0 };
/// How much larger one step by keys makes a note, in world units.
const STEP: Size = Size { width: 80.0, height: 48.0 };

impl Editor {
    /// The one selected node, if it is a note that may be changed: its corner can be dragged.
    pub fn selected_note(self) -> Option<NodeId> {
        let id = self.selection.with_untracked(|selection| selection.single().cloned())?;
        let is_note = self.node(&id).is_some_and(|node| node.kind() == NodeKind::Note);
        (is_note && self.editable.get_untracked()).then_some(id)
    }

    /// Drags the lower right corner of a card to a world point.
    pub fn stretch(self, id: &NodeId, to: Point) {
        let (Some(signals), Some(card)) =
            (self.canvas_model.node_signals(id), self.canvas_model.rect(id))
        else {
            return;
        };
        let (width, height) = (to_grid(to.x - card.origin.x), to_grid(to.y - card.origin.y));
        let size = Size::new(width.max(LEAST.width), height.max(LEAST.height));
        signals.stretch.set_new(Some(size));
    }

    /// Ends the drag of a corner and keeps the size, as one entry of the history.
    pub fn end_stretch(self, id: &NodeId) {
        if let Some(size) = self.cancel_stretch(id) {
            self.resize(id, size);
        }
    }

    /// Forgets the size that a drag has given a card, and returns it.
    pub fn cancel_stretch(self, id: &NodeId) -> Option<Size> {
        let signals = self.canvas_model.node_signals(id)?;
        let size = signals.stretch.get_untracked()?;
        signals.stretch.set(None);
        Some(size)
    }

    /// Makes the selected note larger by so many steps, or smaller where `steps` is below 0.
    pub fn grow(self, steps: f64) {
        let Some(id) = self.selected_note() else { return };
        let Some(card) = self.canvas_model.rect(&id) else { return };
        let width = (card.size.width + steps * STEP.width).max(LEAST.width);
        let height = (card.size.height + steps * STEP.height).max(LEAST.height);
        self.resize(&id, Size::new(width, height));
    }

    fn resize(self, id: &NodeId, Size { width, height }: Size) {
        let size = workflow::Size { width, height };
        self.run(Command::Resize(id.clone(), Some(size)), format!("resize {}", self.title(id)));
    }
}

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

/// The smallest a note may be.
const LEAST: Size = Size { width: 160.0, height: 80.0 };
/// One step by keys.
const STEP: Size = Size { width: 80.0, height: 48.0 };

impl Editor {
    /// The one selected node, if it is a note: its corner can be dragged.
    pub fn chosen_note(self) -> Option<NodeId> {
        let id = self.chosen.with_untracked(|chosen| chosen.single().cloned())?;
        let is_note = self.node(&id).is_some_and(|node| node.kind() == NodeKind::Note);
        (is_note && self.editable.get_untracked()).then_some(id)
    }

    /// Drags the lower right corner of a card to a world point.
    pub fn stretch(self, id: &NodeId, to: Point) {
        let (Some(spot), Some(card)) = (self.drawing.spot(id), self.drawing.rect(id)) else {
            return;
        };
        let (width, height) = (to_grid(to.x - card.origin.x), to_grid(to.y - card.origin.y));
        let size = Size::new(width.max(LEAST.width), height.max(LEAST.height));
        spot.stretch.set_new(Some(size));
    }

    /// Leaves the card as large as it was dragged.
    pub fn stretched(self, id: &NodeId) {
        if let Some(size) = self.unstretch(id) {
            self.resize(id, size);
        }
    }

    /// Forgets how large a drag has made a card; says how large.
    pub fn unstretch(self, id: &NodeId) -> Option<Size> {
        let spot = self.drawing.spot(id)?;
        let size = spot.stretch.get_untracked()?;
        spot.stretch.set(None);
        Some(size)
    }

    /// Makes the selected note so many steps larger, below 0 smaller.
    pub fn grow(self, steps: f64) {
        let Some(id) = self.chosen_note() else { return };
        let Some(card) = self.drawing.rect(&id) else { return };
        let width = (card.size.width + steps * STEP.width).max(LEAST.width);
        let height = (card.size.height + steps * STEP.height).max(LEAST.height);
        self.resize(&id, Size::new(width, height));
    }

    fn resize(self, id: &NodeId, Size { width, height }: Size) {
        let size = workflow::Size { width, height };
        self.run(Command::Resize(id.clone(), Some(size)), format!("resize {}", self.title(id)));
    }
}

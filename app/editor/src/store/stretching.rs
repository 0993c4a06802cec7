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
use web::client::signal::SetNew;

use super::{canvas_model::CanvasModel, editor::Editor};

/// The smallest size of a note, in world units.
const LEAST: Size = Size { width: 160.0, height: 80.0 };
/// How much larger one step by keys makes a note, in world units.
const STEP: Size = Size { width: 80.0, height: 48.0 };

/// The one selected node, if it is a note that may be changed: its corner can be dragged.
pub fn selected_note(editor: Editor) -> Option<NodeId> {
    let id = editor.view.selected_node()?;
    let is_note = editor.document.node(&id).is_some_and(|node| node.kind() == NodeKind::Note);
    (is_note && editor.document.editable.get_untracked()).then_some(id)
}

/// Drags the lower right corner of a card to a world point.
pub fn stretch(canvas_model: CanvasModel, id: &NodeId, to: Point) {
    let (Some(signals), Some(card)) = (canvas_model.node_signals(id), canvas_model.rect(id)) else {
        return;
    };
    let (width, height) = (to_grid(to.x - card.origin.x), to_grid(to.y - card.origin.y));
    let size = Size::new(width.max(LEAST.width), height.max(LEAST.height));
    signals.stretch.set_new(Some(size));
}

/// Ends the drag of a corner and keeps the size, as one entry of the history.
pub fn end_stretch(editor: Editor, id: &NodeId) {
    if let Some(size) = cancel_stretch(editor.view.canvas_model, id) {
        resize(editor, id, size);
    }
}

/// Forgets the size that a drag has given a card, and returns it.
pub fn cancel_stretch(canvas_model: CanvasModel, id: &NodeId) -> Option<Size> {
    let signals = canvas_model.node_signals(id)?;
    let size = signals.stretch.get_untracked()?;
    signals.stretch.set(None);
    Some(size)
}

/// Makes the selected note larger by so many steps, or smaller where `steps` is below 0.
pub fn grow(editor: Editor, steps: f64) {
    let Some(id) = selected_note(editor) else { return };
    let Some(card) = editor.view.canvas_model.rect(&id) else { return };
    let width = (card.size.width + steps * STEP.width).max(LEAST.width);
    let height = (card.size.height + steps * STEP.height).max(LEAST.height);
    resize(editor, &id, Size::new(width, height));
}

fn resize(editor: Editor, id: &NodeId, Size { width, height }: Size) {
    let size = workflow::Size { width, height };
    editor.run(Command::Resize(id.clone(), Some(size)), format!("resize {}", editor.title(id)));
}

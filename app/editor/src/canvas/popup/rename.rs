//! Renaming a node in place.

use leptos::prelude::*;
use model::id::NodeId;

use super::in_place::InPlace;
use crate::{
    canvas::{canvas_state::CanvasState, focus::focus_card_soon},
    store::actions::rename,
};

/// The greatest length of a node's title, in characters.
const MOST: usize = 120;

/// The field over the title of the node that is renamed.
#[component]
pub fn Rename(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    move || {
        let id = canvas.popups.renaming.get().filter(|_| canvas.editor.document.editable.get());
        id.map(|id| view! { <Field canvas=canvas id=id /> })
    }
}

#[component]
fn Field(canvas: CanvasState, id: NodeId) -> impl IntoView {
    let editor = canvas.editor;
    let Some(card) = editor.view.canvas_model.rect(&id) else { return ().into_any() };
    let title = editor.title(&id);
    let end = move |written: Option<String>| {
        canvas.popups.renaming.set(None);
        if let Some(written) = written.filter(|new| !new.is_empty() && *new != editor.title(&id)) {
            rename(editor, &id, &written);
        }
        focus_card_soon(id.clone());
    };
    let at = Signal::derive(move || {
        let view = editor.view.viewport.view.get();
        let corner = view.to_screen(card.origin);
        format!("translate({:.1}px,{:.1}px) scale({:.3})", corner.x, corner.y, view.zoom)
    });
    view! {
        <InPlace class="rename" label="Step name" most=MOST value=title at=at on_end=end />
    }
    .into_any()
}

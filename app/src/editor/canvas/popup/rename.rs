//! Renaming a node in place.

use leptos::prelude::*;
use model::id::NodeId;

use super::in_place::InPlace;
use crate::editor::canvas::{desk::Desk, focus::focus_card_soon};

/// The most characters of a node's name.
const MOST: usize = 120;

/// The field over the title of the node that is renamed.
#[component]
pub fn Rename(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    move || {
        let id = desk.renaming.get().filter(|_| desk.editor.editable.get());
        id.map(|id| view! { <Field desk=desk id=id /> })
    }
}

#[component]
fn Field(desk: Desk, id: NodeId) -> impl IntoView {
    let editor = desk.editor;
    let Some(card) = editor.drawing.rect(&id) else { return ().into_any() };
    let title = editor.title(&id);
    let end = move |written: Option<String>| {
        desk.renaming.set(None);
        if let Some(written) = written.filter(|new| !new.is_empty() && *new != editor.title(&id)) {
            editor.rename(&id, &written);
        }
        focus_card_soon(id.clone());
    };
    let at = Signal::derive(move || {
        let view = editor.lens.view.get();
        let corner = view.to_screen(card.origin);
        format!("translate({:.1}px,{:.1}px) scale({:.3})", corner.x, corner.y, view.zoom)
    });
    view! {
        <InPlace class="rename" label="Name of the node" most=MOST value=title at=at on_end=end />
    }
    .into_any()
}

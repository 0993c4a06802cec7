//! Renaming a node in place.

use leptos::{ev, html, prelude::*};
use model::id::NodeId;

use crate::editor::canvas::{desk::Desk, focus::focus_card_soon};

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
    let node_ref = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(field) = node_ref.get() {
            // A field that is gone again needs neither.
            let _ = field.focus();
            field.select();
        }
    });
    let title = editor.title(&id);
    let done = StoredValue::new(false);
    let end = StoredValue::new(move |keep: bool| {
        if done.get_value() {
            return;
        }
        done.set_value(true);
        let written = node_ref.get_untracked().map(|field| field.value()).unwrap_or_default();
        desk.renaming.set(None);
        let written = written.trim();
        if keep && !written.is_empty() && written != editor.title(&id) {
            editor.rename(&id, written);
        }
        focus_card_soon(id.clone());
    });
    let on_key = move |event: ev::KeyboardEvent| {
        event.stop_propagation();
        match event.key().as_str() {
            "Enter" => end.with_value(|end| end(true)),
            "Escape" => end.with_value(|end| end(false)),
            _ => {}
        }
    };
    let at = move || {
        let view = editor.lens.view.get();
        let corner = view.to_screen(card.origin);
        format!("translate({:.1}px,{:.1}px) scale({:.3})", corner.x, corner.y, view.zoom)
    };
    view! {
        <input
            node_ref=node_ref
            class="rename"
            type="text"
            maxlength="120"
            aria-label="Name of the node"
            style:transform=at
            prop:value=title
            on:keydown=on_key
            on:blur=move |_| {
                // A field that goes loses the focus once more.
                end.try_with_value(|end| end(true));
            }
        />
    }
    .into_any()
}

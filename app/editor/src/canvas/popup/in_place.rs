//! Fields in the place of what they change: the title of a node, the label of an edge.

use leptos::{ev, html, prelude::*};
use model::{
    id::{EdgeId, NodeId},
    workflow::Edge,
};

use crate::{
    canvas::{
        canvas_state::CanvasState,
        focus::{focus_canvas, focus_card_soon, focus_in_place},
    },
    store::{
        EditorView,
        actions::{label_edge, rename},
    },
};

/// A field that takes the focus; Enter and blur keep the text, Escape drops it.
#[component]
pub fn InPlace(
    /// The CSS class of the field, which gives it its place and size.
    class: &'static str,
    /// The accessible name.
    label: &'static str,
    /// The greatest number of characters.
    most: usize,
    /// The text before the edit.
    value: String,
    /// The place as a CSS transform.
    #[prop(into)]
    at: Signal<String>,
    /// Called once with the trimmed text, or with nothing after Escape.
    #[prop(into)]
    on_end: Callback<Option<String>>,
) -> impl IntoView {
    let node_ref = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(field) = node_ref.get() {
            focus_in_place(&field);
            field.select();
        }
    });
    let done = StoredValue::new(false);
    let end = StoredValue::new(move |keep: bool| {
        if done.get_value() {
            return;
        }
        done.set_value(true);
        let written = node_ref.get_untracked().map(|field| field.value()).filter(|_| keep);
        on_end.run(written.map(|written| written.trim().to_owned()));
    });
    let on_key = move |event: ev::KeyboardEvent| {
        event.stop_propagation();
        match event.key().as_str() {
            "Enter" => end.with_value(|end| end(true)),
            "Escape" => end.with_value(|end| end(false)),
            _ => {}
        }
    };
    // The value is an attribute, so that it is there when the effect selects it; a property is set
    // later.
    view! {
        <input
            node_ref=node_ref
            class=class
            type="text"
            maxlength=most.to_string()
            aria-label=label
            style:transform=move || at.get()
            value=value
            on:keydown=on_key
            on:blur=move |_| {
                // A field that is removed loses the focus once more.
                end.try_with_value(|end| end(true));
            }
        />
    }
}

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
        id.map(|id| view! { <TitleField canvas=canvas id=id /> })
    }
}

#[component]
fn TitleField(canvas: CanvasState, id: NodeId) -> impl IntoView {
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

/// The field at the middle of the edge whose label is edited.
#[component]
pub fn EdgeLabel(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    move || {
        let id = canvas.popups.labelling.get().filter(|_| canvas.editor.document.editable.get());
        id.map(|id| view! { <LabelField canvas=canvas id=id /> })
    }
}

#[component]
fn LabelField(canvas: CanvasState, id: EdgeId) -> impl IntoView {
    let editor = canvas.editor;
    let EditorView { canvas_model, viewport, .. } = editor.view;
    let Some(signals) = canvas_model.edge_signals(&id) else { return ().into_any() };
    let wire = signals.wire.get_untracked();
    let before = wire.label.clone().unwrap_or_default();
    let now = before.clone();
    let end = move |written: Option<String>| {
        canvas.popups.labelling.set(None);
        if let Some(written) = written.filter(|written| *written != before) {
            label_edge(editor, &id, &written);
        }
        focus_canvas();
    };
    let at = Signal::derive(move || {
        let middle = canvas_model.path(&wire).map(|path| path.label).unwrap_or_default();
        let at = viewport.view.get().to_screen(middle);
        format!("translate({:.1}px,{:.1}px) translate(-50%,-50%)", at.x, at.y)
    });
    view! {
        <InPlace
            class="edge-label__field"
            label="Connection label"
            most=Edge::LONGEST_LABEL
            value=now
            at=at
            on_end=end
        />
    }
    .into_any()
}

//! Editing the label of an edge in place.

use leptos::prelude::*;
use model::{id::EdgeId, workflow::Edge};

use super::in_place::InPlace;
use crate::{
    canvas::{canvas_state::CanvasState, focus::focus_canvas},
    store::{EditorView, actions::label_edge},
};

/// The field at the middle of the edge whose label is edited.
#[component]
pub fn EdgeLabel(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    move || {
        let id = canvas.popups.labelling.get().filter(|_| canvas.editor.document.editable.get());
        id.map(|id| view! { <Field canvas=canvas id=id /> })
    }
}

#[component]
fn Field(canvas: CanvasState, id: EdgeId) -> impl IntoView {
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

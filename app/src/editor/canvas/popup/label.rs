//! Writing words on an edge.

use leptos::prelude::*;
use model::{id::EdgeId, workflow::Edge};

use super::in_place::InPlace;
use crate::editor::canvas::{desk::Desk, focus::focus_canvas};

/// The field at the middle of the edge whose label is written.
#[component]
pub fn EdgeLabel(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    move || {
        let id = desk.labelling.get().filter(|_| desk.editor.editable.get());
        id.map(|id| view! { <Field desk=desk id=id /> })
    }
}

#[component]
fn Field(desk: Desk, id: EdgeId) -> impl IntoView {
    let editor = desk.editor;
    let Some(thread) = editor.drawing.thread(&id) else { return ().into_any() };
    let wire = thread.wire.get_untracked();
    let before = wire.label.clone().unwrap_or_default();
    let now = before.clone();
    let end = move |written: Option<String>| {
        desk.labelling.set(None);
        if let Some(written) = written.filter(|written| *written != before) {
            editor.label_edge(&id, &written);
        }
        focus_canvas();
    };
    let at = Signal::derive(move || {
        let middle = editor.drawing.path(&wire).map(|path| path.label).unwrap_or_default();
        let at = editor.lens.view.get().to_screen(middle);
        format!("translate({:.1}px,{:.1}px) translate(-50%,-50%)", at.x, at.y)
    });
    view! {
        <InPlace
            class="edge-label__field"
            label="Label of the connection"
            most=Edge::LONGEST_LABEL
            value=now
            at=at
            on_end=end
        />
    }
    .into_any()
}

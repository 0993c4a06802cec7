//! The edges, in one drawing under the cards.

use leptos::prelude::*;
use model::id::EdgeId;

use super::desk::Desk;

/// All lines; the outline says in words what they connect.
#[component]
pub fn Lines(
    /// What goes on.
    desk: Desk,
    /// The edges to draw.
    shown: Memo<Vec<EdgeId>>,
) -> impl IntoView {
    view! {
        <svg class="edges" width="1" height="1" aria-hidden="true" focusable="false">
            <For each=move || shown.get() key=|id| id.clone() let:id>
                <EdgeLine desk=desk id=id />
            </For>
        </svg>
    }
    .into_any()
}

#[component]
fn EdgeLine(desk: Desk, id: EdgeId) -> impl IntoView {
    let drawing = desk.editor.drawing;
    let Some(thread) = drawing.thread(&id) else { return ().into_any() };
    let wire = thread.wire.clone();
    let d = Memo::new(move |_| Some(drawing.path(&wire.get())?.d));
    let wire = thread.wire.clone();
    let lit = Memo::new(move |_| {
        let ends = wire.with(|wire| [wire.source.clone(), wire.target.clone()]);
        ends.iter().any(|end| drawing.spot(end).is_some_and(|spot| spot.chosen.get()))
    });
    let (chosen, wire, state) = (thread.chosen, thread.wire, thread.state);
    let hovered = {
        let id = id.clone();
        move || desk.hovered.with(|now| now.as_ref() == Some(&id))
    };
    let onto = {
        let id = id.clone();
        move || desk.onto.with(|now| now.as_ref() == Some(&id))
    };
    view! {
        <path
            class="edge"
            data-testid=format!("edge-{id}")
            data-state=move || state.get().key()
            data-selected=move || chosen.get().then_some("")
            data-lit=move || lit.get().then_some("")
            data-hovered=move || hovered().then_some("")
            data-onto=move || onto().then_some("")
            data-problem=move || wire.with(|wire| wire.problem.is_some()).then_some("")
            d=move || d.get()
        />
    }
    .into_any()
}

//! All lines, in one drawing under the cards.

use leptos::prelude::*;

use super::{
    place::{Places, line},
    view::{DiagramEdge, EdgeState},
};

/// The lines of a diagram; they carry no words, so they are hidden from screen readers.
#[component]
pub(super) fn EdgeLayer(edges: Signal<Vec<DiagramEdge>>, places: Memo<Places>) -> impl IntoView {
    view! {
        <svg class="edges" width="1" height="1" aria-hidden="true" focusable="false">
            <For each=move || edges.get() key=|edge| edge.id.clone() let:edge>
                <EdgeLine first=edge edges=edges places=places />
            </For>
        </svg>
    }
    .into_any()
}

#[component]
fn EdgeLine(
    first: DiagramEdge,
    edges: Signal<Vec<DiagramEdge>>,
    places: Memo<Places>,
) -> impl IntoView {
    let id = first.id.clone();
    let state = Memo::new(move |_| {
        edges.with(|all| all.iter().find(|edge| edge.id == id).map_or(EdgeState::Idle, |e| e.state))
    });
    let d = Memo::new(move |_| places.with(|places| line(&first, places)).map(|path| path.d));
    view! { <path class="edge" data-state=move || state.get().key() d=move || d.get() /> }
}

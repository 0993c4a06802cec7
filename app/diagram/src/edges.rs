//! All lines, in one drawing under the cards.

use leptos::prelude::*;

use super::{
    place::{Places, line},
    view::{DiagramEdge, EdgeState},
};

/// The lines of a diagram and the words on them, hidden from screen readers: what they say is said
/// with the cards they connect.
#[component]
pub(super) fn EdgeLayer(edges: Signal<Vec<DiagramEdge>>, places: Memo<Places>) -> impl IntoView {
    let labelled = move || {
        let has = |edge: &DiagramEdge| edge.label.is_some();
        edges.with(|all| all.iter().filter(|edge| has(edge)).cloned().collect::<Vec<_>>())
    };
    view! {
        <svg class="edges" width="1" height="1" aria-hidden="true" focusable="false">
            <For each=move || edges.get() key=|edge| edge.id.clone() let:edge>
                <EdgeLine first=edge edges=edges places=places />
            </For>
        </svg>
        <For each=labelled key=|edge| edge.id.clone() let:edge>
            <EdgeWords edge=edge places=places />
        </For>
    }
    .into_any()
}

/// The words on a line, on a plate at its middle; what runs was drawn before, so they stay.
#[component]
fn EdgeWords(edge: DiagramEdge, places: Memo<Places>) -> impl IntoView {
    let (id, words) = (edge.id.clone(), edge.label.clone());
    let middle = Memo::new(move |_| places.with(|all| line(&edge, all)).map(|path| path.label));
    view! {
        <span
            class="edge-label clip"
            data-testid=format!("edge-label-{id}")
            aria-hidden="true"
            hidden=move || middle.get().is_none()
            style:left=move || middle.get().map(|at| format!("{}px", at.x))
            style:top=move || middle.get().map(|at| format!("{}px", at.y))
        >
            {words}
        </span>
    }
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

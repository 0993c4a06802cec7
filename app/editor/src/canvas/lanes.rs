//! The bands of lanes behind the cards, and the button that collapses a lane, a loop or a frame.
//! Screen readers skip both: the outline tells the order in words, and keys and menus collapse too.

use leptos::{
    ev::{MouseEvent, PointerEvent},
    prelude::*,
};
use model::{canvas::frame::LaneCard, id::NodeId};
use ui::icon::{Glyph, Icon};

use super::{
    canvas_state::CanvasState,
    focus::{focus_card, is_nowhere},
};
use crate::store::{Band, Editor, EditorView, grouping};

/// Collapses or opens the selected nodes or what they lie in, or else the focused node.
pub(super) fn collapse(editor: Editor) {
    let view = editor.view;
    let focused = view.focus.get_untracked();
    if let Some(lane) = focused.as_ref().and_then(|id| view.canvas_model.lane(id)) {
        return collapse_lane(editor, &lane.fork, &lane.port);
    }
    let mut ids = view.selected_nodes();
    if ids.is_empty() {
        ids.extend(focused.clone());
    }
    if grouping::collapse(editor, &ids)
        && let Some(id) = focused
    {
        focus_if_lost(view, view.canvas_model.visible_card(id));
    }
}

/// Collapses or opens what one card holds.
pub(super) fn fold(editor: Editor, id: &NodeId) {
    match editor.view.canvas_model.lane(id) {
        Some(lane) => collapse_lane(editor, &lane.fork, &lane.port),
        None => {
            if grouping::collapse(editor, &[id.clone()].into()) {
                focus_if_lost(editor.view, id.clone());
            }
        }
    }
}

/// Collapses or opens one lane; the focus moves to its card, or to the first card in it.
fn collapse_lane(editor: Editor, fork: &NodeId, port: &str) {
    let canvas_model = editor.view.canvas_model;
    let card = || canvas_model.card_of_lane(fork, port);
    let before = card();
    if !grouping::collapse_lane(editor, fork, port) {
        return;
    }
    let first = |lane: LaneCard| {
        canvas_model
            .order
            .with_untracked(|order| order.iter().find(|id| lane.nodes.contains(*id)).cloned())
    };
    let next = card().map(|card| card.id).or_else(|| before.and_then(first));
    if let Some(next) = next {
        focus_if_lost(editor.view, canvas_model.visible_card(next));
    }
}

/// Shows a card and focuses it, unless the focus is on something that is still there.
fn focus_if_lost(view: EditorView, id: NodeId) {
    view.focus.set(Some(id.clone()));
    if let Some(card) = view.canvas_model.rect(&id) {
        view.viewport.reveal(card);
    }
    request_animation_frame(move || {
        if is_nowhere() {
            focus_card(&id);
        }
    });
}

/// The bands of all open lanes.
#[component]
pub fn Lanes(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    let editor = canvas.editor;
    let (all, editable) = (editor.view.bands, editor.document.editable);
    let band = move |band: Band| {
        let test_id = format!("fold-{}", band.key);
        let press = move |()| collapse_lane(editor, &band.fork, &band.port);
        let fold = editable
            .get()
            .then(|| view! { <Fold test_id=test_id collapsed=false on_press=press /> });
        view! {
            <div
                class="lane"
                data-testid=format!("lane-{}", band.key)
                style:left=format!("{}px", band.rect.origin.x)
                style:top=format!("{}px", band.rect.origin.y)
                style:width=format!("{}px", band.rect.size.width)
                style:height=format!("{}px", band.rect.size.height)
            >
                <span class="lane__name clip">{band.words}</span>
                {fold}
            </div>
        }
    };
    view! {
        <div class="lanes" aria-hidden="true">
            {move || all.get().into_iter().map(band).collect_view()}
        </div>
    }
    .into_any()
}

/// The button that collapses something to one card, or opens it.
#[component]
pub fn Fold(
    /// The `data-testid` of the button, unique on the canvas.
    test_id: String,
    /// Whether it is collapsed now.
    #[prop(into)]
    collapsed: Signal<bool>,
    /// Called when it is pressed.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    let icon = move || if collapsed.get() { Icon::ChevronRight } else { Icon::ChevronDown };
    let title = move || if collapsed.get() { "Expand" } else { "Collapse" };
    view! {
        <span
            class="fold"
            data-testid=test_id
            title=title
            aria-hidden="true"
            // A press on the button is none on the canvas under it.
            on:pointerdown=|event: PointerEvent| {
                if event.button() == 0 {
                    event.stop_propagation();
                }
            }
            on:dblclick=|event: MouseEvent| event.stop_propagation()
            on:click=move |_| on_press.run(())
        >
            <Glyph icon=Signal::derive(icon) size=16 />
        </span>
    }
    .into_any()
}

//! The width of the panel, which the person drags at its edge or sets by keys; the browser keeps
//! it.

use leptos::{
    ev::{KeyboardEvent, PointerEvent},
    html,
    prelude::*,
};
use web::client::storage;

const KEY: &str = "atelier.panel";
/// The bounds, the usual width and the step of keys, all in pixels.
const LEAST: f64 = 320.0;
const MOST: f64 = 640.0;
const USUAL: f64 = 380.0;
const STEP: f64 = 20.0;

/// The width in pixels that the browser has kept; nothing for the usual one.
pub(super) fn use_width() -> RwSignal<Option<f64>> {
    let width = RwSignal::new(None);
    Effect::new(move || {
        let kept = storage::recall(KEY).and_then(|kept| kept.parse::<f64>().ok());
        width.set(kept.filter(|kept| (LEAST..=MOST).contains(kept)));
    });
    width
}

/// The edge of the panel; the browser keeps the width when a drag ends.
#[component]
pub(super) fn PanelEdge(width: RwSignal<Option<f64>>) -> impl IntoView {
    let edge = NodeRef::<html::Div>::new();
    let dragged = RwSignal::new(false);
    let set = move |to: f64| width.set(Some(to.round().clamp(LEAST, MOST)));
    let keep = move || match width.get_untracked() {
        Some(width) => storage::keep(KEY, &width.to_string()),
        None => storage::forget(KEY),
    };
    let press = move |event: PointerEvent| {
        let Some(edge) = edge.get_untracked().filter(|_| event.button() == 0) else { return };
        // A pointer that is already gone cannot be captured and drags nothing.
        dragged.set(edge.set_pointer_capture(event.pointer_id()).is_ok());
    };
    let drag = move |event: PointerEvent| {
        let right = window().inner_width().ok().and_then(|width| width.as_f64());
        if let Some(right) = right.filter(|_| dragged.get_untracked()) {
            set(right - f64::from(event.client_x()));
        }
    };
    let release = move |_| {
        if dragged.get_untracked() {
            dragged.set(false);
            keep();
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let panel = edge.get_untracked().and_then(|edge| edge.next_element_sibling());
        let now = panel.map_or(USUAL, |panel| panel.get_bounding_client_rect().width());
        match event.key().as_str() {
            "ArrowLeft" => set(now + STEP),
            "ArrowRight" => set(now - STEP),
            "Home" => set(LEAST),
            "End" => set(MOST),
            _ => return,
        }
        event.prevent_default();
        keep();
    };
    let reset = move |_| {
        width.set(None);
        keep();
    };
    view! {
        <div
            node_ref=edge
            class="builder__edge"
            role="separator"
            tabindex="0"
            aria-label="Panel width"
            aria-orientation="vertical"
            aria-valuemin=LEAST
            aria-valuemax=MOST
            aria-valuenow=move || width.get().unwrap_or(USUAL)
            data-dragged=move || dragged.get().then_some("")
            on:pointerdown=press
            on:pointermove=drag
            on:pointerup=release
            on:pointercancel=release
            on:keydown=on_key
            on:dblclick=reset
        ></div>
    }
}

//! The keyboard focus on cards.

pub mod lift;

use leptos::prelude::{document, request_animation_frame};
use model::id::NodeId;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

pub use web::client::focus::{focus_in_place, is_nowhere};

/// The element id of the canvas.
pub const CANVAS: &str = "canvas";

/// The part of the canvas with the cards, without what floats over it.
const SURFACE: &str = ".canvas__surface";

/// The element id of a card.
pub fn card_id(id: &NodeId) -> String {
    format!("node-{id}")
}

/// Focuses a card without scrolling; the focus stays where it is if the card is not drawn.
pub fn focus_card(id: &NodeId) {
    focus_element(&card_id(id));
}

/// Focuses a card with the next frame, by which it is drawn, unless the focus has moved elsewhere
/// by then: a fast typist is in the next dialog already.
pub fn focus_card_soon(id: NodeId) {
    let before = document().active_element();
    request_animation_frame(move || {
        let now = document().active_element();
        let on_canvas = |now: &Element| now.id() == CANVAS;
        if now == before || is_nowhere() || now.as_ref().is_some_and(on_canvas) {
            focus_card(&id);
        }
    });
}

/// Whether the canvas, a card on it or nothing has the focus.
pub fn is_canvas_focused() -> bool {
    let inside = |active: &Element| active.closest(SURFACE).is_ok_and(|around| around.is_some());
    let active = document().active_element();
    is_nowhere() || active.is_some_and(|active| active.id() == CANVAS || inside(&active))
}

/// Focuses the canvas itself, not one of its cards.
pub fn focus_canvas() {
    focus_element(CANVAS);
}

fn focus_element(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        focus_in_place(&element);
    }
}

/// Focuses the canvas unless the focus is on it or one of its cards already, so that keys go there
/// and not to a button that floats over it.
pub fn enter_canvas() {
    if is_nowhere() || !is_canvas_focused() {
        focus_canvas();
    }
}

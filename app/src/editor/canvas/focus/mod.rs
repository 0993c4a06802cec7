//! The focus on cards: where it lies, moves and goes.

mod leaving;
mod lift;

use leptos::prelude::{document, request_animation_frame};
use model::id::NodeId;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

pub use crate::client::focus::{focus_in_place, is_nowhere};

/// The id of the canvas on the page.
pub const CANVAS: &str = "canvas";

/// What of the canvas lies below all that floats over it.
const SURFACE: &str = ".canvas__surface";

/// The id of a card on the page.
pub fn card_id(id: &NodeId) -> String {
    format!("node-{id}")
}

/// Focuses a card without moving the view; one that is not drawn leaves the focus where it was.
pub fn focus_card(id: &NodeId) {
    focus_element(&card_id(id));
}

/// Focuses a card that may be drawn only with the next frame, unless the focus has gone elsewhere by
/// then: who types fast is in the next dialog already.
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

/// Whether the canvas or a card on it has the focus, or nothing has.
pub fn is_here() -> bool {
    let inside = |active: &Element| active.closest(SURFACE).is_ok_and(|around| around.is_some());
    let active = document().active_element();
    is_nowhere() || active.is_some_and(|active| active.id() == CANVAS || inside(&active))
}

/// Focuses the canvas itself.
pub fn focus_canvas() {
    focus_element(CANVAS);
}

fn focus_element(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        focus_in_place(&element);
    }
}

/// Focuses the canvas unless the focus is on it or one of its cards already: keys go there then, and
/// not to a button that floats over it.
pub fn enter_canvas() {
    if is_nowhere() || !is_here() {
        focus_canvas();
    }
}

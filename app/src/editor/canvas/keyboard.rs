//! Keys on the canvas.

use leptos::{
    ev::{self, Event, KeyboardEvent},
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    deed::Deed,
    desk::Desk,
    focus::{CANVAS, focus_card, is_nowhere},
    middle::paste,
};
use crate::client::storage;

/// Where people say that single letters do nothing.
pub(super) const LETTERS_OFF: &str = "atelier-letters-off";

/// A key goes down on the canvas or on one of its cards.
pub fn on_key(event: &KeyboardEvent, desk: Desk) {
    if is_writing(event) || is_pressing(event) {
        return;
    }
    let key = event.key();
    if key == " " && !event.ctrl_key() && !event.meta_key() {
        event.prevent_default();
        return desk.hold_space();
    }
    if key == "Tab" {
        return tab(event, desk);
    }
    if is_off(event) {
        return;
    }
    let Some(deed) = Deed::of_key(event) else { return };
    event.prevent_default();
    match deed {
        Deed::Arrow(direction) => desk.arrow(direction, event.shift_key(), event.alt_key()),
        deed => desk.perform(deed),
    }
}

/// A key goes up.
pub fn on_key_up(event: &KeyboardEvent, desk: Desk) {
    if event.key() != " " || !desk.space.get_untracked() {
        return;
    }
    let on_card = element(event).is_some_and(|element| element.dataset().get("node").is_some());
    if desk.let_space_go() && on_card {
        desk.perform(if event.shift_key() { Deed::Extend } else { Deed::Toggle });
    }
}

/// Keys go to the canvas too as long as nothing else on the page has the focus, and what is copied,
/// cut and pasted then.
pub fn watch_keys(desk: Desk) {
    let down = window_event_listener(ev::keydown, move |event| {
        if is_free(&event) && event.key() != "Tab" {
            on_key(&event, desk);
        }
    });
    let up = window_event_listener(ev::keyup, move |event| {
        if is_free(&event) {
            on_key_up(&event, desk);
        }
    });
    // A key that is let go in another window is not told of.
    let left = window_event_listener(ev::blur, move |_| {
        desk.let_space_go();
    });
    let copy = window_event_listener(ev::copy, move |event| {
        if is_free(&event) && !is_text_chosen() {
            desk.on_copy(&event);
        }
    });
    let cut = window_event_listener(ev::cut, move |event| {
        if is_free(&event) && !is_text_chosen() {
            desk.on_cut(&event);
        }
    });
    let paste = window_event_listener(ev::paste, move |event| {
        if is_free(&event) {
            paste(desk, &event);
        }
    });
    on_cleanup(move || {
        for listener in [down, up, left, copy, cut, paste] {
            listener.remove();
        }
    });
}

/// Whether a person finds the way by keys: not who holds one while a pointer works.
pub fn is_by_keys(event: &KeyboardEvent) -> bool {
    let command = event.ctrl_key() || event.meta_key() || event.alt_key();
    !command && !matches!(event.key().as_str(), "Shift" | "Control" | "Meta" | "Alt" | " ")
}

/// Whether a person has marked words on the page: those are what is copied.
fn is_text_chosen() -> bool {
    let marked = window().get_selection().ok().flatten();
    marked.is_some_and(|marked| !marked.is_collapsed())
}

/// Whether an event belongs to nothing on the page: nothing has the focus, and no dialog is open.
pub fn is_free(event: &Event) -> bool {
    let dialog = || document().query_selector("dialog[open]").is_ok_and(|open| open.is_some());
    is_nowhere() && !event.default_prevented() && !dialog()
}

/// Tab goes from card to card in reading order, and leaves after the last one.
fn tab(event: &KeyboardEvent, desk: Desk) {
    let editor = desk.editor;
    let mut order = editor.drawing.order.get_untracked();
    order.retain(|id| !editor.drawing.is_hidden(id));
    let at = editor.focus.get_untracked().and_then(|id| order.iter().position(|own| *own == id));
    let on_card = element(event).is_some_and(|element| element.dataset().get("node").is_some());
    let on_canvas = element(event).is_some_and(|element| element.id() == CANVAS);
    let next = match (at.filter(|_| on_card), event.shift_key()) {
        (None, false) if on_canvas => Some(0),
        (None, _) => None,
        (Some(at), false) => Some(at + 1),
        (Some(at), true) => at.checked_sub(1),
    };
    if let Some(id) = next.and_then(|next| order.get(next)) {
        event.prevent_default();
        desk.look_at(id);
        focus_card(id);
    }
}

fn element(event: &Event) -> Option<HtmlElement> {
    event.target()?.dyn_into::<HtmlElement>().ok()
}

/// Whether a key, or what is copied, belongs to a field, or to a dialog over the canvas.
pub fn is_writing(event: &Event) -> bool {
    element(event).is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.is_content_editable()
            || element.closest("dialog").is_ok_and(|around| around.is_some())
    })
}

/// Whether the key presses the button that has the focus.
fn is_pressing(event: &KeyboardEvent) -> bool {
    let on_button = || element(event).is_some_and(|element| element.tag_name() == "BUTTON");
    matches!(event.key().as_str(), " " | "Enter") && on_button()
}

/// Whether the key is a single letter, and those are switched off.
pub fn is_off(event: &KeyboardEvent) -> bool {
    let command = event.ctrl_key() || event.meta_key();
    !command && Deed::is_letter(&event.key()) && storage::recall(LETTERS_OFF).is_some()
}

//! Keys on the canvas.

use leptos::{
    ev::{self, Event, KeyboardEvent},
    prelude::*,
};
use wasm_bindgen::JsCast;
use web::client::{on_window, storage};
use web_sys::HtmlElement;

use super::{
    canvas_state::CanvasState,
    clipboard::{on_copy, on_cut, on_paste},
    command::CanvasCommand,
    focus::{
        CANVAS, focus_card, is_nowhere,
        lift::{arrow, look_at},
    },
    run_command::run_command,
};

/// The storage key that is set when single letters are switched off.
pub(super) const LETTERS_OFF: &str = "atelier-letters-off";

/// Handles a key that goes down on the canvas or on one of its cards.
pub fn on_key(event: &KeyboardEvent, canvas: CanvasState) {
    if is_writing(event) || is_pressing(event) {
        return;
    }
    let key = event.key();
    if key == " " && !event.ctrl_key() && !event.meta_key() {
        event.prevent_default();
        return canvas.gesture.hold_space();
    }
    if key == "Tab" {
        return tab(event, canvas);
    }
    if is_off(event) {
        return;
    }
    let Some(command) = CanvasCommand::from_key_event(event) else { return };
    event.prevent_default();
    match command {
        CanvasCommand::Arrow(direction) => {
            arrow(canvas.editor, direction, event.shift_key(), event.alt_key())
        }
        command => run_command(canvas, command),
    }
}

/// Handles a key that goes up.
pub fn on_key_up(event: &KeyboardEvent, canvas: CanvasState) {
    if event.key() != " " || !canvas.gesture.space.get_untracked() {
        return;
    }
    let on_card = element(event).is_some_and(|element| element.dataset().get("node").is_some());
    if canvas.gesture.release_space() && on_card {
        let more = event.shift_key();
        run_command(canvas, if more { CanvasCommand::Extend } else { CanvasCommand::Toggle });
    }
}

/// Sends keys, copy, cut and paste to the canvas while nothing on the page has the focus.
pub fn watch_keys(canvas: CanvasState) {
    on_window(ev::keydown, move |event| {
        if is_free(&event) && event.key() != "Tab" {
            on_key(&event, canvas);
        }
    });
    on_window(ev::keyup, move |event| {
        if is_free(&event) {
            on_key_up(&event, canvas);
        }
    });
    // A key that goes up in another window sends no event here.
    on_window(ev::blur, move |_| {
        canvas.gesture.release_space();
    });
    on_window(ev::copy, move |event| {
        if is_free(&event) && !is_text_selected() {
            on_copy(canvas.editor, &event);
        }
    });
    on_window(ev::cut, move |event| {
        if is_free(&event) && !is_text_selected() {
            on_cut(canvas.editor, &event);
        }
    });
    on_window(ev::paste, move |event| {
        if is_free(&event) {
            on_paste(canvas, &event);
        }
    });
}

/// Whether a key means that the person navigates by keys; modifiers and Space, which are also held
/// during pointer gestures, do not.
pub fn is_by_keys(event: &KeyboardEvent) -> bool {
    let command = event.ctrl_key() || event.meta_key() || event.alt_key();
    !command && !matches!(event.key().as_str(), "Shift" | "Control" | "Meta" | "Alt" | " ")
}

/// Whether text on the page is selected: then that is copied and not the nodes.
fn is_text_selected() -> bool {
    let selection = window().get_selection().ok().flatten();
    selection.is_some_and(|selection| !selection.is_collapsed())
}

/// Whether nothing on the page takes an event: nothing has the focus and no dialog is open.
pub fn is_free(event: &Event) -> bool {
    let dialog = || document().query_selector("dialog[open]").is_ok_and(|open| open.is_some());
    is_nowhere() && !event.default_prevented() && !dialog()
}

/// Moves the focus from card to card in reading order; Tab leaves the canvas after the last one.
fn tab(event: &KeyboardEvent, canvas: CanvasState) {
    let view = canvas.editor.view;
    let mut order = view.canvas_model.order.get_untracked();
    order.retain(|id| !view.canvas_model.is_hidden(id));
    let at = view.focus.get_untracked().and_then(|id| order.iter().position(|own| *own == id));
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
        look_at(canvas.editor, id);
        focus_card(id);
    }
}

fn element(event: &Event) -> Option<HtmlElement> {
    event.target()?.dyn_into::<HtmlElement>().ok()
}

/// Whether an event belongs to a text field or to a dialog over the canvas.
pub fn is_writing(event: &Event) -> bool {
    element(event).is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.is_content_editable()
            || element.closest("dialog").is_ok_and(|around| around.is_some())
    })
}

/// Whether a key presses the button that has the focus.
fn is_pressing(event: &KeyboardEvent) -> bool {
    let on_button = || element(event).is_some_and(|element| element.tag_name() == "BUTTON");
    matches!(event.key().as_str(), " " | "Enter") && on_button()
}

/// Whether a key is a single letter and those are switched off.
pub fn is_off(event: &KeyboardEvent) -> bool {
    let command = event.ctrl_key() || event.meta_key();
    !command && CanvasCommand::is_letter(&event.key()) && storage::recall(LETTERS_OFF).is_some()
}

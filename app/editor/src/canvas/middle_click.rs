//! Suppresses the paste of the middle mouse button: it moves the view, but on Linux browsers also
//! paste the text that is selected anywhere.

use std::cell::Cell;

use leptos::{
    ev::{self, MouseEvent},
    prelude::*,
};
use web::client::clock::now_ms;
use web_sys::ClipboardEvent;

use super::{canvas_state::CanvasState, clipboard};

const MIDDLE: i16 = 1;
/// A paste this soon after the button went up comes from it, in milliseconds.
const PASTE_DELAY_MS: f64 = 300.0;
const NEVER: f64 = f64::MIN;

thread_local! {
    /// When a middle button went up last, unless a key or a paste came after it; in milliseconds.
    static UP: Cell<f64> = const { Cell::new(NEVER) };
}

/// Remembers when the middle button went up, as long as the canvas is on the page.
pub fn watch_middle_button() {
    let up = window_event_listener(ev::mouseup, |event| {
        if event.button() == MIDDLE {
            UP.set(now_ms());
        }
    });
    let key = window_event_listener(ev::keydown, |_| UP.set(NEVER));
    on_cleanup(move || [up, key].into_iter().for_each(WindowListenerHandle::remove));
}

/// Handles a mouse button that goes up on the canvas: the middle one pastes nothing.
pub fn on_mouse_up(event: &MouseEvent) {
    if event.button() == MIDDLE {
        event.prevent_default();
    }
}

/// Handles a paste event on the canvas, unless it comes from the middle button.
pub fn on_paste(canvas: CanvasState, event: &ClipboardEvent) {
    if now_ms() - UP.replace(NEVER) < PASTE_DELAY_MS {
        // Nothing else on the page may take it either.
        event.prevent_default();
    } else {
        clipboard::on_paste(canvas, event);
    }
}

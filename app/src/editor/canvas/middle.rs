//! What a middle button does besides moving the view: on Linux browsers paste with it what is marked
//! anywhere, which nobody means on a canvas.

use std::cell::Cell;

use leptos::{
    ev::{self, MouseEvent},
    prelude::*,
};
use web_sys::ClipboardEvent;

use super::desk::Desk;
use crate::editor::store::now_ms;

const MIDDLE: i16 = 1;
/// How long after the button a paste is still its own, in milliseconds.
const AT_ONCE_MS: f64 = 300.0;
const NEVER: f64 = f64::MIN;

thread_local! {
    /// When a middle button went up last, unless a key or a paste came after it.
    static UP: Cell<f64> = const { Cell::new(NEVER) };
}

/// Looks where a paste comes from, as long as the canvas is on the page.
pub fn watch_middle() {
    let up = window_event_listener(ev::mouseup, |event| {
        if event.button() == MIDDLE {
            UP.set(now_ms());
        }
    });
    let key = window_event_listener(ev::keydown, |_| UP.set(NEVER));
    on_cleanup(move || [up, key].into_iter().for_each(WindowListenerHandle::remove));
}

/// A button goes up on the canvas: the middle one is to paste nothing.
pub fn on_mouse_up(event: &MouseEvent) {
    if event.button() == MIDDLE {
        event.prevent_default();
    }
}

/// Something is pasted on the canvas, by a key or the browser's own menu if it is to count.
pub fn paste(desk: Desk, event: &ClipboardEvent) {
    if now_ms() - UP.replace(NEVER) < AT_ONCE_MS {
        // Nobody else on the page is to take it either.
        event.prevent_default();
    } else {
        desk.on_paste(event);
    }
}

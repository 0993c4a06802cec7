//! Scrolling, of the page or of anything in it.

use leptos::prelude::document;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::AddEventListenerOptions;

/// Calls a function whenever anything has been scrolled, until dropped.
pub struct ScrollWatch {
    on_scroll: Closure<dyn FnMut()>,
}

impl ScrollWatch {
    /// Watches; nothing when the listener is refused.
    pub fn open(report: impl FnMut() + 'static) -> Option<Self> {
        let on_scroll = Closure::new(report);
        let options = AddEventListenerOptions::new();
        // What scrolls within the page tells nobody around it afterwards.
        options.set_capture(true);
        options.set_passive(true);
        document()
            .add_event_listener_with_callback_and_add_event_listener_options(
                "scroll",
                on_scroll.as_ref().unchecked_ref(),
                &options,
            )
            .ok()?;
        Some(Self { on_scroll })
    }
}

impl Drop for ScrollWatch {
    fn drop(&mut self) {
        let callback = self.on_scroll.as_ref().unchecked_ref();
        let _ = document().remove_event_listener_with_callback_and_bool("scroll", callback, true);
    }
}

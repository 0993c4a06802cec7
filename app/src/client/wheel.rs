//! Wheel events that may be refused, so the page neither scrolls nor zooms under a canvas.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{AddEventListenerOptions, EventTarget, HtmlElement, WheelEvent};

/// Calls a function for each wheel event on an element and keeps it from the page, until dropped.
pub struct WheelWatch {
    target: EventTarget,
    on_wheel: Closure<dyn FnMut(WheelEvent)>,
}

impl WheelWatch {
    /// Watches `element`; nothing when the listener is refused.
    pub fn open(
        element: &HtmlElement,
        mut report: impl FnMut(WheelEvent) + 'static,
    ) -> Option<Self> {
        let on_wheel = Closure::new(move |event: WheelEvent| {
            event.prevent_default();
            report(event);
        });
        let options = AddEventListenerOptions::new();
        options.set_passive(false);
        let target: EventTarget = element.clone().unchecked_into();
        target
            .add_event_listener_with_callback_and_add_event_listener_options(
                "wheel",
                on_wheel.as_ref().unchecked_ref(),
                &options,
            )
            .ok()?;
        Some(Self { target, on_wheel })
    }
}

impl Drop for WheelWatch {
    fn drop(&mut self) {
        let callback = self.on_wheel.as_ref().unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback("wheel", callback);
    }
}

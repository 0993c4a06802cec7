//! Wheel events that can be cancelled, so that the page neither scrolls nor zooms under a canvas.

use model::canvas::{geometry::Point, viewport::WheelUnit, wheel::Wheel};
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

/// A wheel event as seen from the top left corner of `frame`.
pub fn read_wheel(event: &WheelEvent, frame: &HtmlElement) -> Wheel {
    let corner = frame.get_bounding_client_rect();
    let at = Point::new(f64::from(event.client_x()), f64::from(event.client_y()));
    let unit = match event.delta_mode() {
        WheelEvent::DOM_DELTA_LINE => WheelUnit::Line,
        WheelEvent::DOM_DELTA_PAGE => WheelUnit::Page,
        _ => WheelUnit::Pixel,
    };
    Wheel {
        at: at - Point::new(corner.left(), corner.top()),
        delta: Point::new(event.delta_x(), event.delta_y()),
        unit,
        pinch: event.ctrl_key() || event.meta_key(),
        sideways: event.shift_key(),
    }
}

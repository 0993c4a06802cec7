//! Wheel events that can be cancelled, so that the page neither scrolls nor zooms under a canvas.

use model::canvas::{geometry::Point, viewport::WheelUnit, wheel::Wheel};
use web_sys::{HtmlElement, WheelEvent};

use super::Listener;

/// Calls a function for each wheel event on an element and keeps it from the page, until dropped.
pub fn on_wheel(
    element: &HtmlElement,
    mut report: impl FnMut(WheelEvent) + 'static,
) -> Option<Listener<WheelEvent>> {
    Listener::open(element, "wheel", move |event: WheelEvent| {
        event.prevent_default();
        report(event);
    })
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

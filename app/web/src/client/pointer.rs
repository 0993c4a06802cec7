//! Pointer events as the canvas core takes them.

use leptos::{ev::PointerEvent, prelude::window};
use model::canvas::{
    geometry::Point,
    hit::Hit,
    tool::{Button, Held, Pointer, Press},
};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// How long the haptic pulse of a long press lasts.
const HAPTIC_MS: u32 = 10;

/// The pointer's position in CSS pixels from the top left corner of the element that listens.
pub fn local(event: &PointerEvent) -> Point {
    let at = Point::new(f64::from(event.client_x()), f64::from(event.client_y()));
    let stage = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    match stage.map(|stage| stage.get_bounding_client_rect()) {
        Some(corner) => at - Point::new(corner.left(), corner.top()),
        None => at,
    }
}

/// The press of a pointer. What it hit is left as nothing, for the caller to fill in.
pub fn press(event: &PointerEvent) -> Press {
    let pointer = match event.pointer_type().as_str() {
        "touch" => Pointer::Finger,
        _ => Pointer::Fine,
    };
    let button = match event.button() {
        1 => Button::Middle,
        2 => Button::Second,
        _ => Button::Main,
    };
    let (id, at, held) = (event.pointer_id(), local(event), held_keys(event));
    Press { id, at, pointer, button, held, on: Hit::Nothing }
}

/// The modifier keys held during a pointer event. The space bar is always false: browsers do not
/// report it with pointer events.
pub fn held_keys(event: &PointerEvent) -> Held {
    Held {
        shift: event.shift_key(),
        alt: event.alt_key(),
        command: event.ctrl_key() || event.meta_key(),
        space: false,
    }
}

/// Gives a short haptic pulse; nothing happens on a device that cannot.
pub fn send_haptic_pulse() {
    // A page that may not, or cannot, says so by `false`.
    let _ = window().navigator().vibrate_with_duration(HAPTIC_MS);
}

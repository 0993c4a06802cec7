//! Pointer events as the canvas core takes them.

use leptos::ev::PointerEvent;
use model::canvas::{
    geometry::Point,
    hit::Hit,
    tool::{Button, Held, Pointer, Press},
};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// A pointer's place from the top left corner of the element that listens.
pub fn local(event: &PointerEvent) -> Point {
    let at = Point::new(f64::from(event.client_x()), f64::from(event.client_y()));
    let stage = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    match stage.map(|stage| stage.get_bounding_client_rect()) {
        Some(corner) => at - Point::new(corner.left(), corner.top()),
        None => at,
    }
}

/// A pointer going down on nothing; whoever knows what lies there says so.
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
    let (id, at, held) = (event.pointer_id(), local(event), held(event));
    Press { id, at, pointer, button, held, on: Hit::Nothing }
}

/// The keys held during a pointer event; the space bar is not among what browsers say.
pub fn held(event: &PointerEvent) -> Held {
    Held {
        shift: event.shift_key(),
        alt: event.alt_key(),
        command: event.ctrl_key() || event.meta_key(),
        space: false,
    }
}

//! Browser resources, each released when its owner goes. Everything here compiles on the server
//! too, but is reached only from effects and event handlers, which never run there.

use leptos::prelude::{StoredValue, document};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, convert::FromWasmAbi};
use web_sys::NodeList;

pub mod alive;
pub mod clock;
pub mod colour;
pub mod cookie;
pub mod double_click;
pub mod events;
pub mod focus;
pub mod images;
pub mod keys;
pub mod media;
pub mod notification;
pub mod pointer;
pub mod resize;
pub mod scroll;
pub mod sending;
pub mod signal;
pub mod storage;
pub mod wheel;
pub mod writing;

/// Keeps a browser resource until the running effect runs again or its owner goes. Call it in an
/// effect: on the server such a value would be dropped by another thread, which panics.
pub fn keep<T: 'static>(resource: T) {
    StoredValue::new_local(resource);
}

/// The elements of a kind among what was found.
pub fn elements<T: JsCast>(found: Result<NodeList, JsValue>) -> Vec<T> {
    let Ok(found) = found else { return vec![] };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

/// Hears of events wherever they are on the page, before whatever they are for, until dropped.
pub struct Captured<E: 'static> {
    name: &'static str,
    on_event: Closure<dyn FnMut(E)>,
}

impl<E: FromWasmAbi + 'static> Captured<E> {
    /// Listens to events of this name; nothing when the listener is refused.
    pub fn open(name: &'static str, hear: impl FnMut(E) + 'static) -> Option<Self> {
        let on_event = Closure::new(hear);
        let target = on_event.as_ref().unchecked_ref();
        document().add_event_listener_with_callback_and_bool(name, target, true).ok()?;
        Some(Self { name, on_event })
    }
}

impl<E> Drop for Captured<E> {
    fn drop(&mut self) {
        let target = self.on_event.as_ref().unchecked_ref();
        let _ = document().remove_event_listener_with_callback_and_bool(self.name, target, true);
    }
}

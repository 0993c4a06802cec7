//! Browser resources, each released when its reactive owner is disposed of. Everything here
//! compiles on the server too, but is called only from effects and event handlers, which never run
//! there; only a [preference](cookie::preference) and the [locale] are read there as well.

use leptos::prelude::{StoredValue, document};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, convert::FromWasmAbi};
use web_sys::NodeList;

pub mod autosave_triggers;
pub mod caret;
pub mod clipboard;
pub mod clock;
pub mod colour;
pub mod composing;
pub mod cookie;
pub mod double_click;
pub mod events;
pub mod focus;
pub mod hydration_flag;
pub mod images;
pub mod keys;
pub mod lifetime;
pub mod locale;
pub mod media;
pub mod notification;
pub mod page;
pub mod pointer;
pub mod resize;
pub mod scroll;
pub mod signal;
pub mod storage;
pub mod tabs;
pub mod tips;
pub mod translation;
pub mod upload;
pub mod wheel;

/// Keeps a browser resource until the running effect runs again or its owner is disposed of; then
/// the resource is dropped. Call it in an effect: on the server such a value would be dropped by
/// another thread, which panics.
pub fn own_until_cleanup<T: 'static>(resource: T) {
    StoredValue::new_local(resource);
}

/// The elements of type `T` among those that a selector found.
pub fn elements<T: JsCast>(found: Result<NodeList, JsValue>) -> Vec<T> {
    let Ok(found) = found else { return vec![] };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

/// A listener to events anywhere on the page, called before the element they are for; removed on
/// drop.
pub struct Captured<E: 'static> {
    name: &'static str,
    on_event: Closure<dyn FnMut(E)>,
}

impl<E: FromWasmAbi + 'static> Captured<E> {
    /// Listens to events of this name; none when the browser refuses the listener.
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

//! Browser resources, each released when its reactive owner is disposed of. Everything here
//! compiles on the server too, but is called only from effects and event handlers, which never run
//! there; only a [preference](cookie::preference) and the [locale] are read there as well.

use leptos::{
    prelude::{StoredValue, document, on_cleanup, window_event_listener},
    tachys::html::event::EventDescriptor,
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, convert::FromWasmAbi};
use web_sys::{AddEventListenerOptions, EventTarget, NodeList};

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

/// Calls `hear` for each event of the window until the owner is disposed of.
pub fn on_window<E>(event: E, hear: impl Fn(E::EventType) + 'static)
where
    E: EventDescriptor<EventType: JsCast> + 'static,
{
    let listener = window_event_listener(event, hear);
    on_cleanup(move || listener.remove());
}

/// A listener to events of a target; removed on drop.
pub struct Listener<E: 'static> {
    target: EventTarget,
    name: &'static str,
    captures: bool,
    on_event: Closure<dyn FnMut(E)>,
}

impl<E: FromWasmAbi + 'static> Listener<E> {
    /// Listens to events of this name; none when the browser refuses the listener.
    pub fn open(
        target: &EventTarget,
        name: &'static str,
        hear: impl FnMut(E) + 'static,
    ) -> Option<Self> {
        Self::listen(target, name, false, Closure::new(hear))
    }

    /// Listens to events anywhere on the page: it is called before the element that they are for.
    pub fn capture(name: &'static str, hear: impl FnMut(E) + 'static) -> Option<Self> {
        Self::listen(&document(), name, true, Closure::new(hear))
    }

    fn listen(
        target: &EventTarget,
        name: &'static str,
        captures: bool,
        on_event: Closure<dyn FnMut(E)>,
    ) -> Option<Self> {
        let options = AddEventListenerOptions::new();
        options.set_capture(captures);
        // What is passive cannot keep an event from the page.
        options.set_passive(false);
        let callback = on_event.as_ref().unchecked_ref();
        target
            .add_event_listener_with_callback_and_add_event_listener_options(
                name, callback, &options,
            )
            .ok()?;
        Some(Self { target: target.clone(), name, captures, on_event })
    }
}

impl<E> Drop for Listener<E> {
    fn drop(&mut self) {
        let callback = self.on_event.as_ref().unchecked_ref();
        let (name, captures) = (self.name, self.captures);
        let _ = self.target.remove_event_listener_with_callback_and_bool(name, callback, captures);
    }
}

//! The size of an element as it changes.

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, HtmlElement, ResizeObserver};

/// Calls a function with the width and height of an element, at once and on every change, until
/// dropped. Sizes are CSS pixels before any transform.
pub struct ResizeWatch {
    observer: ResizeObserver,
    _on_resize: Closure<dyn FnMut(JsValue)>,
}

impl ResizeWatch {
    /// Watches `element`; nothing when the browser has no resize observer.
    pub fn open(element: &HtmlElement, mut report: impl FnMut(f64, f64) + 'static) -> Option<Self> {
        let watched = element.clone();
        let on_resize = Closure::new(move |_: JsValue| {
            report(f64::from(watched.offset_width()), f64::from(watched.offset_height()));
        });
        let observer = ResizeObserver::new(on_resize.as_ref().unchecked_ref()).ok()?;
        observer.observe(element.unchecked_ref::<Element>());
        Some(Self { observer, _on_resize: on_resize })
    }
}

impl Drop for ResizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

//! The second click of a double click on something that the page has moved under the pointer.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

use super::{Listener, own_until_cleanup};

/// The elements that do something when they are clicked.
const CONTROLS: &str = "button, a, summary, label, input, select, textarea, dialog";

/// Lets a second click go nowhere that meets another control than the first: it opened a question,
/// or brought another picture to its place, and only the first was meant. Call once, in the app.
pub fn watch_double_clicks() {
    Effect::new(|| {
        let mut first = None::<Element>;
        own_until_cleanup(Listener::capture("click", move |event: MouseEvent| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let met = target.and_then(|target| target.closest(CONTROLS).ok().flatten());
            if event.detail() < 2 {
                first = met;
            } else if first != met {
                event.prevent_default();
                event.stop_propagation();
            }
        }));
    });
}

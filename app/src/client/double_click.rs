//! The second half of a double click that the page has moved something else under.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, MouseEvent};

/// What a click is for.
const CONTROLS: &str = "button, a, summary, label, input, select, textarea, dialog";

/// Lets a second click go nowhere that meets another control than the first: it opened a question, or
/// brought another picture to its place, and only the first was meant. Call once, in the app.
pub fn watch_double_clicks() {
    Effect::new(|| {
        let first = StoredValue::new_local(None::<Element>);
        let watch = Closure::<dyn Fn(MouseEvent)>::new(move |event: MouseEvent| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let met = target.and_then(|target| target.closest(CONTROLS).ok().flatten());
            if event.detail() < 2 {
                first.try_set_value(met);
            } else if first.try_with_value(|first| *first != met) == Some(true) {
                event.prevent_default();
                event.stop_propagation();
            }
        });
        let (watching, before_all) = (watch.as_ref().unchecked_ref(), true);
        // A page without it is a page all the same.
        let _ = window().add_event_listener_with_callback_and_bool("click", watching, before_all);
        // For as long as the app is there, which is until the page goes.
        watch.forget();
    });
}

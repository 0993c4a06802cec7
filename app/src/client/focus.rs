//! Moving the focus to where a person should look next.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

const FIELDS: &str = "input, select, textarea, button";

/// Focuses the element of this id, or the first field in it when it is a group of fields.
pub fn focus(id: &str) {
    let Some(element) = document().get_element_by_id(id) else { return };
    let inside = match element.tag_name().as_str() {
        "FIELDSET" => element.query_selector(FIELDS).ok().flatten(),
        _ => None,
    };
    if let Ok(element) = inside.unwrap_or(element).dyn_into::<HtmlElement>() {
        // What cannot take the focus leaves it where it was.
        let _ = element.focus();
    }
}

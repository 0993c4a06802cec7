//! Moving the focus to where a person should look next.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

const FIELDS: &str = "input, select, textarea, button";

/// Focuses the first field that can be reached in what a selector finds first.
pub fn focus_first(within: &str) {
    let Ok(Some(group)) = document().query_selector(within) else { return };
    let Ok(fields) = group.query_selector_all(FIELDS) else { return };
    let elements = (0..fields.length()).filter_map(|at| fields.item(at));
    let mut elements = elements.filter_map(|node| node.dyn_into::<HtmlElement>().ok());
    // What is hidden takes no room.
    if let Some(element) = elements.find(|element| element.offset_width() > 0) {
        // What cannot take the focus leaves it where it was.
        let _ = element.focus();
    }
}

/// Focuses the element of this id, or the first field in it when it is a group of fields.
pub fn focus(id: &str) {
    let Some(element) = document().get_element_by_id(id) else { return };
    let inside = match element.tag_name().as_str() {
        "FIELDSET" => element.query_selector(FIELDS).ok().flatten(),
        _ => None,
    };
    unfold(&element);
    if let Ok(element) = inside.unwrap_or(element).dyn_into::<HtmlElement>() {
        // What cannot take the focus leaves it where it was.
        let _ = element.focus();
    }
}

/// Opens what an element is folded away in.
fn unfold(element: &Element) {
    let mut around = element.closest("details").ok().flatten();
    while let Some(details) = around {
        // What cannot be opened leaves it folded.
        let _ = details.set_attribute("open", "");
        around = details.parent_element().and_then(|p| p.closest("details").ok().flatten());
    }
}

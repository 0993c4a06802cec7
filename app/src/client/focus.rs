//! Moving the focus to where a person should look next.

use leptos::{
    prelude::document,
    task::{spawn_local, tick},
};
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

/// Leaves the focus where it is while the page changes: an element that is moved on the page, taken
/// from it or disabled loses it. It is given back before another key can be pressed; where that
/// cannot be, `elsewhere` is called.
pub fn keep_focus(elsewhere: impl FnOnce() + 'static) {
    let before = document().active_element().filter(|active| active.tag_name() != "BODY");
    let Some(before) = before else { return };
    let is_lost = || {
        let now = document().active_element();
        now.is_none_or(|now| now.tag_name() == "BODY" || now.has_attribute("disabled"))
    };
    spawn_local(async move {
        // By then the page is drawn anew.
        tick().await;
        if is_lost()
            && let Some(element) = before.dyn_ref::<HtmlElement>()
        {
            // What cannot take the focus leaves it where it was.
            let _ = element.focus();
        }
        if is_lost() {
            elsewhere();
        }
    });
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

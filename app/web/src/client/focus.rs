//! Moves the focus to where a person goes on, and keeps it from being lost.

use std::iter::successors;

use gloo_timers::callback::Interval;
use leptos::{
    ev,
    prelude::*,
    task::{spawn_local, tick},
};
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement};

use super::{elements, on_window, own_until_cleanup};

/// How often it is checked whether the focus is lost.
const FOCUS_MS: u32 = 250;

/// The attribute of an element that has the focus only because the element in it that had it is
/// gone.
const PLACE: &str = "data-focus-place";
const FIELDS: &str = "input, select, textarea, button";

/// Focuses the first visible field in the first element that a selector matches.
pub fn focus_first(within: &str) {
    let Ok(Some(group)) = document().query_selector(within) else { return };
    let fields: Vec<HtmlElement> = elements(group.query_selector_all(FIELDS));
    // What is hidden takes no room.
    if let Some(element) = fields.iter().find(|field| field.offset_width() > 0) {
        give_focus(element);
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
    give_focus(&inside.unwrap_or(element));
}

/// What cannot take the focus leaves it where it was.
fn give_focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}

/// Leaves the focus where it is while the page changes: an element that is moved on the page, taken
/// from it or disabled loses it. It is given back before another key can be pressed; where that
/// cannot be, `elsewhere` is called.
pub fn keep_focus(elsewhere: impl FnOnce() + 'static) {
    let Some(before) = holder() else { return };
    let is_lost = || holder().is_none_or(|now| now.has_attribute("disabled"));
    spawn_local(async move {
        // By then the page is drawn anew.
        tick().await;
        if is_lost() {
            give_focus(&before);
        }
        if is_lost() {
            elsewhere();
        }
    });
}

/// Keeps the focus near its place, for as long as the page is open: what leaves the page or is
/// disabled takes the focus along, and the next key would begin at the top. What is left around its
/// place gets it then, unless something else has it soon.
pub fn watch_focus() {
    Effect::new(|| {
        let near = StoredValue::new_local(Vec::new());
        on_window(ev::focusin, move |event| {
            let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            near.set_value(successors(element, |e| e.parent_element()).collect());
        });
        own_until_cleanup(Interval::new(FOCUS_MS, move || {
            near.try_with_value(|near: &Vec<Element>| give_back(near));
        }));
    });
}

/// Whether no element has the focus that handles keys: at most a container that was given it.
pub fn is_nowhere() -> bool {
    holder().is_none_or(|active| active.has_attribute(PLACE))
}

/// The element with the focus; none where it is the body.
fn holder() -> Option<Element> {
    document().active_element().filter(|active| active.tag_name() != "BODY")
}

/// Focuses an element and leaves the page around it where it is.
pub fn focus_in_place(element: &HtmlElement) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    // What cannot take the focus leaves it where it was.
    let _ = element.focus_with_options(&options);
}

/// Where the first of these elements has lost the focus, gives it to the next one that is shown.
fn give_back(near: &[Element]) {
    let Some(first) = near.first().filter(|_| holder().is_none()) else { return };
    if is_shown(first) && !first.has_attribute("disabled") {
        return;
    }
    let around = near.iter().skip(1).filter(|e| !["BODY", "HTML"].contains(&e.tag_name().as_str()));
    if let Some(element) = around.filter_map(|e| e.dyn_ref::<HtmlElement>()).find(|e| is_shown(e)) {
        if !element.has_attribute("tabindex") {
            // Only an attribute with a bad name is refused.
            let _ = element.set_attribute("tabindex", "-1");
            let _ = element.set_attribute(PLACE, "");
        }
        focus_in_place(element);
    }
}

/// Whether an element takes room on the page and is visible.
fn is_shown(element: &Element) -> bool {
    let place = element.get_bounding_client_rect();
    let takes_room = element.is_connected() && (place.width() > 0.0 || place.height() > 0.0);
    takes_room && !is_invisible(element)
}

fn is_invisible(element: &Element) -> bool {
    let style = window().get_computed_style(element).ok().flatten();
    style.is_some_and(|style| {
        style.get_property_value("visibility").is_ok_and(|how| how != "visible")
    })
}

/// Opens every `details` that an element lies in.
fn unfold(element: &Element) {
    let mut around = element.closest("details").ok().flatten();
    while let Some(details) = around {
        // What cannot be opened leaves it folded.
        let _ = details.set_attribute("open", "");
        around = details.parent_element().and_then(|p| p.closest("details").ok().flatten());
    }
}

//! Moving the focus from region to region with F6.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web::client::elements;
use web_sys::{Element, HtmlElement};

/// The regions in the order in which F6 visits them.
const REGIONS: [&str; 5] =
    [".builder-bar", ".builder__side", "#canvas", ".builder__panel", ".run-dock"];
/// The elements of a region that can take the focus; the first shown one does.
const FIRST: &str =
    "[tabindex='0'], button:not([tabindex='-1'], :disabled), input, select, textarea, a[href]";

/// Moves the focus to the next region on the page, or to the one before, going round.
pub(super) fn next_region(back: bool) {
    let found = REGIONS.iter().filter_map(|region| document().query_selector(region).ok()?);
    let found: Vec<Element> = found.collect();
    let Some(last) = found.len().checked_sub(1) else { return };
    let active = document().active_element();
    let here = found.iter().position(|region| region.contains(active.as_deref()));
    let next = match (here, back) {
        (None, _) => 0,
        (Some(at), false) => (at + 1) % found.len(),
        (Some(at), true) => at.checked_sub(1).unwrap_or(last),
    };
    enter(&found[next]);
}

fn enter(region: &Element) {
    let fields: Vec<HtmlElement> = elements(region.query_selector_all(FIRST));
    // Hidden elements have no width; a canvas without cards takes the focus itself.
    let first = fields.into_iter().find(|field| field.offset_width() > 0);
    let first = first.or_else(|| region.clone().dyn_into::<HtmlElement>().ok());
    if let Some(element) = first {
        // If the element cannot take the focus, it stays where it was.
        let _ = element.focus();
    }
}

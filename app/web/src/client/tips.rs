//! Tooltips that stay in the window, however near its edge the element is that they explain.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

use super::{Listener, own_until_cleanup};

/// The elements with words that appear while they are pointed at or have the focus.
const EXPLAINED: &str = "[data-tip], .tooltip";
/// The element of the words, where they are no attribute.
const WORDS: &str = ":scope > .tooltip__words";
/// How near the words come to the edge of the window, in pixels.
const EDGE: f64 = 8.0;

/// Moves every tooltip into the window, for as long as the page is open. Call once, in the app.
pub fn watch_tips() {
    Effect::new(|| {
        own_until_cleanup(["pointerover", "focusin"].map(|name| {
            Listener::capture(name, |event: Event| {
                let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                let met = target.and_then(|target| target.closest(EXPLAINED).ok().flatten());
                if let Some(explained) = met.and_then(|met| met.dyn_into::<HtmlElement>().ok()) {
                    keep_in_window(&explained);
                }
            })
        }));
    });
}

fn keep_in_window(explained: &HtmlElement) {
    let Some(width) = words_width(explained) else { return };
    let place = explained.get_bounding_client_rect();
    let middle = place.left() + place.width() / 2.0;
    let window = document().document_element().map_or(0, |root| root.client_width());
    let shift = shift_into(middle - width / 2.0, middle + width / 2.0, f64::from(window));
    // Only a name with odd letters is refused.
    let _ = explained.style().set_property("--tip-shift", &format!("{shift:.0}px"));
}

/// How wide the words are; none where there are none now.
fn words_width(explained: &HtmlElement) -> Option<f64> {
    if let Ok(Some(words)) = explained.query_selector(WORDS) {
        return Some(words.get_bounding_client_rect().width());
    }
    let style = window().get_computed_style_with_pseudo_elt(explained, "::after").ok().flatten()?;
    style.get_property_value("width").ok()?.strip_suffix("px")?.parse().ok()
}

/// How far words from `left` to `right` are moved so that they lie in a window of this width; words
/// that are wider begin at its edge.
fn shift_into(left: f64, right: f64, window: f64) -> f64 {
    let from_right = (window - EDGE - right).min(0.0);
    let from_left = (EDGE - left).max(0.0);
    if from_right < 0.0 { from_right.max(EDGE - left) } else { from_left }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_moved_no_further_than_into_the_window() {
        let shifts = [(100.0, 200.0), (350.0, 420.0), (-30.0, 60.0), (-10.0, 500.0)]
            .map(|(left, right)| shift_into(left, right, 400.0));

        assert_eq!(shifts.map(|shift| format!("{shift:.0}")), ["0", "-28", "38", "18"]);
    }
}

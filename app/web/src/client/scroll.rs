//! Scrolling to what has changed in a text.

use web_sys::{Element, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::elements;

/// What marks a change, whichever way two texts are compared.
const CHANGES: &str = "del, ins, .markdown__changed";
/// The attribute of the change that is looked at.
const CURRENT: &str = "data-current";
/// Marks within so many pixels below another one belong to the same change.
const SAME_LINE: f64 = 24.0;

/// Scrolls to the change with this number, from 0, or to the last one, and marks it. Returns how
/// many changes there are; none where there is nothing to look at.
pub fn show_change(within: &Element, number: usize) -> Option<usize> {
    let changes = changes_in(within);
    let last = changes.len().checked_sub(1)?;
    for before in elements::<Element>(within.query_selector_all(&format!("[{CURRENT}]"))) {
        // An element that is there can lose an attribute and get one.
        let _ = before.remove_attribute(CURRENT);
    }
    let change = changes.get(number.min(last))?;
    let _ = change.set_attribute(CURRENT, "");
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Center);
    change.scroll_into_view_with_scroll_into_view_options(&options);
    Some(changes.len())
}

/// The changes from top to bottom; of marks on the same line only the first.
fn changes_in(within: &Element) -> Vec<Element> {
    let marks: Vec<Element> = elements(within.query_selector_all(CHANGES));
    let placed = marks.into_iter().map(|mark| (mark.get_bounding_client_rect().top(), mark));
    let mut placed: Vec<(f64, Element)> = placed.collect();
    placed.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut changes: Vec<(f64, Element)> = vec![];
    for (top, mark) in placed {
        if changes.last().is_none_or(|(above, _)| top - above >= SAME_LINE) {
            changes.push((top, mark));
        }
    }
    changes.into_iter().map(|(_, mark)| mark).collect()
}

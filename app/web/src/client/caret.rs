//! The text of a box and the caret in it, which browsers count in UTF-16 units and texts in bytes.

use std::ops::Range;

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlDocument, HtmlTextAreaElement};

/// Shows changes of the text from elsewhere in the box.
pub fn follow_text(area: NodeRef<html::Textarea>, text: RwSignal<String>) {
    Effect::new(move || {
        let wanted = text.get();
        if let Some(area) = area.get().filter(|area| area.value() != wanted) {
            area.set_value(&wanted);
        }
    });
}

/// Sets the text of the box at once, so that the caret can be set, too; `caret` counts bytes.
pub fn set_text(area: NodeRef<html::Textarea>, text: RwSignal<String>, full: String, caret: usize) {
    let units = units_of(&full, caret);
    if let Some(area) = area.get_untracked() {
        area.set_value(&full);
        // A box that is not on the page any more has no caret.
        let _ = area.set_selection_range(units, units);
    }
    text.set(full);
}

/// The text in the box with this id, and which bytes of it are selected; none where the page has no
/// such box.
pub fn text_with_selection(id: &str) -> Option<(String, Range<usize>)> {
    let area = text_box(id)?;
    let text = area.value();
    let place = |units: Option<u32>| byte_of(&text, units.unwrap_or_default());
    let start = place(area.selection_start().ok()?);
    let end = place(area.selection_end().ok()?);
    Some((text, start..end.max(start)))
}

/// Types `by` over a range of bytes of the box with this id, and selects `selected` of the new text.
/// It is as if a person had typed it: the page hears of it, and the browser can undo it.
pub fn type_over(id: &str, replaced: Range<usize>, by: &str, selected: Range<usize>) {
    let Some(area) = text_box(id) else { return };
    let Ok(page) = document().dyn_into::<HtmlDocument>() else { return };
    // What cannot take the focus or has no caret is not on the page any more.
    let _ = area.focus();
    select(&area, replaced);
    let _ = page.exec_command_with_show_ui_and_value("insertText", false, by);
    select(&area, selected);
}

fn text_box(id: &str) -> Option<HtmlTextAreaElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Selects a range of bytes of the text that is in the box now.
fn select(area: &HtmlTextAreaElement, range: Range<usize>) {
    let text = area.value();
    let _ = area.set_selection_range(units_of(&text, range.start), units_of(&text, range.end));
}

/// The byte offset after so many UTF-16 units; the end of the text if it is shorter.
pub fn byte_of(text: &str, units: u32) -> usize {
    let mut seen = 0;
    for (byte, letter) in text.char_indices() {
        if seen >= units {
            return byte;
        }
        seen += if letter.len_utf16() == 1 { 1 } else { 2 };
    }
    text.len()
}

/// The number of UTF-16 units before a byte offset.
fn units_of(text: &str, byte: usize) -> u32 {
    let before = text.get(..byte).unwrap_or(text);
    u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_bytes_name_the_same_place() {
        let text = "aä😀b";

        for (byte, _) in text.char_indices() {
            assert_eq!(byte_of(text, units_of(text, byte)), byte);
        }
        assert_eq!((units_of(text, text.len()), byte_of(text, 99)), (5, text.len()));
    }
}

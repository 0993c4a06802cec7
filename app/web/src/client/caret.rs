//! The text of a box and the caret in it, which browsers count in UTF-16 units and texts in bytes.

use leptos::{html, prelude::*};

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

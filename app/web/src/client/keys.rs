//! Keys as they are called on the machine at hand, and the letters that shortcuts mean by them.

use leptos::{ev::KeyboardEvent, prelude::window};

/// The letter or the name by which shortcuts know the key of an event.
pub fn shortcut_key(event: &KeyboardEvent) -> String {
    shortcut(&event.key(), &event.code())
}

/// The letter or the name by which shortcuts know a key, in lower case, by the text that it writes
/// (`KeyboardEvent.key`) and its place (`KeyboardEvent.code`). Where the keyboard writes Latin
/// letters it is what the key writes, wherever it lies; where it writes others, such as Cyrillic or
/// Greek ones, it is what lies at the same place of an English keyboard.
pub fn shortcut(key: &str, code: &str) -> String {
    let is_foreign = key.chars().any(|letter| letter.is_alphabetic() && !is_latin(letter));
    let placed = if is_foreign { key_at(code) } else { None };
    placed.unwrap_or_else(|| key.to_ascii_lowercase())
}

/// Whether a letter is one of the Latin script, with or without marks.
fn is_latin(letter: char) -> bool {
    matches!(letter, '\u{0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// What lies at a place on an English keyboard; nothing where no shortcut asks for it.
fn key_at(code: &str) -> Option<String> {
    match code {
        "BracketLeft" => Some("[".to_owned()),
        "BracketRight" => Some("]".to_owned()),
        code => code.strip_prefix("Key").map(str::to_ascii_lowercase),
    }
}

/// Keys in words, e.g. `Ctrl ⇧ Z`, as the browser's machine calls them; the page's key handling
/// takes both. To be used only where nothing is drawn by the server.
pub fn keys_here(keys: &str) -> String {
    let is_mac = window().navigator().platform().is_ok_and(|platform| platform.starts_with("Mac"));
    if is_mac { mac(keys) } else { keys.to_owned() }
}

fn mac(keys: &str) -> String {
    keys.replace("Ctrl", "⌘").replace("Alt", "⌥").replace("Del", "⌫")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcuts_go_by_the_letter_on_latin_keyboards_and_by_the_place_on_others() {
        for (key, code, meant) in [
            ("Z", "KeyZ", "z"),
            ("z", "KeyY", "z"),
            ("a", "KeyQ", "a"),
            ("q", "KeyA", "q"),
            ("\u{144}", "KeyN", "\u{144}"),
            ("я", "KeyZ", "z"),
            ("Я", "KeyZ", "z"),
            ("ζ", "KeyZ", "z"),
            ("ז", "KeyZ", "z"),
            ("لا", "KeyB", "b"),
            ("х", "BracketLeft", "["),
            ("ж", "Semicolon", "ж"),
            ("?", "Digit7", "?"),
            ("Enter", "Enter", "enter"),
        ] {
            assert_eq!(shortcut(key, code), meant, "{key} at {code}");
        }
    }

    #[test]
    fn a_mac_has_its_own_signs() {
        assert_eq!(mac("Ctrl ⇧ Z"), "⌘ ⇧ Z");
        assert_eq!(mac("Alt and drag"), "⌥ and drag");
        assert_eq!(mac("F2"), "F2");
    }
}

//! Texts and values of a tool, as they stand in a sentence.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::account::is_deceptive;

/// The most characters of a text or a value that is repeated.
const MOST_EXCERPT_CHARS: usize = 100;

/// Tells where two texts differ, and what in the new one is not seen.
pub(super) fn compare_texts(what: &str, before: &str, after: &str, changes: &mut Vec<String>) {
    if before == after {
        return;
    }
    let hidden: BTreeSet<char> = after.chars().filter(|c| is_unseen(*c)).collect();
    if !hidden.is_empty() {
        let hidden: Vec<String> = hidden.into_iter().map(code_point).collect();
        changes.push(format!("{what} has invisible characters: {}.", hidden.join(", ")));
    }
    let (before, after) = around_difference(before, after);
    changes.push(format!("{what} changed from “{before}” to “{after}”."));
}

/// Both texts from shortly before the first place where they differ.
fn around_difference(before: &str, after: &str) -> (String, String) {
    let same = before.chars().zip(after.chars()).take_while(|(old, new)| old == new).count();
    let from = same.saturating_sub(MOST_EXCERPT_CHARS / 4);
    let part = |text: &str| {
        let begin = if from > 0 { "…" } else { "" };
        let part: String = text.chars().skip(from).take(MOST_EXCERPT_CHARS).collect();
        let end = if text.chars().count() > from + MOST_EXCERPT_CHARS { "…" } else { "" };
        format!("{begin}{}{end}", visible(&part))
    };
    (part(before), part(after))
}

/// A value in a sentence.
pub(super) fn excerpt(value: &Value) -> String {
    let text = match value {
        Value::Null => return "nothing".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    format!("“{}”", shorten(&text))
}

/// A name in a sentence.
pub(super) fn shorten(name: &str) -> String {
    let short: String = name.chars().take(MOST_EXCERPT_CHARS).collect();
    let end = if short.len() < name.len() { "…" } else { "" };
    format!("{}{end}", visible(&short))
}

/// Whether a character is in a text without being seen there: words for a model may hide in it.
fn is_unseen(c: char) -> bool {
    let is_invisible = matches!(
        c,
        '\u{00AD}' | '\u{180E}' | '\u{200C}' | '\u{200D}' | '\u{2060}'..='\u{2064}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E01EF}'
    );
    is_invisible || (is_deceptive(c) && !matches!(c, '\n' | '\r' | '\t'))
}

fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// The text on one line, with characters that are not seen written out.
fn visible(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => seen.push(' '),
            c if is_unseen(c) => seen.push_str(&format!("[{}]", code_point(c))),
            c => seen.push(c),
        }
    }
    seen
}

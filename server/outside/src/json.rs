//! JSON as it comes from outside: with a byte-order mark, with halves of characters, with U+0000, or
//! with numbers that reading would change, which become texts of their digits.

use std::borrow::Cow;

use model::number::quote_unkept_numbers;
use serde_json::Value;

/// First character that stands for half a surrogate pair: the last 2,048 code points are for private use.
const HALF: u32 = 0x10_F800;
const FIRST_HIGH: u32 = 0xD800;
const FIRST_LOW: u32 = 0xDC00;
const AFTER_LOW: u32 = 0xE000;

/// Reads a JSON value. A byte-order mark is passed over, bytes that are no UTF-8 become U+FFFD, and so
/// do halves of surrogate pairs, which JSON can write (RFC 8259 §8.2) and no text can hold.
///
/// # Errors
/// Where it is no JSON.
pub fn read(bytes: &[u8]) -> serde_json::Result<Value> {
    read_text(&String::from_utf8_lossy(bytes))
}

/// As [`read`], of a text.
///
/// # Errors
/// Where it is no JSON.
pub fn read_text(json: &str) -> serde_json::Result<Value> {
    serde_json::from_str(&clean(json))
}

/// The same, for a text that comes in pieces: each half is kept as one character, and [`Halves`] makes
/// a whole character of those that meet.
pub(crate) fn read_piece(json: &str) -> serde_json::Result<Value> {
    serde_json::from_str(&rewrite(json, |half| {
        char::from_u32(HALF + half - FIRST_HIGH).unwrap_or(char::REPLACEMENT_CHARACTER)
    }))
}

/// Applies `change` to every text and every key of a JSON value.
pub fn map_texts(value: Value, change: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(change(&text)),
        Value::Array(items) => items.into_iter().map(|item| map_texts(item, change)).collect(),
        Value::Object(map) => {
            let parts = map.into_iter();
            Value::Object(
                parts.map(|(key, part)| (change(&key), map_texts(part, change))).collect(),
            )
        }
        other @ (Value::Null | Value::Bool(_) | Value::Number(_)) => other,
    }
}

/// The JSON as it can be read and kept by everybody.
pub(crate) fn clean(json: &str) -> Cow<'_, str> {
    rewrite(json, |_| char::REPLACEMENT_CHARACTER)
}

fn rewrite(json: &str, replace: impl Fn(u32) -> char) -> Cow<'_, str> {
    match quote_unkept_numbers(json.trim_start_matches('\u{feff}')) {
        Cow::Borrowed(json) => without_halves(json, replace),
        Cow::Owned(json) => Cow::Owned(without_halves(&json, replace).into_owned()),
    }
}

/// The JSON without the escapes of U+0000, and with those of lone halves replaced.
fn without_halves(json: &str, replace: impl Fn(u32) -> char) -> Cow<'_, str> {
    let mut whole = String::new();
    let (mut kept, mut at) = (0, 0);
    while let Some(found) = json[at..].find('\\') {
        at += found;
        match (unit(json, at), unit(json, at + 6)) {
            (Some(FIRST_HIGH..FIRST_LOW), Some(FIRST_LOW..AFTER_LOW)) => at += 12,
            (Some(half @ FIRST_HIGH..AFTER_LOW), _) => {
                whole.push_str(&json[kept..at]);
                whole.push(replace(half));
                at += 6;
                kept = at;
            }
            (Some(0), _) => {
                whole.push_str(&json[kept..at]);
                at += 6;
                kept = at;
            }
            (Some(_), _) => at += 6,
            // A backslash stands before one byte of ASCII in all that is JSON.
            (None, _) => at = json.ceil_char_boundary(at + 2),
        }
    }
    if kept == 0 {
        return Cow::Borrowed(json);
    }
    whole.push_str(&json[kept..]);
    Cow::Owned(whole)
}

/// The UTF-16 code unit that is written at this byte, as `\u` and four digits.
fn unit(json: &str, at: usize) -> Option<u32> {
    let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
    u32::from_str_radix(digits, 16).ok()
}

/// Joins what [`read_piece`] kept apart.
#[derive(Debug, Default)]
pub(crate) struct Halves {
    high: Option<u32>,
}

impl Halves {
    /// The piece with its halves joined; a half at its end waits for the next piece.
    pub(crate) fn join(&mut self, piece: &str) -> String {
        let mut whole = String::with_capacity(piece.len());
        for c in piece.chars() {
            let half = u32::from(c).checked_sub(HALF).map(|half| half + FIRST_HIGH);
            match (self.high.take(), half.filter(|half| *half < AFTER_LOW)) {
                (None, None) => whole.push(c),
                (before, Some(high @ FIRST_HIGH..FIRST_LOW)) => {
                    whole.extend(before.map(|_| char::REPLACEMENT_CHARACTER));
                    self.high = Some(high);
                }
                (Some(high), Some(low)) => {
                    let code = 0x1_0000 + ((high - FIRST_HIGH) << 10) + (low - FIRST_LOW);
                    whole.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                (None, Some(_)) => whole.push(char::REPLACEMENT_CHARACTER),
                (Some(_), None) => whole.extend([char::REPLACEMENT_CHARACTER, c]),
            }
        }
        whole
    }

    /// U+FFFD for a half whose other half never came; empty where none is open.
    pub(crate) fn end(&mut self) -> &'static str {
        if self.high.take().is_some() { "\u{fffd}" } else { "" }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_mark_and_halves_of_characters_do_not_make_json_unreadable() {
        assert_eq!(read("\u{feff}{\"a\": 1}".as_bytes()).unwrap(), json!({"a": 1}));
        assert_eq!(read(br#"{"a": "\ud83d"}"#).unwrap(), json!({"a": "\u{fffd}"}));
        assert_eq!(
            read(br#""\ud83d\ude00 \\ud83d \ude00""#).unwrap(),
            json!("😀 \\ud83d \u{fffd}")
        );
        assert_eq!(read(br#"{"a": "x\u0000y\\u0000"}"#).unwrap(), json!({"a": "xy\\u0000"}));
        let large = read(b"[12345678901234567890123, 18446744073709551615]").unwrap();
        assert_eq!(large, json!(["12345678901234567890123", u64::MAX]));
        assert!(read(br#"{"a": "\ud83""#).is_err());
        assert!(read(b"").is_err());
    }

    #[test]
    fn halves_that_come_in_two_pieces_make_one_character() {
        let mut halves = Halves::default();
        let text = |json: &str| read_piece(json).unwrap().as_str().unwrap().to_owned();

        let said = [r#""Hi \ud83d""#, r#""\ude00!""#, r#""\ud83d""#, r#""x\ud83d""#];
        let said: String = said.iter().map(|json| halves.join(&text(json))).collect();

        assert_eq!(said + halves.end(), "Hi 😀!\u{fffd}x\u{fffd}");
    }

    proptest! {
        #[test]
        fn any_text_in_any_escapes_cut_anywhere_is_the_text(text in any::<String>(), cut in any::<prop::sample::Index>()) {
            let units: Vec<u16> = text.encode_utf16().collect();
            let (left, right) = units.split_at(cut.index(units.len() + 1));
            let escaped = |units: &[u16]| {
                let units: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
                read_piece(&format!("\"{units}\"")).unwrap().as_str().unwrap().to_owned()
            };
            prop_assume!(!text.chars().any(|c| u32::from(c) >= HALF));

            let mut halves = Halves::default();
            let joined = halves.join(&escaped(left)) + &halves.join(&escaped(right)) + halves.end();

            prop_assert_eq!(joined, text.replace('\0', ""));
        }
    }
}

//! Finds the JSON in the text of an answer: among words and fences, and as a text within JSON.

use std::borrow::Cow;

use serde_json::Value;

use super::lenient::{Reader, closing_quotes};
use crate::number::JsonError;

/// How many places are tried at which JSON seems to begin and does not.
const MOST_BROKEN: usize = 50;
/// The longest name without quotes at which an object is known, in characters.
const LONGEST_NAME: usize = 64;

/// A complete value in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundJson<'a> {
    /// The value as it is written.
    pub written: Cow<'a, str>,
    /// The value; a number that is too large is its digits as a text.
    pub value: Value,
    /// What of the value is not kept as it is written.
    pub fault: Option<JsonError>,
    /// Where in the text it begins and ends, in bytes.
    pub(super) place: (usize, usize),
}

/// The JSON that a text is meant to say: of several values the last that fits, else the last. Empty
/// ones count where there is no other, and parts of a broken value do not.
///
/// # Errors
/// Where it has no complete value: where the first that is begun is broken.
pub fn find_json(text: &str, fits: impl Fn(&Value) -> bool) -> Result<FoundJson<'_>, JsonError> {
    let (mut found, broken) = values(text);
    let is_meant = |one: &FoundJson<'_>| one.fault.is_some() || fits(&one.value);
    let is_full = |one: &FoundJson<'_>| !matches!(&*one.written, "{}" | "[]");
    let full = found.iter().rposition(|one| is_meant(one) && is_full(one));
    let chosen = full
        .or_else(|| found.iter().rposition(is_meant))
        .or_else(|| found.iter().rposition(is_full))
        .or_else(|| found.len().checked_sub(1));
    let nowhere = JsonError::Syntax { line: 1, column: 1 };
    chosen.map(|at| found.swap_remove(at)).ok_or(broken.unwrap_or(nowhere))
}

/// The objects that a text consists of, one behind the other; none where anything else is in it, or
/// where a name is in one of them twice.
pub fn read_objects(text: &str) -> Option<Vec<Value>> {
    let mut reader = Reader::new(text, 0);
    let mut objects = vec![];
    while !reader.is_at_end() {
        objects.push(reader.value().filter(Value::is_object)?);
    }
    (!matches!(reader.take_fault(), Some(JsonError::Doubled(_)))).then_some(objects)
}

/// The complete values of a text in their order, and where the first broken one is broken.
pub(super) fn values(text: &str) -> (Vec<FoundJson<'_>>, Option<JsonError>) {
    let mut whole = Reader::new(text, 0);
    if let Some(value) = whole.value()
        && whole.is_at_end()
    {
        let written = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let fault = whole.take_fault();
        let place = (0, text.len());
        let inner = value.as_str().and_then(read_inner);
        let inner = inner.map(|inner| FoundJson { place, ..inner });
        let whole = FoundJson { written: written.into(), value, fault, place };
        return (std::iter::once(whole).chain(inner).collect(), None);
    }
    let (mut found, mut broken, mut tries, mut at) = (vec![], None, 0, 0);
    while let Some(next) = text[at..].find(['{', '[']).filter(|_| tries < MOST_BROKEN) {
        at += next;
        if !begins_json(&text[at..]) {
            at += 1;
            continue;
        }
        let mut reader = Reader::new(text, at);
        if let Some(value) = reader.value() {
            let place = (at, reader.at());
            let written = Cow::Borrowed(&text[place.0..place.1]);
            found.push(FoundJson { written, value, fault: reader.take_fault(), place });
            at = place.1;
        } else {
            broken.get_or_insert(reader.syntax_error());
            tries += 1;
            at = after_broken(text, at);
        }
    }
    (found, broken)
}

/// The object or list that a text within JSON is.
fn read_inner(text: &str) -> Option<FoundJson<'static>> {
    let mut reader = Reader::new(text, 0);
    let value = reader.value().filter(|value| value.is_object() || value.is_array())?;
    let fault = reader.take_fault();
    let written = Cow::Owned(text.trim().to_owned());
    reader.is_at_end().then_some(FoundJson { written, value, fault, place: (0, text.len()) })
}

/// Whether a bracket is one of JSON and not of words.
fn begins_json(text: &str) -> bool {
    let is_object = text.starts_with('{');
    let rest = text[1..].trim_start();
    let Some(first) = rest.chars().next() else { return false };
    if closing_quotes(first).is_some() || matches!(first, '/' | '}' | ']') {
        return true;
    }
    if is_object {
        let is_part = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '$' | '-');
        let name: usize =
            rest.chars().take(LONGEST_NAME).take_while(is_part).map(char::len_utf8).sum();
        return name > 0 && rest[name..].trim_start().starts_with(':');
    }
    let is_word = || {
        let words = ["true", "false", "null", "True", "False", "None"];
        words.iter().any(|word| rest.starts_with(word))
    };
    matches!(first, '{' | '[' | '-' | '0'..='9') || is_word()
}

/// The end of a value that is broken: what closes its bracket, or the fence around it.
fn after_broken(text: &str, begin: usize) -> usize {
    let (mut depth, mut in_text, mut is_escaped) = (0_usize, false, false);
    for (at, c) in text[begin..].char_indices() {
        let at = begin + at;
        if in_text {
            in_text = is_escaped || c != '"';
            is_escaped = c == '\\' && !is_escaped;
            continue;
        }
        match c {
            '"' => in_text = true,
            '{' | '[' => depth += 1,
            '}' | ']' if depth < 2 => return at + 1,
            '}' | ']' => depth -= 1,
            '\n' if text[at + 1..].starts_with("```") => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use super::*;

    fn found(text: &str) -> Option<Value> {
        find_json(text, |value| value["title"].is_string()).ok().map(|found| found.value)
    }

    #[test]
    fn json_is_found_among_words_and_fences() {
        let plain = json!({"title": "A"});
        for text in [
            "{\"title\": \"A\"}",
            "\u{feff} {\"title\": \"A\"}\n",
            "```json\n{\"title\": \"A\"}\n```",
            "Here is [the] JSON [1] of {name}:\n```\n{\"title\": \"A\"}\n```\nAnything else? {}",
            "{\"title\": \"Draft\"}\nBetter:\n{\"title\": \"A\"}\nSee [1].",
            "\"{\\\"title\\\": \\\"A\\\"}\"",
            "```json\n{\"title\": \n```\nSorry, once more:\n```json\n{\"title\": \"A\"}\n```",
        ] {
            assert_eq!(found(text), Some(plain.clone()), "{text}");
        }
        let kept = find_json("So: {\"b\": 1.10, \"a\": 1}.", |_| true).unwrap();
        assert_eq!(kept.written, "{\"b\": 1.10, \"a\": 1}");
        assert_eq!(find_json("5", |_| true).unwrap().value, json!(5));
    }

    #[test]
    fn a_part_of_what_is_broken_is_not_the_answer() {
        for text in [
            "{\"title\": \"Main\", \"related\": {\"title\": \"Other\"}, \"n\": nothing}",
            "{\"title\": \"Main\", \"related\": {\"title\": \"Other\"}",
            "[{\"title\": \"A\"}, {\"title\": \"B\"}, {\"title\": }]",
            "Sure! {\"title\": ",
            "Sure, {title} it is.",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
        let fault = find_json("So:\n{\"title\" \"A\"}", |_| true).unwrap_err();
        assert_eq!(fault, JsonError::Syntax { line: 2, column: 10 });
    }

    #[test]
    fn what_would_be_lost_stays_the_answer_and_is_told() {
        let twice = "{\"title\": \"A\"}\n{\"title\": \"B\", \"title\": \"C\"}";
        let found = find_json(twice, |_| true).unwrap();
        assert_eq!(found.fault, Some(JsonError::Doubled("title".to_owned())));
    }

    #[test]
    fn hostile_texts_are_looked_through_once() {
        for piece in ["[", "{\"", "['a]", "[//", "{a:", "[ ", "{\"a\":[\"", "[\"\\\"]"] {
            let _ = find_json(&piece.repeat(20_000), |_| true);
        }
    }

    #[test]
    fn objects_one_behind_the_other_are_told_from_what_is_no_object() {
        assert_eq!(read_objects("{}{\"a\": 1,}"), Some(vec![json!({}), json!({"a": 1})]));
        for text in ["{\"a\": 1} I think", "{\"a\": ", "[1]", "{\"a\": 1, \"a\": 2}"] {
            assert_eq!(read_objects(text), None, "{text}");
        }
    }
}

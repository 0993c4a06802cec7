//! Reads a request body or query into its type. An error says where the value does not fit, and why
//! in words for a person.

use std::error::Error;

use serde::{Deserialize, Deserializer};

use crate::{
    outside::Outside,
    problem::{FieldProblem, Problem, join_path},
};

const CODE: &str = "bad_shape";

/// The error of a query string: it is read as a form.
type QueryError = serde_path_to_error::Error<serde::de::value::Error>;

/// Reads what was sent.
///
/// # Errors
/// What does not fit, with its path.
pub fn read<'de, T: Deserialize<'de>, D: Deserializer<'de>>(sent: D) -> Result<T, Problem> {
    read_at("", sent)
}

/// Reads the part of what was sent that lies at `place`.
///
/// # Errors
/// What does not fit, with its path.
pub(super) fn read_at<'de, T, D>(place: &str, sent: D) -> Result<T, Problem>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    serde_path_to_error::deserialize(Outside(sent)).map_err(|error| {
        let path = join_path(place, &error.path().to_string());
        invalid_shape(misfit(&path, &error.inner().to_string()))
    })
}

/// The problem that refuses a request because of one part of it.
pub(super) fn invalid_shape(wrong: FieldProblem) -> Problem {
    Problem::invalid("The request isn't valid.", vec![wrong])
}

/// One part of a request that is not as it should be, in our own words.
pub(super) fn wrong(path: &str, words: &str) -> FieldProblem {
    FieldProblem::field(CODE, path, words)
}

/// The part of a query string that does not fit, where the error is about a query string.
pub fn query_problem(error: &(dyn Error + 'static)) -> Option<FieldProblem> {
    let read = std::iter::successors(Some(error), |&error| error.source())
        .find_map(|error| error.downcast_ref::<QueryError>())?;
    Some(misfit(&join_path("", &read.path().to_string()), &read.inner().to_string()))
}

/// Turns serde's `message` about the value at `path` into words for a person.
fn misfit(path: &str, message: &str) -> FieldProblem {
    let message = without_position(message);
    if let Some((field, _)) = split_quoted_name(message, "missing field ") {
        let path = join_path(path, field);
        let words = format!("“{path}” is missing.");
        return wrong(&path, &words);
    }
    if let Some((field, known)) = split_quoted_name(message, "unknown field ") {
        // Where serde first set the object aside, the path ends at the object.
        let is_named = path == field || path.ends_with(&format!(".{field}"));
        let path = if is_named { path.to_owned() } else { join_path(path, field) };
        let unknown = wrong(&path, &format!("“{path}” isn't a known field."));
        let fix = match choice(known) {
            Some(choice) => format!("Remove it, or use {choice}."),
            None => "Remove it.".to_owned(),
        };
        return FieldProblem { fix: Some(fix), ..unknown };
    }
    let what = if path.is_empty() { "The request".to_owned() } else { format!("“{path}”") };
    if let Some((variant, known)) = split_quoted_name(message, "unknown variant ") {
        let unknown = wrong(path, &format!("{what} can't be “{variant}”."));
        let fix = choice(known).map(|choice| format!("Use {choice}."));
        return FieldProblem { fix, ..unknown };
    }
    match describe_expected(message) {
        Some(wanted) => wrong(path, &format!("{what} must be {wanted}.")),
        None => wrong(path, &format!("{what} isn't valid: {}.", message.trim_end_matches('.'))),
    }
}

/// The message without “at line … column …”, which tells a person nothing.
fn without_position(message: &str) -> &str {
    let is_place = |place: &str| place.split(" column ").all(|part| part.parse::<u64>().is_ok());
    match message.rsplit_once(" at line ") {
        Some((words, place)) if is_place(place) => words,
        _ => message,
    }
}

/// Splits a message that starts with `beginning` into the name in backticks that follows it, and
/// the rest.
fn split_quoted_name<'a>(message: &'a str, beginning: &str) -> Option<(&'a str, &'a str)> {
    message.strip_prefix(beginning)?.strip_prefix('`')?.split_once('`')
}

/// The allowed names, which serde puts into backticks, as words.
fn choice(known: &str) -> Option<String> {
    let names: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    match names.as_slice() {
        [] => None,
        [only] => Some((*only).to_owned()),
        _ => Some(format!("one of {}", names.join(", "))),
    }
}

/// What the value has to be, and what it is instead where that is short.
fn describe_expected(message: &str) -> Option<String> {
    if let Some(wanted) = expected_of_text(message) {
        return Some(wanted.to_owned());
    }
    let (sent, wanted) = message.strip_prefix("invalid ")?.rsplit_once(", expected ")?;
    let wanted = kind_wanted(wanted);
    Some(match sent.split_once(": ") {
        Some((_, sent)) => format!("{wanted}, but it is {}", kind_sent(sent)),
        None => wanted,
    })
}

/// The same for a value that is text, as everything in a query string and every id is.
fn expected_of_text(message: &str) -> Option<&'static str> {
    Some(match message {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            "a whole number"
        }
        "number too large to fit in target type" => "a smaller number",
        "number too small to fit in target type" => "a larger number",
        "invalid float literal" | "cannot parse float from empty string" => "a number",
        "provided string was not `true` or `false`" => "true or false",
        _ if message.starts_with("UUID parsing failed") => "an id",
        _ => return None,
    })
}

fn kind_sent(sent: &str) -> &str {
    let plain = ["integer ", "floating point ", "boolean "];
    if let Some(value) = plain.iter().find_map(|kind| sent.strip_prefix(kind)) {
        return value.trim_matches('`');
    }
    match sent.split_whitespace().next() {
        // Texts are not said back: they may be long, or secrets.
        Some("string" | "character") => "text",
        Some("sequence") => "a list",
        Some("map") => "an object",
        _ => sent,
    }
}

fn kind_wanted(wanted: &str) -> String {
    let words = match wanted {
        "u8" => return format!("a whole number from 0 to {}", u8::MAX),
        "u16" => return format!("a whole number from 0 to {}", u16::MAX),
        "u32" => return format!("a whole number from 0 to {}", u32::MAX),
        "i32" => return format!("a whole number from {} to {}", i32::MIN, i32::MAX),
        "u64" | "usize" => "a whole number, 0 or more",
        "i64" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a string" | "a borrowed string" | "string or map" => "text",
        "a formatted UUID string" => "an id",
        "a sequence" => "a list",
        "a map" => "an object",
        _ if wanted.starts_with("struct ") => "an object",
        _ if wanted.contains("tuple") => "a list",
        _ => wanted,
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::{Value, json};

    use super::*;
    use crate::{account::TokenForm, pages::LaunchRequest, review::Decision};

    const ID: &str = "01890000-0000-7000-8000-000000000000";

    fn refusal<T: for<'de> Deserialize<'de>>(sent: Value) -> FieldProblem {
        let read: Result<T, Problem> = read(sent);
        read.err().unwrap().errors.remove(0)
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_path_and_told_in_words() {
        let number = "“budget” must be a whole number, 0 or more, but it is";
        let refused = [
            (json!({ "template_id": ID, "budget": -1 }), "budget", format!("{number} -1.")),
            (
                json!({ "template_id": ID, "budget": "1, expected" }),
                "budget",
                format!("{number} text."),
            ),
            (
                json!({ "template_id": "abc" }),
                "template_id",
                "“template_id” must be an id.".to_owned(),
            ),
            (
                json!({ "template_id": ID, "document_ids": [ID, true] }),
                "document_ids[1]",
                "“document_ids[1]” must be an id, but it is true.".to_owned(),
            ),
            (
                json!({ "template_id": ID, "document_ids": {} }),
                "document_ids",
                "“document_ids” must be a list, but it is an object.".to_owned(),
            ),
            (json!("x"), "", "The request must be an object, but it is text.".to_owned()),
        ];

        for (sent, path, words) in refused {
            let wrong = refusal::<LaunchRequest>(sent);
            assert_eq!((wrong.path.as_deref(), wrong.message), (Some(path), words));
        }
    }

    #[test]
    fn what_is_not_known_is_told_with_what_is() {
        let token = |extra: Value| {
            let mut form = json!({ "name": "CI", "role": "viewer" });
            form.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            refusal::<TokenForm>(form)
        };

        let field = token(json!({ "days": 2 }));
        assert_eq!(field.path.as_deref(), Some("days"));
        assert_eq!(field.message, "“days” isn't a known field.");
        let fix = "Remove it, or use one of name, role, scope, expires_in_days.";
        assert_eq!(field.fix.as_deref(), Some(fix));

        let missing = refusal::<TokenForm>(json!({ "role": "viewer" }));
        assert_eq!(missing.message, "“name” is missing.");

        let word = token(json!({ "role": "boss" }));
        assert_eq!(word.path.as_deref(), Some("role"));
        assert_eq!(word.message, "“role” can't be “boss”.");
        assert_eq!(word.fix.as_deref(), Some("Use one of viewer, runner, editor, admin, owner."));
    }

    #[test]
    fn a_decision_names_the_field_that_does_not_belong_to_it() {
        let refused = [
            (json!({ "decision": "reject" }), "reason"),
            (json!({ "decision": "approve", "reason": "No" }), "reason"),
            (json!({ "decision": "changes", "reason": "No", "comment": "Yes" }), "comment"),
            (json!({ "decision": "approve", "keep": [0, "1"] }), "keep[1]"),
            (json!({ "reason": "No" }), "decision"),
        ];

        for (sent, path) in refused {
            assert_eq!(refusal::<Decision>(sent).path.as_deref(), Some(path));
        }
        let read: Result<Decision, _> = read(json!({ "decision": "reject", "reason": "No" }));
        assert_eq!(read, Ok(Decision::Reject { reason: "No".to_owned() }));
    }

    #[test]
    fn where_in_its_text_something_stands_is_left_out() {
        let wrong = misfit("id", "UUID parsing failed: invalid length at line 1 column 92");
        assert_eq!(wrong.message, "“id” must be an id.");
        let own = misfit("plan", "there is nothing at line 3 of it");
        assert_eq!(own.message, "“plan” isn't valid: there is nothing at line 3 of it.");
    }
}

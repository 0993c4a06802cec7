//! The content of a widget, and the parameter's value that it stands for.

use model::{
    number::{JsonError, read_json},
    parameter::{Parameter, ParameterKind},
    problem::FieldProblem,
    value::{DocumentRef, ImageRef, text_of},
};
use serde_json::Value;

/// The content of a widget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// The typed text, or the one chosen option.
    Text(String),
    /// The state of a switch.
    Flag(bool),
    /// The chosen options, or the ids of picked documents or images.
    Many(Vec<String>),
}

/// The id and name of a parameter's field in the page.
pub fn id_of(parameter: &str) -> String {
    format!("parameter-{parameter}")
}

/// The name of the parameter that a problem is about; none where it is about something else.
pub fn parameter_of(problem: &FieldProblem) -> Option<&str> {
    problem.path.as_deref()?.strip_prefix("parameters.")
}

/// The widget's content for a value; empty for none.
pub fn show(parameter: &Parameter, value: Option<&Value>) -> Entry {
    use ParameterKind as P;
    match parameter.kind {
        P::Boolean => Entry::Flag(value.and_then(Value::as_bool).unwrap_or_default()),
        P::MultiChoice => Entry::Many(value.map(texts).unwrap_or_default()),
        P::Document | P::Documents | P::Image | P::Images => {
            Entry::Many(value.map(ids).unwrap_or_default())
        }
        P::List => Entry::Text(value.map(texts).unwrap_or_default().join("\n")),
        P::Json => {
            let written = |value: &Value| match value {
                Value::String(words) if is_words(words) && words.trim() == words => words.clone(),
                other => serde_json::to_string_pretty(other).unwrap_or_default(),
            };
            Entry::Text(value.map(written).unwrap_or_default())
        }
        _ => Entry::Text(value.map(text_of).unwrap_or_default()),
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(text_of).collect(),
        Value::Null => vec![],
        other => vec![text_of(other)],
    }
}

/// The ids of documents and pictures, from ids as a form sends them or from the references that an
/// execution keeps.
fn ids(value: &Value) -> Vec<String> {
    let id = |value: &Value| {
        let document = DocumentRef::from_value(value).map(|found| found.document_id.to_string());
        let image = || ImageRef::from_value(value).map(|found| found.image_id.to_string());
        document.or_else(image).unwrap_or_else(|| text_of(value))
    };
    match value {
        Value::Array(items) => items.iter().map(id).collect(),
        Value::Null => vec![],
        other => vec![id(other)],
    }
}

/// The value a widget's content stands for; none where nothing was filled in.
///
/// # Errors
/// The text cannot be read as a value of that type. Whether the value fits the parameter's bounds
/// is checked elsewhere.
pub fn read(parameter: &Parameter, entry: &Entry) -> Result<Option<Value>, Box<FieldProblem>> {
    use ParameterKind as P;
    Ok(match entry {
        Entry::Flag(on) => Some(Value::Bool(*on)),
        Entry::Many(chosen) if chosen.is_empty() && !parameter.required => None,
        Entry::Many(chosen) if matches!(parameter.kind, P::Document | P::Image) => {
            chosen.first().cloned().map(Value::from)
        }
        Entry::Many(chosen) => Some(Value::from(chosen.clone())),
        Entry::Text(text) => match parameter.kind {
            P::Text | P::LongText => Some(Value::from(text.clone())),
            _ if text.trim().is_empty() => None,
            // A text that is no number stays one, so that the check can say what it is.
            P::Integer | P::Number => {
                Some(parameter.kind.parse_text(text).unwrap_or_else(|| text.trim().into()))
            }
            P::List => Some(lines(text)),
            P::Json => Some(json(parameter, text)?),
            _ => Some(Value::from(text.trim())),
        },
    })
}

fn lines(text: &str) -> Value {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(Value::from).collect()
}

/// Whether a text in a field for JSON stands for itself: it is no JSON and does not begin as such.
fn is_words(text: &str) -> bool {
    !text.trim_start().starts_with(['{', '[', '"'])
        && matches!(read_json(text), Err(JsonError::Syntax { .. }))
}

fn json(parameter: &Parameter, text: &str) -> Result<Value, Box<FieldProblem>> {
    if is_words(text) {
        return Ok(text.trim().into());
    }
    read_json(text).map_err(|error| {
        let message = match error {
            JsonError::Syntax { line, column } => {
                format!(
                    "{} is not valid JSON. Check line {line}, column {column}.",
                    parameter.title()
                )
            }
            JsonError::Number(_) | JsonError::Doubled(_) => {
                format!("{}: {error}", parameter.title())
            }
        };
        let path = format!("parameters.{}", parameter.name);
        Box::new(FieldProblem::field("wrong_type", path, message))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn parameter(kind: ParameterKind) -> Parameter {
        Parameter { name: "x".to_owned(), kind, ..Parameter::default() }
    }

    fn read_text(kind: ParameterKind, text: &str) -> Option<Value> {
        read(&parameter(kind), &Entry::Text(text.to_owned())).unwrap()
    }

    #[test]
    fn what_is_shown_reads_back_as_the_same_value() {
        let cases = [
            (ParameterKind::Text, json!(" a ")),
            (ParameterKind::Integer, json!(7)),
            (ParameterKind::Number, json!(0.5)),
            (ParameterKind::Boolean, json!(true)),
            (ParameterKind::Choice, json!("b")),
            (ParameterKind::MultiChoice, json!(["a", "b"])),
            (ParameterKind::Image, json!("i")),
            (ParameterKind::Documents, json!(["d", "e"])),
            (ParameterKind::List, json!(["one", "two"])),
            (ParameterKind::Json, json!({"a": [1, null]})),
            (ParameterKind::Json, json!("plain words")),
            (ParameterKind::Json, json!("42")),
            (ParameterKind::Json, json!(" 'x")),
        ];
        for (kind, value) in cases {
            let parameter = parameter(kind);

            let back = read(&parameter, &show(&parameter, Some(&value)));

            assert_eq!(back.unwrap(), Some(value), "{kind:?}");
        }
    }

    #[test]
    fn what_a_launch_kept_of_documents_and_pictures_is_picked_again() {
        let id = "0193bbbb-0000-7000-8000-000000000060";
        let document = json!([{"document_id": id, "title": "Tea"}]);
        let image = json!({"image_id": id, "width": 8, "height": 8, "media_type": "image/png"});

        for (kind, value) in [(ParameterKind::Documents, document), (ParameterKind::Image, image)] {
            assert_eq!(show(&parameter(kind), Some(&value)), Entry::Many(vec![id.to_owned()]));
        }
    }

    #[test]
    fn an_empty_number_is_no_number_and_words_stay_words() {
        assert_eq!(read_text(ParameterKind::Integer, " "), None);
        assert_eq!(read_text(ParameterKind::Integer, "ten"), Some(json!("ten")));
        assert_eq!(read_text(ParameterKind::Integer, "１２"), Some(json!(12)));
        assert_eq!(read_text(ParameterKind::Number, "1,5"), Some(json!(1.5)));
        assert_eq!(read_text(ParameterKind::Number, " 1,234 "), Some(json!("1,234")));
        let large = json!(9_007_199_254_740_993_i64);
        assert_eq!(read_text(ParameterKind::Integer, "9007199254740993"), Some(large.clone()));
        assert_eq!(read_text(ParameterKind::Json, "[9007199254740993]"), Some(json!([large])));
        assert_eq!(read_text(ParameterKind::List, "a\n\n b "), Some(json!(["a", "b"])));
    }

    #[test]
    fn unreadable_json_says_where() {
        let wrong = read(&parameter(ParameterKind::Json), &Entry::Text("{\"a\":}".to_owned()));

        let problem = wrong.unwrap_err();
        assert_eq!(parameter_of(&problem), Some("x"));
        assert!(problem.message.contains("line 1, column 6"), "{}", problem.message);
        let large = Entry::Text("[18446744073709551616]".to_owned());
        let problem = read(&parameter(ParameterKind::Json), &large).unwrap_err();
        assert!(problem.message.starts_with("x: The number 18446744073709551616 is too large"));
    }
}

//! Extractors for JSON bodies, paths and queries, whose errors are problems.

use axum::body::Bytes;
use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::HeaderMap,
};
use model::{
    api::shape,
    number::find_lost,
    outside::Outside,
    problem::{FieldProblem, Problem, ProblemKind},
    transfer::foreign_text_problem,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{body::broken_body, media_type};
use crate::error::Refusal;

/// A JSON body. Broken JSON is 400, another kind of body 415, a wrong shape 422.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

/// A JSON body that may be left out: no body is the default.
#[derive(Debug, Clone)]
pub struct JsonOrNothing<T>(pub T);

/// Parts of the address; what does not parse is not found.
#[derive(Debug, Clone, FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Refusal))]
pub struct Path<T>(pub T);

/// The query of the address; what does not parse is 400.
#[derive(Debug, Clone, FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Refusal))]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        if !is_json(request.headers()) {
            let is_yaml = media_type(request.headers()).to_ascii_lowercase().ends_with("yaml");
            let body = if is_yaml { read(request, state).await? } else { Bytes::new() };
            return Err(foreign(&body).unwrap_or_else(not_json).into());
        }
        parse(&read(request, state).await?).map(Self).map_err(Refusal)
    }
}

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for JsonOrNothing<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let is_json = is_json(request.headers());
        match read(request, state).await? {
            // Many clients send a content type without a body.
            nothing if nothing.is_empty() => Ok(Self(T::default())),
            body if is_json => parse(&body).map(Self).map_err(Refusal),
            _ => Err(not_json().into()),
        }
    }
}

fn not_json() -> Problem {
    let detail = "Send JSON, with the header Content-Type: application/json.";
    Problem::new(ProblemKind::Unreadable, "not_json", detail)
}

/// What a body is that is no JSON, such as a workflow in YAML, and what to do with it.
fn foreign(bytes: &[u8]) -> Option<Problem> {
    let wrong = foreign_text_problem(str::from_utf8(bytes).ok()?)?;
    Some(Problem::invalid(wrong.message.clone(), vec![wrong]))
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|_| broken_body())
}

/// Parses JSON of a known shape. Refuses the NUL character, which PostgreSQL cannot store, and
/// what could not be given back exactly: large numbers, and names that stand twice in an object.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // Some clients send a byte order mark first.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if holds_nul(bytes) {
        let wrong = FieldProblem::field("bad_text", "", "A text contains the character \\u0000.");
        return Err(Problem::invalid("Remove the character \\u0000.", vec![wrong]));
    }
    if let Some(lost) = find_lost(bytes) {
        let words = lost.to_string();
        let wrong = FieldProblem::field(lost.code(), "", words.clone());
        return Err(Problem::invalid(words, vec![wrong]));
    }
    read_once(bytes).or_else(|error| match error.classify() {
        // Only JSON of another shape is parsed again, with paths, which takes longer.
        serde_json::error::Category::Data => {
            shape::read(&mut serde_json::Deserializer::from_slice(bytes))
        }
        _ => Err(foreign(bytes).unwrap_or_else(|| {
            let detail = format!("Invalid JSON: {error}.");
            Problem::new(ProblemKind::BadRequest, "bad_json", detail)
        })),
    })
}

fn read_once<T: DeserializeOwned>(bytes: &[u8]) -> serde_json::Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = T::deserialize(Outside(&mut reader))?;
    reader.end().map(|()| read)
}

/// Refuses a body where none is read, because its content would be ignored. An empty object is
/// fine.
pub fn refuse_unread(bytes: &[u8]) -> Result<(), Problem> {
    if bytes.trim_ascii().is_empty() {
        return Ok(());
    }
    let keys = match serde_json::from_slice(bytes) {
        Ok(Value::Object(body)) => body.into_iter().map(|(key, _)| key).collect(),
        Ok(Value::Null) => vec![],
        Ok(_) | Err(_) => vec![String::new()],
    };
    let unknown = |key: &String| {
        let message = match key.as_str() {
            "" => "This request takes no body.".to_owned(),
            key => format!("“{key}” isn't a known field."),
        };
        let fix = Some("Remove it.".to_owned());
        FieldProblem { fix, ..FieldProblem::field("bad_shape", key, message) }
    };
    let errors: Vec<FieldProblem> = keys.iter().map(unknown).collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Problem::invalid("This request takes no body.", errors))
    }
}

/// Whether JSON has a NUL character, which it can only write as an escape. After an odd number of
/// backslashes the same characters are no escape.
fn holds_nul(bytes: &[u8]) -> bool {
    let escape = br"\u0000";
    let before = |at: usize| bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
    // Backslashes are counted only where an escape may stand: a text of nothing else has no end of them.
    let mut windows = bytes.windows(escape.len()).enumerate();
    windows.any(|(at, window)| window == escape && before(at) % 2 == 0)
}

fn is_json(headers: &HeaderMap) -> bool {
    media_type(headers).eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_nul_is_refused_and_one_that_only_looks_so_is_not() {
        let read = |text: &str| parse::<serde_json::Value>(text.as_bytes());

        assert!(read(r#"{"name": "a\u0000b"}"#).is_err());
        assert!(read(r#"{"name": "a\\\u0000b"}"#).is_err());
        assert!(read(r#"{"name": "a\\u0000b"}"#).is_ok());
    }

    #[test]
    fn a_text_of_backslashes_alone_is_read_once() {
        let text = format!("\"{}\"", "\\".repeat(1 << 20));

        assert!(parse::<serde_json::Value>(text.as_bytes()).is_ok());
    }

    #[test]
    fn a_number_that_would_be_changed_is_refused_by_its_name() {
        let read = |text: &str| parse::<serde_json::Value>(text.as_bytes());

        assert_eq!(
            read("\u{feff}[18446744073709551615]").ok(),
            Some(serde_json::json!([u64::MAX]))
        );
        let refused = read(r#"{"parameters": {"id": 18446744073709551616}}"#);
        assert!(refused.is_err_and(|refused| refused.detail.contains("18446744073709551616")));
        let refused = read(r#"{"parameters": {"id": 1, "i\u0064": 2}}"#);
        assert!(refused.is_err_and(|refused| refused.errors[0].code == "doubled_name"));
    }

    #[test]
    fn a_list_is_refused_where_an_object_is_wanted_and_whole_numbers_may_have_a_fraction() {
        #[derive(Debug, serde::Deserialize)]
        struct Form {
            name: String,
            most: u32,
        }
        let read = |text: &str| parse::<Form>(text.as_bytes());

        let refused = read(r#"["Array project", 3]"#).err().map(|problem| problem.errors);
        let words = refused.unwrap_or_default().remove(0).message;
        assert_eq!(words, "The request must be an object, but it is a list.");
        let form = read(r#"{"name": "A", "most": 1144.0}"#).ok();
        assert_eq!(form.map(|form| (form.name, form.most)), Some(("A".to_owned(), 1144)));
        assert!(read(r#"{"name": "A", "most": 1144.0} more"#).is_err());
    }

    #[test]
    fn what_is_sent_where_nothing_is_read_is_refused_by_its_name() {
        for nothing in ["", "{}", " { } ", "null"] {
            assert!(refuse_unread(nothing.as_bytes()).is_ok(), "{nothing:?}");
        }
        for (sent, path) in [(r#"{"reason": "x"}"#, "reason"), ("[1]", ""), ("reason", "")] {
            let told = refuse_unread(sent.as_bytes()).err().map(|problem| problem.errors);
            assert_eq!(told.unwrap_or_default()[0].path.as_deref(), Some(path), "{sent}");
        }
    }
}

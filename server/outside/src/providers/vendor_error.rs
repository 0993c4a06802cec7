//! Parses error bodies of vendors, in whichever of their shapes.

use std::time::Duration;

use serde_json::Value;

use crate::{json, outbound};

/// A vendor's own words about an error, in whichever shape they come.
#[derive(Debug, Default, PartialEq)]
pub(super) struct VendorError {
    pub(super) message: Option<String>,
    /// The codes and kinds it goes by.
    names: Vec<String>,
    /// The field that it says is why.
    pub(super) param: Option<String>,
    /// The status in the body, where the answer's own status is a good one.
    status: Option<u16>,
    /// A page for people: who answered is a proxy or a sign-in, not the service.
    pub(super) is_page: bool,
}

impl VendorError {
    /// Reads the body of an answer with an error status.
    pub(super) fn read(body: &[u8]) -> Self {
        match json::read(body) {
            Ok(value) => Self::within(&value).unwrap_or_else(|| Self::from_value(&value)),
            Err(_) => Self::from_text(&String::from_utf8_lossy(body)),
        }
    }

    /// The error that an answer tells of; none where it tells of none.
    pub(super) fn within(value: &Value) -> Option<Self> {
        let value = value.as_array().and_then(|list| list.first()).unwrap_or(value);
        let error = &value["error"];
        let is_error = |key: &str| value[key] == "error";
        let tells = match error {
            Value::Null | Value::Bool(false) => is_error("object") || is_error("type"),
            Value::String(words) => !words.is_empty(),
            Value::Object(fields) => !fields.is_empty(),
            Value::Array(several) => !several.is_empty(),
            Value::Number(code) => code.as_f64() != Some(0.0),
            Value::Bool(true) => true,
        };
        let speaks = error.is_object() || error.is_string();
        tells.then(|| Self::from_value(if speaks { error } else { value }))
    }

    fn from_value(value: &Value) -> Self {
        let keys = ["code", "type", "status"];
        let names = keys.iter().filter_map(|key| value[*key].as_str()).map(str::to_lowercase);
        let number = |key: &&str| {
            let number = value[*key].as_u64().or_else(|| value[*key].as_str()?.parse().ok())?;
            u16::try_from(number).ok().filter(|status| (400..600).contains(status))
        };
        Self {
            message: words(value),
            names: names.collect(),
            param: value["param"].as_str().map(str::to_lowercase),
            status: keys.iter().find_map(number),
            is_page: false,
        }
    }

    pub(super) fn from_text(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}').trim();
        if !text.starts_with('<') {
            let message = Some(text.to_owned()).filter(|text| !text.is_empty());
            return Self { message, ..Self::default() };
        }
        let title = title(text).map_or_else(String::new, |title| format!(" (“{title}”)"));
        let message = format!(
            "got a web page instead of an answer{title}; check the provider's address and any proxy in between"
        );
        Self { message: Some(message), is_page: true, ..Self::default() }
    }

    pub(super) fn is_any(&self, names: &[&str]) -> bool {
        self.names.iter().any(|name| names.contains(&name.as_str()))
    }

    pub(super) fn says_any(&self, words: &[&str]) -> bool {
        let message = self.message.as_deref().unwrap_or_default().to_lowercase();
        words.iter().any(|word| message.contains(word))
    }

    /// How long the words ask to wait, in milliseconds: “try again in 1m2.5s”, “retry after 20 seconds”.
    pub(super) fn asked_wait_ms(&self) -> Option<u64> {
        let message = self.message.as_deref()?.to_lowercase();
        let asks =
            ["try again in ", "retry in ", "retry after ", "try again after ", "please wait "];
        let (_, rest) = asks.iter().find_map(|asks| message.split_once(asks))?;
        let mut words = rest.split_whitespace();
        let first = words.next()?.trim_end_matches(['.', ',', ';', ')', '!']);
        let wait = match first.parse::<f64>() {
            Ok(number) => {
                let unit = words.next().unwrap_or_default();
                let unit =
                    ["ms", "mil", "s", "m", "h"].into_iter().find(|name| unit.starts_with(name));
                let seconds = match unit? {
                    "ms" | "mil" => number / 1_000.0,
                    "s" => number,
                    "m" => number * 60.0,
                    _ => number * 3_600.0,
                };
                Duration::try_from_secs_f64(seconds).ok()?
            }
            Err(_) => outbound::length(first)?,
        };
        u64::try_from(wait.as_millis()).ok()
    }

    /// Whether the words have one of these names in them, whole.
    pub(super) fn names_any(&self, names: &[&str]) -> bool {
        let message = self.message.as_deref().unwrap_or_default().to_lowercase();
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        names.iter().any(|name| {
            message.match_indices(name).any(|(at, name)| {
                let (before, after) = (&message[..at], &message[at + name.len()..]);
                !before.ends_with(is_part) && !after.starts_with(is_part)
            })
        })
    }

    /// The status that an error has which comes inside of a good one; 500 where nothing tells.
    pub(super) fn own_status(&self) -> u16 {
        let kinds: [(u16, &[&str]); 9] = [
            (401, &["authentication_error", "invalid_api_key", "unauthenticated"]),
            (402, &["billing_error"]),
            (403, &["permission_error"]),
            (413, &["request_too_large"]),
            (504, &["timeout_error"]),
            (529, &["overloaded_error"]),
            (429, &["rate_limit_error", "rate_limit_exceeded", "resource_exhausted"]),
            (
                400,
                &[
                    "invalid_request_error",
                    "invalid_prompt",
                    "context_length_exceeded",
                    "invalid_argument",
                ],
            ),
            (404, &["not_found_error", "model_not_found"]),
        ];
        let named =
            || kinds.iter().find(|(_, names)| self.is_any(names)).map(|(status, _)| *status);
        self.status.or_else(named).unwrap_or(500)
    }
}

/// The message in an error body, from the first of the usual places that has one.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(words) => Some(words.clone()).filter(|words| !words.trim().is_empty()),
        Value::Array(several) => {
            let several: Vec<String> = several.iter().filter_map(words).take(3).collect();
            (!several.is_empty()).then(|| several.join("; "))
        }
        Value::Object(_) => {
            let keys = [
                "message",
                "detail",
                "msg",
                "error",
                "errors",
                "error_description",
                "reason",
                "title",
            ];
            let said = keys.iter().find_map(|key| words(&value[*key]));
            // Which field FastAPI's servers refuse; what the vendor behind a gateway said.
            let place: Vec<&str> =
                value["loc"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let said = match place.as_slice() {
                [] => said,
                place => said.map(|said| format!("{}: {said}", place.join("."))),
            };
            let behind = value["metadata"]["raw"].as_str().filter(|raw| !raw.is_empty());
            said.map(|said| behind.map_or_else(|| said.clone(), |raw| format!("{said}: {raw}")))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// The title of a web page, on one line.
fn title(page: &str) -> Option<String> {
    let lower = page.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    let title = page[start..end].split_whitespace().collect::<Vec<_>>().join(" ");
    (!title.is_empty()).then_some(title)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_vendors_words_are_found_in_whichever_shape_they_come() {
        for (body, expected) in [
            (r#"{"error": {"message": "No."}}"#, "No."),
            (r#"{"error": "No."}"#, "No."),
            (r#"{"detail": "No."}"#, "No."),
            (
                r#"{"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "No."}]}"#,
                "body.seed: No.",
            ),
            (r#"{"message": "No.", "code": 1}"#, "No."),
            (r#"{"errors": [{"message": "No."}]}"#, "No."),
            (
                r#"[{"error": {"code": 400, "message": "No.", "status": "INVALID_ARGUMENT"}}]"#,
                "No.",
            ),
            (
                r#"{"error": {"message": "Provider error", "metadata": {"raw": "No."}}}"#,
                "Provider error: No.",
            ),
            ("upstream connect error", "upstream connect error"),
        ] {
            assert_eq!(
                VendorError::read(body.as_bytes()).message.as_deref(),
                Some(expected),
                "{body}"
            );
        }
        let page = VendorError::read(b"<!doctype html><TITLE>\n 403 Forbidden</TITLE>");
        let words = page.message.clone().unwrap();
        assert!(page.is_page && words.contains("“403 Forbidden”"), "{words}");
    }

    #[test]
    fn an_error_inside_of_a_good_answer_has_the_status_it_names() {
        for (body, status) in [
            (r#"{"error": {"code": 503, "message": "Busy"}}"#, 503),
            (r#"{"error": {"code": "429", "message": "Busy"}}"#, 429),
            (r#"{"error": {"type": "invalid_request_error", "message": "No"}}"#, 400),
            (r#"{"type": "error", "error": {"type": "overloaded_error", "message": "Busy"}}"#, 529),
            (r#"{"error": "No"}"#, 500),
        ] {
            assert_eq!(VendorError::read(body.as_bytes()).own_status(), status, "{body}");
        }
    }
}

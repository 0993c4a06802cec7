//! Maps errors and unexpected answers of a host to failures with the host's name and its own
//! message.

use model::execution::failure::{Failure, FailureClass};
use outside::{
    json,
    outbound::{HeaderMap, OutboundError, StatusCode, retry_after_ms},
};
use serde_json::Value;
use vault::secret::Redactor;

use super::charset::{self, ContentType};
use crate::executors::paid::storable;

const MAX_MESSAGE_CHARS: usize = 500;

/// JSON pointers to where services put the message of an error.
const MESSAGE_POINTERS: [&str; 9] = [
    "/error/message",
    "/error_description",
    "/error",
    "/message",
    "/detail",
    "/errors/0/message",
    "/errors/0/detail",
    "/errors/0",
    "/title",
];

/// Makes failures of calls to one host, and removes the secret that was sent to it from their
/// messages.
pub(super) struct FailureMapper {
    pub host: String,
    pub redactor: Redactor,
}

impl FailureMapper {
    /// The value as it may be stored: without the secret, should the host send it back.
    pub fn clean(&self, value: Value) -> Value {
        json::map_texts(value, &|text| self.redactor.clean(&storable(text)))
    }

    /// The failure of a call without an answer, or with one that broke off.
    pub fn outbound(&self, error: &OutboundError) -> Failure {
        error.failure(|words| self.line(words))
    }

    /// The failure of a call whose answer cannot be used.
    pub fn unusable(&self, code: &str, words: &str) -> Failure {
        let failure = Failure::permanent(code, self.line(&format!("{}: {words}", self.host)));
        Failure { may_have_happened: true, ..failure }
    }

    /// The failure of a call that was answered with an unexpected status.
    pub fn status(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
        let (host, number) = (&self.host, status.as_u16());
        let reason = status.canonical_reason().unwrap_or_default();
        let told = format!("{host} answered {number} {reason}");
        let told = match server_message(headers, body) {
            Some(words) => format!("{}: {words}", told.trim_end()),
            None => told,
        };
        let words = self.line(&told);
        let retry_after = || FailureClass::Transient { retry_after_ms: retry_after_ms(headers) };
        let mut failure = match number {
            408 | 425 => Failure::transient("timeout", words),
            429 => Failure::transient("rate_limited", words),
            500.. => Failure::transient("server_error", words),
            401 | 403 => Failure::permanent("not_authorized", words),
            404 | 410 => Failure::permanent("not_found", words),
            _ => Failure::permanent("unexpected_status", words),
        };
        if let FailureClass::Transient { .. } = failure.class {
            failure.class = retry_after();
        }
        // The gateway had no answer from the server behind it.
        failure.unanswered = matches!(number, 502 | 504);
        // A host that failed half-way does not say what it has done.
        failure.may_have_happened = number >= 500 || (200..300).contains(&number);
        failure
    }

    fn line(&self, words: &str) -> String {
        format!("{}.", self.redactor.clean_line(&storable(words), MAX_MESSAGE_CHARS))
    }
}

/// The message of the host in a JSON or plain text body; none in any other.
fn server_message(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let content = ContentType::from_headers(headers);
    let text = charset::decode(body, &content, content.is_json())?;
    if let Ok(body) = json::read_text(&text) {
        let texts = MESSAGE_POINTERS.iter().filter_map(|place| body.pointer(place)?.as_str());
        return texts.map(str::trim).find(|text| !text.is_empty()).map(str::to_owned);
    }
    let is_plain = matches!(content.media_type.as_str(), "" | "text/plain");
    let text = Some(text.trim()).filter(|text| is_plain && !text.is_empty())?;
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use vault::secret::Secret;

    fn said(status: u16, body: &str) -> Failure {
        said_in(status, body.as_bytes(), "")
    }

    fn said_in(status: u16, body: &[u8], kind: &str) -> Failure {
        let secret = Secret::new("sk-canary-1");
        let failures = FailureMapper {
            host: "api.example.com".to_owned(),
            redactor: Redactor::new([&secret]),
        };
        let mut headers = HeaderMap::new();
        headers.insert("content-type", kind.parse().unwrap());
        failures.status(StatusCode::from_u16(status).unwrap(), &headers, body)
    }

    #[test]
    fn the_other_sides_words_are_found_wherever_it_puts_them() {
        let bodies = [
            r#"{"error":{"message":"No such order","code":7}}"#,
            r#"{"error":"No such order"}"#,
            r#"{"title":"Not found","detail":"No such order"}"#,
            r#"{"errors":[{"message":"No such order."}]}"#,
            " No such\n order. ",
        ];
        for body in bodies {
            let failure = said(404, body);
            assert_eq!(failure.message, "api.example.com answered 404 Not Found: No such order.");
            assert_eq!(failure.code, "not_found");
        }
        assert_eq!(said(404, "{}").message, "api.example.com answered 404 Not Found.");
        let latin = said_in(404, b"{\"error\":\"k\xe4in\"}", "application/json; charset=latin1");
        assert_eq!(latin.message, "api.example.com answered 404 Not Found: käin.");
    }

    #[test]
    fn each_status_has_its_class() {
        for status in [408, 425, 429, 500, 502, 503, 599] {
            let class = said(status, "").class;
            assert_eq!(class, FailureClass::Transient { retry_after_ms: None }, "{status}");
        }
        for status in [204, 304, 400, 401, 402, 403, 404, 409, 422, 451] {
            assert_eq!(said(status, "").class, FailureClass::Permanent, "{status}");
        }
    }

    #[test]
    fn rel_s10_a_secret_that_is_sent_back_is_not_repeated() {
        let failure = said(401, r#"{"error":"Bearer sk-canary-1 is not valid"}"#);
        assert!(!failure.message.contains("canary"), "{}", failure.message);
    }
}

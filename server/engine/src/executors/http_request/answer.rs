//! An answer as a value: status, headers worth knowing, and its body as what it is.

use bytes::{Bytes, BytesMut};
use encoding_rs::Encoding;
use model::{
    execution::failure::Failure,
    nodes::http_request::{Config, Expected, Response},
};
use serde_json::{Map, Value, json};

use super::voice::Voice;
use crate::outbound::{HeaderMap, OutboundResponse, StatusCode};

/// The largest answer that is kept as text or JSON.
pub(super) const MOST_TEXT_BYTES: u64 = 2 * 1024 * 1024;
/// How much of an answer that is a failure is read for its words.
const MOST_ERROR_BYTES: usize = 64 * 1024;

/// Headers that are kept; others may hold cookies or credentials.
const KEPT: [&str; 15] = [
    "cache-control",
    "content-disposition",
    "content-language",
    "content-length",
    "content-type",
    "date",
    "etag",
    "expires",
    "last-modified",
    "link",
    "location",
    "retry-after",
    "x-request-id",
    "x-total-count",
    "x-total-pages",
];
const KEPT_PREFIXES: [&str; 2] = ["ratelimit-", "x-ratelimit-"];

/// An answer without its body.
pub(super) struct Answer {
    status: StatusCode,
    headers: Value,
}

impl Answer {
    /// The value of the step.
    pub fn with_body(self, body: Value) -> Value {
        json!({ "status": self.status.as_u16(), "headers": self.headers, "body": body })
    }
}

/// What was read.
pub(super) enum Read {
    /// Text or JSON.
    Value(Value),
    /// A picture, still to be kept.
    Picture(Answer, Bytes),
}

/// Reads an answer as the node asks.
pub(super) async fn read(
    response: OutboundResponse,
    config: &Config,
    voice: &Voice,
) -> Result<Read, Failure> {
    let (status, headers) = (response.status(), response.headers().clone());
    let expected = Expected::parse(&config.expected_status);
    if !expected.is_some_and(|expected| expected.contains(status.as_u16())) {
        let body = beginning(response).await;
        return Err(voice.status(status, &headers, &body));
    }
    let bytes = response.bytes().await.map_err(|error| voice.outbound(&error))?;
    let answer = Answer { status, headers: voice.clean(kept(&headers)) };
    let media_type = media_type(&headers);
    let form = match config.response {
        Response::Auto if media_type.starts_with("image/") && !media_type.contains("svg") => {
            Response::Image
        }
        Response::Auto if is_json(&media_type) => Response::Json,
        Response::Auto => Response::Text,
        chosen => chosen,
    };
    let body = match form {
        _ if bytes.is_empty() => Value::Null,
        Response::Image => return Ok(Read::Picture(answer, bytes)),
        _ if bytes.len() as u64 > MOST_TEXT_BYTES => {
            let words = format!("the answer is larger than {MOST_TEXT_BYTES} bytes");
            return Err(voice.unusable("answer_too_large", &words));
        }
        Response::Json => json_of(&bytes, voice)?,
        Response::Text | Response::Auto => {
            text_of(&bytes, (&media_type, encoding(&headers)), voice)?
        }
    };
    Ok(Read::Value(answer.with_body(voice.clean(body))))
}

/// The beginning of an answer; what does not arrive is done without.
async fn beginning(mut response: OutboundResponse) -> Bytes {
    let mut read = BytesMut::new();
    while read.len() < MOST_ERROR_BYTES
        && let Ok(Some(chunk)) = response.chunk().await
    {
        let room = MOST_ERROR_BYTES - read.len();
        read.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
    }
    read.freeze()
}

fn kept(headers: &HeaderMap) -> Value {
    let is_kept = |name: &str| {
        KEPT.contains(&name) || KEPT_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    };
    let mut found = Map::new();
    for (name, value) in headers.iter().filter(|(name, _)| is_kept(name.as_str())) {
        if let Ok(value) = value.to_str() {
            found.insert(name.as_str().to_owned(), value.into());
        }
    }
    Value::Object(found)
}

/// E.g. `application/json`; empty when it is not said.
fn media_type(headers: &HeaderMap) -> String {
    let kind = content_type(headers).split(';').next().unwrap_or_default();
    kind.trim().to_ascii_lowercase()
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default()
}

/// The encoding that an answer names.
fn encoding(headers: &HeaderMap) -> Option<&'static Encoding> {
    let kind = content_type(headers).to_ascii_lowercase();
    let label = kind.split(';').find_map(|part| part.trim().strip_prefix("charset="))?;
    Encoding::for_label(label.trim_matches('"').as_bytes())
}

fn is_json(media_type: &str) -> bool {
    media_type == "application/json" || media_type == "text/json" || media_type.ends_with("+json")
}

fn json_of(bytes: &[u8], voice: &Voice) -> Result<Value, Failure> {
    serde_json::from_slice(bytes).map_err(|error| {
        let begin: String = String::from_utf8_lossy(bytes).chars().take(60).collect();
        let words = format!("the answer is no JSON ({error}); it begins with {begin:?}");
        voice.unusable("answer_not_json", &words)
    })
}

fn text_of(
    bytes: &[u8],
    (media_type, encoding): (&str, Option<&'static Encoding>),
    voice: &Voice,
) -> Result<Value, Failure> {
    match (std::str::from_utf8(bytes), encoding) {
        // Its bytes may look like UTF-8.
        (_, Some(encoding)) if !encoding.is_ascii_compatible() => {
            Ok(encoding.decode(bytes).0.into())
        }
        (Ok(text), _) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text).into()),
        (Err(_), Some(encoding)) => Ok(encoding.decode(bytes).0.into()),
        // A text with a stray byte is a text all the same.
        (Err(_), None) if media_type.starts_with("text/") => {
            Ok(String::from_utf8_lossy(bytes).into())
        }
        (Err(_), None) => {
            let kind = if media_type.is_empty() { "of no named type" } else { media_type };
            let words = format!("the answer is neither text nor JSON nor a picture ({kind})");
            Err(voice.unusable("answer_not_text", &words))
        }
    }
}

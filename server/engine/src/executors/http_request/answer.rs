//! Converts an answer to a value with its status, some of its headers and its body.

use bytes::{Bytes, BytesMut};
use model::{
    execution::failure::Failure,
    nodes::http_request::{Config, Expected, Response},
    number::{JsonError, find_lost},
};
use outside::{
    json,
    outbound::{HeaderMap, OutboundResponse, StatusCode},
};
use serde_json::{Map, Value, json};

use super::{
    charset::{self, ContentType},
    failures::FailureMapper,
};

/// The largest answer, in bytes, that is stored as text or JSON.
pub(super) const MOST_TEXT_BYTES: u64 = 2 * 1024 * 1024;
/// How many bytes of an answer with an unexpected status are read for its message.
const MOST_ERROR_BYTES: usize = 64 * 1024;

/// Headers that are stored; others may hold cookies or credentials.
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
    /// The output of the node.
    pub fn with_body(self, body: Value) -> Value {
        json!({ "status": self.status.as_u16(), "headers": self.headers, "body": body })
    }
}

/// An answer that was read as a whole.
pub(super) enum Read {
    /// The output of the node, with text or JSON in its body.
    Value(Value),
    /// An image that is not stored yet.
    Image(Answer, Bytes),
}

/// Reads an answer in the form that the node is configured for.
pub(super) async fn read(
    response: OutboundResponse,
    config: &Config,
    failures: &FailureMapper,
) -> Result<Read, Failure> {
    let (status, headers) = (response.status(), response.headers().clone());
    let expected = Expected::parse(&config.expected_status);
    if !expected.is_some_and(|expected| expected.contains(status.as_u16())) {
        let body = read_beginning(response).await;
        return Err(failures.status(status, &headers, &body));
    }
    let bytes = response.bytes().await.map_err(|error| failures.outbound(&error))?;
    let answer = Answer { status, headers: failures.clean(select_headers(&headers)) };
    let content = ContentType::from_headers(&headers);
    let media_type = &content.media_type;
    let form = match config.response {
        Response::Auto if media_type.starts_with("image/") && !media_type.contains("svg") => {
            Response::Image
        }
        Response::Auto if content.is_json() => Response::Json,
        Response::Auto => Response::Text,
        chosen => chosen,
    };
    let text = || {
        let text = charset::decode(&bytes, &content, form == Response::Json);
        text.ok_or_else(|| {
            let kind = if media_type.is_empty() { "without a content type" } else { media_type };
            let words = format!("the response is neither text nor JSON nor an image ({kind})");
            failures.unusable("answer_not_text", &words)
        })
    };
    let body = match form {
        _ if bytes.is_empty() => Value::Null,
        Response::Image => return Ok(Read::Image(answer, bytes)),
        _ if bytes.len() as u64 > MOST_TEXT_BYTES => {
            let words = format!("the response is larger than {MOST_TEXT_BYTES} bytes");
            return Err(failures.unusable("answer_too_large", &words));
        }
        Response::Json => parse_json(&text()?, failures)?,
        Response::Text | Response::Auto => text()?.into_owned().into(),
    };
    Ok(Read::Value(answer.with_body(failures.clean(body))))
}

/// The first [`MOST_ERROR_BYTES`] of an answer, or fewer if it breaks off.
async fn read_beginning(mut response: OutboundResponse) -> Bytes {
    let mut read = BytesMut::new();
    while read.len() < MOST_ERROR_BYTES
        && let Ok(Some(chunk)) = response.chunk().await
    {
        let room = MOST_ERROR_BYTES - read.len();
        read.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
    }
    read.freeze()
}

/// The headers of [`KEPT`] and [`KEPT_PREFIXES`] as a JSON object.
fn select_headers(headers: &HeaderMap) -> Value {
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

fn parse_json(text: &str, failures: &FailureMapper) -> Result<Value, Failure> {
    match find_lost(text.as_bytes()) {
        Some(JsonError::Number(number)) => {
            let words = format!(
                "the response contains the number {number}, which is too large to keep exactly. \
                 Read the response as text, or have the number sent in quotation marks"
            );
            return Err(failures.unusable("answer_number_too_large", &words));
        }
        Some(JsonError::Doubled(name)) => {
            let words = format!(
                "the response has the name “{name}” twice in one object, so one of its values \
                 would be lost. Read the response as text"
            );
            return Err(failures.unusable("answer_name_doubled", &words));
        }
        Some(JsonError::Syntax { .. }) | None => {}
    }
    json::read_text(text).map_err(|error| {
        let begin: String = text.chars().take(60).collect();
        let words =
            format!("the response isn't JSON ({error}); it starts with “{}”", begin.escape_debug());
        failures.unusable("answer_not_json", &words)
    })
}

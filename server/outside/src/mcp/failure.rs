//! What went wrong, as [`McpError`]: errors of calls, of HTTP, of JSON-RPC.

use std::time::Duration;

use super::{answer::cut, port::McpError};
use crate::outbound::{HeaderMap, OutboundError, StatusCode, retry_after_ms};

/// The codes by which JSON-RPC says that a request was not understood, and so not carried out.
const NOT_UNDERSTOOD: [i64; 4] = [-32700, -32600, -32601, -32602];
/// A request needs something of the client that it does not offer: to be asked back.
const NEEDS_CLIENT: [i64; 2] = [-32021, -32042];

/// A call that gave no answer.
pub(super) fn from_outbound(server: &str, error: &OutboundError) -> McpError {
    let words = format!("Can't reach {server}: {error}.");
    match error {
        OutboundError::Refused(_) | OutboundError::RedirectRefused(_) => McpError::Protocol(words),
        OutboundError::Setup(_) | OutboundError::Unreachable { .. } => McpError::Unreachable(words),
        OutboundError::TimedOut { .. } => {
            McpError::TimedOut(format!("{server} didn't answer: {error}."))
        }
        OutboundError::Broken { .. } => McpError::Lost(format!(
            "{server} might have received the call, but its answer was lost: {error}."
        )),
        OutboundError::TooLarge { .. } | OutboundError::Headers { .. } => {
            McpError::Protocol(format!("The answer of {server} is too large: {error}."))
        }
    }
}

/// An answer whose status says that it is none.
pub(super) fn from_status(server: &str, status: StatusCode, headers: &HeaderMap) -> McpError {
    let wait = retry_after_ms(headers).map(Duration::from_millis);
    let words = |what: &str| format!("{server} answers {status}: {what}.");
    match status.as_u16() {
        401 => McpError::Unauthorized(words("it needs a valid key")),
        403 => McpError::Unauthorized(words("this key doesn't have access")),
        429 => McpError::Limited(wait, words("too many calls")),
        503 if wait.is_some() => McpError::Limited(wait, words("it is busy")),
        503 => McpError::Unreachable(words("it is away")),
        502 | 504 => McpError::Gateway(words("it might have carried out the call")),
        300..=399 => {
            let to = headers.get("location").and_then(|to| to.to_str().ok()).unwrap_or_default();
            let to: String = to.chars().take(200).collect();
            McpError::Protocol(words(&format!(
                "redirects aren't followed; register the address it redirects to, “{to}”"
            )))
        }
        500..=599 => McpError::Lost(words("it might have carried out the call")),
        404 | 405 => McpError::Protocol(words("no MCP server is at this address")),
        _ => McpError::Protocol(words("it rejected the call")),
    }
}

/// Whether a status says all, whatever the body says: gateways explain themselves as servers do.
pub(super) fn is_final(error: &McpError) -> bool {
    matches!(
        error,
        McpError::Unauthorized(_)
            | McpError::Limited(..)
            | McpError::Unreachable(_)
            | McpError::Gateway(_)
    )
}

/// An error that a server answers with, in its own words.
pub(super) fn from_json_rpc(server: &str, code: i64, message: &str) -> McpError {
    let message = cut(message.trim());
    if NEEDS_CLIENT.contains(&code) {
        let words = format!("{server} asks a question, which Atelier can't answer: {message}");
        McpError::Question(words)
    } else if NOT_UNDERSTOOD.contains(&code) {
        McpError::Protocol(format!("{server} rejected the call: {message} ({code})"))
    } else {
        McpError::Tool(if message.is_empty() { format!("Error {code}.") } else { message })
    }
}

/// The same where nothing can have been carried out: a list was asked for, or a connection made.
pub(super) fn nothing_done(error: McpError) -> McpError {
    match error {
        McpError::Lost(words) | McpError::Gateway(words) | McpError::TimedOut(words) => {
            McpError::Unreachable(words)
        }
        McpError::Tool(words) => McpError::Protocol(words),
        McpError::Unreachable(_)
        | McpError::Limited(..)
        | McpError::Unauthorized(_)
        | McpError::SignedOut(_)
        | McpError::Protocol(_)
        | McpError::Question(_) => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbound::{HeaderName, HeaderValue};

    fn status(code: u16, retry_after: Option<&'static str>) -> McpError {
        let wait = retry_after
            .map(|wait| (HeaderName::from_static("retry-after"), HeaderValue::from_static(wait)));
        from_status(
            "github",
            StatusCode::from_u16(code).unwrap_or_default(),
            &wait.into_iter().collect(),
        )
    }

    #[test]
    fn a_status_says_what_became_of_the_call() {
        assert!(matches!(status(401, None), McpError::Unauthorized(_)));
        assert!(matches!(status(403, None), McpError::Unauthorized(_)));
        assert!(
            matches!(status(429, Some("7")), McpError::Limited(Some(wait), _) if wait.as_secs() == 7)
        );
        assert!(matches!(status(503, Some("7")), McpError::Limited(Some(_), _)));
        assert!(matches!(status(500, None), McpError::Lost(_)));
        assert!(matches!(status(503, None), McpError::Unreachable(_)));
        assert!(matches!(status(504, None), McpError::Gateway(_)));
        assert!(matches!(status(307, None), McpError::Protocol(_)));
        assert!(matches!(status(404, None), McpError::Protocol(_)));
        assert!(matches!(nothing_done(status(502, None)), McpError::Unreachable(_)));
    }

    #[test]
    fn an_error_of_json_rpc_is_the_tools_unless_the_call_was_not_taken() {
        assert_eq!(
            from_json_rpc("a", -32000, "No such issue."),
            McpError::Tool("No such issue.".to_owned())
        );
        assert!(matches!(from_json_rpc("a", -32602, "bad"), McpError::Protocol(_)));
        assert!(matches!(from_json_rpc("a", -32042, "Open this page"), McpError::Question(_)));
    }
}

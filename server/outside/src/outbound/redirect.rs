//! Applies a redirect to a request. No I/O happens here: the client checks where each hop may go.

use bytes::Bytes;
use reqwest::header::{self, HeaderMap, HeaderName};
use reqwest::{Method, StatusCode};

use super::error::Refusal;
use super::request::OutboundRequest;

/// Headers that a redirect to another origin keeps; any other could be a credential.
const HARMLESS_HEADERS: [HeaderName; 4] =
    [header::ACCEPT, header::ACCEPT_LANGUAGE, header::CONTENT_TYPE, header::USER_AGENT];

/// The request that a redirect asks for, or none when the answer is not a redirect.
pub(super) fn next(
    request: &OutboundRequest,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<Option<OutboundRequest>, Refusal> {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = headers.get(header::LOCATION) else {
        return Ok(None);
    };
    let host = request.url.host_str().unwrap_or_default().to_owned();
    let url = location.to_str().ok().and_then(|text| request.url.join(text).ok());
    let Some(url) = url else {
        return Err(Refusal::BadRedirect(host));
    };
    if request.url.scheme() == "https" && url.scheme() == "http" {
        return Err(Refusal::Downgrade(host));
    }
    let mut next = request.clone();
    if url.origin() != request.url.origin() {
        next.headers = harmless(&request.headers);
    }
    next.url = url;
    if becomes_get(status, &request.method) {
        next.method = Method::GET;
        next.body = Bytes::new();
        next.headers.remove(header::CONTENT_TYPE);
    }
    Ok(Some(next))
}

fn becomes_get(status: StatusCode, method: &Method) -> bool {
    match status.as_u16() {
        303 => *method != Method::GET && *method != Method::HEAD,
        301 | 302 => *method == Method::POST,
        _ => false,
    }
}

fn harmless(headers: &HeaderMap) -> HeaderMap {
    let kept = headers.iter().filter(|(name, _)| HARMLESS_HEADERS.contains(name));
    kept.map(|(name, value)| (name.clone(), value.clone())).collect()
}

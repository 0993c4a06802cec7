//! API tokens in the Authorization header.

use axum::http::{HeaderMap, header};

/// Whether the request claims to carry a token. Such a request never falls back to a cookie.
pub fn is_present(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION)
}

/// The token, when the header is well-formed.
pub fn token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

//! The layers and routes around the API and the pages: files, headers, hosts, limits, health
//! checks.

pub mod assets;
pub(crate) mod body;
pub(crate) mod compress;
pub(crate) mod csv;
pub(crate) mod download;
pub(crate) mod guard;
pub(crate) mod headers;
pub(crate) mod health;
pub(crate) mod json;
pub(crate) mod trace;

use axum::http::{HeaderMap, header};

/// The media type of a message, without its parameters.
fn media_type(headers: &HeaderMap) -> &str {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim()
}

//! The beginning of a WebSocket.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, ws::WebSocketUpgrade},
    http::{HeaderMap, request::Parts},
};

/// The upgrade of a request to a WebSocket, with its headers.
pub struct Handshake {
    /// The upgrade, none where the request asks for none.
    pub upgrade: Option<WebSocketUpgrade>,
    /// The headers of the request.
    pub headers: HeaderMap,
}

impl<S: Send + Sync> FromRequestParts<S> for Handshake {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let headers = parts.headers.clone();
        let upgrade = WebSocketUpgrade::from_request_parts(parts, state).await.ok();
        Ok(Self { upgrade, headers })
    }
}

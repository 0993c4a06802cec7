//! The `Idempotency-Key` header: a request that is sent again with the same key is carried out
//! once.

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, request::Parts},
};
use model::problem::Problem;
use store::idempotency::invalid_key;

use super::shape::{Part, Shape};
use crate::error::Refusal;

/// The header's name.
const HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// The `Idempotency-Key` header of a request, if it was sent.
pub(super) struct IdempotencyKeyHeader(Option<String>);

impl IdempotencyKeyHeader {
    /// The key; none if the header was not sent.
    pub(super) fn get(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// Fills in the key of the body if the body has none.
    ///
    /// # Errors
    /// The body has another key than the header.
    pub(super) fn add_to(self, in_body: &mut Option<String>) -> Result<(), Problem> {
        let Some(key) = self.0 else { return Ok(()) };
        if in_body.get_or_insert_with(|| key.clone()) == &key {
            Ok(())
        } else {
            Err(invalid_key(
                "The Idempotency-Key header has a different key. Send the key in one place.",
            ))
        }
    }
}

impl Part for IdempotencyKeyHeader {
    fn read(shape: &mut Shape) {
        shape.takes_idempotency_key = true;
    }
}

impl<S: Sync> FromRequestParts<S> for IdempotencyKeyHeader {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let Some(key) = parts.headers.get(HEADER) else { return Ok(Self(None)) };
        match key.to_str() {
            Ok(key) => Ok(Self(Some(key.to_owned()))),
            Err(_) => Err(Refusal(invalid_key(
                "The Idempotency-Key header can contain visible ASCII characters only.",
            ))),
        }
    }
}

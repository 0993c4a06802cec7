//! Idempotency keys: a repeated request with the same key is carried out once
//! (draft-ietf-httpapi-idempotency-key-header: a key belongs to one request).

use model::problem::{FieldProblem, Problem};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::{EngineError, Result};

/// The most characters of a key.
pub const MOST_KEY_CHARS: usize = 200;

/// SHA-256 of a request as JSON, without its key: tells a repeat from another request.
pub type RequestDigest = [u8; 32];

/// A key, chosen by the client, and the request that it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct IdempotencyKey<'a> {
    /// The key as the client sent it, with 1 to [`MOST_KEY_CHARS`] characters.
    pub key: &'a str,
    /// The digest of the request that came with the key.
    pub request: RequestDigest,
}

impl<'a> IdempotencyKey<'a> {
    /// Checks the key of a request; none without a key.
    ///
    /// # Errors
    /// A key that is empty, too long or cannot be stored.
    pub fn parse(key: Option<&'a str>, request: &impl Serialize) -> Result<Option<Self>> {
        let Some(key) = key else { return Ok(None) };
        if key.is_empty() || key.chars().count() > MOST_KEY_CHARS || key.contains('\0') {
            let message = format!("An idempotency key has 1 to {MOST_KEY_CHARS} characters.");
            return Err(invalid_key(message).into());
        }
        let request = serde_json::to_vec(request)
            .map_err(|error| EngineError::internal("reading a request again", error))?;
        Ok(Some(Self { key, request: Sha256::digest(request).into() }))
    }
}

/// The problem of a key that is not accepted.
pub fn invalid_key(message: impl Into<String>) -> Problem {
    let error = FieldProblem::field("invalid_key", "idempotency_key", message);
    Problem::invalid("Nothing was changed.", vec![error])
}

//! Keys that make a repeated request the same request
//! (draft-ietf-httpapi-idempotency-key-header: a key belongs to one request).

use model::problem::{FieldProblem, Problem};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::{EngineError, Result};

/// Characters of a key, at most.
pub const MOST_KEY_CHARS: usize = 200;

/// A key, chosen by who asks, and the request that it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Once<'a> {
    /// The key.
    pub key: &'a str,
    /// SHA-256 of what was asked.
    pub request: [u8; 32],
}

impl<'a> Once<'a> {
    /// None without a key.
    ///
    /// # Errors
    /// A key that is empty, too long or cannot be stored.
    pub fn of(key: Option<&'a str>, request: &impl Serialize) -> Result<Option<Self>> {
        let Some(key) = key else { return Ok(None) };
        if key.is_empty() || key.chars().count() > MOST_KEY_CHARS || key.contains('\0') {
            let message = format!("An idempotency key has 1 to {MOST_KEY_CHARS} characters.");
            return Err(no_key(message).into());
        }
        let request = serde_json::to_vec(request)
            .map_err(|error| EngineError::internal("reading a request again", error))?;
        Ok(Some(Self { key, request: Sha256::digest(request).into() }))
    }
}

/// What was sent as a key is none.
pub fn no_key(message: impl Into<String>) -> Problem {
    let error = FieldProblem::field("invalid_key", "idempotency_key", message);
    Problem::invalid("Nothing was done.", vec![error])
}

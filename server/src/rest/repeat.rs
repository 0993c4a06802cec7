//! Requests that may be sent again without being done again.

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, request::Parts},
};
use engine::once::no_key;
use model::problem::Problem;

use super::shape::{Part, Shape};
use crate::error::Refusal;

/// The header's name.
const HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// The `Idempotency-Key` of a request: what comes again with it is done already.
pub(super) struct RepeatKey(Option<String>);

impl RepeatKey {
    /// The key; none where there is none.
    pub(super) fn get(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// Takes the key of the header where the body has none.
    pub(super) fn add_to(self, asked: &mut Option<String>) -> Result<(), Problem> {
        let Some(key) = self.0 else { return Ok(()) };
        if asked.get_or_insert_with(|| key.clone()) == &key {
            Ok(())
        } else {
            Err(no_key("The header Idempotency-Key says another key; send it in one place."))
        }
    }
}

impl Part for RepeatKey {
    fn read(shape: &mut Shape) {
        shape.may_repeat = true;
    }
}

impl<S: Sync> FromRequestParts<S> for RepeatKey {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let Some(key) = parts.headers.get(HEADER) else { return Ok(Self(None)) };
        match key.to_str() {
            Ok(key) => Ok(Self(Some(key.to_owned()))),
            Err(_) => {
                Err(Refusal(no_key("The header Idempotency-Key may hold visible ASCII only.")))
            }
        }
    }
}

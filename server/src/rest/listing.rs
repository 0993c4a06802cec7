//! The answer of every endpoint that returns a whole list; paged ones answer with `Page`.

use axum::Json as Answer;
use schemars::JsonSchema;
use serde::Serialize;

/// All of a short list; longer ones come as a `Page`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "All")]
pub struct List<T> {
    /// Every item, in the order that the endpoint documents.
    pub items: Vec<T>,
}

impl<T> List<T> {
    /// Wraps the items as the JSON body of an answer.
    pub fn answer(items: Vec<T>) -> Answer<Self> {
        Answer(Self { items })
    }
}

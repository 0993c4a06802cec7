//! What lists have in common.

use axum::Json as Answer;
use schemars::JsonSchema;
use serde::Serialize;

/// All of a short list; longer ones come as a `Page`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct All<T> {
    /// What it holds.
    pub items: Vec<T>,
}

impl<T> All<T> {
    /// The list as an answer.
    pub fn answer(items: Vec<T>) -> Answer<Self> {
        Answer(Self { items })
    }
}

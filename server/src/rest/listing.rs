//! What lists have in common: those that come whole, and which part is asked for of the others.

use axum::Json as Answer;
use model::{api::listing::PageRequest, id::ExecutionId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

/// The query of a list of what executions make.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MadeBy {
    execution: Option<ExecutionId>,
    limit: Option<i64>,
    cursor: Option<String>,
}

impl MadeBy {
    /// By which execution, if only its are asked for, and which part of the list.
    pub(super) fn asked(self) -> (Option<ExecutionId>, PageRequest) {
        (self.execution, PageRequest { limit: self.limit, cursor: self.cursor })
    }
}

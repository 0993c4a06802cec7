//! Lists in parts: by key, so that rows that come or go meanwhile move nothing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Page<T> {
    /// What it holds, in the order of the list.
    pub items: Vec<T>,
    /// Asks for what comes next; none at the end.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// The same part, each item changed.
    pub fn map<U>(self, change: impl Fn(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), next_cursor: self.next_cursor }
    }
}

/// Which part of a list is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRequest {
    /// At most how many; the usual number when absent.
    pub limit: Option<i64>,
    /// The `next_cursor` of the part before; the beginning when absent.
    pub cursor: Option<String>,
}

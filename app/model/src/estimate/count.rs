//! A number of calls, as far as it is known before anything ran.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A number, as far as it is known in advance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Count {
    /// The lower bound.
    pub least: u64,
    /// The upper bound; none when it depends on results of the execution.
    pub most: Option<u64>,
}

impl Count {
    /// Exactly so many.
    pub const fn exactly(count: u64) -> Self {
        Self { least: count, most: Some(count) }
    }

    /// The sum of both.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let most = self.most.zip(other.most).map(|(a, b)| a.saturating_add(b));
        Self { least: self.least.saturating_add(other.least), most }
    }

    /// The product of both.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        let most = self.most.zip(other.most).map(|(a, b)| a.saturating_mul(b));
        Self { least: self.least.saturating_mul(other.least), most }
    }

    /// Whether it is certainly zero.
    pub fn is_none(self) -> bool {
        self.most == Some(0)
    }
}

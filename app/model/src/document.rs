//! Documents: the texts a team edits.

use serde::{Deserialize, Serialize};

/// How far a document is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentStatus {
    /// Being written.
    #[default]
    Draft,
    /// Waiting for a decision.
    InReview,
    /// Released.
    Published,
}

//! Documents: the texts a team edits.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far a document is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
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

impl DocumentStatus {
    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in_review",
            Self::Published => "published",
        }
    }
}

/// The word is no status of a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not draft, in_review or published")]
pub struct UnknownStatus(String);

impl std::str::FromStr for DocumentStatus {
    type Err = UnknownStatus;

    fn from_str(word: &str) -> Result<Self, UnknownStatus> {
        let all = [Self::Draft, Self::InReview, Self::Published];
        all.into_iter()
            .find(|status| status.as_str() == word)
            .ok_or_else(|| UnknownStatus(word.to_owned()))
    }
}

//! A person as others name them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::UserId;

/// A member by their name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonName {
    /// The member's id.
    pub id: UserId,
    /// The member's name.
    pub name: String,
}

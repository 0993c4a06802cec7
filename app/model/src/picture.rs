//! The picture of a person, as others see it beside their name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::id::UserId;

/// The picture of a person. Its bytes never change: another picture is another version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonPicture {
    /// Whose picture it is.
    pub user_id: UserId,
    /// Names the bytes: browsers keep them.
    pub version: Uuid,
}

//! Who did what, as admins read it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{id::UserId, time::Timestamp};

/// One line of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AuditRow {
    /// Its number: later ones are higher.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who, by id; none where the server itself did it, or the person is gone.
    pub user_id: Option<UserId>,
    /// Who, by name.
    pub user: Option<String>,
    /// `thing.verb`, e.g. `execution.pause`.
    pub action: String,
    /// The id of what it was done to.
    pub subject_id: Option<String>,
    /// What else is known of it.
    pub detail: Value,
}

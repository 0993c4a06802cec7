//! Who did what, as admins read it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{id::UserId, time::Timestamp};

/// One line of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AuditRow {
    /// The line's number; later lines have higher ones.
    pub id: i64,
    /// When it happened, by the database's clock.
    pub at: Timestamp,
    /// Who did it; none where the server itself did it, or the person is gone.
    pub user_id: Option<UserId>,
    /// The name of who did it.
    pub user: Option<String>,
    /// `thing.verb`, e.g. `execution.pause`.
    pub action: String,
    /// The id of what it was done to.
    pub subject_id: Option<String>,
    /// Further details, as an object whose fields depend on the action.
    pub detail: Value,
}

//! Settings of the whole instance, by name.

use serde_json::Value;
use sqlx::PgConnection;

use crate::{Fetch, Statement, error::Result};

/// The value of a setting; none if it was never set.
pub async fn find(conn: &mut PgConnection, name: &str) -> Result<Option<Value>> {
    sqlx::query_scalar!("SELECT value FROM instance_settings WHERE name = $1", name)
        .optional(conn, "reading an instance setting")
        .await
}

/// Sets a setting, replacing the value before.
pub async fn set(conn: &mut PgConnection, name: &str, value: &Value) -> Result<()> {
    sqlx::query!(
        "INSERT INTO instance_settings (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = engine_now()",
        name,
        value,
    )
    .run(conn, "writing an instance setting")
    .await
}

/// Deletes a setting, if it is there.
pub async fn delete(conn: &mut PgConnection, name: &str) -> Result<()> {
    sqlx::query!("DELETE FROM instance_settings WHERE name = $1", name)
        .run(conn, "deleting an instance setting")
        .await
}

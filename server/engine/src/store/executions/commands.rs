//! Commands that came with a key, which are done once.

use model::id::{ExecutionId, UserId};
use sqlx::PgConnection;

use crate::{
    error::{Doing, Result},
    once::Once,
};

/// The digest of what was asked of an execution with this key and done.
pub async fn command_done(
    conn: &mut PgConnection,
    execution: ExecutionId,
    key: &str,
) -> Result<Option<Vec<u8>>> {
    sqlx::query_scalar!(
        "SELECT request FROM execution_commands WHERE execution_id = $1 AND dedupe_key = $2",
        execution.0,
        key
    )
    .fetch_optional(conn)
    .await
    .doing("looking for an earlier command")
}

/// Notes that a command is done.
pub async fn note_command(
    conn: &mut PgConnection,
    execution: ExecutionId,
    once: Once<'_>,
    command: &str,
    by: Option<UserId>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO execution_commands (execution_id, dedupe_key, command, user_id, request)
         VALUES ($1, $2, $3, $4, $5)",
        execution.0,
        once.key,
        command,
        by.map(|user| user.0),
        &once.request[..]
    )
    .execute(conn)
    .await
    .doing("noting a command")?;
    Ok(())
}

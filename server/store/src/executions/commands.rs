//! Commands with an idempotency key: each is carried out once.

use model::id::{ExecutionId, UserId};
use sqlx::PgConnection;

use crate::{
    error::{Doing, Result},
    idempotency::IdempotencyKey,
};

/// The digest of the request that was carried out under this key; none if the key is new to the
/// execution.
pub async fn find_command_digest(
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

/// Records that a command was carried out, in the transaction that does it.
pub async fn note_command(
    conn: &mut PgConnection,
    execution: ExecutionId,
    idempotency_key: IdempotencyKey<'_>,
    command: &str,
    by: Option<UserId>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO execution_commands (execution_id, dedupe_key, command, user_id, request)
         VALUES ($1, $2, $3, $4, $5)",
        execution.0,
        idempotency_key.key,
        command,
        by.map(|user| user.0),
        &idempotency_key.request[..]
    )
    .execute(conn)
    .await
    .doing("noting a command")?;
    Ok(())
}

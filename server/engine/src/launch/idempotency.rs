//! Finds the execution that a launch with the same idempotency key has made before.

use model::{
    id::{ExecutionId, WorkspaceId},
    problem::{Problem, ProblemKind},
};
use sqlx::{PgConnection, PgPool};
use store::{
    error::{Doing, EngineError, Result},
    executions,
    idempotency::IdempotencyKey,
};

/// The execution that an earlier launch with this key has made; for a launch that found itself
/// second when it wrote its row, so that the other has committed by now.
///
/// # Errors
/// As [`find_keyed_launch`]; a database failure.
pub async fn load_keyed_launch(
    pool: &PgPool,
    workspace: WorkspaceId,
    key: Option<IdempotencyKey<'_>>,
) -> Result<ExecutionId> {
    let mut conn = pool.acquire().await.doing("looking for an earlier launch")?;
    let id = find_keyed_launch(&mut conn, workspace, key).await?;
    id.ok_or(EngineError::NotFound("run"))
}

/// The execution that an earlier launch with this key has made; none without a key.
///
/// # Errors
/// When the key belongs to a launch with other content.
pub async fn find_keyed_launch(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    key: Option<IdempotencyKey<'_>>,
) -> Result<Option<ExecutionId>> {
    let Some(key) = key else { return Ok(None) };
    let Some(found) = executions::find_by_idempotency_key(conn, workspace, key.key).await? else {
        return Ok(None);
    };
    // Earlier releases did not store the digest of the request.
    if found.request.is_none_or(|request| request == key.request) {
        return Ok(Some(found.id));
    }
    let words = format!(
        "This idempotency key already launched run {} with other content. Open that run, or launch \
         with a new key.",
        found.number
    );
    Err(Problem::new(ProblemKind::Invalid, "key_used", words).into())
}

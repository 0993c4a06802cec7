//! What a launch finds that came with its key before.

use model::{
    id::{ExecutionId, WorkspaceId},
    problem::{Problem, ProblemKind},
};
use sqlx::{PgConnection, PgPool};

use crate::{
    error::{Doing, EngineError, Result},
    once::Once,
    store::executions,
};

/// The execution that the same request made when it came first, and has committed by now.
///
/// # Errors
/// As [`earlier`]; a database failure.
pub async fn launched_before(
    pool: &PgPool,
    workspace: WorkspaceId,
    once: Option<Once<'_>>,
) -> Result<ExecutionId> {
    let mut conn = pool.acquire().await.doing("looking for an earlier launch")?;
    let id = earlier(&mut conn, workspace, once).await?;
    id.ok_or(EngineError::NotFound("execution"))
}

/// The execution that the same request has made with its key.
///
/// # Errors
/// When the key has made one for another request.
pub async fn earlier(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    once: Option<Once<'_>>,
) -> Result<Option<ExecutionId>> {
    let Some(once) = once else { return Ok(None) };
    let Some(found) = executions::find_by_key(conn, workspace, once.key).await? else {
        return Ok(None);
    };
    // Those of releases before did not note what was asked.
    if found.request.is_none_or(|request| request == once.request) {
        return Ok(Some(found.id));
    }
    let words = format!(
        "Execution {} was launched with this idempotency key, but with other content. Look at that \
         one, or launch with a new key.",
        found.number
    );
    Err(Problem::new(ProblemKind::Invalid, "key_used", words).into())
}

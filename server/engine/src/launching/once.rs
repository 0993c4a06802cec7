//! Keys that make a repeated launch the same launch
//! (draft-ietf-httpapi-idempotency-key-header: a key belongs to one request).

use model::{
    id::{ExecutionId, WorkspaceId},
    problem::{FieldProblem, Problem, ProblemKind},
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgPool};

use crate::{
    error::{Doing, EngineError, Result},
    store::executions,
};

const MOST_KEY_CHARS: usize = 200;

/// A key, chosen by who asks, and the request that it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Once<'a> {
    key: &'a str,
    request: [u8; 32],
}

impl<'a> Once<'a> {
    /// None without a key.
    ///
    /// # Errors
    /// A key that is empty, too long or cannot be stored.
    pub fn of(key: Option<&'a str>, request: &impl Serialize) -> Result<Option<Self>> {
        let Some(key) = key else { return Ok(None) };
        if key.is_empty() || key.len() > MOST_KEY_CHARS || key.contains('\0') {
            let message = format!("An idempotency key has 1 to {MOST_KEY_CHARS} characters.");
            let error = FieldProblem::field("invalid_key", "idempotency_key", message);
            return Err(Problem::invalid("The launch was not accepted.", vec![error]).into());
        }
        let request = serde_json::to_vec(request)
            .map_err(|error| EngineError::internal("reading a request again", error))?;
        Ok(Some(Self { key, request: Sha256::digest(request).into() }))
    }

    /// As it is stored.
    pub fn columns(self) -> (&'a str, [u8; 32]) {
        (self.key, self.request)
    }
}

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

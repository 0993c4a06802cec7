//! First answers that were paid for and whose correction has not come yet: an attempt that follows goes
//! on with them.

use serde_json::Value;
use sqlx::PgConnection;

use super::Claim;
use crate::error::{Doing, Result};

/// An answer that was paid for.
#[derive(Debug)]
pub struct PaidText {
    /// The answer, with what it cost.
    pub answer: Value,
    /// Whether its job's bill has the charge: an attempt whose worker was lost has reported none.
    pub is_billed: bool,
}

/// The answer that an earlier attempt of the job has paid for, if it was made from these inputs.
pub async fn find(
    conn: &mut PgConnection,
    claim: Claim,
    inputs: &Value,
) -> Result<Option<PaidText>> {
    sqlx::query_as!(
        PaidText,
        r#"SELECT p.answer,
                  (SELECT count(*) FROM spend_ledger l
                    WHERE l.execution_id = p.execution_id AND l.job_id = p.job_id)
                      > coalesce((p.answer ->> 'bills')::bigint, -1) AS "is_billed!"
             FROM paid_texts p
            WHERE p.workspace_id = $1 AND p.execution_id = $2 AND p.job_id = $3
              AND p.inputs = $4"#,
        claim.workspace.0,
        claim.execution.0,
        claim.job.0,
        inputs
    )
    .fetch_optional(conn)
    .await
    .doing("looking for an answer that was paid for")
}

/// Keeps an answer that is on no bill yet for the attempts to come, in place of one that was made from
/// something else. Does nothing where the job is no longer held under that fence.
pub async fn keep(
    conn: &mut PgConnection,
    claim: Claim,
    inputs: &Value,
    answer: &Value,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO paid_texts (workspace_id, execution_id, job_id, inputs, answer)
         SELECT j.workspace_id, j.execution_id, j.id, $5,
                $6::jsonb || jsonb_build_object('bills',
                    (SELECT count(*) FROM spend_ledger l
                      WHERE l.execution_id = j.execution_id AND l.job_id = j.id))
           FROM agent_jobs j
          WHERE j.workspace_id = $1 AND j.execution_id = $2 AND j.id = $3 AND j.fence = $4
            AND j.status = 'running'
             ON CONFLICT (workspace_id, execution_id, job_id) DO UPDATE
            SET inputs = excluded.inputs, answer = excluded.answer, paid_at = excluded.paid_at",
        claim.workspace.0,
        claim.execution.0,
        claim.job.0,
        claim.fence,
        inputs,
        answer
    )
    .execute(conn)
    .await
    .map(drop)
    .doing("keeping an answer that was paid for")
}

/// Deletes answers of jobs that are not tried again; returns how many.
pub async fn forget(conn: &mut PgConnection) -> Result<u64> {
    let deleted = sqlx::query!(
        "DELETE FROM paid_texts p
          WHERE NOT EXISTS (SELECT FROM agent_jobs j
                             WHERE j.id = p.job_id AND j.status IN ('pending', 'running'))"
    )
    .execute(conn)
    .await
    .doing("deleting answers that nothing will use")?;
    Ok(deleted.rows_affected())
}

//! Images that were paid for and wait in the database until the storage takes them.

use bytes::Bytes;
use model::execution::event::Charge;
use serde_json::Value;
use sqlx::PgConnection;

use super::Claim;
use crate::error::{Doing, EngineError, Result};

#[derive(Debug, Clone)]
pub struct PaidImage {
    /// The file as it came.
    pub bytes: Bytes,
    pub inputs: Value,
    /// What it cost.
    pub charge: Charge,
    /// Whether its job's bill has the charge: an attempt whose worker was lost has reported none.
    pub is_billed: bool,
}

/// The image that an earlier attempt of the job has paid for; none if there is no such.
pub async fn find(conn: &mut PgConnection, claim: Claim) -> Result<Option<PaidImage>> {
    let doing = "looking for an image that was paid for";
    let row = sqlx::query!(
        r#"SELECT p.image, p.inputs, p.charge,
                  (SELECT count(*) FROM spend_ledger l
                    WHERE l.execution_id = p.execution_id AND l.job_id = p.job_id) > p.bills
                      AS "is_billed!"
             FROM paid_images p
            WHERE p.workspace_id = $1 AND p.execution_id = $2 AND p.job_id = $3"#,
        claim.workspace.0,
        claim.execution.0,
        claim.job.0
    )
    .fetch_optional(conn)
    .await
    .doing(doing)?;
    let Some(row) = row else { return Ok(None) };
    let charge = serde_json::from_value(row.charge);
    Ok(Some(PaidImage {
        bytes: row.image.into(),
        inputs: row.inputs,
        charge: charge.map_err(|error| EngineError::internal(doing, error))?,
        is_billed: row.is_billed,
    }))
}

/// Keeps an image that is on no bill yet for the attempts to come, in place of one that was made
/// from something else. Does nothing where the job is no longer held under that fence.
pub async fn keep(conn: &mut PgConnection, claim: Claim, image: &PaidImage) -> Result<()> {
    let doing = "keeping an image that was paid for";
    let charge = serde_json::to_value(&image.charge);
    let charge = charge.map_err(|error| EngineError::internal(doing, error))?;
    sqlx::query!(
        "INSERT INTO paid_images (workspace_id, execution_id, job_id, bills, inputs, charge, image)
         SELECT j.workspace_id, j.execution_id, j.id,
                (SELECT count(*) FROM spend_ledger l
                  WHERE l.execution_id = j.execution_id AND l.job_id = j.id),
                $5, $6, $7
           FROM agent_jobs j
          WHERE j.workspace_id = $1 AND j.execution_id = $2 AND j.id = $3 AND j.fence = $4
            AND j.status = 'running'
             ON CONFLICT (job_id) DO UPDATE
            SET bills = excluded.bills, inputs = excluded.inputs, charge = excluded.charge,
                image = excluded.image, paid_at = excluded.paid_at",
        claim.workspace.0,
        claim.execution.0,
        claim.job.0,
        claim.fence,
        image.inputs,
        charge,
        &image.bytes[..]
    )
    .execute(conn)
    .await
    .map(drop)
    .doing(doing)
}

/// Deletes images of jobs that will never store them; returns how many.
pub async fn forget(conn: &mut PgConnection) -> Result<u64> {
    let deleted = sqlx::query!(
        "DELETE FROM paid_images p
          WHERE NOT EXISTS (SELECT FROM agent_jobs j
                             WHERE j.id = p.job_id
                               AND j.status IN ('pending', 'running', 'failed'))"
    )
    .execute(conn)
    .await
    .doing("deleting images that nothing will store")?;
    Ok(deleted.rows_affected())
}

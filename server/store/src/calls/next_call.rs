//! The reservation of one more paid call by a claim that has already made one.

use model::budget::{Fit, fit};
use sqlx::PgPool;

use super::{Call, MONEY_CLASS, caps, lock, note_in_minute};
use crate::error::{Doing, Result};

/// Whether a call may follow another of the same claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextCallAdmission {
    /// It may: what it costs is reserved.
    Goes,
    /// The claim has ended: somebody else may hold the job now.
    Overtaken,
    /// A budget does not cover it now; in words.
    Over(String),
}

/// Records that one more call of the same claim leaves, in place of the one before it, and replaces
/// the claim's reservation by `call.cost_micros`, which covers both calls.
pub async fn reserve_next_call(pool: &PgPool, call: &Call<'_>) -> Result<NextCallAdmission> {
    let mut tx = crate::begin(pool).await.doing("reserving a second call")?;
    lock(&mut tx, MONEY_CLASS, &call.workspace.to_string()).await?;
    let (job, fence) = call.claim;
    let written = sqlx::query!(
        "UPDATE agent_jobs SET reserved = 0, input = $3, sent_at = engine_now()
          WHERE id = $1 AND fence = $2 AND status = 'running'",
        job.0,
        fence,
        call.input
    )
    .execute(&mut *tx)
    .await
    .doing("noting that a second call leaves")?;
    if written.rows_affected() == 0 {
        return Ok(NextCallAdmission::Overtaken);
    }
    let caps = caps(&mut tx, call.workspace, call.execution).await?;
    match fit(&caps, call.cost_micros) {
        Fit::Now => {}
        Fit::Later(words) | Fit::Never(words) => return Ok(NextCallAdmission::Over(words)),
    }
    sqlx::query!(
        "UPDATE agent_jobs SET reserved = $3 WHERE id = $1 AND fence = $2",
        job.0,
        fence,
        call.cost_micros
    )
    .execute(&mut *tx)
    .await
    .doing("reserving a second call")?;
    if call.per_minute.is_some() {
        note_in_minute(&mut tx, call.asked.0).await?;
    }
    tx.commit().await.doing("reserving a second call")?;
    Ok(NextCallAdmission::Goes)
}

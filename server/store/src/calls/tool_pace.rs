//! How many calls a server of tools is sent within a minute, counted over all processes.

use sqlx::PgPool;

use crate::error::{Doing, Result};

/// Counts a call that leaves now. Where as many as are allowed have left within a minute it must not,
/// and the milliseconds are given after which it may be tried again.
pub async fn admit(pool: &PgPool, account: &str, per_minute: u32) -> Result<Option<u64>> {
    let doing = "counting the calls of a tool server";
    let mut tx = crate::begin(pool).await.doing(doing)?;
    super::lock_provider(&mut tx, account).await?;
    let last = sqlx::query!(
        "SELECT count(*) AS \"calls!\",
                (extract(epoch FROM min(left_at) + interval '1 minute' - engine_now()) * 1000)::bigint
                    AS free_ms
           FROM (SELECT left_at
                   FROM provider_calls
                  WHERE provider = $1 AND left_at <= engine_now()
                    AND left_at > engine_now() - interval '1 minute'
                  ORDER BY left_at DESC
                  LIMIT $2) AS last",
        account,
        i64::from(per_minute)
    )
    .fetch_one(&mut *tx)
    .await
    .doing(doing)?;
    if last.calls >= i64::from(per_minute) {
        let free_ms = last.free_ms.and_then(|ms| u64::try_from(ms).ok()).unwrap_or(0);
        return Ok(Some(free_ms.max(1)));
    }
    super::note_in_minute(&mut tx, account).await?;
    tx.commit().await.doing(doing)?;
    Ok(None)
}

//! Rate limits on sign-in: how often passwords were checked lately, by bucket.

use std::time::Duration;

use sqlx::{PgConnection, postgres::types::PgInterval};

use crate::{Fetch, Statement, error::Result, rows::interval};

/// How many checks a bucket gets in any stretch of `window`.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// The most checks.
    pub most: i64,
    /// The length of the stretch.
    pub window: Duration,
}

/// Counts one check against the bucket and returns `None`, or, when it has none left,
/// the seconds until it has one again. Concurrent callers never get more than allowed.
pub async fn admit(
    conn: &mut PgConnection,
    bucket: &str,
    allowance: Allowance,
) -> Result<Option<u64>> {
    let window = interval(allowance.window)?;
    sqlx::query!(
        "INSERT INTO sign_in_attempts (bucket) VALUES ($1) ON CONFLICT (bucket) DO NOTHING",
        bucket
    )
    .run(conn, "opening a bucket of sign-in attempts")
    .await?;
    let admitted = sqlx::query_file!("sql/admit_attempt.sql", bucket, window, allowance.most)
        .count_changed(conn, "counting a sign-in attempt")
        .await?;
    if admitted == 1 {
        return Ok(None);
    }
    seconds_until_next(conn, bucket, window).await.map(Some)
}

/// Seconds until a bucket has a check again; at least 1.
async fn seconds_until_next(
    conn: &mut PgConnection,
    bucket: &str,
    window: PgInterval,
) -> Result<u64> {
    let seconds = sqlx::query_scalar!(
        "SELECT greatest(1, ceil(extract(epoch FROM
                    (SELECT min(at) FROM unnest(evaluated_at) AS at WHERE at > engine_now() - $2::interval)
                    + $2::interval - engine_now())))::bigint AS \"seconds!\"
           FROM sign_in_attempts WHERE bucket = $1",
        bucket,
        window,
    )
    .optional(conn, "reading how long sign-in is closed")
    .await?;
    Ok(seconds.and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(1))
}

/// Gives a bucket all its checks back, and drops buckets nobody has used for a day.
pub async fn clear(conn: &mut PgConnection, bucket: &str) -> Result<()> {
    sqlx::query!(
        "DELETE FROM sign_in_attempts
          WHERE bucket = $1 OR updated_at < engine_now() - interval '1 day'",
        bucket
    )
    .run(conn, "clearing sign-in attempts")
    .await
}

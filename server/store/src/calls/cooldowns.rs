//! Providers that asked to wait: everybody leaves them alone until then.

use sqlx::PgConnection;

use crate::{Statement, error::Result};

/// The longest cooldown that is honoured, in milliseconds; a longer one is cut to this.
pub const LONGEST_COOLDOWN_MS: i32 = 600_000;

/// Keeps everybody with this access from asking for a model for so many milliseconds, as the
/// provider asked for; afterwards half as many calls at once are made as were under way, and one
/// more after each few seconds, so that those that waited are not refused again together (additive
/// increase, multiplicative decrease, as in RFC 5681).
pub async fn cool_down(
    conn: &mut PgConnection,
    provider: &str,
    model: &str,
    for_ms: u64,
) -> Result<()> {
    let for_ms = i32::try_from(for_ms).unwrap_or(i32::MAX).min(LONGEST_COOLDOWN_MS);
    sqlx::query!(
        "INSERT INTO provider_cooldowns (provider, model, until_at, at_once)
         SELECT $1, $2, engine_now() + $3::int * interval '1 millisecond',
                -- One alone was not refused for being too many.
                CASE WHEN count(*) > 1 THEN count(*) / 2 END
           FROM agent_jobs WHERE calling = $1
             ON CONFLICT (provider, model) DO UPDATE
            SET -- What was under way together is refused together, and counts once.
                at_once = CASE WHEN provider_cooldowns.until_at > engine_now()
                               THEN provider_cooldowns.at_once
                               ELSE coalesce(excluded.at_once, provider_cooldowns.at_once) END,
                until_at = greatest(
                    excluded.until_at,
                    -- One that ends later was noted by a clock that has since been set back.
                    CASE WHEN provider_cooldowns.until_at
                              <= engine_now() + $4::int * interval '1 millisecond'
                         THEN provider_cooldowns.until_at END)",
        provider,
        model,
        for_ms,
        LONGEST_COOLDOWN_MS
    )
    .run(conn, "noting that a provider asks to wait")
    .await
}

/// Deletes cooldowns that ended more than a day ago, when the concurrency limit they set has long
/// grown past what anybody can use, and calls of the rate limit older than a day. Returns how many
/// cooldowns.
pub async fn forget_old(conn: &mut PgConnection) -> Result<u64> {
    sqlx::query!(
        "WITH calls AS (
             DELETE FROM provider_calls WHERE left_at < engine_now() - interval '1 day')
         DELETE FROM provider_cooldowns WHERE until_at < engine_now() - interval '1 day'"
    )
    .count_changed(conn, "deleting what providers asked for long ago")
    .await
}

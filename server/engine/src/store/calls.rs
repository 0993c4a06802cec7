//! Paid calls: whether one may leave now, and what it reserves until it is answered.
//!
//! A call's reservation is part of its job's claim: whatever ends the claim (an answer, a stop, the
//! loss of the worker) ends it too.

use model::{
    budget::{Cap, Fit, Purse, fit},
    id::{ExecutionId, JobId, WorkspaceId},
};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};

use super::executions::{Held, mark_sent};
use crate::{
    error::{Doing, EngineError, Result},
    store,
};

/// The first half of the advisory locks under which money is reserved.
const MONEY_CLASS: i32 = 0x41_54_4d;
/// The first half of the advisory locks under which a provider's calls are counted.
const CALLS_CLASS: i32 = 0x41_54_43;
/// The longest that a provider is waited for at once.
const LONGEST_COOLDOWN_MS: i32 = 600_000;

/// How long a call that waits is remembered after it last asked: longer than until it asks again.
const QUEUED_MS: i32 = 5_000;
/// After so long one more call at once is tried at a provider that has asked to wait.
const ONE_MORE_MS: i64 = 5_000;

/// A call that is about to leave.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Of which execution.
    pub execution: ExecutionId,
    /// The job and the claim it is held under.
    pub claim: (JobId, i64),
    /// Under whose access ([account](crate::providers::Provider::account)) which model is asked.
    pub asked: (&'a str, &'a str),
    /// Calls to that provider that may be under way.
    pub at_once: u32,
    /// What it may cost at most, in millionths of a dollar; none when the price is not known.
    pub cost_micros: Option<i64>,
    /// The rendered input.
    pub input: &'a Value,
}

/// Whether a call may leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leave {
    /// It may; true when a cap has to be kept.
    Goes(bool),
    /// The job is no longer ours.
    Overtaken,
    /// The provider asked everybody to wait so many milliseconds, until `clock` (UTC).
    Cooling {
        /// Milliseconds.
        for_ms: u64,
        /// Hours, minutes and seconds.
        clock: String,
    },
    /// As many calls as may are under way.
    Busy {
        /// How many of them are its execution's.
        own: i64,
        /// How many may be.
        at_once: i64,
        /// The provider has a place, but its model takes fewer calls since it asked to wait.
        only_model: bool,
    },
    /// It may fit when those under way end.
    Later(String),
    /// It is more than may be spent.
    Over(String),
}

/// Notes that a call leaves and reserves what it may cost, if it may leave. One transaction, under
/// locks that let no two calls count on the same money or the same place.
pub async fn leave(pool: &PgPool, call: &Call<'_>) -> Result<Leave> {
    let mut tx = super::begin(pool).await.doing("reserving a call")?;
    lock(&mut tx, call).await?;
    let leave = reserve(&mut tx, call).await?;
    queue(&mut tx, call, &leave).await?;
    tx.commit().await.doing("reserving a call")?;
    Ok(leave)
}

async fn reserve(conn: &mut PgConnection, call: &Call<'_>) -> Result<Leave> {
    if let Some(waits) = provider_waits(conn, call).await? {
        return Ok(waits);
    }
    let caps = caps(conn, call.workspace, call.execution).await?;
    match fit(&caps, call.cost_micros) {
        Fit::Now => {}
        Fit::Later(words) => return Ok(Leave::Later(words)),
        Fit::Never(words) => return Ok(Leave::Over(words)),
    }
    let cost_micros = call.cost_micros.filter(|_| !caps.is_empty());
    let held = Held { provider: Some(call.asked.0), cost_micros };
    let written = mark_sent(conn, call.claim, call.input, held).await?;
    Ok(if written { Leave::Goes(!caps.is_empty()) } else { Leave::Overtaken })
}

/// Notes that a call waits for a place, or that it does not, whatever else it may wait for: the others
/// of its execution then wait from now on.
async fn queue(conn: &mut PgConnection, call: &Call<'_>, leave: &Leave) -> Result<()> {
    let ((provider, model), job) = (call.asked, call.claim.0.0);
    let query = if let Leave::Busy { only_model, .. } = leave {
        sqlx::query!(
            "INSERT INTO provider_queue
                    (provider, job_id, workspace_id, execution_id, model, only_model, until_at)
             VALUES ($1, $2, $3, $4, $5, $6, engine_now() + $7::int * interval '1 millisecond')
                 ON CONFLICT (provider, job_id) DO UPDATE
                SET only_model = excluded.only_model, until_at = excluded.until_at",
            provider,
            job,
            call.workspace.0,
            call.execution.0,
            model,
            *only_model,
            QUEUED_MS
        )
    } else {
        sqlx::query!(
            "WITH others AS (
                 UPDATE provider_queue SET since_at = engine_now()
                  WHERE provider = $1 AND execution_id = $3 AND job_id <> $2
                    AND until_at >= (SELECT engine_now()))
             DELETE FROM provider_queue
              WHERE provider = $1
                AND (job_id = $2 OR until_at < (SELECT engine_now()))",
            provider,
            job,
            call.execution.0
        )
    };
    query.execute(conn).await.map(drop).doing("noting that a call waits for others")
}

async fn lock(conn: &mut PgConnection, call: &Call<'_>) -> Result<()> {
    // Always in this order, and nothing is locked after them that others hold while they wait.
    for (class, name) in
        [(MONEY_CLASS, call.workspace.to_string()), (CALLS_CLASS, call.asked.0.to_owned())]
    {
        store::lock_name(conn, class, &name).await.doing("locking what calls share")?;
    }
    Ok(())
}

async fn provider_waits(conn: &mut PgConnection, call: &Call<'_>) -> Result<Option<Leave>> {
    let row = sqlx::query_file!(
        "sql/call_places.sql",
        call.asked.0,
        call.asked.1,
        LONGEST_COOLDOWN_MS,
        call.execution.0,
        ONE_MORE_MS,
        call.workspace.0,
        QUEUED_MS
    )
    .fetch_one(conn)
    .await
    .doing("reading a provider's limits")?;
    if let (Some(for_ms), Some(clock)) = (row.for_ms, row.clock) {
        let for_ms = u64::try_from(for_ms).unwrap_or(0).max(1);
        return Ok(Some(Leave::Cooling { for_ms, clock }));
    }
    let most = i64::from(call.at_once);
    let at_once = row.learnt.map_or(most, |learnt| learnt.clamp(1, most));
    let (own, asked) = (row.own, row.of_all + row.first);
    Ok((asked >= at_once).then_some(Leave::Busy { own, at_once, only_model: asked < most }))
}

/// The caps on what an execution may spend.
pub async fn caps(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
) -> Result<Vec<Cap>> {
    let rows = sqlx::query_file!("sql/call_caps.sql", workspace.0, execution.0)
        .fetch_all(conn)
        .await
        .doing("reading budgets")?;
    let cap = rows.into_iter().map(|row| {
        let all = [Purse::Execution, Purse::Parent, Purse::Template, Purse::Workspace];
        let purse = all.into_iter().find(|purse| purse.as_str() == row.purse);
        let unknown = || EngineError::internal("reading budgets", "a purse has no name");
        Ok(Cap {
            purse: purse.ok_or_else(unknown)?,
            limit_micros: row.limit,
            spent_micros: row.spent,
            reserved_micros: row.reserved,
        })
    });
    cap.collect()
}

/// Keeps everybody with this access from asking for a model for so many milliseconds, as the provider
/// asked for; afterwards half as many calls at once are made as were under way, and one more after
/// each few seconds, so that those that waited are not refused again together (additive increase,
/// multiplicative decrease, as in RFC 5681).
pub async fn cool_down(
    conn: &mut PgConnection,
    (provider, model): (&str, &str),
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
    .execute(conn)
    .await
    .doing("noting that a provider asks to wait")?;
    Ok(())
}

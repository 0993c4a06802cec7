//! Paid calls: whether one may leave now, and what it reserves until it is answered.
//!
//! A call's reservation is part of its job's claim: whatever ends the claim (an answer, a stop, the
//! loss of the worker) ends it too.

mod again;
pub mod cooldowns;
pub mod outages;

use model::{
    budget::{Cap, Fit, Purse, fit},
    id::{ExecutionId, JobId, WorkspaceId},
};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};

use self::{
    cooldowns::LONGEST_COOLDOWN_MS,
    outages::{Place, Waits},
};
use super::executions::{Held, mark_sent};
use crate::{
    error::{Doing, EngineError, Result},
    store,
};

pub use again::{Again, leave_again};

/// The first half of the advisory locks under which money is reserved.
const MONEY_CLASS: i32 = 0x41_54_4d;
/// The first half of the advisory locks under which a provider's calls are counted.
const CALLS_CLASS: i32 = 0x41_54_43;

/// How soon a call asks again that waits for others to end.
const BUSY_MS: u64 = 1_000;
/// The longest that a call waits before it asks again.
const AGAIN_MS: u64 = 60_000;
/// How long it is remembered beyond that.
const QUEUED_MS: u64 = 5_000;
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
    /// Where that provider is asked; none where it cannot be away.
    pub address: Option<&'a str>,
    /// Calls to that provider that may be under way.
    pub at_once: u32,
    /// Calls to it that may leave within a minute; none is as many as come.
    pub per_minute: Option<u32>,
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
    /// The provider gives nobody an answer.
    Away {
        /// Milliseconds until it is to ask again.
        for_ms: u64,
        /// A call looks whether it is back.
        is_tried: bool,
    },
    /// As many calls as may are under way.
    Busy {
        /// Milliseconds until it is to ask again.
        for_ms: u64,
        /// How many may be.
        at_once: i64,
        /// The provider has a place, but its model takes fewer calls since it asked to wait.
        only_model: bool,
    },
    /// As many calls as may have left within a minute; there is a place after so many milliseconds, at
    /// `clock` (UTC).
    Paced {
        /// Milliseconds.
        for_ms: u64,
        /// Hours, minutes and seconds.
        clock: String,
    },
    /// It may fit when those under way end.
    Later {
        /// Milliseconds until it is to ask again.
        for_ms: u64,
        /// Why.
        words: String,
    },
    /// It is more than may be spent.
    Over(String),
}

/// Notes that a call leaves and reserves what it may cost, if it may leave. One transaction, under
/// locks that let no two calls count on the same money or the same place.
pub async fn leave(pool: &PgPool, call: &Call<'_>) -> Result<Leave> {
    let mut tx = super::begin(pool).await.doing("reserving a call")?;
    // Always in this order, and nothing is locked after them that others hold while they wait. What a
    // workspace has spent may take a while to add up: the calls of no other wait for it.
    lock(&mut tx, MONEY_CLASS, &call.workspace.to_string()).await?;
    let caps = caps(&mut tx, call.workspace, call.execution).await?;
    lock_provider(&mut tx, call.asked.0).await?;
    let leave = reserve(&mut tx, call, &caps).await?;
    queue(&mut tx, call, &leave).await?;
    tx.commit().await.doing("reserving a call")?;
    Ok(leave)
}

/// Locks what is known of a provider's calls until the transaction ends.
pub async fn lock_provider(conn: &mut PgConnection, provider: &str) -> Result<()> {
    lock(conn, CALLS_CLASS, provider).await
}

async fn lock(conn: &mut PgConnection, class: i32, name: &str) -> Result<()> {
    store::lock_name(conn, class, name).await.doing("locking what calls share")
}

async fn reserve(conn: &mut PgConnection, call: &Call<'_>, caps: &[Cap]) -> Result<Leave> {
    if let Some(waits) = is_away(conn, call).await? {
        return Ok(waits);
    }
    if let Some(waits) = provider_waits(conn, call).await? {
        return Ok(waits);
    }
    match fit(caps, call.cost_micros) {
        Fit::Now => {}
        Fit::Later(words) => {
            let asked = times_asked(conn, call.claim.0).await?;
            return Ok(Leave::Later { for_ms: again_ms(call, 1, 0, asked), words });
        }
        Fit::Never(words) => return Ok(Leave::Over(words)),
    }
    // Also where there is no cap yet: one that is set meanwhile counts it.
    let held = Held { provider: Some(call.asked.0), cost_micros: call.cost_micros };
    if !mark_sent(conn, call.claim, call.input, held).await? {
        return Ok(Leave::Overtaken);
    }
    if call.per_minute.is_some() {
        note_in_minute(conn, call.asked.0).await?;
    }
    Ok(Leave::Goes(!caps.is_empty()))
}

/// Notes that a call leaves, and forgets those of which none counts any more.
async fn note_in_minute(conn: &mut PgConnection, provider: &str) -> Result<()> {
    sqlx::query!(
        "WITH past AS (
             DELETE FROM provider_calls
              WHERE provider = $1
                AND (left_at > engine_now() OR left_at <= engine_now() - interval '1 minute'))
         INSERT INTO provider_calls (provider) VALUES ($1)",
        provider
    )
    .execute(conn)
    .await
    .map(drop)
    .doing("noting a call of this minute")
}

/// Notes that a call waits for a place, or that it does not, whatever else it may wait for: the others
/// of its execution then wait from now on.
async fn queue(conn: &mut PgConnection, call: &Call<'_>, leave: &Leave) -> Result<()> {
    let ((provider, model), job) = (call.asked, call.claim.0.0);
    let waits = match leave {
        Leave::Busy { for_ms, only_model, .. } => Some((for_ms, *only_model, false)),
        Leave::Paced { for_ms, .. } => Some((for_ms, false, true)),
        _ => None,
    };
    let query = if let Some((for_ms, only_model, only_minute)) = waits {
        sqlx::query!(
            "INSERT INTO provider_queue
                    (provider, job_id, workspace_id, execution_id, model, only_model, only_minute,
                     until_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7,
                     engine_now() + $8::int * interval '1 millisecond')
                 ON CONFLICT (provider, job_id) DO UPDATE
                SET only_model = excluded.only_model, only_minute = excluded.only_minute,
                    until_at = excluded.until_at",
            provider,
            job,
            call.workspace.0,
            call.execution.0,
            model,
            only_model,
            only_minute,
            milliseconds(for_ms + QUEUED_MS)
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

/// While nobody gets an answer, one call at a time looks whether the provider is back.
async fn is_away(conn: &mut PgConnection, call: &Call<'_>) -> Result<Option<Leave>> {
    let Some(address) = call.address else { return Ok(None) };
    let place = Place { provider: call.asked.0, address };
    Ok(match outages::waits(conn, place).await? {
        None => None,
        Some(Waits::For(ms)) => {
            Some(Leave::Away { for_ms: ms + apart_ms(call.claim.0), is_tried: false })
        }
        Some(Waits::Tried) => {
            let asked = times_asked(conn, call.claim.0).await?;
            Some(Leave::Away { for_ms: again_ms(call, 1, 0, asked), is_tried: true })
        }
    })
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
        milliseconds(AGAIN_MS + QUEUED_MS),
        call.per_minute.map(|most| i32::try_from(most).unwrap_or(i32::MAX)),
        call.claim.0.0
    )
    .fetch_one(&mut *conn)
    .await
    .doing("reading a provider's limits")?;
    if let (Some(for_ms), Some(clock)) = (row.for_ms, row.clock) {
        let for_ms = u64::try_from(for_ms).unwrap_or(0).max(1);
        return Ok(Some(Leave::Cooling { for_ms, clock }));
    }
    let most = i64::from(call.at_once);
    let at_once = row.learnt.map_or(most, |learnt| learnt.clamp(1, most));
    let most_in_minute = call.per_minute.map_or(i64::MAX, i64::from);
    if row.in_minute >= most_in_minute {
        let for_ms = row.free_ms.and_then(|ms| u64::try_from(ms).ok()).unwrap_or(0);
        let (for_ms, clock) = (for_ms.clamp(1, AGAIN_MS), row.free_clock.unwrap_or_default());
        return Ok(Some(Leave::Paced { for_ms, clock }));
    }
    let taken = row.of_all + row.first;
    // What is left of the minute is for those that come first, as places are.
    if taken < at_once && row.in_minute + row.first_in_minute < most_in_minute {
        return Ok(None);
    }
    let asked = times_asked(conn, call.claim.0).await?;
    let for_ms = again_ms(call, row.own, row.beside, asked);
    Ok(Some(Leave::Busy { for_ms, at_once, only_model: taken < most }))
}

/// How often a job has been put back because it had to wait.
async fn times_asked(conn: &mut PgConnection, job: JobId) -> Result<i64> {
    sqlx::query_scalar!(
        "SELECT count(*) AS \"asked!\" FROM job_attempts WHERE job_id = $1 AND status = 'limited'",
        job.0
    )
    .fetch_one(conn)
    .await
    .doing("counting how often a call has waited")
}

/// When to ask again: an execution that has no call under way looks four times as often as one that has
/// some, so that large ones starve no small one. The more of its jobs wait, and the longer a job has
/// waited, the less often it asks: each question is written in the execution's history. Not all at the
/// same time.
fn again_ms(call: &Call<'_>, own: i64, beside: i64, asked: i64) -> u64 {
    let count = |count: i64| u64::try_from(count).unwrap_or(0);
    let spread = BUSY_MS + apart_ms(call.claim.0);
    let usual = if own == 0 { spread / 4 } else { spread };
    let slower = (1 + count(beside)).saturating_mul(10 + count(asked)) / 10;
    usual.saturating_mul(slower).min(AGAIN_MS)
}

/// Less than a second by which a job asks later than others.
pub fn apart_ms(job: JobId) -> u64 {
    u64::from(job.0.as_bytes()[15] % 10) * 100
}

fn milliseconds(ms: u64) -> i32 {
    i32::try_from(ms).unwrap_or(i32::MAX)
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

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn again(job: u128, of: (i64, i64, i64)) -> u64 {
        let call = Call {
            workspace: WorkspaceId(Uuid::nil()),
            execution: ExecutionId(Uuid::nil()),
            claim: (JobId(Uuid::from_u128(job)), 1),
            asked: ("openai", "gpt-test"),
            address: None,
            at_once: 1,
            per_minute: None,
            cost_micros: None,
            input: &Value::Null,
        };
        again_ms(&call, of.0, of.1, of.2)
    }

    #[test]
    fn who_has_no_call_under_way_asks_sooner_than_who_has() {
        for job in 0..20 {
            for other in 0..20 {
                assert!(again(job, (0, 3, 5)) < again(other, (1, 3, 5)));
            }
        }
    }

    #[test]
    fn jobs_of_an_execution_that_wait_for_hours_ask_seldom_and_yet_now_and_then() {
        // Twenty beside each other, each of which asks as often as it may for ten hours.
        let (mut asked, mut waited_ms) = (0, 0);
        while waited_ms < 10 * 3_600_000 {
            waited_ms += again(0, (0, 19, asked));
            asked += 1;
        }

        assert!((500..1_000).contains(&asked), "{asked}");
        assert_eq!(again(0, (9, i64::MAX, i64::MAX)), AGAIN_MS);
    }
}

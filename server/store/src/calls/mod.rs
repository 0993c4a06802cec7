//! Paid calls: whether one may leave now, and what it reserves until it is answered; and calls of
//! tools.
//!
//! A call's reservation is part of its job's claim: whatever ends the claim (an answer, a stop, the
//! loss of the worker) ends it too.

pub mod agent_calls;
pub mod cooldowns;
mod next_call;
pub mod outages;
pub mod tool_calls;
pub mod tool_pace;

use model::{
    budget::{Cap, Fit, Purse, fit},
    id::{ExecutionId, JobId, WorkspaceId},
};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};

use self::{
    cooldowns::LONGEST_COOLDOWN_MS,
    outages::{Endpoint, OutageWait},
};
use super::executions::{CallReservation, mark_sent};
use crate::{
    error::{Doing, EngineError, Result},
    notices::budgets,
};

pub use next_call::{NextCallAdmission, reserve_next_call};

/// The first half of the advisory locks under which money is reserved.
const MONEY_CLASS: i32 = 0x41_54_4d;
/// The first half of the advisory locks under which a provider's calls are counted.
const CALLS_CLASS: i32 = 0x41_54_43;

/// How soon a call that waits for others to end asks again, in milliseconds.
const BUSY_MS: u64 = 1_000;
/// The longest that a call waits before it asks again, in milliseconds.
const AGAIN_MS: u64 = 60_000;
/// How long past that its place in the queue is kept, in milliseconds.
const QUEUED_MS: u64 = 5_000;
/// After each so many milliseconds, a provider that has asked to wait is given one more call at
/// once.
const ONE_MORE_MS: i64 = 5_000;

/// A call that is about to leave.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The workspace whose budget and prices count.
    pub workspace: WorkspaceId,
    /// The execution whose budget counts, and by which waiting calls take turns.
    pub execution: ExecutionId,
    /// The job and the fence of the claim it is held under.
    pub claim: (JobId, i64),
    /// The access ([account](outside::providers::Provider::account)) and the model.
    pub asked: (&'a str, &'a str),
    /// The provider's address; none for a provider that cannot have an outage.
    pub address: Option<&'a str>,
    /// How many calls to the provider may be under way at once.
    pub at_once: u32,
    /// How many calls to it may leave within a minute; none is no limit.
    pub per_minute: Option<u32>,
    /// What it may cost at most, in millionths of a dollar; none when the price is not known.
    pub cost_micros: Option<i64>,
    /// The rendered input, kept with the job so that people see what was sent.
    pub input: &'a Value,
}

/// Whether a call may leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallAdmission {
    /// It may, and is reserved; true when a budget applies.
    Goes(bool),
    /// The claim has ended: somebody else may hold the job now.
    Overtaken,
    /// The provider asked everybody to wait.
    Cooling {
        /// Milliseconds until the cooldown ends.
        for_ms: u64,
    },
    /// The provider has an outage.
    Away {
        /// Milliseconds until it is to ask again.
        for_ms: u64,
        /// True when another call probes the provider now.
        is_tried: bool,
        /// True when only the model is away; false for the whole address.
        is_of_model: bool,
    },
    /// The limit of calls at once is reached.
    Busy {
        /// Milliseconds until it is to ask again.
        for_ms: u64,
        /// The limit that applied.
        at_once: i64,
        /// True when the provider has room, but the limit of this model is lower after a cooldown.
        only_model: bool,
    },
    /// The rate limit of calls per minute is reached.
    Paced {
        /// Milliseconds until the next call may leave.
        for_ms: u64,
    },
    /// A budget may cover it once calls under way end and cost less than they reserve.
    Later {
        /// Milliseconds until it is to ask again.
        for_ms: u64,
        /// Names the budget, for people.
        words: String,
    },
    /// A budget does not cover it; in words.
    Over(String),
}

/// Admits a call if it may leave: records that it leaves and reserves what it may cost. One
/// transaction, under locks that keep two calls from counting on the same money or the same slot of
/// a limit.
pub async fn reserve_call(pool: &PgPool, call: &Call<'_>) -> Result<CallAdmission> {
    let mut tx = super::begin(pool).await.doing("reserving a call")?;
    // Always in this order, and nothing is locked after them that others hold while they wait. What
    // a workspace has spent may take a while to add up: the calls of no other wait for it.
    lock(&mut tx, MONEY_CLASS, &call.workspace.to_string()).await?;
    let caps = caps(&mut tx, call.workspace, call.execution).await?;
    lock_provider(&mut tx, call.asked.0).await?;
    let admission = reserve(&mut tx, call, &caps).await?;
    update_queue(&mut tx, call, &admission).await?;
    tx.commit().await.doing("reserving a call")?;
    Ok(admission)
}

/// Locks what is known of a provider's calls until the transaction ends.
pub async fn lock_provider(conn: &mut PgConnection, provider: &str) -> Result<()> {
    lock(conn, CALLS_CLASS, provider).await
}

async fn lock(conn: &mut PgConnection, class: i32, name: &str) -> Result<()> {
    crate::lock_name(conn, class, name).await.doing("locking what calls share")
}

async fn reserve(conn: &mut PgConnection, call: &Call<'_>, caps: &[Cap]) -> Result<CallAdmission> {
    if let Some(waits) = outage_wait(conn, call).await? {
        return Ok(waits);
    }
    if let Some(waits) = limit_wait(conn, call).await? {
        return Ok(waits);
    }
    match fit(caps, call.cost_micros) {
        Fit::Now => {}
        Fit::Later(words) => {
            let asked = count_waits(conn, call.claim.0).await?;
            return Ok(CallAdmission::Later { for_ms: retry_after_ms(call, 1, 0, asked), words });
        }
        Fit::Never(words) => {
            let more = call.cost_micros.unwrap_or(0);
            budgets::note_spent(conn, call.workspace, &[call.execution], more).await?;
            return Ok(CallAdmission::Over(words));
        }
    }
    // Reserved even where there is no budget yet: one that is set meanwhile counts it.
    let (provider, model) = (Some(call.asked.0), Some(call.asked.1));
    let reservation = CallReservation { provider, model, cost_micros: call.cost_micros };
    let (job, fence) = call.claim;
    if !mark_sent(conn, job, fence, call.input, reservation).await? {
        return Ok(CallAdmission::Overtaken);
    }
    if call.per_minute.is_some() {
        note_in_minute(conn, call.asked.0).await?;
    }
    Ok(CallAdmission::Goes(!caps.is_empty()))
}

/// Records a call for the rate limit, and deletes those older than a minute.
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

/// Puts a call that a limit holds back into the provider's queue, or takes any other out of it;
/// then the queued calls of its execution count as waiting from now, so that executions take turns.
async fn update_queue(
    conn: &mut PgConnection,
    call: &Call<'_>,
    admission: &CallAdmission,
) -> Result<()> {
    let ((provider, model), job) = (call.asked, call.claim.0.0);
    let waits = match admission {
        CallAdmission::Busy { for_ms, only_model, .. } => Some((for_ms, *only_model, false)),
        CallAdmission::Paced { for_ms, .. } => Some((for_ms, false, true)),
        CallAdmission::Goes(_)
        | CallAdmission::Overtaken
        | CallAdmission::Cooling { .. }
        | CallAdmission::Away { .. }
        | CallAdmission::Later { .. }
        | CallAdmission::Over(_) => None,
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
            to_sql_ms(for_ms + QUEUED_MS)
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

/// How a call waits while its provider has an outage; none while it has none, or when this call is
/// the probe.
async fn outage_wait(conn: &mut PgConnection, call: &Call<'_>) -> Result<Option<CallAdmission>> {
    let Some(address) = call.address else { return Ok(None) };
    let (provider, model) = call.asked;
    let wait = outages::find_wait(conn, Endpoint { provider, address, model }).await?;
    Ok(match wait {
        None => None,
        Some((OutageWait::For(ms), is_of_model)) => {
            let for_ms = ms + spread_ms(call.claim.0);
            Some(CallAdmission::Away { for_ms, is_tried: false, is_of_model })
        }
        Some((OutageWait::Tried, is_of_model)) => {
            let asked = count_waits(conn, call.claim.0).await?;
            let for_ms = retry_after_ms(call, 1, 0, asked);
            Some(CallAdmission::Away { for_ms, is_tried: true, is_of_model })
        }
    })
}

/// How a call waits for a cooldown, a rate limit or the limit of calls at once; none when it need
/// not.
async fn limit_wait(conn: &mut PgConnection, call: &Call<'_>) -> Result<Option<CallAdmission>> {
    let row = sqlx::query_file!(
        "sql/call_places.sql",
        call.asked.0,
        call.asked.1,
        LONGEST_COOLDOWN_MS,
        call.execution.0,
        ONE_MORE_MS,
        call.workspace.0,
        to_sql_ms(AGAIN_MS + QUEUED_MS),
        call.per_minute.map(|most| i32::try_from(most).unwrap_or(i32::MAX)),
        call.claim.0.0
    )
    .fetch_one(&mut *conn)
    .await
    .doing("reading a provider's limits")?;
    if let Some(for_ms) = row.for_ms {
        let for_ms = u64::try_from(for_ms).unwrap_or(0).max(1);
        return Ok(Some(CallAdmission::Cooling { for_ms }));
    }
    let most = i64::from(call.at_once);
    let at_once = row.learnt.map_or(most, |learnt| learnt.clamp(1, most));
    let most_in_minute = call.per_minute.map_or(i64::MAX, i64::from);
    if row.in_minute >= most_in_minute {
        let for_ms = row.free_ms.and_then(|ms| u64::try_from(ms).ok()).unwrap_or(0);
        return Ok(Some(CallAdmission::Paced { for_ms: for_ms.clamp(1, AGAIN_MS) }));
    }
    let taken = row.of_all + row.first;
    // Those before it in the queue come first, for what is left of the minute as for slots.
    if taken < at_once && row.in_minute + row.first_in_minute < most_in_minute {
        return Ok(None);
    }
    let asked = count_waits(conn, call.claim.0).await?;
    let for_ms = retry_after_ms(call, row.own, row.beside, asked);
    Ok(Some(CallAdmission::Busy { for_ms, at_once, only_model: taken < most }))
}

/// How often a job has been put back because a limit held its call.
async fn count_waits(conn: &mut PgConnection, job: JobId) -> Result<i64> {
    sqlx::query_scalar!(
        "SELECT count(*) AS \"asked!\" FROM job_attempts WHERE job_id = $1 AND status = 'limited'",
        job.0
    )
    .fetch_one(conn)
    .await
    .doing("counting how often a call has waited")
}

/// Milliseconds until a call asks again. An execution that has no call under way (`own`) asks four
/// times as often as one that has some, so that large executions starve no small one. The more of
/// its jobs wait (`beside`) and the more often a job has `asked`, the longer the pause: each
/// question is an event of the execution. Jobs are spread, so that they do not all ask in the same
/// moment.
fn retry_after_ms(call: &Call<'_>, own: i64, beside: i64, asked: i64) -> u64 {
    let count = |count: i64| u64::try_from(count).unwrap_or(0);
    let spread = BUSY_MS + spread_ms(call.claim.0);
    let usual = if own == 0 { spread / 4 } else { spread };
    let slower = (1 + count(beside)).saturating_mul(10 + count(asked)) / 10;
    usual.saturating_mul(slower).min(AGAIN_MS)
}

/// Milliseconds, less than a thousand, by which a job asks later than others; always the same for a
/// job.
pub fn spread_ms(job: JobId) -> u64 {
    u64::from(job.0.as_bytes()[15] % 10) * 100
}

fn to_sql_ms(ms: u64) -> i32 {
    i32::try_from(ms).unwrap_or(i32::MAX)
}

/// The budgets that an execution's calls count against: its own, its parents', its template's, its
/// workspace's.
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
        retry_after_ms(&call, of.0, of.1, of.2)
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

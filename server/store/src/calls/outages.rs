//! Outages of models and of whole addresses: while one lasts, one call at a time probes whether the
//! model is back (a circuit breaker that is half open) and all others wait.

use model::{
    execution::failure::Failure,
    id::{ExecutionId, JobId, WorkspaceId},
};
use sqlx::PgConnection;

use crate::{Fetch, Statement, error::Result};

/// An outage that has lasted for so long is put to a person instead of waited for.
const LONGEST_MS: u64 = 30 * 60_000;
/// The longest pause between two probes.
const LONGEST_PAUSE_MS: u64 = 60_000;
/// An outage that nobody has probed for so long is forgotten; the next failure begins a new one.
const FORGOTTEN_MS: i64 = 10 * 60_000;

/// A model of a provider account at an address: what has an outage, alone or with its address.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint<'a> {
    /// The access that the call uses, see [account](outside::providers::Provider::account).
    pub provider: &'a str,
    /// Where the provider is reached, see [address](outside::providers::Provider::address).
    pub address: &'a str,
    /// The model that is asked.
    pub model: &'a str,
}

/// What stands for the model in an outage of the whole address.
const ALL_MODELS: &str = "";

impl<'a> Endpoint<'a> {
    /// A server of tools, which has outages as providers have; `account` is its [`tool_account`].
    pub const fn of_tools(account: &'a str, server: &'a str) -> Self {
        Self { provider: account, address: server, model: ALL_MODELS }
    }
}

/// What stands for the access in outages of a workspace's server of tools.
pub fn tool_account(workspace: WorkspaceId, server: &str) -> String {
    format!("tools:{workspace}:{server}")
}

/// Why a call may not leave while an outage lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutageWait {
    /// The next probe is due in so many milliseconds.
    For(u64),
    /// Another call probes the model now.
    Tried,
}

/// What a call that got no answer has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutageAdvice {
    /// Wait for so many milliseconds.
    For(u64),
    /// Wait for a person: the outage has lasted for so many milliseconds.
    TooLong(u64),
    /// Fail: the provider answers others, so that the cause is this call.
    AnswersOthers,
}

/// The recorded outage of an endpoint, over or not; times are relative to the database's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RecordedOutage {
    is_over: bool,
    since_ms: i64,
    tries: i32,
    tried_ms: i64,
    /// Milliseconds until the next probe; not positive when that is due.
    next_ms: i64,
}

/// How one more call without an answer changes the recorded outage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Begins,
    /// It left before the outage was known, and counts as part of the last probe.
    Joins {
        since_ms: u64,
        next_ms: u64,
    },
    /// It was a probe in vain, the one of this number.
    GoesOn {
        since_ms: u64,
        tries: i32,
    },
    /// The provider has answered others since this call was first put off.
    AnswersOthers,
}

impl RecordedOutage {
    fn is_under_way(&self) -> bool {
        !self.is_over && (0..FORGOTTEN_MS).contains(&self.tried_ms)
    }
}

/// A call that reached nobody is an outage, whatever others do. One that a gateway before the
/// provider refused (`may_be_its_own`) may be refused for its content; that is so when others have
/// got answers while it waited.
fn next_step(known: Option<RecordedOutage>, may_be_its_own: bool, has_waited: bool) -> Step {
    let Some(known) = known else { return Step::Begins };
    if known.is_over && may_be_its_own && has_waited {
        return Step::AnswersOthers;
    }
    if !known.is_under_way() {
        return Step::Begins;
    }
    let since_ms = u64::try_from(known.since_ms).unwrap_or(0);
    match u64::try_from(known.next_ms) {
        Ok(next_ms @ 1..=LONGEST_PAUSE_MS) => Step::Joins { since_ms, next_ms },
        _ => Step::GoesOn { since_ms, tries: known.tries.saturating_add(1) },
    }
}

/// The pause after so many probes: exponential back-off from a second to a minute, less a random
/// jitter of up to a quarter, so that many servers do not come back in the same moment.
fn pause_ms(tries: i32, jitter: u8) -> u64 {
    let doubled = u32::try_from(tries - 1).unwrap_or(0).min(16);
    let pause = (1_000_u64 << doubled).min(LONGEST_PAUSE_MS);
    pause - pause / 4 * u64::from(jitter) / u64::from(u8::MAX)
}

/// Why a call may not leave, or none if it may; true where only its model is away. The caller holds
/// the lock of the provider's calls.
pub async fn find_wait(
    conn: &mut PgConnection,
    endpoint: Endpoint<'_>,
) -> Result<Option<(OutageWait, bool)>> {
    let rows = sqlx::query!(
        r#"SELECT (extract(epoch FROM o.next_at - engine_now()) * 1000)::bigint AS "next_ms!",
                  o.model,
                  EXISTS (SELECT FROM agent_jobs j
                           WHERE j.calling = $1 AND j.sent_at >= o.since_at
                             AND o.model IN ($4, j.calling_model)) AS "is_tried!"
             FROM model_outages o
            WHERE o.provider = $1 AND o.address = $2 AND o.model IN ($4, $3)
              AND o.ended_at IS NULL
            ORDER BY o.next_at DESC"#,
        endpoint.provider,
        endpoint.address,
        endpoint.model,
        ALL_MODELS
    )
    .all(conn, "reading whether a provider is away")
    .await?;
    Ok(rows.into_iter().find_map(|row| {
        let wait = match u64::try_from(row.next_ms) {
            // One that is later was noted by a clock that has since been set back.
            Ok(ms @ 1..=LONGEST_PAUSE_MS) => OutageWait::For(ms),
            _ if row.is_tried => OutageWait::Tried,
            _ => return None,
        };
        Some((wait, row.model != ALL_MODELS))
    }))
}

/// Records that a call got no answer. The caller holds the lock of the provider's calls.
/// `may_be_its_own` is true where a gateway before the provider refused it: only its model is away
/// then, and the address is not.
pub async fn note_unanswered(
    conn: &mut PgConnection,
    endpoint: Endpoint<'_>,
    execution: ExecutionId,
    job: JobId,
    may_be_its_own: bool,
    jitter: u8,
) -> Result<OutageAdvice> {
    let model = if may_be_its_own { endpoint.model } else { ALL_MODELS };
    if may_be_its_own {
        note_answered(conn, Endpoint { model: ALL_MODELS, ..endpoint }).await?;
    }
    let endpoint = Endpoint { model, ..endpoint };
    let known = find(conn, endpoint).await?;
    let has_waited = may_be_its_own && has_waited(conn, execution, job).await?;
    let (since_ms, tries) = match next_step(known, may_be_its_own, has_waited) {
        Step::AnswersOthers => return Ok(OutageAdvice::AnswersOthers),
        Step::Joins { since_ms, .. } if since_ms >= LONGEST_MS => {
            return Ok(OutageAdvice::TooLong(since_ms));
        }
        Step::Joins { next_ms, .. } => return Ok(OutageAdvice::For(next_ms)),
        Step::Begins => (0, 1),
        Step::GoesOn { since_ms, tries } => (since_ms, tries),
    };
    // After the longest wait a person lets the call go on, and wants it to be tried at once.
    let pause = if since_ms < LONGEST_MS { pause_ms(tries, jitter) } else { 0 };
    sqlx::query!(
        "INSERT INTO model_outages (provider, model, address, tries, next_at)
         VALUES ($1, $5, $2, $3, engine_now() + $4::int * interval '1 millisecond')
             ON CONFLICT (provider, model) DO UPDATE
            SET address = excluded.address, tries = excluded.tries, next_at = excluded.next_at,
                tried_at = engine_now(), ended_at = NULL,
                since_at = CASE WHEN excluded.tries > 1
                                THEN least(model_outages.since_at, engine_now())
                                ELSE engine_now() END",
        endpoint.provider,
        endpoint.address,
        tries,
        i32::try_from(pause).unwrap_or(i32::MAX),
        endpoint.model
    )
    .run(conn, "noting that a provider is away")
    .await?;
    Ok(if since_ms < LONGEST_MS {
        OutageAdvice::For(pause)
    } else {
        OutageAdvice::TooLong(since_ms)
    })
}

async fn find(conn: &mut PgConnection, endpoint: Endpoint<'_>) -> Result<Option<RecordedOutage>> {
    sqlx::query_as!(
        RecordedOutage,
        r#"SELECT ended_at IS NOT NULL AS "is_over!", tries,
                  (extract(epoch FROM engine_now() - since_at) * 1000)::bigint AS "since_ms!",
                  (extract(epoch FROM engine_now() - tried_at) * 1000)::bigint AS "tried_ms!",
                  (extract(epoch FROM next_at - engine_now()) * 1000)::bigint AS "next_ms!"
             FROM model_outages
            WHERE provider = $1 AND address = $2 AND model = $3"#,
        endpoint.provider,
        endpoint.address,
        endpoint.model
    )
    .optional(conn, "reading since when a provider is away")
    .await
}

/// Whether a job has been put off before because the provider was away.
async fn has_waited(conn: &mut PgConnection, execution: ExecutionId, job: JobId) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM job_attempts
                           WHERE execution_id = $1 AND job_id = $2
                             AND failure->>'code' = $3) AS "has_waited!""#,
        execution.0,
        job.0,
        Failure::AWAY
    )
    .one(conn, "looking whether a call was put off before")
    .await
}

/// Records that a call got an answer: the outages of its model and of its address are over for
/// everybody.
pub async fn note_answered(conn: &mut PgConnection, endpoint: Endpoint<'_>) -> Result<()> {
    sqlx::query!(
        "UPDATE model_outages SET ended_at = engine_now()
          WHERE provider = $1 AND address = $2 AND model IN ($4, $3) AND ended_at IS NULL",
        endpoint.provider,
        endpoint.address,
        endpoint.model,
        ALL_MODELS
    )
    .run(conn, "noting that a provider is back")
    .await
}

/// Deletes outages that nobody has probed for a day; returns how many.
pub async fn forget_old(conn: &mut PgConnection) -> Result<u64> {
    sqlx::query!("DELETE FROM model_outages WHERE tried_at < engine_now() - interval '1 day'")
        .count_changed(conn, "deleting what is known of providers that were away")
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: RecordedOutage =
        RecordedOutage { is_over: false, since_ms: 9_000, tries: 4, tried_ms: 8_000, next_ms: -10 };

    #[test]
    fn pauses_grow_from_a_second_to_a_minute() {
        let longest: Vec<u64> = (1..10).map(|tries| pause_ms(tries, 0)).collect();
        let shortest: Vec<u64> = (1..10).map(|tries| pause_ms(tries, u8::MAX)).collect();

        let expected = [1, 2, 4, 8, 16, 32, 60, 60, 60].map(|seconds| seconds * 1_000);
        assert_eq!(longest, expected);
        assert_eq!(shortest, expected.map(|ms| ms * 3 / 4));
        assert_eq!(pause_ms(i32::MAX, 0), LONGEST_PAUSE_MS);
    }

    #[test]
    fn what_left_together_counts_as_one_try() {
        let joined = RecordedOutage { next_ms: 700, ..KNOWN };

        assert_eq!(next_step(None, false, false), Step::Begins);
        assert_eq!(next_step(Some(KNOWN), true, true), Step::GoesOn { since_ms: 9_000, tries: 5 });
        assert_eq!(
            next_step(Some(joined), false, true),
            Step::Joins { since_ms: 9_000, next_ms: 700 }
        );
    }

    #[test]
    fn what_is_refused_for_what_it_is_waits_no_second_time() {
        let over = RecordedOutage { is_over: true, ..KNOWN };

        assert_eq!(next_step(Some(over), true, false), Step::Begins);
        assert_eq!(next_step(Some(over), true, true), Step::AnswersOthers);
        assert_eq!(next_step(Some(over), false, true), Step::Begins, "nobody was reached");
    }

    #[test]
    fn what_was_noted_by_another_clock_or_long_ago_is_begun_anew() {
        let long_ago =
            RecordedOutage { tried_ms: FORGOTTEN_MS, since_ms: FORGOTTEN_MS * 9, ..KNOWN };
        let ahead = RecordedOutage { tried_ms: -1, ..KNOWN };
        let far = RecordedOutage { next_ms: 7_200_000, ..KNOWN };

        assert_eq!(next_step(Some(long_ago), true, true), Step::Begins);
        assert_eq!(next_step(Some(ahead), true, false), Step::Begins);
        assert_eq!(next_step(Some(far), true, false), Step::GoesOn { since_ms: 9_000, tries: 5 });
    }
}

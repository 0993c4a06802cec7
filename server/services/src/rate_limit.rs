//! Limits on guessing: by whom attempts are counted, and what to say where there were too many.

use std::{net::IpAddr, time::Duration};

use backend::actor::{self, Origin};
use model::problem::{Problem, ProblemKind};
use sqlx::PgConnection;
use store::{
    attempts::{self, Allowance},
    error::EngineError,
};

/// How many links of a kind that are none one network may try.
const WRONG_LINKS: Allowance = Allowance { most: 60, window: Duration::from_secs(15 * 60) };

/// Too many guesses; come back in `seconds`.
pub(super) fn too_many_attempts(seconds: u64) -> Problem {
    let minutes = seconds.div_ceil(60);
    let detail = format!("Too many attempts. Try again in {minutes} min.");
    let mut problem = Problem::new(ProblemKind::RateLimited, "too_many_attempts", detail);
    problem.retry_after_s = Some(seconds);
    problem
}

/// Counts a link that is none, so that nobody goes on trying, and gives the answer to it: `none`, or
/// that there were too many. Each kind of link is counted by itself.
pub(super) async fn count_wrong_link(
    conn: &mut PgConnection,
    kind: &str,
    origin: &Origin,
    none: EngineError,
) -> EngineError {
    let bucket = format!("{kind}:{}", network(origin));
    match attempts::admit(conn, &bucket, WRONG_LINKS).await {
        Ok(Some(seconds)) => too_many_attempts(seconds).into(),
        Ok(None) => none,
        Err(error) => error,
    }
}

/// The network that attempts are counted by.
pub(super) fn network(origin: &Origin) -> IpAddr {
    actor::network(origin.ip)
}

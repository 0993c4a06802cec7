//! Failures of an attempt for which no other system is to blame, and the wait for a database that is
//! away.

use std::time::Duration;

use model::{execution::failure::Failure, expr::ExprError};
use store::error::{EngineError, Result};

/// The pause before a database that is away is tried again.
const AWAY_MS: u64 = 1_000;

/// The failure of an expression in the node's configuration.
pub(super) fn expression_failure(error: ExprError) -> Failure {
    Failure::permanent("expression", error.to_string())
}

/// The failure of an attempt because the server or its database failed; a later attempt may work.
/// One that failed because the database is away does not count as an attempt.
pub(super) fn internal_failure(error: EngineError) -> Failure {
    tracing::warn!(error = &error as &dyn std::error::Error, "an attempt failed on our side");
    if error.may_pass() {
        let words = "The server can't reach its database; continues as soon as it can";
        return Failure::for_limit(AWAY_MS, "database_unavailable", words);
    }
    let words = "The server couldn't read or write its data. Its log has the details.";
    Failure::transient("internal", words)
}

/// Repeats `what` while the database is away: the answer of a paid call would be lost otherwise.
/// The attempt is dropped at the latest when the job is taken over.
pub(super) async fn retry_while_away<T, F: Future<Output = Result<T>>>(
    what: impl Fn() -> F,
) -> Result<T> {
    loop {
        match what().await {
            Err(error) if error.may_pass() => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "an answer waits for the database"
                );
            }
            done => return done,
        }
        tokio::time::sleep(Duration::from_millis(AWAY_MS)).await;
    }
}

/// The failure of an attempt whose job was taken over; its report will be refused anyway.
pub(super) fn overtaken_failure() -> Failure {
    Failure::permanent("overtaken", "Another worker took over this job.")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

    use model::execution::failure::FailureClass;

    use super::*;

    #[test]
    fn rel_e4_a_database_that_is_away_costs_no_attempt() {
        let away = EngineError::Database { doing: "reading", source: sqlx::Error::PoolTimedOut };
        let broken = EngineError::internal("reading", "no such column");

        assert!(matches!(internal_failure(away).class, FailureClass::Limited { .. }));
        assert!(matches!(internal_failure(broken).class, FailureClass::Transient { .. }));
    }

    #[tokio::test]
    async fn rel_e4_an_answer_waits_until_the_database_is_back() {
        let back = AtomicBool::new(false);

        let away = || EngineError::Database { doing: "writing", source: sqlx::Error::PoolClosed };
        let kept = retry_while_away(
            async || if back.swap(true, SeqCst) { Ok("kept") } else { Err(away()) },
        );

        assert_eq!(kept.await.ok(), Some("kept"));
    }
}

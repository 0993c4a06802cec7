//! Jobs of a replay: they repeat the recorded outcome of the original job, without any call.

use model::{execution::failure::Failure, id::ExecutionId};
use store::{
    error::{Doing, Result},
    executions::{self, GONE, Recorded},
};

use super::{attempt::Attempt, failure::internal_failure};
use crate::job::JobContext;

/// Ends an attempt with the recorded outcome of the same job of `origin`. It makes no call and
/// costs nothing.
pub async fn replay(context: &JobContext, origin: ExecutionId) -> Attempt {
    match recorded(context, origin).await {
        Ok(Recorded::Answer(outcome)) => Attempt { outcome, charges: vec![] },
        Ok(Recorded::Unanswered) => Attempt::from_failure(Failure::permanent(
            "not_recorded",
            "The original run was stopped before this step had an answer.",
        )),
        Ok(Recorded::Nothing) if origin == GONE => Attempt::from_failure(Failure::permanent(
            "not_recorded",
            "The original run no longer exists.",
        )),
        Ok(Recorded::Nothing) => Attempt::from_failure(Failure::permanent(
            "not_recorded",
            "The original run has no answer for this step: it never ran there.",
        )),
        Err(error) => Attempt::from_failure(internal_failure(error)),
    }
}

async fn recorded(context: &JobContext, origin: ExecutionId) -> Result<Recorded> {
    let mut conn =
        context.pool().acquire().await.doing("opening a connection to read an answer")?;
    executions::find_recorded_answer(&mut conn, origin, context.job).await
}

//! Jobs of a replay: they give what the job in their place recorded, and call nobody.

use model::{execution::failure::Failure, id::ExecutionId};

use super::{Attempt, ours};
use crate::{
    error::{Doing, Result},
    job::JobContext,
    store::executions::{self, GONE, Recorded},
};

/// Answers an attempt with what the same job of `origin` recorded. It has no way to a provider, a
/// tool or a web address, and costs nothing.
pub async fn replay(context: &JobContext, origin: ExecutionId) -> Attempt {
    match recorded(context, origin).await {
        Ok(Recorded::Answer(outcome)) => Attempt { outcome, charges: vec![] },
        Ok(Recorded::Unanswered) => Attempt::failed(Failure::permanent(
            "not_recorded",
            "The execution that is replayed was stopped before this step had an answer.",
        )),
        Ok(Recorded::Nothing) if origin == GONE => Attempt::failed(Failure::permanent(
            "not_recorded",
            "The execution that is replayed is no longer there.",
        )),
        Ok(Recorded::Nothing) => Attempt::failed(Failure::permanent(
            "not_recorded",
            "The execution that is replayed has no answer for this: it went another way there.",
        )),
        Err(error) => Attempt::failed(ours(error)),
    }
}

async fn recorded(context: &JobContext, origin: ExecutionId) -> Result<Recorded> {
    let mut conn =
        context.pool().acquire().await.doing("opening a connection to read an answer")?;
    executions::recorded_answer(&mut conn, origin, context.job).await
}

//! Optimistic commits: cached executions are advanced and written in one statement, which writes
//! nothing unless the rows are as cached. Nothing is locked or read before it.
//!
//! The statement compares the event number, the state and fence of every row, and whether the
//! worker still counts as alive. Where anything differs, the inputs are written under the lock.

use std::sync::Arc;

use store::{
    error::{Doing, Result},
    executions,
};
use uuid::Uuid;

use super::{
    Advance, BatchOutcome, Inputs,
    input::claimants,
    outcome::{Batch, decide},
};

impl Advance {
    /// Writes the reports and claims of workers for executions that are cached. The executions that
    /// are missing in the outcome have to be written under their locks.
    ///
    /// # Errors
    /// A database failure. It may have come after the commit.
    pub(super) async fn run_optimistically(&self, work: &[Inputs]) -> Result<BatchOutcome> {
        let Some(now) = self.clock.now() else { return Ok(BatchOutcome::default()) };
        let steps = work.iter().filter(|(_, inputs)| inputs.iter().all(|input| input.is_step()));
        let mut batch = Batch::default();
        let mut written = vec![];
        for one in steps {
            let Some(snapshot) = self.cache.take_any(one.0) else { continue };
            let (results, after, plan) = decide(snapshot, &one.1, &[], None, now);
            // What changes nothing writes nothing, so no statement would check that the cache is
            // valid.
            let Some(plan) = plan else {
                self.cache.put(Arc::new(after));
                continue;
            };
            batch.plans.push(plan);
            batch.add(one.0, results, after);
            written.push(one);
        }
        if written.is_empty() {
            return Ok(BatchOutcome::default());
        }
        match self.write(&batch, &claimants(&written)).await {
            Ok(()) => {
                self.notifier.notify_later(batch.notices());
                Ok(self.publish(batch).await)
            }
            Err(error) if error.is_overtaken() => {
                tracing::debug!(error = &error as &dyn std::error::Error, "somebody was faster");
                Ok(BatchOutcome::default())
            }
            Err(error) => Err(error),
        }
    }

    async fn write(&self, batch: &Batch, claimants: &[Uuid]) -> Result<()> {
        let plans = &batch.plans;
        let now = if plans.iter().all(executions::is_plain) {
            let mut conn = self.warm.take().await?;
            let now = executions::apply(&mut conn, plans, claimants).await?;
            self.warm.put_back(conn);
            now
        } else {
            let mut tx =
                store::begin(&self.steps).await.doing("opening a transaction for steps")?;
            let now = executions::apply(&mut tx, plans, claimants).await?;
            tx.commit().await.doing("committing steps")?;
            now
        };
        self.clock.set(now);
        Ok(())
    }
}

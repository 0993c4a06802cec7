//! A locked execution, for a service that makes its input from what it reads under the lock, and
//! writes rows of its own in the same transaction.

use std::collections::BTreeSet;

use model::{decide::Snapshot, id::ExecutionId, time::Timestamp};
use sqlx::{PgConnection, Postgres, Transaction};
use store::{
    audit,
    error::{Doing, Result},
    executions::{self, Locked},
};

use super::{
    Advance, Input, InputOutcome,
    outcome::{Batch, InputResult, decide},
};
use crate::exec::admission::AdmissionControl;

/// Holds the lock until [`ExecutionGuard::write`]; dropping it rolls back all that was written.
pub struct ExecutionGuard<'a> {
    advance: &'a Advance,
    tx: Transaction<'static, Postgres>,
    admission: AdmissionControl,
    snapshot: Snapshot,
    now: Timestamp,
}

impl Advance {
    /// Locks an execution, and the concurrency of its workspace for when it goes on; none if it
    /// does not exist.
    ///
    /// # Errors
    /// A database failure.
    pub async fn lock(&self, id: ExecutionId) -> Result<Option<ExecutionGuard<'_>>> {
        let mut tx = store::begin(&self.steps).await.doing("opening a transaction to advance")?;
        let Locked { executions: locked, now, .. } =
            executions::lock(&mut tx, &[id.0], &[]).await?;
        self.clock.set(now);
        let limit = self.limits.running_per_workspace;
        let starting = BTreeSet::from([id]);
        let admission = AdmissionControl::lock(&mut tx, &starting, &locked, limit).await?;
        let snapshot = self.load(&mut tx, locked, &[id], &[]).await?.remove(&id);
        Ok(snapshot.map(|snapshot| ExecutionGuard { advance: self, tx, admission, snapshot, now }))
    }
}

impl ExecutionGuard<'_> {
    /// The execution as it is under the lock.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The transaction that holds the lock and is committed with the input.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Writes the input and commits, with its entry in the audit log. If the input is refused,
    /// everything is rolled back.
    ///
    /// # Errors
    /// As [`Advance::run`].
    pub async fn write(self, input: Input, entry: audit::Entry) -> Result<InputOutcome> {
        let Self { advance, tx, admission, snapshot, now } = self;
        let id = snapshot.id;
        let queued = admission.queue_position(id);
        let (mut results, snapshot, plan) = decide(snapshot, &[input], &[], queued, now);
        if let Some(InputResult::Refused(_)) = results.last() {
            let refused = results.pop().map(|refused| refused.into_outcome(None));
            return Ok(refused.unwrap_or(InputOutcome::Gone));
        }
        let mut batch = Batch::default();
        batch.plans.extend(plan);
        batch.add(id, results, snapshot);
        let committed = advance.commit(tx, batch, Some(entry.into())).await?;
        advance.admit(committed.to_admit).await;
        let outcome = committed.outcomes.into_values().flatten().next();
        Ok(outcome.unwrap_or(InputOutcome::Gone))
    }
}

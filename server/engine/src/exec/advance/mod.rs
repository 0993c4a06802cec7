//! Lock, load, decide, write, notify: the one way an execution changes after its launch.
//!
//! The lock is taken in a statement of its own before anything is read: one statement that locks
//! and reads can miss what was committed while it waited. The snapshot is the one of this process's
//! last commit where the execution's row still has its event number, else it is read from the rows.

mod admit;
mod cache;
mod clock;
mod command_record;
mod execution_guard;
mod input;
mod load;
mod optimistic;
mod outcome;
mod warm_connections;

use std::{collections::BTreeMap, sync::Arc};

use model::{
    decide::{Follow, Snapshot},
    id::ExecutionId,
};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use uuid::Uuid;

pub use command_record::CommandRecord;
pub use execution_guard::ExecutionGuard;
pub use input::{Input, Inputs};
pub use load::{are_readable, compile_definition, load_unlocked};
pub use outcome::InputOutcome;
pub(super) use outcome::{BatchOutcome, InputOutcomes};

use self::{
    cache::Cache,
    clock::Clock,
    input::{claimants, ids_where, may_start, only_ends, reads_fresh},
    load::{build_snapshot, load_immutable_parts},
    outcome::{Batch, InputResult, decide},
    warm_connections::WarmConnections,
};
use super::{
    admission::{self, AdmissionControl},
    event_bus::EventBus,
    pg_notifier::PgNotifier,
};
use store::{
    error::{Doing, EngineError, Result},
    executions::{self, Locked, LockedExecution, Notice},
};

use crate::limits::Limits;

/// Advances executions; shared by everything in a process that changes them.
pub struct Advance {
    pub(super) pool: PgPool,
    steps: PgPool,
    warm: WarmConnections,
    limits: Limits,
    cache: Cache,
    clock: Clock,
    notifier: PgNotifier,
}

impl Advance {
    /// Over a migrated database; publishes on `bus` what it commits. Must be called inside a tokio
    /// runtime.
    pub fn new(pool: PgPool, bus: EventBus, limits: Limits) -> Self {
        let steps = store::planned_once_pool(&pool);
        Self {
            notifier: PgNotifier::start(steps.clone(), bus),
            warm: WarmConnections::new(steps.clone()),
            steps,
            cache: Cache::default(),
            clock: Clock::default(),
            pool,
            limits,
        }
    }

    /// How much may happen at the same time.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The event bus of this process.
    pub fn bus(&self) -> &EventBus {
        self.notifier.bus()
    }

    /// The connections on which executions advance.
    pub fn steps(&self) -> &PgPool {
        &self.steps
    }

    /// Writes inputs of one execution; gives their outcomes in the same order.
    ///
    /// # Errors
    /// A database failure. It may have come after the commit: inputs are made to be repeated.
    pub async fn run(&self, work: &Inputs) -> Result<Vec<InputOutcome>> {
        let (mut outcomes, failure) = self.run_together(std::slice::from_ref(work)).await;
        failure.map_or_else(|| Ok(outcomes.remove(&work.0).unwrap_or_default()), Err)
    }

    /// Writes inputs of different executions. After a failure the executions that were not written
    /// have no outcomes; those committed before it have theirs, or nobody would know of their
    /// claims.
    pub(super) async fn run_together(
        &self,
        work: &[Inputs],
    ) -> (InputOutcomes, Option<EngineError>) {
        let BatchOutcome { mut outcomes, mut to_admit } = match self.run_optimistically(work).await
        {
            Ok(outcome) => outcome,
            Err(error) => return (InputOutcomes::new(), Some(error)),
        };
        let rest: Vec<&Inputs> = work.iter().filter(|(id, _)| !outcomes.contains_key(id)).collect();
        let mut failure = None;
        if !rest.is_empty() {
            match self.run_locked(&rest, None).await {
                Ok(locked) => {
                    outcomes.extend(locked.outcomes);
                    to_admit.extend(locked.to_admit);
                }
                Err(error) => failure = Some(error),
            }
        }
        self.admit(to_admit).await;
        (outcomes, failure)
    }

    /// Locks the executions, reads what is not cached of them, and writes the inputs.
    pub(super) async fn run_locked(
        &self,
        work: &[&Inputs],
        action: Option<CommandRecord<'_>>,
    ) -> Result<BatchOutcome> {
        let ids: Vec<Uuid> = work.iter().map(|(id, _)| id.0).collect();
        let mut tx = store::begin(&self.steps).await.doing("opening a transaction to advance")?;
        let Locked { executions: locked, now, gone } =
            executions::lock(&mut tx, &ids, &claimants(work)).await?;
        self.clock.set(now);
        if let (Some(action), [(id, _)]) = (&action, work)
            && action.was_done(&mut tx, *id).await?
        {
            return Ok(BatchOutcome::already_done(*id));
        }
        let limit = self.limits.running_per_workspace;
        let starting = ids_where(work, may_start).into_iter().collect();
        let mut admission = AdmissionControl::lock(&mut tx, &starting, &locked, limit).await?;
        let (fresh, ending) = (ids_where(work, reads_fresh), ids_where(work, only_ends));
        let mut snapshots = self.load(&mut tx, locked, &fresh, &ending).await?;

        let mut batch = Batch::default();
        for (id, inputs) in work {
            let Some(snapshot) = snapshots.remove(id) else {
                let results = inputs.iter().map(|_| InputResult::Gone).collect();
                batch.results.push((*id, results));
                continue;
            };
            let queued = admission.queue_position(*id);
            let (results, snapshot, plan) = decide(snapshot, inputs, &gone, queued, now);
            batch.plans.extend(plan.inspect(|plan| admission.note(plan)));
            batch.add(*id, results, snapshot);
        }
        self.commit(tx, batch, action).await
    }

    /// Writes the batch, with the audit entry and the idempotency key of the command.
    async fn commit(
        &self,
        mut tx: Transaction<'static, Postgres>,
        batch: Batch,
        action: Option<CommandRecord<'_>>,
    ) -> Result<BatchOutcome> {
        if !batch.plans.is_empty() {
            executions::apply(&mut tx, &batch.plans, &[]).await?;
        }
        if let Some(action) = action {
            action.record(&mut tx, &batch).await?;
        }
        tx.commit().await.doing("committing")?;
        self.notifier.notify(&batch.notices()).await;
        Ok(self.publish(batch).await)
    }

    /// Caches what has been committed, sends messages to other executions, and gives the outcomes.
    async fn publish(&self, batch: Batch) -> BatchOutcome {
        let Batch { results, after, plans } = batch;
        let after: BTreeMap<_, _> =
            after.into_iter().map(|snapshot| (snapshot.id, Arc::new(snapshot))).collect();
        let outcomes = results.into_iter().map(|(id, results)| {
            let snapshot = after.get(&id);
            (id, results.into_iter().map(|result| result.into_outcome(snapshot)).collect())
        });
        let outcomes = outcomes.collect();
        for snapshot in after.into_values() {
            self.cache.put(snapshot);
        }
        let to_admit = admission::workspaces_to_admit(&plans);
        let messages: Vec<Follow> = plans.into_iter().flat_map(|plan| plan.follow).collect();
        if !messages.is_empty() {
            Box::pin(self.propagate(messages)).await;
        }
        BatchOutcome { outcomes, to_admit }
    }

    /// Runs a person's command, once for each idempotency key.
    ///
    /// # Errors
    /// As [`Advance::run`]; a key that belongs to another command.
    pub async fn command(
        &self,
        execution: ExecutionId,
        input: Input,
        action: CommandRecord<'_>,
    ) -> Result<InputOutcome> {
        let work = (execution, vec![input]);
        let batch = self.run_locked(&[&work], Some(action)).await?;
        let BatchOutcome { mut outcomes, to_admit } = batch;
        self.admit(to_admit).await;
        let outcome = outcomes.remove(&execution).and_then(|mut of_one| of_one.pop());
        Ok(outcome.unwrap_or(InputOutcome::Gone))
    }

    /// Locks an execution until the transaction ends, and reads it; none if there is no such.
    ///
    /// # Errors
    /// A database failure.
    pub async fn read(&self, conn: &mut PgConnection, id: ExecutionId) -> Result<Option<Snapshot>> {
        let locked = executions::lock(conn, &[id.0], &[]).await?;
        let mut found = self.load(conn, locked.executions, &[id], &[]).await?;
        Ok(found.remove(&id))
    }

    /// Caches an execution as its launch has just committed it, and announces it: its first claim
    /// then reads no rows.
    pub fn announce_launch(&self, snapshot: Snapshot, notice: Notice) {
        self.cache.put(Arc::new(snapshot));
        self.announce(notice);
    }

    /// Publishes what has just been committed.
    pub fn announce(&self, notice: Notice) {
        self.notifier.notify_later(vec![notice]);
    }

    async fn load(
        &self,
        tx: &mut PgConnection,
        locked: Vec<LockedExecution>,
        fresh: &[ExecutionId],
        ending: &[ExecutionId],
    ) -> Result<BTreeMap<ExecutionId, Snapshot>> {
        let (mut found, mut missing) = (BTreeMap::new(), vec![]);
        for row in locked {
            match self.cache.take(row.id, row.event_seq) {
                Some(snapshot) if !fresh.contains(&row.id) => {
                    found.insert(row.id, snapshot);
                }
                _ => missing.push(row),
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let ids: Vec<Uuid> = missing.iter().map(|row| row.id.0).collect();
        let mut immutable = load_immutable_parts(tx, &ids, ending).await?;
        let mut rows = executions::snapshot_rows(tx, &ids).await?;
        for row in missing {
            let Some(parts) = immutable.remove(&row.id) else { continue };
            let below = rows.remove(&row.id).unwrap_or_default();
            found.insert(row.id, build_snapshot(row, parts, below)?);
        }
        Ok(found)
    }
}

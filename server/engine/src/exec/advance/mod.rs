//! Lock, load, decide, write, notify: the one way an execution changes after its launch.

mod asked;
mod cache;
mod clock;
mod decided;
mod held;
mod input;
mod kept;
mod load;
mod short_way;

use std::{collections::BTreeMap, sync::Arc};

use model::{
    decide::{Follow, Snapshot},
    id::ExecutionId,
};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use uuid::Uuid;

pub use asked::Asked;
pub use decided::Answer;
pub(super) use decided::{Answers, Taken};
pub use held::Held;
pub use input::{Input, Inputs};
pub(crate) use load::{can_be_read, look, thawed};

use self::{
    cache::Cache,
    clock::Clock,
    decided::{Advanced, Decided, decide},
    input::{claimants, may_start, only_ends, reads_fresh, those},
    kept::Kept,
    load::{frozen, snapshot},
};
use super::{
    herald::Herald,
    hub::Hub,
    places::{self, Places},
};
use crate::{
    error::{Doing, EngineError, Result},
    limits::Limits,
    store::{
        self,
        executions::{self, Locked, LockedExecution, Notice},
    },
};

/// Advances executions; shared by everything in a process that does.
pub struct Advance {
    pub(super) pool: PgPool,
    steps: PgPool,
    kept: Kept,
    limits: Limits,
    cache: Cache,
    clock: Clock,
    herald: Herald,
}

impl Advance {
    /// Over a migrated database; tells `hub` of what it commits. Must be called inside a runtime.
    pub fn new(pool: PgPool, hub: Hub, limits: Limits) -> Self {
        let steps = store::pool_of_steps(&pool);
        Self {
            herald: Herald::start(steps.clone(), hub),
            kept: Kept::of(steps.clone()),
            steps,
            cache: Cache::default(),
            clock: Clock::default(),
            pool,
            limits,
        }
    }

    /// How much may happen at once.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Where this process hears news.
    pub fn hub(&self) -> &Hub {
        self.herald.hub()
    }

    /// The connections on which executions advance.
    pub fn steps(&self) -> &PgPool {
        &self.steps
    }

    /// Takes inputs of one execution in; answers in their order.
    ///
    /// # Errors
    /// A database failure. It may have come after the commit: inputs are made to be repeated.
    pub async fn run(&self, work: &Inputs) -> Result<Vec<Answer>> {
        let (mut answers, failure) = self.run_together(std::slice::from_ref(work)).await;
        failure.map_or_else(|| Ok(answers.remove(&work.0).unwrap_or_default()), Err)
    }

    /// Takes inputs of different executions in. What could not be is without an answer, and the
    /// failure says why; what has been committed before it is answered all the same, or its claims
    /// would be nobody's.
    pub(super) async fn run_together(&self, work: &[Inputs]) -> (Answers, Option<EngineError>) {
        let Taken { mut answers, mut freed } = match self.short_way(work).await {
            Ok(taken) => taken,
            Err(error) => return (Answers::new(), Some(error)),
        };
        let rest: Vec<&Inputs> = work.iter().filter(|(id, _)| !answers.contains_key(id)).collect();
        let mut failure = None;
        if !rest.is_empty() {
            match self.under_lock(&rest, None).await {
                Ok(under_lock) => {
                    answers.extend(under_lock.answers);
                    freed.extend(under_lock.freed);
                }
                Err(error) => failure = Some(error),
            }
        }
        self.admit(freed).await;
        (answers, failure)
    }

    /// Locks the executions, reads what is not remembered of them, and takes the inputs in.
    pub(super) async fn under_lock(
        &self,
        work: &[&Inputs],
        asked: Option<Asked<'_>>,
    ) -> Result<Taken> {
        let ids: Vec<Uuid> = work.iter().map(|(id, _)| id.0).collect();
        let mut tx = store::begin(&self.steps).await.doing("opening a transaction to advance")?;
        let Locked { executions: locked, now, gone } =
            executions::lock(&mut tx, &ids, &claimants(work)).await?;
        self.clock.heard(now);
        if let (Some(asked), [(id, _)]) = (&asked, work)
            && asked.was_done(&mut tx, *id).await?
        {
            return Ok(Taken::done(*id));
        }
        let limit = self.limits.running_per_workspace;
        let starting = those(work, may_start).into_iter().collect();
        let mut places = Places::lock(&mut tx, &starting, &locked, limit).await?;
        let (fresh, ending) = (those(work, reads_fresh), those(work, only_ends));
        let mut snapshots = self.load(&mut tx, locked, &fresh, &ending).await?;

        let mut advanced = Advanced::default();
        for (id, inputs) in work {
            let Some(snapshot) = snapshots.remove(id) else {
                let gone = inputs.iter().map(|_| Decided::Gone).collect();
                advanced.decided.push((*id, gone));
                continue;
            };
            let taken = (inputs.as_slice(), gone.as_slice(), places.queued(*id));
            let (decided, snapshot, plan) = decide(snapshot, taken.0, taken.1, taken.2, now);
            advanced.plans.extend(plan.inspect(|plan| places.note(plan)));
            advanced.add((*id, decided), snapshot);
        }
        self.commit(tx, advanced, asked).await
    }

    /// Writes what was decided, with what is noted of who asked for it.
    async fn commit(
        &self,
        mut tx: Transaction<'static, Postgres>,
        advanced: Advanced,
        asked: Option<Asked<'_>>,
    ) -> Result<Taken> {
        if !advanced.plans.is_empty() {
            executions::apply(&mut tx, &advanced.plans, &[]).await?;
        }
        if let Some(asked) = asked {
            asked.note(&mut tx, &advanced).await?;
        }
        tx.commit().await.doing("committing")?;
        self.herald.tell_all(&advanced.notices()).await;
        Ok(self.publish(advanced).await)
    }

    /// Answers what has been committed, remembers it, and tells other executions.
    async fn publish(&self, advanced: Advanced) -> Taken {
        let Advanced { decided, after, plans } = advanced;
        let after: BTreeMap<_, _> =
            after.into_iter().map(|snapshot| (snapshot.id, Arc::new(snapshot))).collect();
        let answers = decided.into_iter().map(|(id, decided)| {
            let snapshot = after.get(&id);
            (id, decided.into_iter().map(|answer| answer.publish(snapshot)).collect())
        });
        let answers = answers.collect();
        for snapshot in after.into_values() {
            self.cache.keep(snapshot);
        }
        let freed = places::freed(&plans);
        let follow: Vec<Follow> = plans.into_iter().flat_map(|plan| plan.follow).collect();
        if !follow.is_empty() {
            Box::pin(self.follow(follow)).await;
        }
        Taken { answers, freed }
    }

    /// Takes a person's command in, once for the key that it came with.
    ///
    /// # Errors
    /// As [`Advance::run`]; a key under which something else was asked.
    pub async fn command(
        &self,
        execution: ExecutionId,
        input: Input,
        asked: Asked<'_>,
    ) -> Result<Answer> {
        let work = (execution, vec![input]);
        let Taken { mut answers, freed } = self.under_lock(&[&work], Some(asked)).await?;
        self.admit(freed).await;
        let answer = answers.remove(&execution).and_then(|mut of_one| of_one.pop());
        Ok(answer.unwrap_or(Answer::Gone))
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

    /// Remembers an execution as its launch has just committed it: its first claim reads nothing.
    pub(crate) fn launched(&self, snapshot: Snapshot, notice: Notice) {
        self.cache.keep(Arc::new(snapshot));
        self.announce(notice);
    }

    /// Lets others know of what has just been committed.
    pub(crate) fn announce(&self, notice: Notice) {
        self.herald.tell(vec![notice]);
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
        let mut frozen = frozen(tx, &ids, ending).await?;
        let mut rows = executions::snapshot_rows(tx, &ids).await?;
        for row in missing {
            let Some(parts) = frozen.remove(&row.id) else { continue };
            let below = rows.remove(&row.id).unwrap_or_default();
            found.insert(row.id, snapshot(row, parts, below)?);
        }
        Ok(found)
    }
}

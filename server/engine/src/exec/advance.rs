//! Lock, load, decide, write, notify: the one way an execution changes after its launch.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use model::{
    decide::{
        AutoRun, ChildEnd, ClaimLimits, Context, Draft, Follow, JobState, ParentWord, Plan,
        Refused, Report, Snapshot,
    },
    execution::{question::CallAnswer, queue::Queued, state::EndReason},
    id::{ExecutionId, JobId, ReviewId, WorkerId, WorkspaceId},
    pages::Control,
    review::{Decision, Reviewer},
    time::Timestamp,
};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{
    cache::Cache,
    load::{frozen, snapshot},
    places::{self, Places},
};
use crate::{
    error::{Doing, Result},
    limits::Limits,
    store::{
        audit,
        executions::{self, Locked, LockedExecution, Notice},
    },
};

/// Something that happens to an execution.
#[derive(Debug, Clone)]
pub enum Input {
    /// A worker reports an attempt.
    Settle(Report),
    /// A worker has room for jobs.
    Claim {
        /// Who.
        worker: WorkerId,
        /// How many, and how many of one execution may run.
        limits: ClaimLimits,
        /// The node types it serves; all, if none.
        kinds: Option<Arc<[String]>>,
    },
    /// A worker is gone.
    WorkerLost(WorkerId),
    /// There may be a place for it now.
    TakePlace,
    /// A worker gives up jobs that it holds, by (job, fence).
    HandBack(Vec<(JobId, i64)>),
    /// Its time may be used up.
    CheckDeadline,
    /// Time may have decided reviews.
    CheckReviews,
    /// An execution that one of its jobs launched is over.
    ChildEnded(ChildEnd),
    /// The execution that launched it wants something of it.
    Parent(ParentWord),
    /// A person asks something of it.
    Control(Control),
    /// A person decides a review.
    Decide(ReviewId, Decision, Reviewer),
    /// A person says what became of a call.
    Answer(CallAnswer, Reviewer),
}

impl Input {
    /// Whether an execution that does not run may run after it.
    pub(super) fn may_start(&self) -> bool {
        use Input as I;
        matches!(
            self,
            I::TakePlace | I::CheckReviews | I::Control(_) | I::Decide(..) | I::Answer(..)
        )
    }
}

/// What became of an input.
#[derive(Debug)]
pub enum Answer {
    /// It was taken in.
    Done,
    /// Jobs were handed out; the snapshot is the one after the commit.
    Claimed(Vec<JobState>, Arc<Snapshot>),
    /// It changed nothing.
    Refused(Refused),
    /// There is no such execution.
    Gone,
}

/// Inputs of one execution, in order.
pub type Inputs = (ExecutionId, Vec<Input>);

/// Advances executions; shared by everything in a process that does.
pub struct Advance {
    pub(super) pool: PgPool,
    limits: Limits,
    cache: Cache,
}

impl Advance {
    /// Over a migrated database.
    pub fn new(pool: PgPool, limits: Limits) -> Self {
        Self { pool, limits, cache: Cache::default() }
    }

    /// How much may happen at once.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    pub(super) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Takes inputs of different executions in, in one transaction; answers in their order.
    ///
    /// # Errors
    /// A database failure. It may have come after the commit: inputs are made to be repeated.
    pub async fn run(&self, work: &[Inputs]) -> Result<Vec<Vec<Answer>>> {
        let (answers, freed) = self.once(work, None).await?;
        self.admit(freed).await;
        Ok(answers)
    }

    /// Also tells in which workspaces something that waits may start now.
    pub(super) async fn once(
        &self,
        work: &[Inputs],
        note: Option<audit::Entry>,
    ) -> Result<(Vec<Vec<Answer>>, BTreeSet<WorkspaceId>)> {
        let ids: Vec<Uuid> = work.iter().map(|(id, _)| id.0).collect();
        let mut conn = self.pool.acquire().await.doing("opening a connection to advance")?;
        let mut tx = executions::begin(&mut conn).await?;
        let Locked { executions: locked, now, gone } =
            executions::lock(&mut tx, &ids, &claimants(work)).await?;
        let limit = self.limits.running_per_workspace;
        let mut places = Places::lock(&mut tx, (work, &locked), limit).await?;
        let fresh = work.iter().filter(|(_, inputs)| reads_fresh(inputs)).map(|(id, _)| *id);
        let mut snapshots = self.load(&mut tx, locked, &fresh.collect::<Vec<_>>()).await?;

        let (mut plans, mut answers, mut after) = (vec![], vec![], vec![]);
        for (id, inputs) in work {
            let Some(snapshot) = snapshots.remove(id) else {
                answers.push(inputs.iter().map(|_| Decided::Gone).collect());
                continue;
            };
            let taken = (inputs.as_slice(), gone.as_slice(), places.queued(*id));
            let (decided, snapshot, plan) = decide(snapshot, taken, now);
            answers.push(decided);
            plans.extend(plan.inspect(|plan| places.note(plan)));
            after.push(snapshot);
        }
        if !plans.is_empty() {
            executions::apply(&mut tx, &plans).await?;
            if let Some(entry) = note {
                audit::append(&mut tx, entry).await?;
            }
        }
        tx.commit().await.doing("committing")?;
        let notices: Vec<_> = plans.iter().map(Notice::of).collect();
        tell(&mut conn, &notices).await;
        drop(conn);
        let answers = self.remember(after, answers, work);
        let freed = places::freed(&plans);
        let follow: Vec<Follow> = plans.into_iter().flat_map(|plan| plan.follow).collect();
        if !follow.is_empty() {
            Box::pin(self.follow(follow)).await;
        }
        Ok((answers, freed))
    }

    /// Takes a person's command in, with its line of the audit log when it changes anything.
    ///
    /// # Errors
    /// As [`Advance::run`].
    pub async fn command(
        &self,
        execution: ExecutionId,
        input: Input,
        note: audit::Entry,
    ) -> Result<Answer> {
        let (mut answers, freed) = self.once(&[(execution, vec![input])], Some(note)).await?;
        self.admit(freed).await;
        Ok(answers.pop().and_then(|mut of_one| of_one.pop()).unwrap_or(Answer::Gone))
    }

    /// Locks an execution until the transaction ends, and reads it; none if there is no such.
    ///
    /// # Errors
    /// A database failure.
    pub async fn read(&self, conn: &mut PgConnection, id: ExecutionId) -> Result<Option<Snapshot>> {
        let locked = executions::lock(conn, &[id.0], &[]).await?;
        let mut found = self.load(conn, locked.executions, &[id]).await?;
        Ok(found.remove(&id))
    }

    /// Remembers an execution as its launch has just committed it: its first claim reads nothing.
    pub(crate) async fn launched(&self, snapshot: Snapshot, notice: Option<Notice>) {
        self.cache.keep(snapshot);
        self.announce(notice).await;
    }

    /// Lets others know of a launch that has just been committed.
    pub(crate) async fn announce(&self, notice: Option<Notice>) {
        match self.pool.acquire().await {
            Ok(mut conn) => tell(&mut conn, notice.as_slice()).await,
            Err(error) => tracing::warn!(%error, "a launch was not announced; it begins later"),
        }
    }

    fn remember(
        &self,
        after: Vec<Snapshot>,
        decided: Vec<Vec<Decided>>,
        work: &[Inputs],
    ) -> Vec<Vec<Answer>> {
        let after: BTreeMap<_, _> =
            after.into_iter().map(|snapshot| (snapshot.id, Arc::new(snapshot))).collect();
        let answers = decided.into_iter().zip(work).map(|(decided, (id, _))| {
            let snapshot = after.get(id);
            decided.into_iter().map(|answer| answer.publish(snapshot)).collect()
        });
        let answers = answers.collect();
        for snapshot in after.into_values() {
            self.cache.keep(Arc::unwrap_or_clone(snapshot));
        }
        answers
    }

    async fn load(
        &self,
        tx: &mut PgConnection,
        locked: Vec<LockedExecution>,
        fresh: &[ExecutionId],
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
        let mut frozen = frozen(tx, &ids).await?;
        let mut rows = executions::snapshot_rows(tx, &ids).await?;
        for row in missing {
            let Some(parts) = frozen.remove(&row.id) else { continue };
            let below = rows.remove(&row.id).unwrap_or_default();
            found.insert(row.id, snapshot(row, parts, below)?);
        }
        Ok(found)
    }
}

/// What is committed is true whether or not anybody hears of it.
async fn tell(conn: &mut PgConnection, notices: &[Notice]) {
    if notices.is_empty() {
        return;
    }
    if let Err(error) = executions::notify(conn, notices).await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "listeners were not woken; they look for themselves");
    }
}

/// What workers note about their calls adds no event: taking over must read it from the rows.
fn reads_fresh(inputs: &[Input]) -> bool {
    inputs.iter().any(|input| matches!(input, Input::WorkerLost(_) | Input::HandBack(_)))
}

/// An answer before the commit.
enum Decided {
    Done,
    Claimed(Vec<JobState>),
    Refused(Refused),
    Gone,
}

impl Decided {
    fn of(result: Result<(), Refused>) -> Self {
        match result {
            Ok(()) => Self::Done,
            Err(refused) => Self::Refused(refused),
        }
    }

    fn publish(self, snapshot: Option<&Arc<Snapshot>>) -> Answer {
        match (self, snapshot) {
            (Self::Claimed(jobs), Some(snapshot)) => Answer::Claimed(jobs, snapshot.clone()),
            (Self::Refused(refused), _) => Answer::Refused(refused),
            (Self::Done, _) => Answer::Done,
            (Self::Gone | Self::Claimed(_), _) => Answer::Gone,
        }
    }
}

/// Who claims. What somebody took who was given up would be taken from them again at once, and count
/// as lost.
fn claimants(work: &[Inputs]) -> Vec<Uuid> {
    let claimant = |input: &Input| match input {
        Input::Claim { worker, .. } => Some(worker.0),
        _ => None,
    };
    work.iter().flat_map(|(_, inputs)| inputs).filter_map(claimant).collect()
}

fn decide(
    snapshot: Snapshot,
    (inputs, gone, queued): (&[Input], &[WorkerId], Option<Queued>),
    now: Timestamp,
) -> (Vec<Decided>, Snapshot, Option<Plan>) {
    let mut ids = Uuid::now_v7;
    let mut draft = Draft::new(snapshot, Context { now, ids: &mut ids });
    draft.set_queued(queued);
    let decide = |input: &Input| match input {
        Input::Claim { worker, .. } if gone.contains(worker) => Decided::Claimed(vec![]),
        input => take(&mut draft, input.clone()),
    };
    let decided = inputs.iter().map(decide).collect();
    let (snapshot, plan) = draft.finish();
    (decided, snapshot, plan)
}

fn take(draft: &mut Draft<'_>, input: Input) -> Decided {
    match input {
        Input::Settle(report) => Decided::of(draft.settle(report)),
        Input::Claim { worker, limits, kinds } => {
            let serves =
                |kind: &str| kinds.as_ref().is_none_or(|all| all.iter().any(|k| k == kind));
            Decided::Claimed(draft.claim(worker, limits, &serves))
        }
        Input::WorkerLost(worker) => Decided::of(draft.worker_lost(worker)),
        Input::TakePlace => Decided::of(draft.take_place()),
        Input::HandBack(held) => Decided::of(draft.hand_back(&held)),
        Input::CheckDeadline => Decided::of(draft.check_deadline()),
        Input::CheckReviews => Decided::of(draft.check_reviews()),
        Input::ChildEnded(end) => Decided::of(draft.child_ended(end)),
        Input::Parent(word) => Decided::of(draft.follow_parent(word)),
        Input::Control(control) => Decided::of(steer(draft, control)),
        Input::Decide(review, decision, by) => {
            Decided::of(draft.decide_review(review, decision, by))
        }
        Input::Answer(answer, by) => Decided::of(draft.answer_call(answer, by)),
    }
}

fn steer(draft: &mut Draft<'_>, control: Control) -> std::result::Result<(), Refused> {
    match control {
        Control::Pause => draft.pause(),
        Control::Resume => draft.resume(),
        Control::Stop => draft.stop(EndReason::User),
        Control::RetryNode { node_id, config } => draft.retry_node(&node_id, config.as_ref()),
        Control::SkipNode { node_id, output } => draft.skip_node(&node_id, output),
        Control::TriggerNode { node_id } => draft.trigger_node(&node_id),
        Control::EditNode { node_id, config } => draft.edit_node(&node_id, &config),
        Control::AutoRun { on } => draft.set_auto_run(if on { AutoRun::On } else { AutoRun::Off }),
        Control::Breakpoints { nodes } => draft.set_breakpoints(nodes.into_iter().collect()),
    }
}

//! What an input makes of an execution, and what is answered once that is committed.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use model::{
    decide::{AutoRun, Breakpoint, Context, Draft, JobState, Plan, Refused, Snapshot},
    execution::{offer::Hand, queue::Queued, state::EndReason},
    id::{ExecutionId, WorkerId, WorkspaceId},
    pages::Control,
    time::Timestamp,
};
use uuid::Uuid;

use super::input::Input;
use crate::store::executions::Notice;

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

/// What became of inputs, by execution.
pub(in crate::exec) type Answers = BTreeMap<ExecutionId, Vec<Answer>>;

/// What became of inputs, and in which workspaces something that waits may start now.
#[derive(Default)]
pub(in crate::exec) struct Taken {
    pub(in crate::exec) answers: Answers,
    pub(in crate::exec) freed: BTreeSet<WorkspaceId>,
}

impl Taken {
    /// Of one execution, of which all was done before.
    pub(super) fn done(execution: ExecutionId) -> Self {
        let answers = BTreeMap::from([(execution, vec![Answer::Done])]);
        Self { answers, freed: BTreeSet::new() }
    }
}

/// What was decided, before the commit.
#[derive(Default)]
pub(super) struct Advanced {
    pub(super) decided: Vec<(ExecutionId, Vec<Decided>)>,
    pub(super) after: Vec<Snapshot>,
    pub(super) plans: Vec<Plan>,
}

impl Advanced {
    pub(super) fn add(&mut self, decided: (ExecutionId, Vec<Decided>), after: Snapshot) {
        self.decided.push(decided);
        self.after.push(after);
    }

    /// Executions of which all was done that was asked.
    pub(super) fn done(&self) -> impl Iterator<Item = ExecutionId> {
        let all_done = |decided: &[Decided]| decided.iter().all(|one| matches!(one, Decided::Done));
        self.decided.iter().filter(move |(_, decided)| all_done(decided)).map(|(id, _)| *id)
    }

    pub(super) fn notices(&self) -> Vec<Notice> {
        self.plans.iter().map(Notice::of).collect()
    }
}

/// An answer before the commit.
pub(super) enum Decided {
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

    pub(super) fn publish(self, snapshot: Option<&Arc<Snapshot>>) -> Answer {
        match (self, snapshot) {
            (Self::Claimed(jobs), Some(snapshot)) => Answer::Claimed(jobs, snapshot.clone()),
            (Self::Refused(refused), _) => Answer::Refused(refused),
            (Self::Done, _) => Answer::Done,
            (Self::Gone | Self::Claimed(_), _) => Answer::Gone,
        }
    }
}

pub(super) fn decide(
    snapshot: Snapshot,
    inputs: &[Input],
    gone: &[WorkerId],
    queued: Option<Queued>,
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
    draft.seek_place();
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
        Input::ClockBack => Decided::of(draft.follow_clock()),
        Input::CheckReviews => Decided::of(draft.check_reviews()),
        Input::ChildEnded(end) => Decided::of(draft.child_ended(end)),
        Input::ChildWaits(wait) => Decided::of(draft.child_waits(wait)),
        Input::Parent(word) => Decided::of(draft.follow_parent(word)),
        Input::Control(control, hand, by) => {
            draft.asked_by(Some(by));
            let done = permit(draft, &control, &hand).and_then(|()| steer(draft, control));
            draft.asked_by(None);
            Decided::of(done)
        }
        Input::Restore(restore) => Decided::of(draft.restore(*restore)),
        Input::Abandon(why) => Decided::of(draft.stop(why)),
        Input::Decide(review, decision, by) => {
            Decided::of(draft.decide_review(review, decision, by))
        }
        Input::Answer(answer, by) => Decided::of(draft.answer_call(answer, by)),
    }
}

/// Refuses what would get somebody past a review that others decide.
fn permit(draft: &Draft<'_>, control: &Control, hand: &Hand) -> std::result::Result<(), Refused> {
    let lacks = control.bends().and_then(|step| draft.snapshot().lacks(step, hand));
    lacks.map_or(Ok(()), |lacks| Err(lacks.into()))
}

fn steer(draft: &mut Draft<'_>, control: Control) -> std::result::Result<(), Refused> {
    match control {
        Control::Pause => draft.pause(),
        Control::Resume => draft.resume(),
        Control::Stop { reason } => draft.stop_saying(EndReason::User, reason),
        Control::RetryNode { node_id, config, generation } => draft
            .seen_as(&node_id, generation)
            .and_then(|()| draft.retry_node(&node_id, config.as_ref())),
        Control::SkipNode { node_id, output, generation } => {
            draft.seen_as(&node_id, generation).and_then(|()| draft.skip_node(&node_id, output))
        }
        Control::TriggerNode { node_id, config, generation } => draft
            .seen_as(&node_id, generation)
            .and_then(|()| draft.trigger_node(&node_id, config.as_ref())),
        Control::EditNode { node_id, config, was } => draft.edit_node(&node_id, &config, &was),
        Control::AutoRun { on } => draft.set_auto_run(if on { AutoRun::On } else { AutoRun::Off }),
        Control::Breakpoints { nodes } => draft.set_breakpoints(nodes.into_iter().collect()),
        Control::Breakpoint { node_id, on } => {
            draft.set_breakpoint(&node_id, if on { Breakpoint::Set } else { Breakpoint::Cleared })
        }
        // The service refuses what is more than the column holds.
        Control::Budget { micros, was } => {
            let sum = |micros: Option<u64>| {
                micros.map(|micros| i64::try_from(micros).unwrap_or(i64::MAX))
            };
            draft.budget_seen_as(was.map(sum)).and_then(|()| draft.set_budget(sum(micros)))
        }
    }
}

//! Decides what inputs change in an execution, and turns results into outcomes once they are
//! committed.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use model::{
    decide::{self, AutoRun, Breakpoint, Context, JobState, Plan, Refused, Snapshot, Transition},
    execution::{
        action_policy::{ActorScope, Dependents},
        queue::Queued,
        state::{EndReason, NodeStatus},
    },
    id::{ExecutionId, NodeId, WorkerId, WorkspaceId},
    pages::Control,
    time::Timestamp,
};
use store::executions::Notice;
use uuid::Uuid;

use super::input::Input;

/// What an input has done, as it is committed.
#[derive(Debug)]
pub enum InputOutcome {
    /// It was accepted, even if nothing had to be changed.
    Done,
    /// The jobs were claimed; the snapshot is the one after the commit.
    Claimed(Vec<JobState>, Arc<Snapshot>),
    /// It changed nothing, for this reason.
    Refused(Refused),
    /// The execution does not exist.
    Gone,
}

/// The outcomes of inputs by execution, in the order of the inputs.
pub(in crate::exec) type InputOutcomes = BTreeMap<ExecutionId, Vec<InputOutcome>>;

/// The outcomes of a committed batch, and the workspaces in which a waiting execution may start
/// now.
#[derive(Default)]
pub(in crate::exec) struct BatchOutcome {
    pub(in crate::exec) outcomes: InputOutcomes,
    pub(in crate::exec) to_admit: BTreeSet<WorkspaceId>,
}

impl BatchOutcome {
    /// The outcome of one input that was written before under the same idempotency key.
    pub(super) fn already_done(execution: ExecutionId) -> Self {
        let outcomes = BTreeMap::from([(execution, vec![InputOutcome::Done])]);
        Self { outcomes, to_admit: BTreeSet::new() }
    }
}

/// What was decided for some executions, before the commit.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) results: Vec<(ExecutionId, Vec<InputResult>)>,
    pub(super) after: Vec<Snapshot>,
    pub(super) plans: Vec<Plan>,
}

impl Batch {
    pub(super) fn add(&mut self, id: ExecutionId, results: Vec<InputResult>, after: Snapshot) {
        self.results.push((id, results));
        self.after.push(after);
    }

    /// The executions of which every input was accepted.
    pub(super) fn done_executions(&self) -> impl Iterator<Item = ExecutionId> {
        let all_done =
            |results: &[InputResult]| results.iter().all(|one| matches!(one, InputResult::Done));
        self.results.iter().filter(move |(_, results)| all_done(results)).map(|(id, _)| *id)
    }

    pub(super) fn notices(&self) -> Vec<Notice> {
        self.plans.iter().map(Notice::from_plan).collect()
    }
}

/// What an input does, before the commit.
pub(super) enum InputResult {
    Done,
    Claimed(Vec<JobState>),
    Refused(Refused),
    Gone,
}

impl From<Result<(), Refused>> for InputResult {
    fn from(result: Result<(), Refused>) -> Self {
        match result {
            Ok(()) => Self::Done,
            Err(refused) => Self::Refused(refused),
        }
    }
}

impl InputResult {
    /// The outcome once it is committed; `snapshot` is the execution after the commit.
    pub(super) fn into_outcome(self, snapshot: Option<&Arc<Snapshot>>) -> InputOutcome {
        match (self, snapshot) {
            (Self::Claimed(jobs), Some(snapshot)) => InputOutcome::Claimed(jobs, snapshot.clone()),
            (Self::Refused(refused), _) => InputOutcome::Refused(refused),
            (Self::Done, _) => InputOutcome::Done,
            (Self::Gone | Self::Claimed(_), _) => InputOutcome::Gone,
        }
    }
}

/// Applies inputs to a snapshot; gives their results, the snapshot after them, and the plan to
/// write, none if nothing has changed. Claims of the workers in `gone` get no jobs. `queued` is the
/// position at which the execution would have to wait, none if it may run.
pub(super) fn decide(
    snapshot: Snapshot,
    inputs: &[Input],
    gone: &[WorkerId],
    queued: Option<Queued>,
    now: Timestamp,
) -> (Vec<InputResult>, Snapshot, Option<Plan>) {
    let mut ids = Uuid::now_v7;
    let mut transition = Transition::new(snapshot, Context { now, ids: &mut ids });
    transition.set_queued(queued);
    let apply = |input: &Input| match input {
        Input::Claim { worker, .. } if gone.contains(worker) => InputResult::Claimed(vec![]),
        input => apply_input(&mut transition, input.clone()),
    };
    let results = inputs.iter().map(apply).collect();
    decide::queue_if_full(&mut transition);
    let (snapshot, plan) = transition.finish();
    (results, snapshot, plan)
}

fn apply_input(transition: &mut Transition<'_>, input: Input) -> InputResult {
    match input {
        Input::Settle(report) => InputResult::from(decide::settle_report(transition, report)),
        Input::Claim { worker, limits, kinds } => {
            let serves =
                |kind: &str| kinds.as_ref().is_none_or(|all| all.iter().any(|k| k == kind));
            InputResult::Claimed(decide::claim_jobs(transition, worker, limits, &serves))
        }
        Input::WorkerLost(worker) => {
            InputResult::from(decide::handle_worker_loss(transition, worker))
        }
        Input::Admit => InputResult::from(decide::admit(transition)),
        Input::Release(held) => InputResult::from(decide::release_jobs(transition, &held)),
        Input::CheckDeadline => InputResult::from(decide::check_deadline(transition)),
        Input::ClockBack => InputResult::from(decide::follow_clock_back(transition)),
        Input::StorageBack => InputResult::from(decide::follow_storage_back(transition)),
        Input::CheckReviews => InputResult::from(decide::check_reviews(transition)),
        Input::ChildEnded(end) => InputResult::from(decide::handle_child_end(transition, end)),
        Input::ChildWaits(wait) => InputResult::from(decide::handle_child_wait(transition, wait)),
        Input::Parent(word) => InputResult::from(decide::follow_parent(transition, word)),
        Input::Control(control, scope, by) => {
            transition.set_requester(Some(by));
            let result = check_permission(transition, &control, &scope)
                .and_then(|()| apply_control(transition, control));
            transition.set_requester(None);
            InputResult::from(result)
        }
        Input::Restore(restore) => InputResult::from(decide::restore_output(transition, *restore)),
        Input::Abandon(why) => InputResult::from(decide::stop(transition, why)),
        Input::Decide(review, decision, by, actor) => {
            let may = decide::check_may_decide(transition.snapshot(), review, &actor);
            let decided =
                may.and_then(|()| decide::decide_review(transition, review, decision, by));
            InputResult::from(decided)
        }
        Input::Reassign(reassignment, actor) => {
            InputResult::from(decide::reassign_review(transition, *reassignment, &actor))
        }
        Input::Answer(answer, by) => InputResult::from(decide::answer_call(transition, answer, by)),
    }
}

/// Refuses a command that would bypass a review which the requester may not decide.
fn check_permission(
    transition: &Transition<'_>,
    control: &Control,
    scope: &ActorScope,
) -> std::result::Result<(), Refused> {
    let snapshot = transition.snapshot();
    let overrides =
        || control.overridden_node().and_then(|step| snapshot.missing_permission(step, scope));
    let missing = match redone(snapshot, control) {
        Some((step, dependents)) => {
            decide::missing_permission_to_redo(snapshot, step, dependents, scope).or_else(overrides)
        }
        None => overrides(),
    };
    missing.map_or(Ok(()), |missing| Err(missing.into()))
}

/// The ended step that a command does again as a whole, and what becomes of those that depend on it.
fn redone<'a>(snapshot: &Snapshot, control: &'a Control) -> Option<(&'a NodeId, Dependents)> {
    let Control::TriggerNode { node_id, config, dependents, .. } = control else { return None };
    let again = match snapshot.nodes.get(node_id)?.status {
        NodeStatus::Completed => dependents.is_some() || config.is_some(),
        // Without a word about that only what failed of it is tried again.
        NodeStatus::Failed => dependents.is_some(),
        NodeStatus::Pending
        | NodeStatus::Ready
        | NodeStatus::Running
        | NodeStatus::Waiting
        | NodeStatus::AwaitingReview
        | NodeStatus::Skipped
        | NodeStatus::Cancelled => false,
    };
    let redo = dependents.unwrap_or_default();
    again.then_some((node_id, if redo { Dependents::Redo } else { Dependents::Keep }))
}

fn apply_control(
    transition: &mut Transition<'_>,
    control: Control,
) -> std::result::Result<(), Refused> {
    let redone = redone(transition.snapshot(), &control).map(|(_, dependents)| dependents);
    match control {
        Control::Pause => decide::pause(transition),
        Control::Resume => decide::resume(transition),
        Control::Stop { reason } => decide::stop_with_message(transition, EndReason::User, reason),
        Control::RetryNode { node_id, config, generation } => {
            decide::check_generation(transition.snapshot(), &node_id, generation)?;
            decide::retry_node(transition, &node_id, config.as_ref())
        }
        Control::SkipNode { node_id, output, generation } => {
            decide::check_generation(transition.snapshot(), &node_id, generation)?;
            decide::skip_node(transition, &node_id, output)
        }
        Control::TriggerNode { node_id, config, generation, .. } => {
            decide::check_generation(transition.snapshot(), &node_id, generation)?;
            let node = transition.snapshot().nodes.get(&node_id);
            match (redone, node.map(|node| node.status)) {
                (Some(dependents), _) => {
                    decide::redo_node(transition, &node_id, config.as_ref(), dependents)
                }
                // What has failed waits for nobody's word: to start it is to try it again.
                (None, Some(NodeStatus::Failed)) => {
                    decide::retry_node(transition, &node_id, config.as_ref())
                }
                (None, _) => decide::trigger_node(transition, &node_id, config.as_ref()),
            }
        }
        Control::EditNode { node_id, config, was } => {
            decide::edit_node(transition, &node_id, &config, &was)
        }
        Control::AutoRun { on } => {
            decide::set_auto_run(transition, if on { AutoRun::On } else { AutoRun::Off })
        }
        Control::Breakpoints { nodes } => {
            decide::set_breakpoints(transition, nodes.into_iter().collect())
        }
        Control::Breakpoint { node_id, on } => {
            let breakpoint = if on { Breakpoint::Set } else { Breakpoint::Cleared };
            decide::set_breakpoint(transition, &node_id, breakpoint)
        }
        // The service refuses what is more than the column holds.
        Control::Budget { micros, was } => {
            let sum = |micros: Option<u64>| {
                micros.map(|micros| i64::try_from(micros).unwrap_or(i64::MAX))
            };
            decide::check_budget_seen(transition.snapshot(), was.map(sum))?;
            decide::set_budget(transition, sum(micros))
        }
    }
}

//! What a page sends when somebody presses a button, tried out on what the engine would load.

use model::{
    decide::{self, AutoRun, Breakpoint, Context, Refused, Restore, Transition},
    execution::{
        action_policy::Dependents,
        event::{ArtifactSummary, Restored},
        question::{CallAnswer, Way},
        state::{Action, EndReason},
        view::{JobView, NodeView},
    },
    review::{Approval, Decision},
};
use serde_json::{Map, json};
use uuid::Uuid;

use crate::decide::world::{World, reviewer};

/// What the engine says to it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It does it.
    Done,
    /// It is as it was asked for already.
    Nothing,
    /// It does not.
    Refused(Refused),
}

impl World {
    /// What comes of something that is asked now; nothing is written.
    pub(crate) fn try_out(
        &self,
        asked: impl FnOnce(&mut Transition<'_>) -> Result<(), Refused>,
    ) -> Answer {
        let mut count = 1 << 64;
        let mut next = || {
            count += 1;
            Uuid::from_u128(count)
        };
        let context = Context { now: self.now, ids: &mut next };
        let mut transition = Transition::new(self.store.snapshot(), context);
        transition.set_queued(self.queued);
        match asked(&mut transition) {
            Err(refused) => Answer::Refused(refused),
            Ok(()) if transition.finish().1.is_none() => Answer::Nothing,
            Ok(()) => Answer::Done,
        }
    }
}

pub(crate) fn of_all(world: &World, action: Action) -> Answer {
    let row = &world.store.row;
    match action {
        Action::Pause => world.try_out(decide::pause),
        Action::Resume => world.try_out(decide::resume),
        Action::Stop => world.try_out(|transition| decide::stop(transition, EndReason::User)),
        Action::Steer => {
            let auto_run = if row.auto_run { AutoRun::Off } else { AutoRun::On };
            world.try_out(|transition| decide::set_auto_run(transition, auto_run))
        }
        Action::SetBudget => {
            let more = row.budget.map_or(1, |micros| micros + 1);
            world.try_out(|transition| decide::set_budget(transition, Some(more)))
        }
        other => panic!("{other:?} is not asked of the whole"),
    }
}

/// None where there is nothing in the step about which that could be asked.
pub(crate) fn of_step(world: &World, step: &NodeView, action: Action) -> Option<Answer> {
    let id = &step.id;
    Some(match action {
        Action::RetryNode => world.try_out(|transition| decide::retry_node(transition, id, None)),
        Action::SkipNode => world.try_out(|transition| decide::skip_node(transition, id, None)),
        Action::TriggerNode => {
            world.try_out(|transition| decide::trigger_node(transition, id, None))
        }
        Action::RedoNode => {
            world.try_out(|transition| decide::redo_node(transition, id, None, Dependents::Redo))
        }
        Action::EditNode => {
            let nothing = Map::new();
            world.try_out(|transition| decide::edit_node(transition, id, &nothing, &nothing))
        }
        Action::Steer => {
            let stops = world.store.row.breakpoints.contains(id.without_round());
            let breakpoint = if stops { Breakpoint::Cleared } else { Breakpoint::Set };
            world.try_out(|transition| decide::set_breakpoint(transition, id, breakpoint))
        }
        Action::Restore => {
            let restore = first_again(step.artifacts.first()?);
            world.try_out(|transition| decide::restore_output(transition, restore))
        }
        Action::Decide => {
            let review = step.review.as_ref()?.id;
            let approve = Decision::Approve(Approval::default());
            world.try_out(|transition| {
                decide::decide_review(transition, review, approve, reviewer(99))
            })
        }
        Action::AskForChanges => {
            let review = step.review.as_ref()?.id;
            let changes = Decision::Changes { reason: "Shorter".to_owned() };
            world.try_out(|transition| {
                decide::decide_review(transition, review, changes, reviewer(99))
            })
        }
        Action::Answer => {
            let question = |job: &JobView| Some((job.id, job.question.as_ref()?.number));
            let (job_id, question) = step.jobs.iter().find_map(question)?;
            let answer = CallAnswer { job_id, question, answer: Way::Again, output: None };
            world.try_out(|transition| decide::answer_call(transition, answer, reviewer(99)))
        }
        other => panic!("{other:?} is not asked about a step"),
    })
}

/// The first version of an output once more.
fn first_again(newest: &ArtifactSummary) -> Restore {
    let restored = Some(Restored { version: 1, by: reviewer(99) });
    let version = newest.version + 1;
    let artifact = ArtifactSummary { version, restored, ..newest.clone() };
    let output = Map::from_iter([(newest.port.clone(), json!(["First"]))]);
    Restore { artifact, output }
}

//! Calls that must not be repeated blindly: whoever may have been called is called again only when a
//! person says so.

use std::collections::BTreeSet;

use model::{
    decide::{self, CompiledWorkflow, JobState, Refused, Transition},
    execution::{
        event::{EventKind, JobRef},
        question::{CallAnswer, Way},
    },
    id::JobId,
    nodes::NodeConfig,
};
use serde_json::json;

use crate::decide::world::{picked, reviewer};

/// The jobs that wait for a person's word about their call.
fn asked(transition: &Transition<'_>) -> Vec<JobState> {
    let jobs = transition.snapshot().jobs.values();
    jobs.filter(|job| job.is_asked_about()).cloned().collect()
}

/// A person answers one of the questions; the second answer to it is refused.
pub(crate) fn tell(transition: &mut Transition<'_>, pick: usize, way: Way) {
    let open = asked(transition);
    let Some(job) = picked(&open, pick) else { return };
    let answer = CallAnswer {
        job_id: job.id,
        question: job.fence,
        answer: way,
        output: (way == Way::Done).then(|| json!({"id": 7})),
    };
    let old = CallAnswer { question: job.fence - 1, ..answer.clone() };
    assert_eq!(decide::answer_call(transition, old, reviewer(1)), Err(Refused::NotAsked(job.id)));
    decide::answer_call(transition, answer.clone(), reviewer(1)).unwrap();
    let before = transition.snapshot().event_seq;
    let again = decide::answer_call(transition, answer, reviewer(2));
    assert!(matches!(again, Err(Refused::NotAsked(_) | Refused::NotAllowed { .. })), "{again:?}");
    assert_eq!(transition.snapshot().event_seq, before, "the second answer changes nothing");
}

/// Everything that waits for a word is called again.
pub(crate) fn call_all_again(transition: &mut Transition<'_>) {
    while !asked(transition).is_empty() {
        tell(transition, 0, Way::Again);
    }
}

/// The jobs whose calls nobody knows the end of.
#[derive(Default)]
pub(crate) struct Unsure(BTreeSet<JobId>);

impl Unsure {
    /// Asserts that none of them starts before a person has said so.
    pub(crate) fn watch(&mut self, kind: &EventKind, compiled: &CompiledWorkflow) {
        let config = |job: &JobRef| compiled.node(&job.node).map(|node| &node.data.config);
        let asks = |job: &JobRef| config(job).is_some_and(NodeConfig::asks_before_repeat);
        // Whether an agent asks depends on what it has called.
        let may_ask = |job: &JobRef| matches!(config(job), Some(NodeConfig::Agent(_)));
        match kind {
            EventKind::JobLost { job, call_in_flight: true, .. } if asks(job) => {
                self.0.insert(job.job);
            }
            EventKind::JobAsks(asked) => {
                assert!(asks(&asked.job) || may_ask(&asked.job), "{asked:?}");
                self.0.insert(asked.job.job);
            }
            EventKind::JobAnswered(answered) => assert!(self.0.remove(&answered.job.job)),
            EventKind::JobStarted { job, .. } => {
                assert!(!self.0.contains(&job.job), "called again without asking: {job:?}");
            }
            _ => {}
        }
    }
}

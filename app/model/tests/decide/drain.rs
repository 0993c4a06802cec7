//! An execution is answered until it ends.

use std::collections::BTreeSet;

use model::{
    decide::{AutoRun, Draft, ParentWord, Refused},
    execution::state::JobStatus,
};

use crate::decide::{
    calls, children,
    input::Ending,
    world::{PER_EXECUTION, World, approve_all, claim, running},
};

impl World {
    /// Answers everything until it ends; panics when it is stuck.
    pub(crate) fn drain(&mut self) {
        for _ in 0..500 {
            self.queued = None;
            self.decide(|draft| draft.take_place().unwrap());
            if self.status().is_over() {
                return;
            }
            self.decide(|draft| {
                draft.set_breakpoints(BTreeSet::new()).unwrap();
                draft.set_auto_run(AutoRun::On).unwrap();
            });
            self.decide(|draft| {
                let resumed = draft.resume();
                let over = draft.snapshot().status.is_over();
                use Refused::{AwaitsParent, AwaitsReview};
                assert!(over || matches!(resumed, Ok(()) | Err(AwaitsReview | AwaitsParent)));
                draft.follow_parent(ParentWord::Resume).unwrap();
                approve_all(draft);
                calls::call_all_again(draft);
            });
            self.decide(|draft| claim(draft, 0, PER_EXECUTION));
            self.decide(answer_all);
            self.decide(children::end_all);
            let pending = self.store.jobs.values().filter(|job| job.status == JobStatus::Pending);
            if let Some(next) = pending.map(|job| job.run_at).min() {
                self.now = self.now.max(next);
            }
        }
        panic!("stuck: {:?}", self.store);
    }
}

fn answer_all(draft: &mut Draft<'_>) {
    for job in running(draft) {
        let answer = children::answer(draft, &job, &Ending::Done, 1);
        // A loop that has failed for another cause drops the rest.
        assert!(matches!(answer, Ok(()) | Err(Refused::Stale { .. })), "{answer:?}");
    }
}

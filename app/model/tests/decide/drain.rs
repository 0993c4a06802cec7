//! An execution is answered until it ends.

use std::collections::BTreeSet;

use model::{
    decide::{self, AutoRun, ParentWord, Refused, Transition},
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
            self.decide(|transition| decide::admit(transition).unwrap());
            if self.status().is_over() {
                return;
            }
            self.decide(|transition| {
                decide::set_breakpoints(transition, BTreeSet::new()).unwrap();
                decide::set_auto_run(transition, AutoRun::On).unwrap();
            });
            self.decide(|transition| {
                let resumed = decide::resume(transition);
                let over = transition.snapshot().status.is_over();
                use Refused::{AwaitsParent, AwaitsReview};
                assert!(over || matches!(resumed, Ok(()) | Err(AwaitsReview | AwaitsParent)));
                decide::follow_parent(transition, ParentWord::Resume).unwrap();
                approve_all(transition);
                calls::call_all_again(transition);
            });
            self.decide(|transition| claim(transition, 0, PER_EXECUTION));
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

fn answer_all(transition: &mut Transition<'_>) {
    for job in running(transition) {
        let answer = children::answer(transition, &job, &Ending::Done, 1);
        // A loop that has failed for another cause drops the rest.
        assert!(matches!(answer, Ok(()) | Err(Refused::Stale { .. })), "{answer:?}");
    }
}

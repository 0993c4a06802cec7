//! Resuming the rounds of a loop that failed.

use super::RoundEnd;
use crate::{
    decide::Transition,
    execution::{action_policy::steps::Steps, state::RoundState},
    id::NodeId,
    nodes::for_each::RoundFailure,
};

impl Transition<'_> {
    /// Lets the failed rounds of a loop run again. Rounds that are done stay so, and so do failed
    /// ones after which the loop went on to a later round. Where the last round that began is done,
    /// its stop condition is evaluated again: the loop may have failed because that had no value.
    pub(in crate::decide) fn take_up_rounds(&mut self, id: &NodeId) {
        let begun = self.count_begun_rounds(id);
        for number in self.rounds_in(id, RoundState::Failed) {
            if self.went_on_after(id, number) {
                // `node.retried` has set every failed round to waiting.
                self.record_round_end(id, number, RoundEnd { failed: true, ..RoundEnd::default() });
            } else {
                self.set_round(id, number, RoundState::Waiting);
            }
        }
        if let Some(last) = begun.checked_sub(1).filter(|last| self.may_be_last(id, *last)) {
            self.ask_whether_last(id, last);
        }
    }

    /// How many rounds there are up to the last that has begun.
    fn count_begun_rounds(&self, id: &NodeId) -> usize {
        let rounds = self.rounds_of(id);
        rounds.iter().rposition(|round| *round != RoundState::Waiting).map_or(0, |last| last + 1)
    }

    fn went_on_after(&self, id: &NodeId, number: usize) -> bool {
        let config = self.snapshot.for_each(id);
        let lenient = config.is_some_and(|each| each.on_round_failure == RoundFailure::Continue);
        lenient && self.passed(id, number)
    }

    /// Whether a loop may end after this round by its condition: the round is done, and none before
    /// it is to run again.
    fn may_be_last(&self, id: &NodeId, number: usize) -> bool {
        let ends = self.snapshot.for_each(id).is_some_and(|each| each.stop_when.is_some());
        let rounds = self.rounds_of(id);
        let done = rounds.get(number) == Some(&RoundState::Done);
        ends && done && rounds.iter().take(number).all(|round| round.is_over())
    }

    fn ask_whether_last(&mut self, id: &NodeId, number: usize) {
        match self.stops_after(id, number) {
            Ok(true) => {
                self.record_round_end(id, number, RoundEnd { last: true, ..RoundEnd::default() })
            }
            Ok(false) => {}
            Err(error) => self.fail_loop_by(id, &error),
        }
    }
}

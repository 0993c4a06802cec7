//! Places of a worker are handed on while others wait for one.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use model::id::ExecutionId;

/// Jobs of one execution that a place works on in a row while others wait.
const TURN: usize = 4;

/// Executions that have due jobs and found no free place.
#[derive(Default)]
pub struct Turns {
    waiting: Mutex<VecDeque<ExecutionId>>,
}

impl Turns {
    /// Notes who waits, the fairest first.
    pub fn wait(&self, executions: impl IntoIterator<Item = ExecutionId>) {
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) =
            executions.into_iter().collect();
    }

    /// Whether a place that has done so many jobs of an execution in a row goes to another one now.
    /// Each that waits is given one place.
    pub fn is_over(&self, execution: ExecutionId, done: usize) -> bool {
        if done < TURN {
            return false;
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let other = waiting.iter().position(|waiting| *waiting != execution);
        other.is_some_and(|place| waiting.remove(place).is_some())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_place_is_handed_on_once_for_each_that_waits() {
        let [own, other] = [1, 2].map(|id| ExecutionId(Uuid::from_u128(id)));
        let turns = Turns::default();
        assert!(!turns.is_over(own, 100), "nobody waits");

        turns.wait([own, other]);
        assert!(!turns.is_over(own, TURN - 1));
        assert!(turns.is_over(own, TURN));
        assert!(!turns.is_over(own, TURN), "only the execution itself is left");
    }
}

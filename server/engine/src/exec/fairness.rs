//! Fair share between executions: a worker's slot is passed on while other executions wait for one.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use model::id::ExecutionId;

/// How many jobs of one execution a slot works on in a row while other executions wait.
const MAX_IN_A_ROW: usize = 4;

/// Executions that have due jobs and found no free slot.
#[derive(Default)]
pub struct FairQueue {
    waiting: Mutex<VecDeque<ExecutionId>>,
}

impl FairQueue {
    /// Replaces the waiting executions; the one that has had the least comes first.
    pub fn set_waiting(&self, executions: impl IntoIterator<Item = ExecutionId>) {
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) =
            executions.into_iter().collect();
    }

    /// Whether a slot that has done `done` jobs of an execution in a row goes to another one now.
    /// If so, one waiting execution leaves the queue: each gets one slot.
    pub fn must_yield(&self, execution: ExecutionId, done: usize) -> bool {
        if done < MAX_IN_A_ROW {
            return false;
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let other = waiting.iter().position(|waiting| *waiting != execution);
        other.is_some_and(|index| waiting.remove(index).is_some())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_slot_is_passed_on_once_for_each_that_waits() {
        let [own, other] = [1, 2].map(|id| ExecutionId(Uuid::from_u128(id)));
        let queue = FairQueue::default();
        assert!(!queue.must_yield(own, 100), "nobody waits");

        queue.set_waiting([own, other]);
        assert!(!queue.must_yield(own, MAX_IN_A_ROW - 1));
        assert!(queue.must_yield(own, MAX_IN_A_ROW));
        assert!(!queue.must_yield(own, MAX_IN_A_ROW), "only the execution itself is left");
    }
}

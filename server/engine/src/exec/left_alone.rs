//! Executions that could not be advanced: what fails would fail again at once, and fill the log.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use model::id::ExecutionId;

/// How long they are left alone.
const FOR: Duration = Duration::from_secs(30);

/// Executions that failed lately, each with when it did.
#[derive(Debug, Default)]
pub struct LeftAlone(Mutex<BTreeMap<ExecutionId, Instant>>);

impl LeftAlone {
    /// Leaves an execution alone that failed at `now`.
    pub fn leave(&self, execution: ExecutionId, now: Instant) {
        self.lock().insert(execution, now);
    }

    /// Those that are left alone at `now`.
    pub fn all(&self, now: Instant) -> Vec<ExecutionId> {
        let mut failed = self.lock();
        failed.retain(|_, at| now.saturating_duration_since(*at) < FOR);
        failed.keys().copied().collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<ExecutionId, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_left_alone_for_half_a_minute_from_its_last_failure_on() {
        let (left_alone, start) = (LeftAlone::default(), Instant::now());
        let (one, other) = (ExecutionId(uuid::Uuid::nil()), ExecutionId(uuid::Uuid::max()));
        let after = |seconds| start + Duration::from_secs(seconds);
        left_alone.leave(one, start);
        left_alone.leave(other, after(10));

        assert_eq!(left_alone.all(after(29)), [one, other]);
        assert_eq!(left_alone.all(after(30)), [other]);
        left_alone.leave(one, after(30));
        assert_eq!(left_alone.all(after(59)), [one]);
        assert_eq!(left_alone.all(after(60)), []);
    }
}

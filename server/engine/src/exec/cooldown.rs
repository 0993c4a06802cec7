//! A pause for executions that could not be written: they would fail again at once, and fill the
//! log.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use model::id::ExecutionId;

/// How long an execution is not tried again after a failure.
const PAUSE: Duration = Duration::from_secs(30);

/// Executions that failed lately, each with the moment of its last failure.
#[derive(Debug, Default)]
pub struct Cooldown(Mutex<BTreeMap<ExecutionId, Instant>>);

impl Cooldown {
    /// Starts the pause of an execution that failed at `now`.
    pub fn start(&self, execution: ExecutionId, now: Instant) {
        self.lock().insert(execution, now);
    }

    /// The executions whose pause has not ended at `now`.
    pub fn executions(&self, now: Instant) -> Vec<ExecutionId> {
        let mut failed = self.lock();
        failed.retain(|_, at| now.saturating_duration_since(*at) < PAUSE);
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
    fn what_failed_is_not_tried_for_half_a_minute_from_its_last_failure_on() {
        let (cooldown, start) = (Cooldown::default(), Instant::now());
        let (one, other) = (ExecutionId(uuid::Uuid::nil()), ExecutionId(uuid::Uuid::max()));
        let after = |seconds| start + Duration::from_secs(seconds);
        cooldown.start(one, start);
        cooldown.start(other, after(10));

        assert_eq!(cooldown.executions(after(29)), [one, other]);
        assert_eq!(cooldown.executions(after(30)), [other]);
        cooldown.start(one, after(30));
        assert_eq!(cooldown.executions(after(59)), [one]);
        assert_eq!(cooldown.executions(after(60)), []);
    }
}

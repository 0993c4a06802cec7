//! What events are about.

use model::execution::event::EventKind;

/// What events are about, as people look for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// What went wrong, was lost or tried again.
    Trouble,
    /// What people decided and changed.
    People,
    /// What was made and what it cost.
    Results,
    /// How the execution and its steps went on.
    Progress,
}

impl Topic {
    /// Every topic, in the order of its chips.
    pub const ALL: [Self; 4] = [Self::Trouble, Self::People, Self::Results, Self::Progress];

    /// The words of its chip.
    pub fn word(self) -> &'static str {
        match self {
            Self::Trouble => "Trouble",
            Self::People => "People",
            Self::Results => "Results",
            Self::Progress => "Progress",
        }
    }

    /// What an event is about.
    pub fn for_event(kind: &EventKind) -> Self {
        use EventKind as E;
        match kind {
            E::ExecutionFailed { .. }
            | E::NodeFailed { .. }
            | E::JobFailed { .. }
            | E::JobRetryScheduled { .. }
            | E::JobLimited { .. }
            | E::JobLost { .. }
            | E::JobAsks(_)
            | E::ExecutionClockBack(_) => Self::Trouble,
            E::ExecutionPaused { .. }
            | E::ExecutionResumed
            | E::ExecutionStopped { .. }
            | E::NodeRetried { .. }
            | E::NodeReset { .. }
            | E::NodeEdited { .. }
            | E::NodeAwaitingReview { .. }
            | E::ReviewApproved { .. }
            | E::ReviewDecided { .. }
            | E::ExecutionAutoRun { .. }
            | E::ExecutionBreakpoints { .. }
            | E::ExecutionBudget { .. }
            | E::JobAnswered(_) => Self::People,
            E::ArtifactCreated { .. } | E::DocumentCreated { .. } | E::CostAdded { .. } => {
                Self::Results
            }
            E::ExecutionLaunched { .. }
            | E::ExecutionQueued(_)
            | E::ExecutionStarted
            | E::ExecutionCompleted
            | E::NodeReady { .. }
            | E::NodeStarted { .. }
            | E::NodeWaiting { .. }
            | E::NodeCompleted { .. }
            | E::NodeSkipped { .. }
            | E::NodeReused { .. }
            | E::NodeCancelled { .. }
            | E::RoundStarted { .. }
            | E::RoundEnded { .. }
            | E::JobStarted { .. }
            | E::JobWaiting { .. }
            | E::JobChildEnded { .. }
            | E::JobCompleted { .. }
            | E::JobCancelled { .. } => Self::Progress,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn failures_are_trouble_and_outputs_are_results() {
        let failed = sample::failed_events();
        let of =
            |topic| failed.iter().filter(|event| Topic::for_event(&event.kind) == topic).count();

        assert!(of(Topic::Trouble) > 0);
        assert!(of(Topic::Results) > 0);
        assert!(of(Topic::Progress) > of(Topic::Trouble));
    }
}

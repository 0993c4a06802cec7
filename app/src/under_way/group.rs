//! In which part of the list an execution stands.

use model::{
    execution::state::ExecutionStatus,
    pages::{ExecutionRow, UnderWayPage},
};

/// What the person may do to executions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Look at them.
    Looks,
    /// Steer them.
    Controls,
}

/// The parts in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Group {
    /// A decision that the person may take keeps it, or a step that they may let run.
    NeedsYou,
    /// Work is done or waited for.
    Running,
    /// Nothing new starts.
    Paused,
    /// It waits for a place.
    Queued,
}

impl Group {
    pub(super) const ALL: [Self; 4] = [Self::NeedsYou, Self::Running, Self::Paused, Self::Queued];

    /// Its heading.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::NeedsYou => "Needs you",
            Self::Running => "Running",
            Self::Paused => "Paused",
            Self::Queued => "Queued",
        }
    }

    /// Where an execution of this page stands.
    fn of(row: &ExecutionRow, page: &UnderWayPage, reach: Reach) -> Self {
        let asks = page.waiting.iter().any(|review| review.execution_id == row.id);
        if asks || (reach == Reach::Controls && row.is_held()) {
            return Self::NeedsYou;
        }
        match row.status {
            ExecutionStatus::Pending => Self::Queued,
            ExecutionStatus::Paused => Self::Paused,
            _ => Self::Running,
        }
    }

    /// The executions of this part, in the order of the page.
    pub(super) fn rows(self, page: &UnderWayPage, reach: Reach) -> Vec<ExecutionRow> {
        let own = page.active.iter().filter(|row| Self::of(row, page, reach) == self);
        own.cloned().collect()
    }
}

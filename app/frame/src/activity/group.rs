//! The groups of the list, and which one an execution is in.

use model::{
    execution::state::ExecutionStatus,
    pages::{ActivityPage, ExecutionRow},
};

/// What the person may do to executions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The person may only look.
    Looks,
    /// The person may also run, pause and stop them.
    Controls,
}

/// The groups in their order in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Group {
    /// A decision that the person may take keeps it, or a step that they may let run.
    NeedsYou,
    /// Work is done or waited for.
    Running,
    /// Nothing new starts.
    Paused,
    /// It waits because as many executions run as may at once.
    Queued,
}

impl Group {
    pub(super) const ALL: [Self; 4] = [Self::NeedsYou, Self::Running, Self::Paused, Self::Queued];

    /// The heading on the screen; its words also make the id of the group.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::NeedsYou => "Needs you",
            Self::Running => "Running",
            Self::Paused => "Paused",
            Self::Queued => "Queued",
        }
    }

    /// The group of an execution; decisions that the person may take come first.
    fn for_row(row: &ExecutionRow, page: &ActivityPage, reach: Reach) -> Self {
        let asks = page.waiting.iter().any(|review| review.execution_id == row.id);
        if asks || (reach == Reach::Controls && row.is_held()) {
            return Self::NeedsYou;
        }
        match row.status {
            ExecutionStatus::Pending => Self::Queued,
            ExecutionStatus::Paused => Self::Paused,
            // Those that are over are listed elsewhere.
            ExecutionStatus::Running
            | ExecutionStatus::Completed
            | ExecutionStatus::Failed
            | ExecutionStatus::Stopped => Self::Running,
        }
    }

    /// The executions of this group, in the order of the page.
    pub(super) fn rows(self, page: &ActivityPage, reach: Reach) -> Vec<ExecutionRow> {
        let own = page.active.iter().filter(|row| Self::for_row(row, page, reach) == self);
        own.cloned().collect()
    }
}

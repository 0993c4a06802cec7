//! What happens before a person's eyes: the past that they go through is no news.

use leptos::prelude::*;
use model::execution::state::ExecutionStatus;

use super::store::ExecutionStore;

/// What the page shows of the execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A moment of the past.
    Past,
    /// The present, in which it stands so.
    Present(ExecutionStatus),
}

impl Moment {
    /// What the page shows, as it changes.
    pub fn follow(store: ExecutionStore) -> Memo<Self> {
        Memo::new(move |_| {
            let status = store.view.with(|view| view.status);
            if store.shown_at.read().is_some() { Self::Past } else { Self::Present(status) }
        })
    }

    /// Whether the execution has completed since `before`, while the present was shown.
    pub fn completes(self, before: Option<Self>) -> bool {
        let was_open = matches!(before, Some(Self::Present(status)) if !status.is_over());
        was_open && self == Self::Present(ExecutionStatus::Completed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUNNING: Moment = Moment::Present(ExecutionStatus::Running);
    const PAUSED: Moment = Moment::Present(ExecutionStatus::Paused);
    const COMPLETED: Moment = Moment::Present(ExecutionStatus::Completed);

    #[test]
    fn what_ends_while_it_is_watched_completes() {
        assert!(COMPLETED.completes(Some(RUNNING)));
        assert!(COMPLETED.completes(Some(PAUSED)));
    }

    #[test]
    fn the_past_and_what_was_over_before_complete_nothing() {
        assert!(!COMPLETED.completes(None), "it was over when the page was opened");
        assert!(!Moment::Past.completes(Some(PAUSED)), "a paused one, gone back from");
        assert!(!COMPLETED.completes(Some(Moment::Past)), "back to the present");
        assert!(!COMPLETED.completes(Some(COMPLETED)));
        let stopped = Moment::Present(ExecutionStatus::Stopped);
        assert!(!stopped.completes(Some(RUNNING)));
    }
}

//! What a reader does not know yet of its workspace, and when it is told.

use std::{collections::BTreeSet, future::pending, time::Duration};

use engine::exec::hub::News;
use model::id::{ExecutionId, WorkspaceId};
use tokio::time::{Instant, sleep_until};

/// Least time between news of states, reviews and questions.
const TURNS: Duration = Duration::from_millis(500);
/// Least time between news of mere progress.
const PROGRESS: Duration = Duration::from_secs(2);

/// Gathers what went on, so that a busy workspace costs a reader little.
pub(super) struct Watch {
    executions: BTreeSet<ExecutionId>,
    turned: bool,
    told: Option<Instant>,
    due: Option<Instant>,
}

impl Default for Watch {
    /// A reader that begins knows nothing.
    fn default() -> Self {
        let (executions, told) = (BTreeSet::new(), None);
        Self { executions, turned: true, told, due: Some(Instant::now()) }
    }
}

impl Watch {
    /// Takes note of what is of this workspace.
    pub(super) fn hear(&mut self, news: &News, own: WorkspaceId) {
        match news {
            News::Advanced(advanced) if advanced.workspace == own => {
                self.executions.insert(advanced.execution);
                self.note(advanced.turned);
            }
            News::Missed => self.doubt(),
            News::Advanced(_) | News::Text(_) | News::Draft(_) => {}
        }
    }

    /// Something may have happened that nobody told of.
    pub(super) fn doubt(&mut self) {
        self.note(true);
    }

    fn note(&mut self, turned: bool) {
        self.turned |= turned;
        let gap = if self.turned { TURNS } else { PROGRESS };
        let now = Instant::now();
        let due = self.told.map_or(now, |told| now.max(told + gap));
        self.due = Some(self.due.map_or(due, |known| known.min(due)));
    }

    /// What is to be told, which counts as told then: executions, and whether more than progress.
    pub(super) fn take(&mut self) -> (Vec<ExecutionId>, bool) {
        self.due = None;
        self.told = Some(Instant::now());
        let executions = std::mem::take(&mut self.executions);
        (executions.into_iter().collect(), std::mem::take(&mut self.turned))
    }
}

/// Waits until something is to be told; forever where nothing is.
pub(super) async fn due(watch: Option<&Watch>) {
    match watch.and_then(|watch| watch.due) {
        Some(due) => sleep_until(due).await,
        None => pending().await,
    }
}

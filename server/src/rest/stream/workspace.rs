//! The changes of its workspace that a reader has not been sent yet, and when to send them.
//!
//! Notices are states and not steps: the next one makes up for one that was lost.

use std::{collections::BTreeSet, future::pending, time::Duration};

use engine::exec::event_bus::BusEvent;
use model::id::{ExecutionId, WorkspaceId};
use tokio::time::{Instant, sleep_until};

/// The least time between two notices about states, reviews and questions.
const TURNS: Duration = Duration::from_millis(500);
/// The least time between two notices about progress alone.
const PROGRESS: Duration = Duration::from_secs(2);

/// Collects changes of a workspace, so that a busy workspace costs a reader few messages.
pub(super) struct Watch {
    executions: BTreeSet<ExecutionId>,
    turned: bool,
    sent: Option<Instant>,
    due: Option<Instant>,
}

impl Default for Watch {
    /// A new reader has been sent nothing: its first notice is due at once.
    fn default() -> Self {
        let (executions, sent) = (BTreeSet::new(), None);
        Self { executions, turned: true, sent, due: Some(Instant::now()) }
    }
}

impl Watch {
    /// Takes note of an event of the bus where it is about this workspace.
    pub(super) fn hear(&mut self, news: &BusEvent, own: WorkspaceId) {
        match news {
            BusEvent::Advanced(advanced) if advanced.workspace == own => {
                self.executions.insert(advanced.execution);
                self.note(advanced.turned);
            }
            BusEvent::Comments(workspace) if *workspace == own => self.note(true),
            BusEvent::Missed => self.note_missed(),
            BusEvent::Advanced(_)
            | BusEvent::Text(_)
            | BusEvent::Draft(_)
            | BusEvent::Comments(_) => {}
        }
    }

    /// Makes a notice due because events may have been missed.
    pub(super) fn note_missed(&mut self) {
        self.note(true);
    }

    fn note(&mut self, turned: bool) {
        self.turned |= turned;
        let gap = if self.turned { TURNS } else { PROGRESS };
        let now = Instant::now();
        let due = self.sent.map_or(now, |sent| now.max(sent + gap));
        self.due = Some(self.due.map_or(due, |known| known.min(due)));
    }

    /// Takes what is to be sent, and counts it as sent: the changed executions, and whether more
    /// than their progress has changed.
    pub(super) fn take(&mut self) -> (Vec<ExecutionId>, bool) {
        self.due = None;
        self.sent = Some(Instant::now());
        let executions = std::mem::take(&mut self.executions);
        (executions.into_iter().collect(), std::mem::take(&mut self.turned))
    }
}

/// Waits until a notice is due; forever where none is.
pub(super) async fn wait_until_due(watch: Option<&Watch>) {
    match watch.and_then(|watch| watch.due) {
        Some(due) => sleep_until(due).await,
        None => pending().await,
    }
}

//! An execution as it was: any moment of its past, from its events.

use super::{event::Event, view::ExecutionView};
use crate::time::Timestamp;

/// Between two states that are kept lie so many events, so that no step back folds more.
const STRIDE: usize = 256;

/// The events of an execution from its first on, and how it stood along them.
#[derive(Debug, Clone, Default)]
pub struct Past {
    events: Vec<Event>,
    /// When each had happened: clocks of different machines may differ by a little, and what
    /// follows something did not happen before it.
    moments: Vec<Timestamp>,
    /// How it stood after no event, after `STRIDE`, after twice as many, and so on.
    kept: Vec<ExecutionView>,
}

impl Past {
    /// Takes in what follows the last known event, up to where one is missing.
    pub fn extend<'a>(&mut self, events: impl IntoIterator<Item = &'a Event>) {
        for event in events {
            if event.seq == self.last_seq() + 1 {
                let before = self.moments.last().copied();
                self.moments.push(before.map_or(event.at, |before| before.max(event.at)));
                self.events.push(event.clone());
            }
        }
    }

    /// The number of the last known event; 0 before the first.
    pub fn last_seq(&self) -> i64 {
        self.events.last().map_or(0, |event| event.seq)
    }

    /// How many events had happened at `moment`.
    pub fn count_at(&self, moment: Timestamp) -> usize {
        self.moments.partition_point(|at| *at <= moment)
    }

    /// When something happened last before `moment`.
    pub fn moment_before(&self, moment: Timestamp) -> Option<Timestamp> {
        let before = self.moments.partition_point(|at| *at < moment);
        before.checked_sub(1).and_then(|index| self.moments.get(index)).copied()
    }

    /// When something happens next after `moment`.
    pub fn moment_after(&self, moment: Timestamp) -> Option<Timestamp> {
        self.moments.get(self.count_at(moment)).copied()
    }

    /// Brings `view`, which shows some moment of this execution, to `moment`.
    pub fn show(&mut self, view: &mut ExecutionView, moment: Timestamp) {
        let wanted = self.count_at(moment);
        let shown = usize::try_from(view.seq).unwrap_or(usize::MAX);
        let near = shown <= wanted && wanted - shown < STRIDE;
        if !near {
            *view = self.kept_before(wanted);
        }
        let from = usize::try_from(view.seq).unwrap_or_default();
        for event in self.events.get(from..wanted).unwrap_or_default() {
            view.apply(event);
        }
    }

    fn kept_before(&mut self, count: usize) -> ExecutionView {
        let wanted = count / STRIDE;
        while self.kept.len() <= wanted {
            let mut next = self.kept.last().cloned().unwrap_or_else(ExecutionView::empty);
            let from = self.kept.len().saturating_sub(1) * STRIDE;
            if !self.kept.is_empty() {
                for event in self.events.iter().skip(from).take(STRIDE) {
                    next.apply(event);
                }
            }
            self.kept.push(next);
        }
        self.kept.get(wanted).cloned().unwrap_or_else(ExecutionView::empty)
    }
}

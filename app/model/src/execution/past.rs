//! An execution as it was: any moment of its past, from its events.

use super::{event::Event, view::ExecutionView};
use crate::time::Timestamp;

/// Between two states that are kept lie at least so many events.
const LEAST_STRIDE: usize = 256;
/// So many states are kept at most: with more events they lie farther apart.
const MOST_KEPT: usize = 32;

/// The events of an execution from its first on, and how it stood along them.
#[derive(Debug, Clone)]
pub struct Past {
    events: Vec<Event>,
    /// When each had happened: clocks of different machines may differ by a little, and what
    /// follows something did not happen before it.
    moments: Vec<Timestamp>,
    /// How it stood after no event, after `stride`, after twice as many, and so on.
    kept: Vec<ExecutionView>,
    stride: usize,
    /// How it stood after all of them.
    last: ExecutionView,
}

impl Default for Past {
    fn default() -> Self {
        let (kept, last) = (vec![ExecutionView::empty()], ExecutionView::empty());
        Self { events: vec![], moments: vec![], kept, stride: LEAST_STRIDE, last }
    }
}

impl Past {
    /// Takes in what follows the last known event, up to where one is missing.
    pub fn extend<'a>(&mut self, events: impl IntoIterator<Item = &'a Event>) {
        for event in events {
            if event.seq == self.last_seq() + 1 {
                let before = self.moments.last().copied();
                self.moments.push(before.map_or(event.at, |before| before.max(event.at)));
                self.last.apply(event);
                self.events.push(event.clone());
                self.keep_last();
            }
        }
    }

    fn keep_last(&mut self) {
        if self.events.len().is_multiple_of(self.stride) {
            self.kept.push(self.last.clone());
        }
        if self.kept.len() > MOST_KEPT {
            self.kept = std::mem::take(&mut self.kept).into_iter().step_by(2).collect();
            self.stride *= 2;
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

    /// Brings `view`, which shows some moment of this execution, to `moment`; says how many events
    /// that took, which are never more than lie between two states that are kept.
    pub fn show(&self, view: &mut ExecutionView, moment: Timestamp) -> usize {
        let wanted = self.count_at(moment);
        let kept = wanted / self.stride;
        let shown = usize::try_from(view.seq).unwrap_or(usize::MAX);
        if view.is_outline() || !(kept * self.stride..=wanted).contains(&shown) {
            *view = self.kept.get(kept).cloned().unwrap_or_else(ExecutionView::empty);
        }
        let from = usize::try_from(view.seq).unwrap_or_default();
        let between = self.events.get(from..wanted).unwrap_or_default();
        between.iter().for_each(|event| _ = view.apply(event));
        between.len()
    }
}

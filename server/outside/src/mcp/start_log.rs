//! The start of a server: since when it lasts, and what its process says meanwhile.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// How many of the last lines are kept.
const MOST_LINES: usize = 5;

/// What is known of a start. What a process says afterwards may belong to whoever calls it.
#[derive(Debug, Default)]
pub(super) struct StartLog(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    since: Option<Instant>,
    lines: VecDeque<String>,
}

impl StartLog {
    /// The server is started now.
    pub(super) fn restart(&self) {
        *self.state() = State { since: Some(Instant::now()), ..State::default() };
    }

    /// Its process says this; once it has started, that is left out.
    pub(super) fn note(&self, line: String) {
        let mut state = self.state();
        if state.since.is_some() && !line.is_empty() {
            state.lines.push_back(line);
            let most = state.lines.len().saturating_sub(MOST_LINES);
            state.lines.drain(..most);
        }
    }

    /// It has started, or never will.
    pub(super) fn end(&self) {
        self.state().since = None;
    }

    /// How long the start takes so far; none where none is under way.
    pub(super) fn lasts(&self) -> Option<Duration> {
        self.state().since.map(|since| since.elapsed())
    }

    /// What its process said last while it was started, line by line.
    pub(super) fn last_words(&self) -> String {
        self.state().lines.make_contiguous().join("\n")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

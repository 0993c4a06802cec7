//! What a server says while calls are under way, and whom it concerns.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rmcp::model::ProgressToken;
use tokio::{sync::mpsc, time::Instant};

/// How much may wait to be told to one call; what comes beyond that is left out.
const MOST_WAITING: usize = 256;

/// Something that a server says besides its answers.
#[derive(Debug, Clone)]
pub(super) enum Notice {
    /// How far the call of that token is.
    Progress { token: ProgressToken, done: f64, total: Option<f64>, message: Option<String> },
    /// A line of its log.
    Log { level: String, message: String },
    /// It asks something back, in these words.
    Question(String),
}

/// Who may share a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sharing {
    /// The calls of one workspace.
    OneWorkspace,
    AllWorkspaces,
}

/// The calls of one connection that are under way.
#[derive(Debug)]
pub(super) struct Inbox {
    sharing: Sharing,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    is_closed: bool,
    /// A call was given up, and the server may still talk of it.
    has_strays: bool,
    next: u64,
    calls: BTreeMap<u64, mpsc::Sender<Notice>>,
    idle_since: Instant,
}

impl Inbox {
    pub(super) fn new(sharing: Sharing) -> Arc<Self> {
        let state = State {
            is_closed: false,
            has_strays: false,
            next: 0,
            calls: BTreeMap::new(),
            idle_since: Instant::now(),
        };
        Arc::new(Self { sharing, state: Mutex::new(state) })
    }

    /// A call begins; none where the connection takes no more.
    pub(super) fn open_call(self: &Arc<Self>) -> Option<Ticket> {
        let mut state = self.state();
        if state.is_closed {
            return None;
        }
        let number = state.next;
        state.next += 1;
        let (sender, notices) = mpsc::channel(MOST_WAITING);
        state.calls.insert(number, sender);
        drop(state);
        Some(Ticket { inbox: self.clone(), number, notices, is_answered: false })
    }

    /// Tells the calls that it concerns. Progress names its call; of anything else that is known only
    /// where there is one call and nobody else's, given up before, could be meant.
    pub(super) fn tell(&self, notice: &Notice) {
        let state = self.state();
        let names_its_call = matches!(notice, Notice::Progress { .. });
        let is_strays = state.has_strays && self.sharing == Sharing::AllWorkspaces;
        if names_its_call || state.calls.len() == 1 && !is_strays {
            for call in state.calls.values() {
                // Who does not keep up misses something that only tells.
                let _ = call.try_send(notice.clone());
            }
        }
    }

    /// Takes no more calls.
    pub(super) fn close(&self) {
        self.state().is_closed = true;
    }

    /// Since when no call is under way; none while there are some.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        let state = self.state();
        state.calls.is_empty().then_some(state.idle_since)
    }

    /// Takes no more calls, unless some are under way; says whether that is so.
    pub(super) fn close_if_idle(&self) -> bool {
        let mut state = self.state();
        state.is_closed |= state.calls.is_empty();
        state.is_closed
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state().is_closed
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that is under way, until it is dropped.
#[derive(Debug)]
pub(super) struct Ticket {
    inbox: Arc<Inbox>,
    number: u64,
    /// What the server says meanwhile.
    pub(super) notices: mpsc::Receiver<Notice>,
    is_answered: bool,
}

impl Ticket {
    /// The server has answered, and talks no more of this call.
    pub(super) fn answered(&mut self) {
        self.is_answered = true;
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut state = self.inbox.state();
        state.calls.remove(&self.number);
        state.has_strays |= !self.is_answered;
        state.idle_since = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn line() -> Notice {
        Notice::Log { level: "info".to_owned(), message: "Here".to_owned() }
    }

    #[test]
    fn rel_s13_a_line_of_the_log_reaches_nobody_whom_it_may_not_concern() {
        let inbox = Inbox::new(Sharing::AllWorkspaces);
        let mut first = inbox.open_call().unwrap();
        inbox.tell(&line());
        assert!(first.notices.try_recv().is_ok());

        let mut second = inbox.open_call().unwrap();
        inbox.tell(&line());
        assert!(first.notices.try_recv().is_err() && second.notices.try_recv().is_err());

        drop(first);
        inbox.tell(&line());
        assert!(second.notices.try_recv().is_err(), "the first was given up, and may be meant");
    }

    #[test]
    fn a_connection_that_is_closed_takes_no_call_and_one_with_a_call_is_not_idle() {
        let inbox = Inbox::new(Sharing::OneWorkspace);
        let mut call = inbox.open_call().unwrap();
        assert!(!inbox.close_if_idle() && inbox.idle_since().is_none());
        call.answered();
        drop(call);
        assert!(inbox.close_if_idle());
        assert!(inbox.open_call().is_none());
    }
}

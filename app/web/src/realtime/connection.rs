//! One stream a tab, on every page: news of the workspace, and either all of the execution that is
//! looked at or of the draft that is edited.
//! The connection is checked every two seconds; while nothing arrives, its users poll instead.
//!
//! Over HTTP/1.1 a browser opens six connections to a server, of all its tabs together, and a stream
//! holds one of them. So a hidden tab lets go of its stream at once, and of those that are shown only
//! the few that were looked at last have one (see [`Turns`]).

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo_timers::callback::{Interval, Timeout};
use leptos::{ev, prelude::*};
use model::{
    id::{ExecutionId, TemplateId},
    pages::{DraftNews, WorkspaceNews},
    stream::{StreamKind, StreamMessage},
};

use super::turns::Turns;
use crate::client::{
    events::{EventStream, SseMessage, StreamState},
    on_window, own_until_cleanup,
    signal::SetNew,
};

/// A page that goes and the next one that comes within this time open the stream once.
const SETTLE_MS: u32 = 10;
/// How often the connection is checked: the length of a tick.
const TICK_MS: u32 = 2_000;
/// After this many ticks without so much as a heartbeat, a proxy holds the stream back or there is
/// none.
const SILENT_TICKS: u32 = 2;
/// A silent stream is opened anew after each so many ticks.
const REOPEN_TICKS: u32 = 5;
/// A lost stream is reported to the person after this time: most come back before.
const OFFLINE_NOTICE_MS: u32 = 5_000;

/// Whether news arrive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ConnectionState {
    /// The stream is being opened for the first time; nothing has arrived yet.
    #[default]
    Connecting,
    /// The last message or heartbeat is at most a few seconds old.
    Live,
    /// The stream is closed or silent; it is opened anew from time to time.
    Lost,
    /// The tab is hidden, or other tabs were looked at since: its stream is closed until a person
    /// comes back to it.
    Suspended,
}

/// The page of one execution, as the connection sees it.
#[derive(Clone, Copy)]
pub struct ExecutionSubscriber {
    /// The execution whose events and texts are sent.
    pub execution: ExecutionId,
    /// The number of the last event that the page has; those after it are sent first.
    pub last: Callback<(), i64>,
    /// Takes an event, text, or that something else is different.
    pub take: Callback<StreamMessage>,
}

/// The editor of one template, as the connection sees it.
#[derive(Clone, Copy)]
pub struct DraftSubscriber {
    /// The template whose draft is edited.
    pub template: TemplateId,
    /// Takes how its draft stands, and who else has it open.
    pub take: Callback<DraftNews>,
}

/// The tab's stream; pages below the frame get it with [`use_connection`].
#[derive(Clone, Copy)]
pub struct StreamConnection {
    /// Whether news arrive.
    pub state: RwSignal<ConnectionState>,
    /// Whether it has been lost for so long that the person should know.
    pub cut_off: RwSignal<bool>,
    /// The latest news of the workspace.
    pub news: RwSignal<Option<WorkspaceNews>>,
    /// How many ticks of two seconds have passed; wraps around.
    pub poll_ticks: RwSignal<u32>,
    execution: RwSignal<Option<ExecutionSubscriber>>,
    draft: RwSignal<Option<DraftSubscriber>>,
}

impl StreamConnection {
    /// Receives everything of an execution from now on, instead of the one before.
    pub fn subscribe_execution(self, subscriber: ExecutionSubscriber) {
        self.execution.set(Some(subscriber));
    }

    /// Ends the subscription to this execution; one to another execution stays.
    pub fn unsubscribe_execution(self, execution: ExecutionId) {
        clear(self.execution, |known| known.execution == execution);
    }

    /// Counts as one of the template's editors from now on, and receives news of its draft.
    pub fn subscribe_draft(self, subscriber: DraftSubscriber) {
        self.draft.set(Some(subscriber));
    }

    /// Ends the subscription to this template's draft; one to another draft stays.
    pub fn unsubscribe_draft(self, template: TemplateId) {
        clear(self.draft, |known| known.template == template);
    }

    /// Whether those who see the page need it to ask for news, because no stream brings them.
    pub fn is_polled(self) -> bool {
        match self.state.get_untracked() {
            ConnectionState::Connecting | ConnectionState::Live => false,
            ConnectionState::Lost => true,
            ConnectionState::Suspended => !document().hidden(),
        }
    }

    /// Hands news to whoever follows them, however they came.
    pub fn publish(self, news: WorkspaceNews) {
        self.news.try_set(Some(news));
    }

    fn dispatch(self, message: &SseMessage) {
        self.state.set_new(ConnectionState::Live);
        let SseMessage { name, last_event_id, data } = message;
        match StreamMessage::from_sse(name, last_event_id, data) {
            Some(StreamMessage::Workspace { news }) => self.publish(*news),
            Some(StreamMessage::Draft { news }) => {
                if let Some(Some(subscriber)) = self.draft.try_get_untracked() {
                    subscriber.take.try_run(news);
                }
            }
            Some(
                message @ (StreamMessage::Event { .. }
                | StreamMessage::Text { .. }
                | StreamMessage::Beside { .. }),
            ) => {
                if let Some(Some(subscriber)) = self.execution.try_get_untracked() {
                    subscriber.take.try_run(message);
                }
            }
            Some(StreamMessage::Beat) | None => {}
        }
    }

    /// The stream's address. It asks for every event that the page does not have, because its log
    /// shows them all.
    fn url(self) -> String {
        let mut url = "/api/v1/stream?workspace=true".to_owned();
        if let Some(subscriber) = self.draft.get_untracked() {
            url.push_str(&format!("&editing={}", subscriber.template));
        }
        match self.execution.get_untracked() {
            Some(subscriber) => {
                let (id, last) = (subscriber.execution, subscriber.last.run(()));
                format!("{url}&executions={id}&after={id}:{last}")
            }
            None => url,
        }
    }
}

/// Ends a subscription, if it is the one that is meant.
fn clear<S: Send + Sync + 'static>(subscriber: RwSignal<Option<S>>, is_meant: impl Fn(&S) -> bool) {
    if subscriber.try_with_untracked(|known| known.as_ref().is_some_and(is_meant)) == Some(true) {
        subscriber.try_set(None);
    }
}

/// Opens the stream for everything below, in the browser; on the server it stays closed.
pub fn provide_connection() {
    let connection = StreamConnection {
        state: RwSignal::new(ConnectionState::default()),
        cut_off: RwSignal::new(false),
        news: RwSignal::new(None),
        poll_ticks: RwSignal::new(0),
        execution: RwSignal::new(None),
        draft: RwSignal::new(None),
    };
    provide_context(connection);
    Effect::new(move |_: Option<()>| {
        let supervisor = Rc::new(StreamSupervisor::new(connection));
        let opener = Rc::clone(&supervisor);
        Effect::new(move || {
            connection.execution.track();
            connection.draft.track();
            StreamSupervisor::open_soon(&opener);
        });
        let notifier = Rc::clone(&supervisor);
        Effect::new(move || notifier.schedule_offline_notice(connection.state.get()));
        let ticker = Rc::clone(&supervisor);
        own_until_cleanup(Interval::new(TICK_MS, move || ticker.tick()));
        StreamSupervisor::take_turns(&supervisor);
    });
}

/// The tab's stream; none outside a workspace's frame.
pub fn use_connection() -> Option<StreamConnection> {
    use_context()
}

/// How long to wait before a stream that has just been lost is reported, in milliseconds; the time
/// of `silent` ticks has passed already.
const fn offline_notice_delay_ms(silent: u32) -> u32 {
    match silent {
        0..SILENT_TICKS => OFFLINE_NOTICE_MS,
        ticks => OFFLINE_NOTICE_MS.saturating_sub(ticks.saturating_mul(TICK_MS)),
    }
}

/// Opens the browser's event stream, watches whether it is silent, and opens it anew.
struct StreamSupervisor {
    connection: StreamConnection,
    stream: RefCell<Option<EventStream>>,
    opening: RefCell<Option<Timeout>>,
    /// Whether anything came since the last tick.
    heard: Rc<Cell<bool>>,
    /// Ticks since anything came.
    silent: Cell<u32>,
    /// Which tabs of the browser have a stream.
    turns: Turns,
}

impl StreamSupervisor {
    fn new(connection: StreamConnection) -> Self {
        Self {
            connection,
            stream: RefCell::default(),
            opening: RefCell::default(),
            heard: Rc::default(),
            silent: Cell::default(),
            turns: Turns::default(),
        }
    }

    /// Closes the stream while the tab is hidden or it is the turn of others, and opens it when a
    /// person comes back to the tab.
    fn take_turns(supervisor: &Rc<Self>) {
        let full = Rc::downgrade(supervisor);
        supervisor.turns.follow(move || {
            if let Some(supervisor) = full.upgrade() {
                supervisor.suspend();
            }
        });
        for name in ["visibilitychange", "focus", "pointerdown", "keydown"] {
            let supervisor = Rc::clone(supervisor);
            on_window(ev::Custom::<ev::Event>::new(name), move |_| {
                if document().hidden() { supervisor.suspend() } else { supervisor.resume() }
            });
        }
    }

    fn open_soon(supervisor: &Rc<Self>) {
        let soon = Rc::downgrade(supervisor);
        let timeout = Timeout::new(SETTLE_MS, move || {
            if let Some(supervisor) = soon.upgrade() {
                supervisor.open();
            }
        });
        supervisor.opening.replace(Some(timeout));
    }

    fn open(&self) {
        if document().hidden() {
            self.suspend();
            return;
        }
        let (connection, heard) = (self.connection, Rc::clone(&self.heard));
        // The old one is closed first: a session has only so many.
        self.stream.replace(None);
        self.turns.take();
        let names = StreamKind::ALL.map(StreamKind::as_str);
        let stream = EventStream::open(&connection.url(), &names, move |message| {
            heard.set(true);
            connection.dispatch(&message);
        });
        let stream = stream.map(|stream| {
            stream.on_state(move |state| {
                // Open or not, nothing is known to come through before something has.
                if state != StreamState::Open {
                    connection.state.set_new(ConnectionState::Lost);
                }
            })
        });
        self.stream.replace(stream);
    }

    fn tick(&self) {
        let connection = self.connection;
        if document().hidden() {
            self.suspend();
        }
        if connection.state.try_get_untracked() != Some(ConnectionState::Suspended) {
            let silent = if self.heard.take() { 0 } else { self.silent.get() + 1 };
            self.silent.set(silent);
            if self.is_closed() || silent >= SILENT_TICKS {
                connection.state.set_new(ConnectionState::Lost);
            }
            if silent > 0 && silent.is_multiple_of(REOPEN_TICKS) {
                self.open();
            }
        }
        connection.poll_ticks.try_update(|ticks| *ticks = ticks.wrapping_add(1));
    }

    /// Must run in an effect of its own: its next run cancels the timer of the last one.
    fn schedule_offline_notice(&self, state: ConnectionState) {
        let cut_off = self.connection.cut_off;
        cut_off.set(false);
        if state == ConnectionState::Lost {
            // The count of a silence that has just been broken stands until the next tick.
            let silent = if self.heard.get() { 0 } else { self.silent.get() };
            own_until_cleanup(Timeout::new(offline_notice_delay_ms(silent), move || {
                cut_off.try_set(true);
            }));
        }
    }

    fn is_closed(&self) -> bool {
        let stream = self.stream.borrow();
        stream.as_ref().is_none_or(|stream| stream.state() == StreamState::Closed)
    }

    /// Lets go of the stream: the browser has another use for its connection.
    fn suspend(&self) {
        if self.stream.replace(None).is_some() {
            self.turns.give_back();
        }
        self.connection.state.set_new(ConnectionState::Suspended);
    }

    /// Opens the stream again where it was let go of.
    fn resume(&self) {
        if self.connection.state.try_get_untracked() == Some(ConnectionState::Suspended) {
            self.silent.set(0);
            // Nothing has come through yet.
            self.connection.state.set_new(ConnectionState::Lost);
            self.open();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_of_a_lost_stream_within_five_seconds() {
        assert_eq!(offline_notice_delay_ms(0), 5_000);
        assert_eq!(offline_notice_delay_ms(SILENT_TICKS - 1), 5_000, "one silent tick says little");
        assert_eq!(offline_notice_delay_ms(SILENT_TICKS), 1_000, "four seconds were silent");
        assert_eq!(offline_notice_delay_ms(u32::MAX), 0);
    }
}

//! Server-sent events: named, numbered, reconnected by the browser, closed on drop.

use web_sys::{Event, EventSource, MessageEvent};

use super::Listener;

/// One server-sent event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SseMessage {
    /// The name of the event it was listened for under.
    pub name: &'static str,
    /// The id the server gave; the browser sends the last one back when it reconnects.
    pub last_event_id: String,
    /// The text of the message.
    pub data: String,
}

/// The state of the connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StreamState {
    /// Connecting for the first time, or again by itself after a break.
    #[default]
    Connecting,
    /// Connected: messages arrive as the server sends them.
    Open,
    /// The server refused the connection; the browser does not try again.
    Closed,
}

/// An open stream; dropping it closes the connection and releases the listeners.
pub struct EventStream {
    source: EventSource,
    _messages: Vec<Listener<MessageEvent>>,
    states: Vec<Listener<Event>>,
}

impl EventStream {
    /// Opens `url` (same origin, with the session's cookie); nothing when the browser refuses it.
    ///
    /// `names` are the event names to listen for (`message` for unnamed ones).
    pub fn open(
        url: &str,
        names: &[&'static str],
        report: impl Fn(SseMessage) + Clone + 'static,
    ) -> Option<Self> {
        let source = EventSource::new(url).ok()?;
        let listen = |name: &&'static str| {
            let (name, report) = (*name, report.clone());
            Listener::open(&source, name, move |event: MessageEvent| {
                let Some(data) = event.data().as_string() else { return };
                report(SseMessage { name, last_event_id: event.last_event_id(), data });
            })
        };
        let messages = names.iter().map(listen).collect::<Option<_>>()?;
        Some(Self { source, _messages: messages, states: vec![] })
    }

    /// Reports each change of the connection's state.
    #[must_use]
    pub fn on_state(mut self, report: impl Fn(StreamState) + Clone + 'static) -> Self {
        for name in ["open", "error"] {
            let (source, report) = (self.source.clone(), report.clone());
            let listener = Listener::open(&self.source, name, move |_| report(state_of(&source)));
            self.states.extend(listener);
        }
        self
    }

    /// The state of the connection now.
    pub fn state(&self) -> StreamState {
        state_of(&self.source)
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.source.close();
    }
}

fn state_of(source: &EventSource) -> StreamState {
    match source.ready_state() {
        EventSource::OPEN => StreamState::Open,
        EventSource::CLOSED => StreamState::Closed,
        _ => StreamState::Connecting,
    }
}

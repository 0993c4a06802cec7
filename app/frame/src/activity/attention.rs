//! How much waits for the person and is under way, wherever they are in the workspace.

use api::overview::load_attention;
use leptos::{ev, prelude::*, task::spawn_local};
use model::{
    id::WorkspaceId,
    pages::{self, WorkspaceNews},
    preferences::NoticeKind,
};
use ui::failure::Offline;
use web::{
    client::{on_window, signal::SetNew},
    realtime::{self, ConnectionState, StreamConnection, use_connection},
};

use super::notify::{Announcer, Desired};

/// While the stream brings nothing, or the server could not be reached, the counts are polled at
/// each so many ticks of the connection.
const POLL_EVERY_TICKS: u32 = 2;

/// The counts; pages below the frame get them with [`use_attention`].
#[derive(Clone, Copy)]
pub struct Attention {
    /// Decisions and calls that wait for the person's word; 0 until it is known.
    pub waiting: RwSignal<usize>,
    /// Executions that are not over; 0 until it is known.
    pub active: RwSignal<usize>,
    /// Comments that name the person and that they have not seen; 0 until it is known.
    pub mentions: RwSignal<usize>,
    /// Whether the database's disk is full, so that nothing goes on.
    pub without_room: RwSignal<bool>,
    /// Whether the server could not be reached when it was last asked.
    pub away: Offline,
    /// Whether the person wants to hear of it.
    pub desired: Desired,
    announcer: Announcer,
}

impl Attention {
    /// Polls in place of the stream, for every list that follows the news.
    fn poll(self, connection: StreamConnection) {
        spawn_local(async move {
            let answer = load_attention().await;
            self.away.tell(answer.as_ref().err().map(|error| &error.0));
            if let Ok(now) = answer {
                connection.publish(WorkspaceNews { executions: vec![], attention: Some(now) });
            }
        });
    }

    fn take(self, now: &pages::Attention) {
        self.away.tell(None);
        let count = |count: i64| usize::try_from(count).unwrap_or(0);
        self.active.set_new(count(now.active));
        self.waiting.set_new(count(now.waiting));
        self.mentions.set_new(count(now.mentions));
        self.without_room.set_new(now.without_room);
        self.announcer.hear(now);
    }
}

/// Keeps the counts for everything below, and tells news of the kinds that the person wants.
pub fn provide_attention(workspace: WorkspaceId, wants: Callback<NoticeKind, bool>) -> Attention {
    let desired = Desired::new();
    let attention = Attention {
        waiting: RwSignal::new(0),
        away: Offline(RwSignal::new(false)),
        active: RwSignal::new(0),
        mentions: RwSignal::new(0),
        without_room: RwSignal::new(false),
        desired,
        announcer: Announcer::new(workspace, desired, wants),
    };
    provide_context(attention);
    Effect::new(move || desired.recall());
    realtime::follow(move |news| {
        if let Some(now) = &news.attention {
            attention.take(now);
        }
    });
    if let Some(connection) = use_connection() {
        Effect::new(move |_: Option<()>| {
            let ticks = connection.poll_ticks.get();
            let polls = match connection.state.get_untracked() {
                ConnectionState::Connecting | ConnectionState::Live => {
                    attention.away.0.get_untracked()
                }
                ConnectionState::Lost | ConnectionState::Suspended => {
                    connection.is_polled() || desired.is_on()
                }
            };
            if polls && ticks.is_multiple_of(POLL_EVERY_TICKS) {
                attention.poll(connection);
            }
        });
        // A stream that is open says for a while that all is well, and a browser without network may
        // still reach a server of its own machine: only the server's answer tells.
        Effect::new(move || {
            on_window(ev::offline, move |_| attention.poll(connection));
            on_window(ev::online, move |_| attention.poll(connection));
        });
    }
    Effect::new(move || {
        on_window(ev::focus, move |_| attention.announcer.mark_seen());
    });
    attention
}

/// The counts; none outside a workspace's frame.
pub fn use_attention() -> Option<Attention> {
    use_context()
}

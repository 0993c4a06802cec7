//! How much waits for the person and is under way, wherever they are in the workspace.

use leptos::{ev, leptos_dom::helpers::WindowListenerHandle, prelude::*, task::spawn_local};
use model::{
    id::WorkspaceId,
    pages::{self, WorkspaceNews},
};

use super::notify::{Announcer, Desired};
use crate::{
    api::overview::load_attention,
    client::signal::SetNew,
    live::{self, Line, Link, use_line},
    ui::failure::Away,
};

/// While the line brings nothing, or something else did not come, it is asked for at each so many looks
/// after the line.
const LOOKS: u32 = 2;

/// The counts; pages below the frame get them with [`use_attention`].
#[derive(Clone, Copy)]
pub struct Attention {
    /// Decisions and calls that wait for the person's word; 0 until it is known.
    pub waiting: RwSignal<usize>,
    /// Executions that are not over; 0 until it is known.
    pub active: RwSignal<usize>,
    /// Whether the database's disk is full, so that nothing goes on.
    pub without_room: RwSignal<bool>,
    /// Whether the server could not be reached when it was last asked.
    pub away: Away,
    /// Whether the person wants to hear of it.
    pub desired: Desired,
    announcer: Announcer,
}

impl Attention {
    /// Asks instead of the line, for every list that follows the news.
    fn ask(self, line: Line) {
        spawn_local(async move {
            let answer = load_attention().await;
            self.away.tell(answer.as_ref().err());
            if let Ok(now) = answer {
                line.tell(WorkspaceNews { executions: vec![], attention: Some(now) });
            }
        });
    }

    fn take(self, now: &pages::Attention) {
        self.away.tell(None);
        let count = |count: i64| usize::try_from(count).unwrap_or(0);
        self.active.set_new(count(now.active));
        self.waiting.set_new(count(now.waiting));
        self.without_room.set_new(now.without_room);
        self.announcer.hear(now);
    }
}

/// Keeps the counts for everything below.
pub fn provide_attention(workspace: WorkspaceId) -> Attention {
    let desired = Desired::new();
    let attention = Attention {
        waiting: RwSignal::new(0),
        away: Away(RwSignal::new(false)),
        active: RwSignal::new(0),
        without_room: RwSignal::new(false),
        desired,
        announcer: Announcer::new(workspace, desired),
    };
    provide_context(attention);
    Effect::new(move || desired.recall());
    live::follow(move |news| {
        if let Some(now) = &news.attention {
            attention.take(now);
        }
    });
    if let Some(line) = use_line() {
        Effect::new(move |_: Option<()>| {
            let looks = line.looks.get();
            let asks = match line.link.get_untracked() {
                Link::Opening | Link::Live => attention.away.0.get_untracked(),
                Link::Lost => true,
                Link::Resting => desired.is_on(),
            };
            if asks && looks.is_multiple_of(LOOKS) {
                attention.ask(line);
            }
        });
        // A stream that is open says for a while that all is well, and a browser without network may
        // still reach a server of its own machine: only the server's answer tells.
        Effect::new(move || {
            let lost = window_event_listener(ev::offline, move |_| attention.ask(line));
            let found = window_event_listener(ev::online, move |_| attention.ask(line));
            on_cleanup(move || [lost, found].into_iter().for_each(WindowListenerHandle::remove));
        });
    }
    Effect::new(move || {
        let looked_at = window_event_listener(ev::focus, move |_| attention.announcer.seen());
        on_cleanup(move || looked_at.remove());
    });
    attention
}

/// The counts; none outside a workspace's frame.
pub fn use_attention() -> Option<Attention> {
    use_context()
}

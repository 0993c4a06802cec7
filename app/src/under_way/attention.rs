//! How much waits for the person and is under way, wherever they are in the workspace.

use gloo_timers::callback::Interval;
use leptos::{ev, prelude::*, task::spawn_local};
use model::{id::WorkspaceId, pages, problem::ProblemKind, time::Timestamp};

use super::notify::{Announcer, Desired};
use crate::{api::overview::load_attention, client::keep};

/// How often it is asked while the page is looked at, or news of it are wanted.
const EVERY_MS: u32 = 5_000;

/// The counts; pages below the frame get them with [`use_attention`].
#[derive(Clone, Copy)]
pub struct Attention {
    /// Decisions and calls that wait for the person's word; 0 until it is known.
    pub waiting: RwSignal<usize>,
    /// When the latest review that is open was opened; none until it is known.
    pub latest_review: RwSignal<Option<Timestamp>>,
    /// Executions that are not over; 0 until it is known.
    pub active: RwSignal<usize>,
    /// Whether the server could not be reached when it was last asked.
    pub away: RwSignal<bool>,
    /// Whether the person wants to hear of it.
    pub desired: Desired,
    announcer: Announcer,
}

impl Attention {
    /// Asks anew; what cannot be loaded leaves the last counts.
    pub fn refresh(self) {
        spawn_local(async move {
            let answer = load_attention().await;
            let kind = answer.as_ref().err().map(|error| error.0.kind);
            set(self.away, kind == Some(ProblemKind::Unavailable));
            if let Ok(now) = answer {
                self.take(&now);
            }
        });
    }

    fn take(self, now: &pages::Attention) {
        let count = |count: i64| usize::try_from(count).unwrap_or(0);
        set(self.active, count(now.active));
        set(self.waiting, count(now.waiting));
        set(self.latest_review, now.latest_review);
        self.announcer.hear(now);
    }
}

/// Wakes who follows a signal only when it has changed.
fn set<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, now: T) {
    signal.try_maybe_update(|known| {
        let changed = *known != now;
        *known = now;
        (changed, ())
    });
}

/// Keeps the counts for everything below.
pub fn provide_attention(workspace: WorkspaceId) -> Attention {
    let desired = Desired::new();
    let attention = Attention {
        waiting: RwSignal::new(0),
        latest_review: RwSignal::new(None),
        away: RwSignal::new(false),
        active: RwSignal::new(0),
        desired,
        announcer: Announcer::new(workspace, desired),
    };
    provide_context(attention);
    Effect::new(move || {
        desired.recall();
        attention.refresh();
        keep(Interval::new(EVERY_MS, move || {
            if !document().hidden() || desired.is_on() {
                attention.refresh();
            }
        }));
    });
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

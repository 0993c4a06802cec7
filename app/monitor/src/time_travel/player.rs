//! What the slider does: goes to moments, and plays from one to the next.

use api::executions::load_events;
use gloo_timers::callback::Interval;
use leptos::{prelude::*, task::spawn_local};
use model::{execution::past::Past, time::Timestamp};
use web::client::{clock::now, own_until_cleanup};

use crate::store::ExecutionStore;

/// How often the picture changes while it plays.
const FRAME_MS: u32 = 50;

/// Goes through the past of an execution.
#[derive(Clone, Copy)]
pub struct Player {
    store: ExecutionStore,
    past: StoredValue<Past>,
    /// How much faster than it went it is played.
    pub speed: RwSignal<u32>,
    /// Whether it is being played.
    pub playing: RwSignal<bool>,
    /// Whether its events could not be loaded.
    pub failed: RwSignal<bool>,
}

/// Goes through the past of this execution, for everything below the page; nothing is loaded before
/// it is used.
pub fn provide_player(store: ExecutionStore) -> Player {
    let player = Player::new(store);
    provide_context(player);
    player
}

/// What goes through the past; none off the page of an execution.
pub fn use_player() -> Option<Player> {
    use_context()
}

impl Player {
    fn new(store: ExecutionStore) -> Self {
        let player = Self {
            store,
            past: StoredValue::new(Past::default()),
            speed: RwSignal::new(1),
            playing: RwSignal::new(false),
            failed: RwSignal::new(false),
        };
        Effect::new(move || {
            if player.playing.get() {
                let mut last = now();
                own_until_cleanup(Interval::new(FRAME_MS, move || {
                    let before = std::mem::replace(&mut last, now());
                    player.advance(last.ms_since(before));
                }));
            }
        });
        player
    }

    /// Shows the moment so many milliseconds after the launch; the present if it is not past.
    pub fn go_to(self, after_launch: u64) {
        self.when_loaded(move |player| player.show(player.moment(after_launch)));
    }

    /// Shows how it stood when something had happened.
    pub fn show_event(self, at: Timestamp) {
        self.playing.set(false);
        self.when_loaded(move |player| player.show(at));
    }

    /// Shows the moment at which something happened after or before the one that is shown.
    pub fn step(self, forward: bool) {
        self.playing.set(false);
        self.when_loaded(move |player| {
            // The end is the present: what lies before it is no part of it.
            let shown = player.store.shown_at.get_untracked().or(player.end_of_execution());
            let at = shown.unwrap_or(Timestamp(i64::MAX));
            let next = player.past.with_value(|past| {
                if forward { past.moment_after(at) } else { past.moment_before(at) }
            });
            match next {
                Some(next) => player.show(next),
                None if forward => player.store.show_present(),
                None => {}
            }
        });
    }

    /// Plays on from the moment that is shown; from the beginning when it is the present.
    pub fn play(self) {
        self.when_loaded(|player| {
            if player.store.shown_at.get_untracked().is_none() {
                player.show(player.moment(0));
            }
            player.playing.set(true);
        });
    }

    /// Shows the present again.
    pub fn end(self) {
        self.playing.set(false);
        self.store.show_present();
    }

    fn advance(self, ms: u64) {
        let (shown, speed) =
            (self.store.shown_at.try_get_untracked(), self.speed.try_get_untracked());
        if let Some((at, speed)) = shown.flatten().zip(speed) {
            self.show(later(at, ms.saturating_mul(u64::from(speed))));
        }
    }

    fn moment(self, after_launch: u64) -> Timestamp {
        later(self.store.view.with_untracked(|view| view.launched_at), after_launch)
    }

    fn show(self, moment: Timestamp) {
        self.follow();
        if moment >= self.end_of_execution().unwrap_or_else(|| self.store.database_time(now())) {
            return self.end();
        }
        self.past.try_with_value(|past| {
            self.store.show_past(moment, |view| _ = past.show(view, moment));
        });
    }

    fn end_of_execution(self) -> Option<Timestamp> {
        self.store.look_at_present(|view| view.ended_at).flatten()
    }

    /// Takes in what has arrived.
    fn follow(self) {
        self.store.log.with_untracked(|log| {
            self.past.try_update_value(|past| past.extend(log.events_after(past.last_seq())));
        });
    }

    fn is_whole(self) -> Option<bool> {
        let seq = self.store.look_at_present(|view| view.seq)?;
        Some(self.past.try_with_value(Past::last_seq)? >= seq)
    }

    /// Loads what the stream has not brought, then goes on.
    fn when_loaded(self, then: impl FnOnce(Self) + 'static) {
        self.follow();
        if self.is_whole() == Some(true) {
            return then(self);
        }
        spawn_local(async move {
            while self.is_whole() == Some(false) {
                let known = self.past.with_value(Past::last_seq);
                let loaded = load_events(self.store.id(), known).await.unwrap_or_default();
                if self.failed.try_set(loaded.is_empty()).is_some() || loaded.is_empty() {
                    return;
                }
                self.store.keep(&loaded);
                self.follow();
            }
            if self.is_whole() == Some(true) {
                then(self);
            }
        });
    }
}

fn later(at: Timestamp, ms: u64) -> Timestamp {
    Timestamp(at.0.saturating_add(i64::try_from(ms).unwrap_or(i64::MAX)))
}

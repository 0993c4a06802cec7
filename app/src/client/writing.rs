//! What follows while something on a page is being written, and when the page goes.

use gloo_timers::callback::Timeout;
use leptos::{ev, prelude::*};

use super::keep;

/// Sends what waits when its time has come, or at once when a field or the window is left or the
/// connection is back; and what is left of it when the page goes out of sight, and perhaps away.
pub fn follow(
    wait: RwSignal<Option<u32>>,
    flush: impl Fn() + Copy + Send + Sync + 'static,
    leave: impl Fn() + Copy + Send + Sync + 'static,
) {
    Effect::new(move || keep(wait.get().map(|wait| Timeout::new(wait, flush))));
    Effect::new(move || {
        let online = window_event_listener(ev::online, move |_| flush());
        let left = window_event_listener(ev::blur, move |_| flush());
        // In its turn: what goes with the page loses the focus while the page is taken apart.
        let written = window_event_listener(ev::focusout, move |_| {
            wait.try_set(Some(0));
        });
        let hidden = window_event_listener_untyped("visibilitychange", move |_| {
            if document().hidden() {
                leave();
            }
        });
        let gone = window_event_listener_untyped("pagehide", move |_| leave());
        on_cleanup(move || {
            online.remove();
            left.remove();
            written.remove();
            hidden.remove();
            gone.remove();
        });
    });
}

/// Calls `then` whenever the count has risen.
pub fn on_rise(count: RwSignal<u32>, then: impl Fn() + 'static) {
    Effect::new(move |before: Option<u32>| {
        let now = count.get();
        if before.is_some_and(|before| before < now) {
            then();
        }
        now
    });
}

//! The moments at which a page saves by itself what is being written.

use gloo_timers::callback::Timeout;
use leptos::{ev, prelude::*};

use super::own_until_cleanup;

/// Calls `flush` `wait` milliseconds after `wait` was set, and at once when a field or the window
/// loses the focus or the browser is online again. Calls `leave` when the page is hidden, or left
/// for good: it may be the last call.
pub fn watch(
    wait: RwSignal<Option<u32>>,
    flush: impl Fn() + Copy + Send + Sync + 'static,
    leave: impl Fn() + Copy + Send + Sync + 'static,
) {
    Effect::new(move || own_until_cleanup(wait.get().map(|wait| Timeout::new(wait, flush))));
    Effect::new(move || {
        let online = window_event_listener(ev::online, move |_| flush());
        let left = window_event_listener(ev::blur, move |_| flush());
        // Not now but as soon as possible: a field that is taken from the page loses the focus too,
        // in the midst of the page being changed.
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

/// Calls `then` whenever `count` has risen; a count that falls is ignored.
pub fn on_rise(count: RwSignal<u32>, then: impl Fn() + 'static) {
    Effect::new(move |before: Option<u32>| {
        let now = count.get();
        if before.is_some_and(|before| before < now) {
            then();
        }
        now
    });
}

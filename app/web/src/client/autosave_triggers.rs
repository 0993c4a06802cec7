//! The moments at which a page saves by itself what is being written.

use gloo_timers::callback::Timeout;
use leptos::{ev, prelude::*};

use super::{on_window, own_until_cleanup};

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
        on_window(ev::online, move |_| flush());
        on_window(ev::blur, move |_| flush());
        // Not now but as soon as possible: a field that is taken from the page loses the focus too,
        // in the midst of the page being changed.
        on_window(ev::focusout, move |_| {
            wait.try_set(Some(0));
        });
        on_window(ev::Custom::<ev::Event>::new("visibilitychange"), move |_| {
            if document().hidden() {
                leave();
            }
        });
        on_window(ev::Custom::<ev::Event>::new("pagehide"), move |_| leave());
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

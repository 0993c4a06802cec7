//! The browser's clock as a signal.

use gloo_timers::callback::Interval;
use leptos::prelude::*;
use model::time::Timestamp;
use web_sys::js_sys::Date;

use super::own_until_cleanup;

/// The present by the browser's clock.
pub fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit in 53 bits")]
    Timestamp(Date::now() as i64)
}

/// The present by the browser's clock, in milliseconds since 1970.
pub fn now_ms() -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit in 53 bits")]
    let now = now().0 as f64;
    now
}

/// The present, renewed every `every_ms`; none on the server and until the page is hydrated, so
/// that both render the same first view.
pub fn use_now(every_ms: u32) -> Signal<Option<Timestamp>> {
    let current = RwSignal::new(None);
    Effect::new(move || {
        current.set(Some(now()));
        own_until_cleanup(Interval::new(every_ms, move || {
            current.try_set(Some(now()));
        }));
    });
    current.into()
}

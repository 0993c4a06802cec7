//! The browser's clock as a signal.

use gloo_timers::callback::Interval;
use leptos::prelude::*;
use model::time::Timestamp;
use wasm_bindgen::JsValue;
use web_sys::js_sys::Date;

use super::{hydration_flag::use_hydrated, own_until_cleanup};

const MINUTE_MS: i64 = 60_000;

/// By which clock a page writes instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// UTC: on the server, which does not know where the reader is, and in the first view in the
    /// browser, which has to be the same.
    Utc,
    /// The zone of the browser. Only a hydrated page has it.
    Local,
}

impl Zone {
    /// The instant whose UTC clock shows what the clock of this zone shows at `at`.
    #[must_use]
    pub fn shift(self, at: Timestamp) -> Timestamp {
        Timestamp(at.0.saturating_add(self.minutes_ahead(at) * MINUTE_MS))
    }

    /// The instant at which the clock of this zone shows what the UTC clock shows at `clock`.
    #[must_use]
    pub fn unshift(self, clock: Timestamp) -> Timestamp {
        let back = |at| Timestamp(clock.0.saturating_sub(self.minutes_ahead(at) * MINUTE_MS));
        // The first is near enough to know whether it is summer time.
        back(back(clock))
    }

    /// How far the clock of this zone is ahead of UTC at an instant, in minutes; summer time counts.
    #[must_use]
    pub fn minutes_ahead(self, at: Timestamp) -> i64 {
        match self {
            Self::Utc => 0,
            Self::Local => {
                #[expect(clippy::cast_precision_loss, reason = "1970 to 9999 fits in 53 bits")]
                let behind = Date::new(&JsValue::from_f64(at.0 as f64)).get_timezone_offset();
                #[expect(clippy::cast_possible_truncation, reason = "zones are a day wide at most")]
                let behind = behind as i64;
                -behind
            }
        }
    }
}

/// The reader's own zone once this part of the page is hydrated, so that the server and the browser
/// render the same first view.
pub fn use_zone() -> Signal<Zone> {
    let hydrated = use_hydrated();
    Signal::derive(move || if hydrated.get() { Zone::Local } else { Zone::Utc })
}

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

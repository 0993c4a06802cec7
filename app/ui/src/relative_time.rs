//! Instants that read well and survive hydration.

use leptos::prelude::*;
use model::time::Timestamp;
use web::client::clock::{Zone, use_now, use_zone};

use super::format;

/// An instant: UTC in the server's page, "5 min ago" once it is hydrated; on hover exact, by the
/// reader's own clock and in UTC.
#[component]
pub fn RelativeTime(
    /// The instant that is shown.
    #[prop(into)]
    at: Signal<Timestamp>,
) -> impl IntoView {
    let (now, zone) = (use_now(30_000), use_zone());
    let words = move || match now.get() {
        Some(now) => format::ago(at.get(), now, zone.get()),
        None => format::minute(at.get(), zone.get()),
    };
    view! {
        <time
            class="num"
            translate="no"
            datetime=move || format::iso(at.get())
            title=move || format::minute_and_utc(at.get(), zone.get())
        >
            {words}
        </time>
    }
    .into_any()
}

/// Day and minute by the reader's own clock, in UTC on hover; in the server's page in UTC.
#[component]
pub fn LocalTime(
    /// The instant that is shown.
    #[prop(into)]
    at: Signal<Timestamp>,
) -> impl IntoView {
    let zone = use_zone();
    view! {
        <time
            class="num"
            translate="no"
            datetime=move || format::iso(at.get())
            title=move || format::minute(at.get(), Zone::Utc)
        >
            {move || format::minute(at.get(), zone.get())}
        </time>
    }
    .into_any()
}

/// The time since `from` as a running clock; `–` in the server's page.
#[component]
pub fn Elapsed(
    /// When it began.
    #[prop(into)]
    from: Signal<Timestamp>,
) -> impl IntoView {
    let now = use_now(1_000);
    let words = move || match now.get() {
        Some(now) => format::clock(now.ms_since(from.get())),
        None => "–".to_owned(),
    };
    view! {
        <span class="num" translate="no">
            {words}
        </span>
    }
}

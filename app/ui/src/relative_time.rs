//! Instants that read well and survive hydration.

use leptos::prelude::*;
use model::time::Timestamp;
use web::client::clock::use_now;

use super::format;

/// An instant: UTC in the server's page, "5 min ago" once it is hydrated, exact on hover.
#[component]
pub fn RelativeTime(
    /// The instant that is shown.
    #[prop(into)]
    at: Signal<Timestamp>,
) -> impl IntoView {
    let now = use_now(30_000);
    let words = move || match now.get() {
        Some(now) => format::ago(at.get(), now),
        None => format::minute(at.get()),
    };
    view! {
        <time
            class="num"
            datetime=move || format::iso(at.get())
            title=move || format::minute(at.get())
        >
            {words}
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
    view! { <span class="num">{words}</span> }
}

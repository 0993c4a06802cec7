//! The head of an entry of the inbox or of the history.

use leptos::prelude::*;
use model::time::Timestamp;
use ui::relative_time::RelativeTime;

/// Of which execution and step it is, and when it happened or since when it waits.
#[component]
pub(super) fn EntryHead(
    href: String,
    name: String,
    step: String,
    at: Option<Timestamp>,
    /// Buttons at its end.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let at = at.map(|at| view! { <RelativeTime at=at /> });
    let title = format!("{name} · {step}");
    view! {
        <header class="card__header">
            <h2 class="card__title" translate="no" title=title>
                <a class="link clip" href=href>
                    {name}
                </a>
                <span class="muted clip">{step}</span>
            </h2>
            <span class="small subtle">{at}</span>
            {children.map(|children| children())}
        </header>
    }
}

//! The versions of something, one of which is looked at.

use leptos::prelude::*;
use model::{problem::Problem, time::Timestamp};

use crate::ui::{failure::ErrorCard, format};

/// A version in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionEntry {
    /// Its number.
    pub number: i32,
    /// What is said of it.
    pub note: String,
    /// When it came to be.
    pub at: Timestamp,
    /// Whose it is.
    pub by: Option<String>,
}

/// What was loaded of a list of versions; none while it is loading.
pub type Listed = Option<Result<Vec<VersionEntry>, Problem>>;

/// The versions as buttons, the chosen one pressed.
#[component]
pub fn VersionList(
    /// What it is a list of, for screen readers.
    label: &'static str,
    /// What is said when there is none.
    #[prop(default = "There are no versions yet.")]
    nothing: &'static str,
    /// The versions, the latest first.
    #[prop(into)]
    rows: Signal<Listed>,
    /// The number of the one that is looked at.
    #[prop(into)]
    chosen: Signal<Option<i32>>,
    /// Called with the number of a version that is to be looked at.
    #[prop(into)]
    on_choose: Callback<i32>,
    /// Called when what failed is to be loaded again.
    #[prop(into)]
    on_retry: Callback<()>,
) -> impl IntoView {
    let row = move |VersionEntry { number, note, at, by }: VersionEntry| {
        let pressed = move || if chosen.get() == Some(number) { "true" } else { "false" };
        view! {
            <li>
                <button
                    type="button"
                    class="version-list__row"
                    aria-pressed=pressed
                    on:click=move |_| on_choose.run(number)
                >
                    <span class="version-list__number num">{format!("v{number}")}</span>
                    <span class="version-list__note" dir="auto">
                        {note}
                    </span>
                    <span class="subtle small">
                        {format::minute(at)} {by.map(|name| format!(" · {name}"))}
                    </span>
                </button>
            </li>
        }
    };
    let shown = move || match rows.get() {
        None => view! { <p class="muted">"Loading…"</p> }.into_any(),
        Some(Err(problem)) => view! {
            <ErrorCard
                title="The versions could not be loaded"
                problem=problem
                on_retry=move |()| on_retry.run(())
            />
        }
        .into_any(),
        Some(Ok(rows)) if rows.is_empty() => view! { <p class="muted">{nothing}</p> }.into_any(),
        Some(Ok(rows)) => view! {
            <ul class="version-list" aria-label=label>
                {rows.into_iter().map(row).collect_view()}
            </ul>
        }
        .into_any(),
    };
    view! { {shown} }
}

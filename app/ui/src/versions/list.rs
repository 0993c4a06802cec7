//! The list of the versions of something, one of which is chosen.

use leptos::prelude::*;
use model::{problem::Problem, time::Timestamp};

use crate::{failure::ErrorCard, relative_time::LocalTime};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionEntry {
    /// The number of the version, from 1.
    pub number: i32,
    /// How the version came to be.
    pub note: String,
    pub at: Timestamp,
    /// The name of the person who made it; none for a workflow.
    pub by: Option<String>,
}

/// A list of versions as loaded; none while it is loading.
pub type LoadedVersions = Option<Result<Vec<VersionEntry>, Problem>>;

/// The versions as buttons, the chosen one pressed.
#[component]
pub fn VersionList(
    /// What it is a list of, for screen readers.
    label: &'static str,
    /// The text shown when there is no version.
    #[prop(default = "No versions yet.")]
    nothing: &'static str,
    /// The versions, the latest first.
    #[prop(into)]
    rows: Signal<LoadedVersions>,
    /// The number of the chosen version.
    #[prop(into)]
    chosen: Signal<Option<i32>>,
    /// Called with the number of a version that is pressed.
    #[prop(into)]
    on_choose: Callback<i32>,
    /// Called to load the list again after that has failed.
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
                    <span class="version-list__note" dir="auto" translate="no">
                        {note}
                    </span>
                    <span class="subtle small">
                        <LocalTime at=at /> {by.map(|name| format!(" · {name}"))}
                    </span>
                </button>
            </li>
        }
    };
    let shown = move || match rows.get() {
        None => view! { <p class="muted">"Loading…"</p> }.into_any(),
        Some(Err(problem)) => view! {
            <ErrorCard
                title="Couldn't load versions"
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

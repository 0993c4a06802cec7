//! What differs from what the step asked about before.

use leptos::{prelude::*, task::spawn_local};
use model::{api::compare::ItemChange, id::ReviewId, problem::Problem};

use crate::{
    api::{ApiError, reviews::load_review_changes},
    ui::{failure::ErrorCard, versions::Difference},
};

/// The differences, loaded when they are asked for; nothing where the step asks for the first time.
#[component]
pub fn Changes(
    /// What is decided about now.
    review: ReviewId,
    /// How many versions there were before.
    earlier: u32,
    /// Whether it has several items.
    several: bool,
) -> impl IntoView {
    let found = RwSignal::new(None::<Result<Vec<ItemChange>, Problem>>);
    let load = move || {
        spawn_local(async move {
            let loaded = load_review_changes(review).await;
            found.try_set(Some(loaded.map_err(|ApiError(problem)| problem)));
        });
    };
    let open = move |_| {
        if found.with_untracked(Option::is_none) {
            load();
        }
    };
    let shown = move || match found.get() {
        None => view! { <p class="muted">"Loading…"</p> }.into_any(),
        Some(Err(problem)) => view! {
            <ErrorCard
                title="The changes could not be loaded"
                problem=problem
                on_retry=move |()| load()
            />
        }
        .into_any(),
        Some(Ok(changes)) => listed(changes, several),
    };
    (earlier > 0).then(|| {
        view! {
            <details class="decision__changes" on:toggle=open data-testid="changes">
                <summary>{format!("Changes since version {earlier}")}</summary>
                {shown}
            </details>
        }
    })
}

fn listed(changes: Vec<ItemChange>, several: bool) -> AnyView {
    if changes.is_empty() {
        return view! { <p class="muted">"They are the same."</p> }.into_any();
    }
    let row = move |ItemChange { place, comparison }: ItemChange| {
        let label = several.then(|| format!("Item {}", place + 1));
        view! {
            <li class="decision__change">
                {label.map(|label| view! { <p class="small muted num">{label}</p> })}
                <Difference comparison=comparison />
            </li>
        }
    };
    view! { <ul>{changes.into_iter().map(row).collect_view()}</ul> }.into_any()
}

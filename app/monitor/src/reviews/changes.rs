//! What differs from what the step asked about before.

use api::{ApiError, review_links::load_linked_changes, reviews::load_review_changes};
use leptos::{prelude::*, task::spawn_local};
use model::{
    api::{compare::Comparison, review_links::LinkedChange},
    id::ReviewId,
    problem::Problem,
};
use ui::{
    failure::ErrorCard,
    versions::{Difference, PictureDifference},
};
use web::routes;

use super::form::ReviewAccess;

/// How an item differs from the one before, as the page can show it.
#[derive(Debug, Clone)]
enum Found {
    Compared(Comparison),
    /// Two pictures, by where they lie.
    Pictures(String, String),
}

/// The differences, loaded when they are asked for; nothing where the step asks for the first time.
#[component]
pub fn Changes(
    /// By which right they are read.
    access: ReviewAccess,
    /// What is decided about now.
    review: ReviewId,
    /// How many versions there were before.
    earlier: u32,
    /// Whether it has several items.
    several: bool,
) -> impl IntoView {
    let found = RwSignal::new(None::<Result<Vec<(usize, Found)>, Problem>>);
    let load = move || {
        spawn_local(async move {
            found.try_set(Some(find(access, review).await.map_err(|ApiError(problem)| problem)));
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
                title="Couldn't load changes"
                problem=problem
                on_retry=move |()| load()
            />
        }
        .into_any(),
        Some(Ok(changes)) => render_changes(changes, several),
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

async fn find(access: ReviewAccess, review: ReviewId) -> Result<Vec<(usize, Found)>, ApiError> {
    match access {
        ReviewAccess::Person => {
            let changes = load_review_changes(review).await?;
            Ok(changes.into_iter().map(|c| (c.place, Found::Compared(c.comparison))).collect())
        }
        ReviewAccess::Link(link) => {
            let link = link.get_value();
            let changes = load_linked_changes(link.clone()).await?;
            Ok(changes.into_iter().map(|change| linked_difference(&link, change)).collect())
        }
    }
}

fn linked_difference(link: &str, change: LinkedChange) -> (usize, Found) {
    let LinkedChange { place, comparison } = change;
    let pictures = || {
        let before = routes::linked_picture_before(link, place);
        Found::Pictures(before, routes::linked_picture(link, place))
    };
    (place, comparison.map_or_else(pictures, Found::Compared))
}

fn render_changes(changes: Vec<(usize, Found)>, several: bool) -> AnyView {
    if changes.is_empty() {
        return view! { <p class="muted">"No changes."</p> }.into_any();
    }
    let row = move |(place, found): (usize, Found)| {
        let label = several.then(|| format!("Item {}", place + 1));
        let difference = match found {
            Found::Compared(comparison) => {
                view! { <Difference comparison=comparison /> }.into_any()
            }
            Found::Pictures(before, after) => {
                view! { <PictureDifference before=before after=after /> }.into_any()
            }
        };
        view! {
            <li class="decision__change">
                {label.map(|label| view! { <p class="small muted num">{label}</p> })}
                {difference}
            </li>
        }
    };
    view! { <ul>{changes.into_iter().map(row).collect_view()}</ul> }.into_any()
}

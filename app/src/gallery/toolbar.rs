//! Search, categories and order. Links and one GET form: it all works without scripts.

use leptos::prelude::*;
use model::id::WorkspaceId;
use ui::field::SearchField;
use web::routes;

use super::filter::{Filter, Sort, word_of};
use crate::narrow::use_in_place;

/// The line above the cards.
#[component]
pub(super) fn Toolbar(
    workspace: WorkspaceId,
    filter: Memo<Filter>,
    categories: Vec<String>,
) -> impl IntoView {
    let in_place = use_in_place();
    let search = move |words: String| {
        let next = Filter { words, ..filter.get_untracked() };
        in_place.run(next.path(workspace));
    };
    let kept = move || {
        let filter = filter.get();
        let category = (!filter.category.is_empty())
            .then(|| view! { <input type="hidden" name="category" value=filter.category /> });
        let tag = (!filter.tag.is_empty())
            .then(|| view! { <input type="hidden" name="tag" value=filter.tag /> });
        let sort = (filter.sort != Sort::default())
            .then(|| view! { <input type="hidden" name="sort" value=filter.sort.key() /> });
        (category, tag, sort)
    };
    view! {
        <div class="gallery__bar" role="search">
            <form
                class="gallery__search"
                method="get"
                action=routes::gallery(workspace)
                on:submit=|event| event.prevent_default()
            >
                <SearchField
                    name="q"
                    label="Search workflows"
                    value=Signal::derive(move || filter.read().words.clone())
                    on_input=search
                />
                {kept}
            </form>
            <SortLinks workspace=workspace filter=filter />
            <CategoryLinks workspace=workspace filter=filter categories=categories />
        </div>
    }
}

#[component]
fn CategoryLinks(
    workspace: WorkspaceId,
    filter: Memo<Filter>,
    categories: Vec<String>,
) -> impl IntoView {
    let link = move |category: String, label: String| {
        let (own, key) = (category.clone(), category);
        let href = move || Filter { category: own.clone(), ..filter.get() }.path(workspace);
        let current = move || (filter.read().category == key).then_some("true");
        view! {
            <li>
                <a class="pill" href=href aria-current=current data-noscroll="">
                    {label}
                </a>
            </li>
        }
    };
    let rest = categories.into_iter().map(|key| {
        let label = word_of(&key);
        link(key, label)
    });
    view! {
        <nav class="gallery__categories" aria-label="Categories">
            <ul class="pills">
                {link(String::new(), "All".to_owned())}
                {rest.collect_view()}
            </ul>
        </nav>
    }
}

#[component]
fn SortLinks(workspace: WorkspaceId, filter: Memo<Filter>) -> impl IntoView {
    let link = |sort: Sort| {
        let href = move || Filter { sort, ..filter.get() }.path(workspace);
        let current = move || (filter.read().sort == sort).then_some("true");
        view! {
            <li>
                <a class="segments__item" href=href aria-current=current data-noscroll="">
                    {sort.label()}
                </a>
            </li>
        }
    };
    view! {
        <nav class="gallery__sort" aria-label="Sort by">
            <span class="small" aria-hidden="true">
                "Sort by"
            </span>
            <ul class="segments">{Sort::ALL.map(link).collect_view()}</ul>
        </nav>
    }
}

//! A list of tools or agents, to be searched and chosen from.

use leptos::prelude::*;
use ui::{field::SearchField, format::pluralize};

/// A button, and the list that it opens; nothing where there is nothing to choose from.
#[component]
pub(super) fn SearchedList<F>(
    /// Name of the search and its id on the page.
    name: &'static str,
    label: &'static str,
    open: RwSignal<bool>,
    one: &'static str,
    /// Several of it.
    many: &'static str,
    /// How many there are, whatever is searched for.
    count: Memo<usize>,
    /// Draws those that the typed words name.
    rows: F,
) -> impl IntoView
where
    F: Fn(&str) -> AnyView + Copy + Send + Sync + 'static,
{
    let words = RwSignal::new(String::new());
    let expanded = move || if open.get() { "true" } else { "false" };
    view! {
        <Show when=move || { count.get() > 0 }>
            <button
                type="button"
                class="link small"
                aria-expanded=expanded
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {move || format!("Choose from {}", pluralize(count.get() as u64, one, many))}
            </button>
            <Show when=move || open.get()>
                <div class="tool-list">
                    <SearchField
                        name=name
                        label=label
                        value=words
                        on_input=move |typed| words.set(typed)
                    />
                    <div class="tool-list__rows">{move || rows(&words.read())}</div>
                </div>
            </Show>
        </Show>
    }
}

//! The tab of events: the log, and what of it is wanted.

use leptos::prelude::*;
use model::execution::event::Topic;
use ui::field::SearchField;

use super::log::LogList;
use crate::store::ExecutionStore;

/// The log with its filter.
#[component]
pub fn Events(
    /// The state of the execution that is shown.
    store: ExecutionStore,
) -> impl IntoView {
    let (topic, words) = (RwSignal::new(None::<Topic>), RwSignal::new(String::new()));
    let chip = move |of: Option<Topic>| {
        let pressed = move || if topic.get() == of { "true" } else { "false" };
        view! {
            <button
                type="button"
                class="segments__item"
                aria-pressed=pressed
                on:click=move |_| topic.set(of)
            >
                {of.map_or("All", Topic::word)}
            </button>
        }
    };
    let topics = Topic::ALL.map(Some);
    view! {
        <div class="log-filter">
            <div class="segments" role="group" aria-label="Filter events">
                {chip(None)}
                {topics.map(chip).collect_view()}
            </div>
            <SearchField
                name="log-search"
                label="Search events"
                value=words
                on_input=move |typed| words.set(typed)
            />
        </div>
        <LogList store=store of=Signal::stored(None) topic=topic words=words />
    }
}

//! The whole execution below the canvas: when, what happened, what came of it, what it cost.

pub mod brought;
mod costs;
pub mod documents;
mod events;
mod gantt;
pub mod log;
mod outputs;
mod overview;
mod timeline;

use leptos::prelude::*;
use model::execution::state::ExecutionStatus;

use self::{
    costs::Costs, events::Events, outputs::Outputs, overview::Overview, timeline::Timeline,
};
use super::store::ExecutionStore;
use crate::ui::tabs::{Tab, TabPanel, Tabs};

const TABS: [Tab; 5] = [
    Tab { key: "overview", label: "Overview" },
    Tab { key: "timeline", label: "Timeline" },
    Tab { key: "events", label: "Events" },
    Tab { key: "outputs", label: "Outputs" },
    Tab { key: "costs", label: "Costs" },
];

/// The dock.
#[component]
pub fn Dock(
    /// What is known.
    store: ExecutionStore,
) -> impl IntoView {
    let done = move || store.view.read().status == ExecutionStatus::Completed;
    let shown = RwSignal::new(if untrack(done) { "outputs" } else { "overview" });
    // What came of it is the news when it is done, unless the person looks at something else. The
    // past is no news.
    Effect::new(move |was_done: Option<bool>| {
        let is_done = store.shown_at.read().is_some() || done();
        if is_done && was_done == Some(false) && shown.get_untracked() == "overview" {
            shown.set("outputs");
        }
        is_done
    });
    let outputs = Memo::new(move |_| {
        store.view.with(|view| view.nodes.iter().map(|node| node.artifacts.len()).sum::<usize>())
    });
    let count = move |key| if key == "outputs" { outputs.get() } else { 0 };
    // Only the part that is looked at is in the page: each follows every change.
    let part = move |key: &'static str, content: fn(ExecutionStore) -> AnyView| {
        let is_shown = Memo::new(move |_| shown.get() == key);
        move || is_shown.get().then(|| content(store))
    };
    view! {
        <section class="monitor__dock" aria-label="The whole execution">
            <Tabs
                id="dock"
                label="The whole execution"
                tabs=TABS.to_vec()
                selected=shown
                count=Callback::new(count)
            />
            <TabPanel id="dock" key="overview" selected=shown>
                {part("overview", |store| view! { <Overview store=store /> }.into_any())}
            </TabPanel>
            <TabPanel id="dock" key="timeline" selected=shown>
                {part("timeline", |store| view! { <Timeline store=store /> }.into_any())}
            </TabPanel>
            <TabPanel id="dock" key="events" selected=shown>
                {part("events", |store| view! { <Events store=store /> }.into_any())}
            </TabPanel>
            <TabPanel id="dock" key="outputs" selected=shown>
                {part("outputs", |store| view! { <Outputs store=store /> }.into_any())}
            </TabPanel>
            <TabPanel id="dock" key="costs" selected=shown>
                {part("costs", |store| view! { <Costs store=store /> }.into_any())}
            </TabPanel>
        </section>
    }
}

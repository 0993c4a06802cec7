//! The whole execution below the canvas: when, what happened, what came of it, what it cost.

mod costs;
pub mod links;
pub mod log;
mod outputs;
mod overview;
mod timeline;

use leptos::prelude::*;
use model::execution::state::ExecutionStatus;
use ui::tabs::{LiveTabPanel, Tab, Tabs};

use self::{costs::Costs, outputs::Outputs, overview::Overview, timeline::Timeline};
use super::store::ExecutionStore;
use crate::shown::live::Moment;
use log::Events;

const TABS: [Tab; 5] = [
    Tab { key: "overview", label: "Overview" },
    Tab { key: "timeline", label: "Timeline" },
    Tab { key: "events", label: "Events" },
    Tab { key: "outputs", label: "Outputs" },
    Tab { key: "costs", label: "Costs" },
];

/// The tabs about the execution as a whole; they show the outputs once it is completed.
#[component]
pub fn Dock(store: ExecutionStore) -> impl IntoView {
    let done = move || store.view.read().status == ExecutionStatus::Completed;
    let shown = RwSignal::new(if untrack(done) { "outputs" } else { "overview" });
    let moment = Moment::follow(store);
    // What came of it is the news when it is done, unless the person looks at something else.
    Effect::new(move |before: Option<Moment>| {
        let now = moment.get();
        if now.completes(before) && shown.get_untracked() == "overview" {
            shown.set("outputs");
        }
        now
    });
    let outputs = Memo::new(move |_| {
        store.view.with(|view| view.nodes.iter().map(|node| node.artifacts.len()).sum::<usize>())
    });
    let count = move |key| if key == "outputs" { outputs.get() } else { 0 };
    view! {
        <section class="monitor__dock" aria-label="The whole run" translate="no">
            <Tabs
                id="dock"
                label="The whole run"
                tabs=TABS.to_vec()
                selected=shown
                count=Callback::new(count)
            />
            <LiveTabPanel id="dock" key="overview" selected=shown>
                <Overview store=store />
            </LiveTabPanel>
            <LiveTabPanel id="dock" key="timeline" selected=shown>
                <Timeline store=store />
            </LiveTabPanel>
            <LiveTabPanel id="dock" key="events" selected=shown>
                <Events store=store />
            </LiveTabPanel>
            <LiveTabPanel id="dock" key="outputs" selected=shown>
                <Outputs store=store />
            </LiveTabPanel>
            <LiveTabPanel id="dock" key="costs" selected=shown>
                <Costs store=store />
            </LiveTabPanel>
        </section>
    }
}

//! The panel of one node, built from the fields that its type declares.

mod field;
mod field_binding;
mod header;
mod input;
mod parameters;
mod running;
mod searched_list;
mod setup;
mod subject;

use leptos::prelude::*;
use model::{id::NodeId, nodes::NodeKind};
use ui::tabs::{LiveTabPanel, Tab, TabPanel, Tabs};
use web::client::focus::{focus, focus_first};

use self::{
    field::{FieldLabels, Lines, written},
    field_binding::FieldBinding,
    header::Header,
    input::Input,
    setup::Setup,
};
pub use self::{
    field_binding::field_id,
    parameters::ParameterCallbacks,
    subject::{NodeEdit, Subject},
};
use crate::{
    store::TestRunState,
    test_run::{TestInput, TestOutput, TestRuns},
};

const TABS: &str = "config";
const TAB_WORDS: [(&str, &str); 5] = [
    ("setup", "Setup"),
    ("input", "Input"),
    ("output", "Output"),
    ("runs", "Runs"),
    ("notes", "Notes"),
];

/// The panel that shows and changes one node. Another node needs a new panel.
#[component]
pub fn ConfigPanel(
    /// The node and what changes it.
    subject: Subject,
    /// Whether the person may change the node.
    #[prop(into)]
    editable: Signal<bool>,
    /// The test runs of the draft.
    test_run: TestRunState,
    /// The callbacks that change the workflow's parameters, which the panel of Start shows.
    parameters: ParameterCallbacks,
    /// Called with the step whose whole output is to be shown.
    #[prop(into)]
    on_source: Callback<NodeId>,
    /// Called when the panel is to be closed.
    #[prop(into)]
    on_close: Callback<()>,
    /// More buttons in its header.
    #[prop(optional, into)]
    tools: ViewFn,
) -> impl IntoView {
    let (node, selected) = (subject.node, test_run.tab);
    let id = Signal::derive(move || node.with(|node| node.id.clone()));
    let tabs = TAB_WORDS.map(|(key, label)| Tab { key, label }).to_vec();
    // Notes and frames have no input and no output, so they need no tabs.
    if node
        .with_untracked(|node| matches!(node.data.config.kind(), NodeKind::Note | NodeKind::Frame))
    {
        return view! {
            <section class="config" aria-label="Configuration">
                <Header subject=subject editable=editable on_close=on_close tools=tools />
                <Setup subject=subject parameters=parameters editable=editable />
            </section>
        }
        .into_any();
    }
    let notes = FieldLabels::new("Notes", "Only you and your team see these notes.");
    view! {
        <section class="config" aria-label="Configuration">
            <Header subject=subject editable=editable on_close=on_close tools=tools />
            <Tabs id=TABS label="Configuration" tabs=tabs selected=selected />
            <TabPanel id=TABS key="setup" selected=selected>
                <Setup subject=subject parameters=parameters editable=editable />
            </TabPanel>
            <TabPanel id=TABS key="notes" selected=selected>
                <fieldset class="config__fields" disabled=move || !editable.get()>
                    {written(FieldBinding::for_common_field(subject, "notes"), notes, Lines::Many)}
                </fieldset>
            </TabPanel>
            <LiveTabPanel id=TABS key="input" selected=selected>
                <TestInput test_run=test_run node=id on_source=on_source />
                <Input subject=subject editable=editable tab=selected />
            </LiveTabPanel>
            <LiveTabPanel id=TABS key="output" selected=selected>
                <TestOutput test_run=test_run node=id editable=editable />
            </LiveTabPanel>
            <LiveTabPanel id=TABS key="runs" selected=selected>
                <TestRuns test_run=test_run node=id />
            </LiveTabPanel>
        </section>
    }
    .into_any()
}

/// Focuses the field at a path in the panel that is shown.
pub fn focus_field(path: &str) {
    let id = field_id(path);
    // What can be picked or written has its list where nothing is written.
    let list = format!("{id}-pick");
    match [id, list].iter().find(|id| document().get_element_by_id(id).is_some()) {
        Some(id) => focus(id),
        // An agent that a step describes for itself has a form of its own.
        None => focus_first(".agent-form [data-state=error]"),
    }
}

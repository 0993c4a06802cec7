//! The panel of one node, built from the fields that its type declares.

mod common_fields;
mod field;
mod field_binding;
mod header;
mod input;
mod mend;
mod parameters;
mod running;
mod searched_list;
mod setup;
mod subject;

use leptos::prelude::*;
use model::{
    id::NodeId,
    nodes::NodeKind,
    pages::BuilderStock,
    validate::Issue,
    workflow::{Node, Workflow},
};
use ui::tabs::{LiveTabPanel, Tab, TabPanel, Tabs};
use web::client::focus::{focus, focus_first};

use self::{
    field::{FieldLabels, Lines, WrittenWidget},
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
    /// The node as it is now; its id and type never change.
    #[prop(into)]
    node: Signal<Node>,
    /// The workflow around it.
    #[prop(into)]
    workflow: Signal<Workflow>,
    /// The issues of the workflow as of the last validation.
    #[prop(into)]
    issues: Signal<Vec<Issue>>,
    /// The models, secrets, documents and templates of the workspace that fields can name.
    stock: StoredValue<BuilderStock>,
    /// Whether the person may change the node.
    #[prop(into)]
    editable: Signal<bool>,
    /// The test runs of the draft.
    test_run: TestRunState,
    /// The callbacks that change the workflow's parameters, which the panel of Start shows.
    parameters: ParameterCallbacks,
    /// Called with each change.
    #[prop(into)]
    on_change: Callback<NodeEdit>,
    /// Called when a field is left: the next change is an entry of its own.
    #[prop(into)]
    on_settle: Callback<()>,
    /// Called with the issue whose fix was pressed.
    #[prop(into)]
    on_fix: Callback<Issue>,
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
    let (insert, selected) = (RwSignal::new(None), test_run.tab);
    let subject = Subject { node, workflow, issues, stock, on_change, on_settle, on_fix, insert };
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
    view! {
        <section class="config" aria-label="Configuration">
            <Header subject=subject editable=editable on_close=on_close tools=tools />
            <Tabs id=TABS label="Configuration" tabs=tabs selected=selected />
            <TabPanel id=TABS key="setup" selected=selected>
                <Setup subject=subject parameters=parameters editable=editable />
            </TabPanel>
            <TabPanel id=TABS key="notes" selected=selected>
                <fieldset class="config__fields" disabled=move || !editable.get()>
                    <Notes subject=subject />
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

#[component]
fn Notes(subject: Subject) -> impl IntoView {
    let labels = FieldLabels::new("Notes", "Only you and your team see these notes.");
    view! {
        <WrittenWidget
            binding=FieldBinding::for_common_field(subject, "notes")
            labels=labels
            lines=Lines::Many
        />
    }
}

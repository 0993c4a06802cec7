//! The panel of one node, made from what its type says of itself: no form is written by hand.

mod field;
mod header;
mod input;
mod parameters;
mod running;
mod setup;
mod spot;
mod subject;

use leptos::prelude::*;
use model::{
    id::NodeId,
    nodes::NodeKind,
    pages::BuilderStock,
    validate::Issue,
    workflow::{Node, Workflow},
};

use self::{
    field::{Lines, Told, WrittenWidget},
    header::Header,
    input::Input,
    setup::Setup,
};
pub use self::{
    parameters::Parameters,
    spot::field_id,
    subject::{NodeEdit, Subject},
};
use crate::{
    client::focus::focus,
    editor::testing::{TestInput, TestOutput, TestRuns, Testing},
    ui::tabs::{LiveTabPanel, Tab, TabPanel, Tabs},
};

const TABS: &str = "config";
const TAB_WORDS: [(&str, &str); 5] = [
    ("setup", "Setup"),
    ("input", "Input"),
    ("output", "Output"),
    ("runs", "Runs"),
    ("notes", "Notes"),
];

/// What a node is and does, to be looked at and changed. Make a new one for another node.
#[component]
pub fn ConfigPanel(
    /// The node.
    #[prop(into)]
    node: Signal<Node>,
    /// The workflow around it.
    #[prop(into)]
    workflow: Signal<Workflow>,
    /// What is wrong with the workflow.
    #[prop(into)]
    issues: Signal<Vec<Issue>>,
    /// What of the workspace it may name.
    stock: StoredValue<BuilderStock>,
    /// Whether it may be changed.
    #[prop(into)]
    editable: Signal<bool>,
    /// What is known of test runs.
    testing: Testing,
    /// What is done with the workflow's parameters, which are edited in the panel of Start.
    parameters: Parameters,
    /// Called with each change.
    #[prop(into)]
    on_change: Callback<NodeEdit>,
    /// Called when a field is left: the next change is one of its own.
    #[prop(into)]
    on_settle: Callback<()>,
    /// Called with what is to be put right.
    #[prop(into)]
    on_mend: Callback<Issue>,
    /// Called with a step all of whose output is to be shown.
    #[prop(into)]
    on_source: Callback<NodeId>,
    /// Called when the panel is to go.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let insert = RwSignal::new(None);
    let subject = Subject { node, workflow, issues, stock, on_change, on_settle, on_mend, insert };
    let selected = testing.tab;
    let id = Signal::derive(move || node.with(|node| node.id.clone()));
    let tabs = TAB_WORDS.map(|(key, label)| Tab { key, label }).to_vec();
    // What only stands on the canvas takes nothing in and gives nothing out.
    if node
        .with_untracked(|node| matches!(node.data.config.kind(), NodeKind::Note | NodeKind::Frame))
    {
        return view! {
            <section class="config" aria-label="Configuration">
                <Header subject=subject editable=editable on_close=on_close />
                <Setup subject=subject parameters=parameters editable=editable />
            </section>
        }
        .into_any();
    }
    view! {
        <section class="config" aria-label="Configuration">
            <Header subject=subject editable=editable on_close=on_close />
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
                <TestInput testing=testing node=id on_source=on_source />
                <Input subject=subject editable=editable tab=selected />
            </LiveTabPanel>
            <LiveTabPanel id=TABS key="output" selected=selected>
                <TestOutput testing=testing node=id editable=editable />
            </LiveTabPanel>
            <LiveTabPanel id=TABS key="runs" selected=selected>
                <TestRuns testing=testing node=id />
            </LiveTabPanel>
        </section>
    }
    .into_any()
}

/// Puts the focus on the field at a path of the node whose panel is shown.
pub fn focus_field(path: &str) {
    focus(&field_id(path));
}

#[component]
fn Notes(subject: Subject) -> impl IntoView {
    let told = Told::new("Notes", "Words for colleagues; they change nothing.");
    view! {
        <WrittenWidget
            spot=subject.running("notes")
            told=told
            lines=Lines::Many
        />
    }
}

//! The dialogs in which an agent is made and published.

use api::agents::create_agent;
use frame::{dialog_form::DialogForm, sending::Sending};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use model::{
    agent::{
        definition::AgentDefinition,
        library::{AgentForm, AgentPage},
    },
    field::Text,
    id::WorkspaceId,
};
use ui::{
    dialog::{Dialog, DialogSize},
    field::{LongTextField, TextField},
    toast::{ToastKind, use_toasts},
};
use web::routes;

use super::state::AgentState;

/// Makes an agent, and leads to its page.
#[component]
pub(super) fn NewAgent(workspace: WorkspaceId, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog id="new-agent" title="New agent" open=open size=DialogSize::Wide>
            {move || open.get().then(|| view! { <NewForm workspace=workspace open=open /> })}
        </Dialog>
    }
}

#[component]
fn NewForm(workspace: WorkspaceId, open: RwSignal<bool>) -> impl IntoView {
    let empty = || RwSignal::new(String::new());
    let (name, purpose, instructions) = (empty(), empty(), empty());
    let (sending, navigate) = (Sending::default(), use_navigate());
    let create = move |()| {
        let definition = AgentDefinition {
            purpose: purpose.get_untracked(),
            instructions: Text(instructions.get_untracked()),
            ..AgentDefinition::default()
        };
        let form = AgentForm {
            key: None,
            draft_revision: None,
            name: name.get_untracked(),
            purpose: None,
            picture: None,
            definition,
        };
        let navigate = navigate.clone();
        sending.send(create_agent(form), move |page: AgentPage| {
            open.try_set(false);
            navigate(&routes::agent(workspace, page.agent.id), Default::default());
        });
    };
    view! {
        <DialogForm
            open=open
            sending=sending
            on_submit=create
            verb="Create"
            test_id="new-agent-form"
        >
            <TextField
                name="new_agent_name"
                label="Name"
                value=name
                error=sending.wrong("name")
                required=true
                placeholder="Ad writer"
            />
            <TextField
                name="new_agent_purpose"
                label="Purpose"
                value=purpose
                help="One sentence that helps people choose an agent."
                error=sending.wrong("definition.purpose")
            />
            <LongTextField
                name="new_agent_instructions"
                label="Instructions"
                value=instructions
                help="Tell the model what to do. Set up tools and limits on the next page."
                error=sending.wrong("definition.instructions")
                required=true
            />
        </DialogForm>
    }
}

/// Publishes the draft, with a note for those who choose a version later.
#[component]
pub(super) fn PublishDialog(state: AgentState, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog id="publish-agent" title="Publish version" open=open>
            {move || open.get().then(|| view! { <PublishForm state=state open=open /> })}
        </Dialog>
    }
}

#[component]
fn PublishForm(state: AgentState, open: RwSignal<bool>) -> impl IntoView {
    let note = RwSignal::new(String::new());
    let (sending, toasts) = (Sending::default(), use_toasts());
    let publish = move |()| {
        state.publish(note.get_untracked(), sending, move || {
            open.try_set(false);
            toasts.show(ToastKind::Done, "Published.");
        });
    };
    view! {
        <DialogForm open=open sending=sending on_submit=publish verb="Publish">
            <p class="muted">
                "Saves your changes, then publishes them. Published workflows keep the version they use."
            </p>
            <TextField
                name="publish_note"
                label="What changed"
                value=note
                error=sending.wrong("note")
            />
        </DialogForm>
    }
}

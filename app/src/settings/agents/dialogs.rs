//! The dialogs in which an agent is made and published.

use api::agents::create_agent;
use frame::{
    dialog_form::{DialogForm, FormDialog},
    form::Form,
    sending::Sending,
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use model::{
    agent::{
        definition::AgentDefinition,
        library::{AgentForm, AgentPage},
    },
    id::WorkspaceId,
};
use ui::{
    dialog::DialogSize,
    field::{LongTextField, TextField},
    toast::{ToastKind, use_toasts},
};
use web::routes;

use super::state::AgentState;

/// Makes an agent, and leads to its page.
#[component]
pub(super) fn NewAgent(workspace: WorkspaceId, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <FormDialog id="new-agent" title="New agent" open=open size=DialogSize::Wide>
            <NewForm workspace=workspace open=open />
        </FormDialog>
    }
}

#[component]
fn NewForm(workspace: WorkspaceId, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new(AgentForm {
        key: None,
        draft_revision: None,
        name: String::new(),
        purpose: None,
        picture: None,
        definition: AgentDefinition::default(),
    });
    let navigate = use_navigate();
    let create = move |()| {
        let navigate = navigate.clone();
        form.sending.send(create_agent(form.filled()), move |page: AgentPage| {
            open.try_set(false);
            navigate(&routes::agent(workspace, page.agent.id), Default::default());
        });
    };
    view! {
        <DialogForm
            open=open
            sending=form.sending
            on_submit=create
            verb="Create"
            test_id="new-agent-form"
        >
            <TextField name="new_agent_name" label="Name" required=true placeholder="Ad writer"
                value=form.text("name", |form| &mut form.name) />
            <TextField name="new_agent_purpose" label="Purpose"
                value=form.text("definition.purpose", |form| &mut form.definition.purpose)
                help="One sentence that helps people choose an agent." />
            <LongTextField name="new_agent_instructions" label="Instructions" required=true
                value=form.text("definition.instructions", |form| &mut form.definition.instructions.0)
                help="Tell the model what to do. Set up tools and limits on the next page." />
        </DialogForm>
    }
}

/// Publishes the draft, with a note for those who choose a version later.
#[component]
pub(super) fn PublishDialog(state: AgentState, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <FormDialog id="publish-agent" title="Publish version" open=open>
            <PublishForm state=state open=open />
        </FormDialog>
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
                "Published workflows keep the version they use."
            </p>
            <TextField name="publish_note" label="What changed"
                value=note error=sending.wrong("note") />
        </DialogForm>
    }
}

//! The form of an agent on its page.

use frame::{
    agent_form::{
        form::AgentFieldset,
        tool_choice::{ToolChoice, tool_choices},
    },
    pictures::image_option,
};
use leptos::{ev::SubmitEvent, prelude::*};
use model::{agent_library::listing::AgentStock, mcp::server::ServerView};
use ui::{
    badge::{Tag, Tone},
    button::{Button, ButtonLook, ButtonRole},
    card::Card,
    failure::FormError,
    field::{PickerField, Picks, TextField},
    toast::{ToastKind, use_toasts},
};

use super::state::AgentState;

/// Name, picture and everything that the agent is.
#[component]
pub(super) fn Editing(
    state: AgentState,
    stock: AgentStock,
    /// The servers with their tools.
    servers: Vec<ServerView>,
) -> impl IntoView {
    let toasts = use_toasts();
    let tools: Vec<ToolChoice> = tool_choices(&servers, &stock.workflows);
    let models: Vec<String> = stock.text_models.iter().map(|one| one.value.clone()).collect();
    let pictures = stock.pictures.iter().map(image_option).collect::<Vec<_>>();
    let sending = state.sending;
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        if state.may_edit {
            state.save(move || toasts.show(ToastKind::Done, "Saved."));
        }
    };
    let changed = Memo::new(move |_| state.is_changed());
    let footer = state.may_edit.then(|| {
        view! {
            <footer class="settings__actions settings__foot">
                <Button look=ButtonLook::Primary role=ButtonRole::Submit busy=sending.busy>
                    "Save draft"
                </Button>
                <Show when=move || changed.get()>
                    <Tag tone=Tone::Warning>"Unsaved changes"</Tag>
                </Show>
            </footer>
        }
    });
    view! {
        <Card title="Setup">
            <form class="form" novalidate on:submit=save data-testid="agent-form">
                <FormError error=sending.problem />
                <fieldset class="agent-form" disabled=!state.may_edit>
                    <legend class="unseen">"Name and image"</legend>
                    <TextField name="agent_name" label="Name" required=true
                        value=state.name error=sending.wrong("name") />
                    <details class="agent-form__offered">
                        <summary>"Image"</summary>
                        <PickerField
                            name="agent_picture"
                            label="Agent image"
                            value=state.picture
                            options=pictures
                            picks=Picks::One
                            nothing="No images in the library yet."
                        />
                    </details>
                </fieldset>
                <AgentFieldset
                    fields=state.fields
                    faults=state.faults()
                    tools=tools
                    models=models
                    read_only=!state.may_edit
                />
                {footer}
            </form>
        </Card>
    }
    .into_any()
}

//! The form of an agent on its page.

use frame::{
    agent_form::{
        form::AgentFieldset,
        tool_choice::{ToolChoice, tool_choices},
    },
    pictures::image_option,
    saved_chip::SavedChip,
};
use leptos::{ev::SubmitEvent, prelude::*};
use model::{agent_library::listing::AgentStock, autosave::Progress, mcp::server::ServerView};
use ui::{
    button::Button,
    card::Card,
    failure::FormError,
    field::{PickerField, Picks, TextField},
};

use super::state::AgentState;

/// Name, picture and everything that the agent is.
#[component]
pub(super) fn Editing(
    state: AgentState,
    stock: AgentStock,
    /// The servers with their tools.
    servers: Vec<ServerView>,
    /// Loads the agent again.
    on_anew: Callback<()>,
) -> impl IntoView {
    let tools: Vec<ToolChoice> = tool_choices(&servers, &stock.workflows);
    let models: Vec<String> = stock.text_models.iter().map(|one| one.value.clone()).collect();
    let pictures = stock.pictures.iter().map(image_option).collect::<Vec<_>>();
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        if state.may_edit {
            state.flush();
        }
    };
    let footer = state.may_edit.then(|| {
        view! {
            <footer class="settings__actions settings__foot">
                <SavedChip
                    progress=Signal::derive(move || state.progress())
                    offline="Atelier saves your changes when you're back online."
                    on_press=move |()| state.flush()
                />
            </footer>
        }
    });
    let is_conflict = Memo::new(move |_| matches!(state.progress(), Progress::Conflict(_)));
    view! {
        <Card title="Setup">
            <form class="form" novalidate on:submit=save data-testid="agent-form">
                <FormError error=state.sending.problem />
                <Show when=move || is_conflict.get()>
                    <section class="card" role="alert">
                        <p>"Someone else changed this agent. Your changes are still here, but not saved."</p>
                        <div class="settings__actions">
                            <Button on_press=move |()| state.keep_mine()>"Keep mine"</Button>
                            <Button on_press=move |()| on_anew.run(())>"Take theirs"</Button>
                        </div>
                    </section>
                </Show>
                <fieldset class="agent-form" disabled=!state.may_edit>
                    <legend class="unseen">"Name and image"</legend>
                    <TextField name="agent_name" label="Name" required=true
                        value=state.name error=state.wrong_name() />
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

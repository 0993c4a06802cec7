//! All fields of an agent.

use leptos::prelude::*;
use ui::field::{LongTextField, NumberField, TextField};

use super::{
    faults::Faults, fields::AgentFields, inputs::InputSection, limits::LimitSection,
    output::OutputSection, tool_choice::ToolChoice, tools::ToolSection,
};

/// All fields of an agent, part by part.
#[component]
pub fn AgentFieldset(
    /// What is filled in.
    fields: AgentFields,
    /// What is wrong with it.
    faults: Faults,
    /// The tools that can be chosen.
    #[prop(into)]
    tools: Signal<Vec<ToolChoice>>,
    /// The models that can be chosen, as they are named.
    #[prop(into)]
    models: Signal<Vec<String>>,
    /// Whether it can only be read.
    #[prop(optional)]
    read_only: bool,
) -> impl IntoView {
    view! {
        <fieldset class="agent-form" disabled=read_only>
            <legend class="unseen">"Agent"</legend>
            <TextField
                name="agent_purpose"
                label="Purpose"
                value=fields.purpose
                help="One sentence that helps people choose an agent."
                error=faults.at("purpose")
            />
            <LongTextField
                name="agent_instructions"
                label="Instructions"
                value=fields.instructions
                help="Tell the model what to do. Use ${name} for an input."
                error=faults.at("instructions")
                required=true
                rows=10
            />
            <InputSection inputs=fields.inputs faults=faults />
            <OutputSection output=fields.output faults=faults />
            <ModelSection fields=fields models=models faults=faults />
            <ToolSection tools=fields.tools choices=tools faults=faults />
            <LimitSection limits=fields.limits models=models faults=faults />
        </fieldset>
    }
    .into_any()
}

/// The model and its settings.
#[component]
fn ModelSection(fields: AgentFields, models: Signal<Vec<String>>, faults: Faults) -> impl IntoView {
    view! {
        <fieldset class="agent-form__part">
            <legend>"Model"</legend>
            <TextField
                name="agent_model"
                label="Model"
                value=fields.model
                help="Leave empty for the workspace's model."
                error=faults.at("model")
                suggestions=models
            />
            <div class="agent-form__row agent-form__row--limit">
                <NumberField
                    name="agent_temperature"
                    label="Temperature"
                    value=fields.temperature
                    min=0.0
                    max=2.0
                    step=0.1
                    help="Low values are predictable, high values are creative. Leave empty for the model's default."
                    error=faults.at("temperature")
                />
                <NumberField
                    name="agent_max_tokens"
                    label="Maximum tokens per answer"
                    value=fields.max_tokens
                    min=1.0
                    step=1.0
                    help="Leave empty for the model's default."
                    error=faults.at("max_tokens")
                />
            </div>
        </fieldset>
    }
    .into_any()
}

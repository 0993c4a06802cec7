//! All fields of an agent.

use leptos::prelude::*;
use model::number::Range;
use ui::field::{FieldInput, FormField};

use super::{
    faults::Faults,
    fields::AgentFields,
    inputs::{InputSection, OutputSection},
    limits::LimitSection,
    tool_choice::ToolChoice,
    tools::ToolSection,
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
    #[prop(optional)] read_only: bool,
) -> impl IntoView {
    let purpose = FormField::line("agent_purpose", "Purpose", fields.purpose)
        .help("One sentence that helps people choose an agent.")
        .error(faults.at("purpose"));
    let instructions = FieldInput::lines(fields.instructions, 10);
    let instructions = FormField::new("agent_instructions", "Instructions", instructions)
        .help("Tell the model what to do. Use ${name} for an input.")
        .error(faults.at("instructions"))
        .required(true);
    view! {
        <fieldset class="agent-form" disabled=read_only>
            <legend class="unseen">"Agent"</legend>
            {purpose}
            {instructions}
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
    let model = FormField::line("agent_model", "Model", fields.model)
        .help("Leave empty for the workspace's model.")
        .error(faults.at("model"))
        .suggestions(models);
    let degrees = Range { min: Some(0.0), max: Some(2.0), step: Some(0.1) };
    let temperature = FieldInput::number(fields.temperature, degrees);
    let temperature = FormField::new("agent_temperature", "Temperature", temperature)
        .help("Low values are predictable, high values are creative. Leave empty for the model's default.")
        .error(faults.at("temperature"));
    let counts = Range { min: Some(1.0), max: None, step: Some(1.0) };
    let most = FieldInput::number(fields.max_tokens, counts);
    let most = FormField::new("agent_max_tokens", "Maximum tokens per answer", most)
        .help("Leave empty for the model's default.")
        .error(faults.at("max_tokens"));
    view! {
        <fieldset class="agent-form__part">
            <legend>"Model"</legend>
            {model}
            <div class="agent-form__row agent-form__row--limit">{temperature} {most}</div>
        </fieldset>
    }
    .into_any()
}

//! What a step gives its agent: each input from what comes before, or written.

use leptos::prelude::*;
use model::{
    agent::definition::{AgentDefinition, AgentInput},
    nodes::agent::Config,
    panel::list_sources,
    workflow::Node,
};
use serde_json::Value;
use ui::{button::IconButton, field::FieldNotes, icon::Icon};
use web::client::focus::focus;

use super::{config::read, input::InputWidget};
use crate::{
    agent_catalogue::use_agents,
    panel::{
        field::{labels::FieldLabels, written::WrittenWidget},
        field_binding::FieldBinding,
        subject::Subject,
    },
};

/// The inputs of the agent, and what is given that it does not take.
#[component]
pub(in crate::panel::field) fn AgentInputsWidget(
    binding: FieldBinding,
    labels: FieldLabels,
) -> impl IntoView {
    let (subject, agents) = (binding.subject, use_agents());
    let definition =
        Memo::new(move |_| read(subject, |config| agents.definition(config)).flatten());
    let inputs = Memo::new(move |_| definition.with(|all| list_inputs(all.as_ref())));
    let by_edge = Memo::new(move |_| {
        definition.with(|definition| find_by_edge(subject, definition.as_ref()))
    });
    let filled =
        Memo::new(move |_| subject.workflow.with(|workflow| agents.fill_in(workflow).into_owned()));
    let row = move |input: AgentInput| {
        let name = input.name.clone();
        let takes_edge = Memo::new(move |_| by_edge.with(|edge| edge.as_ref() == Some(&name)));
        let wanted = input.clone();
        let sources = Memo::new(move |_| {
            let find = |node: &Node| filled.with(|workflow| list_sources(workflow, node, &wanted));
            subject.node.with(find)
        });
        view! { <InputWidget binding=binding input=input takes_edge=takes_edge sources=sources /> }
    };
    let strays = Memo::new(move |_| {
        let takes = |name: &String| inputs.with(|all| all.iter().any(|one| one.name == *name));
        let given = read(subject, |config| config.inputs.keys().cloned().collect::<Vec<_>>());
        given.unwrap_or_default().into_iter().filter(|name| !takes(name)).collect::<Vec<_>>()
    });
    let note = move || {
        let words = definition.with(|definition| what_to_know(subject, definition.as_ref()));
        words.map(|words| view! { <p class="small muted">{words}</p> })
    };
    let help = labels.help();
    let help = move || help.clone().filter(|_| inputs.with(|all| !all.is_empty()));
    view! {
        <fieldset class="field rows" id=binding.id()>
            <legend class="field__label">{labels.label}</legend>
            {note}
            <For each=move || inputs.get() key=identity let:input>
                {row(input)}
            </For>
            <For each=move || strays.get() key=String::clone let:name>
                <Stray binding=binding name=name />
            </For>
            <FieldNotes
                name=binding.id()
                help=MaybeProp::derive(help)
                error=Signal::stored(None)
            />
        </fieldset>
    }
}

fn list_inputs(definition: Option<&AgentDefinition>) -> Vec<AgentInput> {
    definition.map(|definition| definition.inputs.clone()).unwrap_or_default()
}

/// All of an input: another one has another widget.
fn identity(input: &AgentInput) -> String {
    format!("{input:?}")
}

/// The name of the input that takes what comes in by the edges.
fn find_by_edge(subject: Subject, definition: Option<&AgentDefinition>) -> Option<String> {
    let definition = definition?;
    let name = |config: &Config| config.input_by_edge(definition).map(|input| input.name.clone());
    read(subject, name).flatten()
}

/// What is to be known where no input can be filled in.
fn what_to_know(subject: Subject, definition: Option<&AgentDefinition>) -> Option<&'static str> {
    let has_agent = read(subject, |config| config.own.is_some() || !config.agent.is_empty());
    match definition {
        Some(definition) if definition.inputs.is_empty() => Some("This agent only needs a task."),
        Some(_) => None,
        None if has_agent == Some(true) => {
            Some("Atelier can't show this agent's inputs here. It checks them when you publish.")
        }
        None => Some("Choose an agent to see its inputs."),
    }
}

/// Something that is given and that the agent does not take, as far as is known.
#[component]
fn Stray(binding: FieldBinding, name: String) -> impl IntoView {
    let part = binding.part(&name);
    let labels = FieldLabels::new(&name, "");
    let remove = move |()| {
        part.set(Value::Null);
        binding.subject.on_settle.run(());
        focus(&binding.id());
    };
    view! {
        <div class="rows__row" role="group" aria-label=name.clone()>
            <div class="rows__fields">
                <WrittenWidget binding=part.or_empty() labels=labels />
            </div>
            <div class="rows__tools">
                <IconButton
                    icon=Icon::Trash
                    label=format!("Remove input {name}")
                    on_press=remove
                />
            </div>
        </div>
    }
}

//! What a step gives its agent: each input from a list of what comes before and fits, or from a
//! text with references.

use leptos::prelude::*;
use model::{
    agent::definition::{AgentDefinition, AgentInput},
    edit::Link,
    nodes::agent::Config,
    panel::{InputSource, list_sources, value_of, with_field},
    workflow::Node,
};
use serde_json::{Value, json};
use ui::{
    button::IconButton,
    field::{Choice, FieldNotes, FormField},
    icon::Icon,
};
use web::client::{focus::focus, signal::SetNew};

use super::config::read;
use crate::{
    agent_catalogue::use_agents,
    panel::{
        field::{
            labels::{FieldLabels, mend_button},
            pick::candidate_choice,
            text_area::Lines,
            written::written,
        },
        field_binding::{FieldBinding, text_in},
        subject::Subject,
    },
};

/// The value of “Write it” in the list; no reference begins with a blank.
const WRITE: &str = " write";

/// The inputs of the agent, and what is given that it does not take.
pub(in crate::panel::field) fn agent_inputs(binding: FieldBinding, labels: FieldLabels) -> AnyView {
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
        input_field(binding, input, takes_edge, sources)
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
    let told = labels.help();
    let help = move || told.get().filter(|_| inputs.with(|all| !all.is_empty()));
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
    .into_any()
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
                {written(part.or_empty(), labels, Lines::One)}
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

/// An input with its type, where it comes from, and what to do where it has nothing. `takes_edge` says
/// whether it takes what comes in by the edges, and `sources` is all that fits.
fn input_field(
    binding: FieldBinding,
    input: AgentInput,
    takes_edge: Memo<bool>,
    sources: Memo<Vec<InputSource>>,
) -> AnyView {
    let part = binding.part(&input.name);
    let value = Memo::new(move |_| part.value.with(text_in));
    let picked = Picked::new(part, value, sources, input.name.clone());
    let name = format!("{}-pick", part.id());
    let error = Signal::derive(move || {
        let by_edge = || takes_edge.get().then(|| part.subject.fault("input")).flatten();
        let own = (!picked.written.get()).then(|| part.error.get().or_else(by_edge));
        own.flatten()
    });
    let required = input.required;
    let options = Signal::derive(move || {
        let none = Choice::new("", none_words(takes_edge.get(), required));
        let offered = sources.with(|all| all.iter().map(source_choice).collect::<Vec<_>>());
        let write = Choice::new(WRITE, "Write text…");
        std::iter::once(none).chain(offered).chain([write]).collect::<Vec<_>>()
    });
    let told = Some(input.help.clone()).filter(|told| !told.is_empty());
    let help = MaybeProp::derive(move || {
        let risk = sources.with(|all| risk_of(all, &value.read()));
        let words: Vec<String> = [told.clone(), risk].into_iter().flatten().collect();
        (!words.is_empty()).then(|| words.join(" "))
    });
    let label = format!("{} ({})", input.title(), input.input_type);
    let labels = FieldLabels::new(&format!("Text for {}", input.title()), "");
    let list = FormField::choice(name.clone(), label, picked.listed, options);
    let proposed = Memo::new(move |_| {
        let is_wrong = error.read().is_some();
        sources.with(|all| likely_source(all, &input).filter(|_| is_wrong).map(source_choice))
    });
    view! {
        {list.help(help).error(error).required(required)}
        {move || proposed.get().map(|proposed| mend(proposed, picked, name.clone()))}
        <Show when=move || picked.written.get()>
            {written(part, labels.clone(), Lines::Many)}
        </Show>
    }
    .into_any()
}

/// The button that takes the source that is most likely meant.
fn mend(proposed: Choice, picked: Picked, select: String) -> AnyView {
    let Choice { value, label } = proposed;
    mend_button(format!("Use {label}"), move || {
        picked.listed.set(value.clone());
        // The button goes away with what is wrong.
        focus(&select);
    })
}

/// What stands first in the list.
fn none_words(takes_edge: bool, required: bool) -> &'static str {
    match (takes_edge, required) {
        (true, _) => "Input",
        (false, true) => "Choose a source",
        (false, false) => "None",
    }
}

/// Why what is chosen may turn out not to fit.
fn risk_of(sources: &[InputSource], chosen: &str) -> Option<String> {
    let source = sources.iter().find(|source| source.candidate.reference() == chosen)?;
    source.risk.as_ref().map(|why| format!("Might not match: {why}."))
}

/// What is picked in the list, both ways.
#[derive(Clone, Copy)]
struct Picked {
    /// The value picked; set it to pick another.
    listed: RwSignal<String>,
    /// Whether a text is written instead of a source being picked.
    written: RwSignal<bool>,
}

impl Picked {
    fn new(
        part: FieldBinding,
        value: Memo<String>,
        sources: Memo<Vec<InputSource>>,
        name: String,
    ) -> Self {
        let is_listed = move |value: &str| {
            value.is_empty()
                || sources
                    .with_untracked(|all| all.iter().any(|one| one.candidate.reference() == value))
        };
        let written = RwSignal::new(value.with_untracked(|value| !is_listed(value)));
        let shown = move || {
            if written.get_untracked() { WRITE.to_owned() } else { value.get_untracked() }
        };
        let listed = RwSignal::new(shown());
        Effect::new(move || {
            let now = value.get();
            if !is_listed(&now) {
                written.set_new(true);
            }
            written.track();
            listed.set_new(shown());
        });
        Effect::new(move |before: Option<()>| {
            let chosen = listed.get();
            if before.is_none() {
                return;
            }
            written.set_new(chosen == WRITE);
            if chosen != WRITE && value.with_untracked(|value| *value != chosen) {
                let source = sources.with_untracked(|all| {
                    all.iter().find(|source| source.candidate.reference() == chosen).cloned()
                });
                take(part, &name, chosen, source);
                // Where it was refused, the list shows what is there still.
                listed.set_new(shown());
            }
        });
        Self { listed, written }
    }
}

/// Gives the input what was chosen, and connects the step with where it comes from.
fn take(part: FieldBinding, name: &str, chosen: String, source: Option<InputSource>) {
    let subject = part.subject;
    match source.and_then(|source| source.connect) {
        None => part.set(if chosen.is_empty() { Value::Null } else { chosen.into() }),
        Some((from, port)) => {
            let node = subject.node.get_untracked();
            let connect = Link {
                source: from,
                source_handle: Some(port),
                target: node.id.clone(),
                target_handle: None,
            };
            match with_input(&node, name, &chosen) {
                Ok(node) => subject.change_connected(&part.path(), node, connect),
                Err(why) => part.refuse(Some(why)),
            }
        }
    }
    subject.on_settle.run(());
}

fn with_input(node: &Node, name: &str, text: &str) -> Result<Node, String> {
    let mut inputs = value_of(&node.data.config, "inputs");
    if !inputs.is_object() {
        inputs = json!({});
    }
    inputs[name] = text.into();
    let mut node = node.clone();
    node.data.config = with_field(&node.data.config, "inputs", inputs)?;
    Ok(node)
}

/// A source in a list; one that has to be connected says so.
fn source_choice(source: &InputSource) -> Choice {
    let mut choice = candidate_choice(&source.candidate);
    if source.connect.is_some() {
        choice.label.push_str(", adds a connection");
    }
    choice
}

/// The source that is most likely meant: one of the input's own name, or the only one of its type that
/// a step gives. What may turn out not to fit is not proposed.
fn likely_source<'a>(sources: &'a [InputSource], input: &AgentInput) -> Option<&'a InputSource> {
    let sound = || sources.iter().filter(|source| source.risk.is_none());
    let ending = format!(".{}", input.name);
    let named = sound().find(|source| source.candidate.path.ends_with(&ending));
    let is_given = |source: &&InputSource| {
        let value = &source.candidate;
        value.path.starts_with("nodes.") && value.port_type == input.input_type
    };
    let only = || {
        let mut there = sound().filter(is_given).filter(|source| source.connect.is_none());
        there.next().filter(|_| there.next().is_none())
    };
    named.or_else(only)
}

#[cfg(test)]
mod tests {
    use model::{
        panel::Candidate,
        ports::{Kind, PortType},
    };

    use super::*;

    const TEXT: PortType = PortType::One(Kind::Text);

    fn source(path: &str, port_type: PortType) -> InputSource {
        let (label, from) = ("Texts".to_owned(), "Write".to_owned());
        let candidate = Candidate { path: path.to_owned(), label, from, port_type };
        InputSource { candidate, risk: None, connect: None }
    }

    fn input(name: &str) -> AgentInput {
        let (label, help) = (String::new(), String::new());
        AgentInput { name: name.to_owned(), label, input_type: TEXT, required: true, help }
    }

    #[test]
    fn a_source_says_where_it_is_from_of_which_type_and_whether_it_connects() {
        let open = InputSource {
            connect: Some(("a".into(), "texts".to_owned())),
            ..source("nodes.a.texts", PortType::List(Kind::Text))
        };

        let choice = source_choice(&open);

        assert_eq!(choice.value, "${nodes.a.texts}");
        assert_eq!(choice.label, "Write · Texts (list<text>), adds a connection");
    }

    #[test]
    fn the_source_of_the_same_name_is_likely_or_the_only_one_of_the_type() {
        let path = |sources: &[InputSource], name: &str| {
            likely_source(sources, &input(name)).map(|source| source.candidate.path.clone())
        };
        let all = [
            source("input.topic", TEXT),
            source("nodes.a.done", TEXT),
            source("nodes.b.failed", PortType::One(Kind::Json)),
            source("now", TEXT),
        ];

        assert_eq!(path(&all, "topic").as_deref(), Some("input.topic"));
        assert_eq!(path(&all, "draft").as_deref(), Some("nodes.a.done"));
        let two = [source("nodes.a.done", TEXT), source("nodes.c.done", TEXT)];
        assert_eq!(path(&two, "draft"), None);
        let risky = InputSource { risk: Some("it may not".to_owned()), ..source("input.x", TEXT) };
        assert_eq!(path(&[risky], "x"), None);
    }
}

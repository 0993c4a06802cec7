//! One input of an agent: a list of what comes before that fits, or a text with references.

use leptos::prelude::*;
use model::{
    agent::definition::AgentInput,
    edit::Link,
    panel::{InputSource, value_of, with_field},
    workflow::Node,
};
use serde_json::{Value, json};
use ui::field::{Choice, SelectField};
use web::client::{focus::focus, signal::SetNew};

use super::source::{choice, likely};
use crate::panel::{
    field::{labels::FieldLabels, text_area::Lines, written::WrittenWidget},
    field_binding::FieldBinding,
    mend::MendButton,
};

/// The value of “Write it” in the list; no reference begins with a blank.
const WRITE: &str = " write";

/// The input with its type, where it comes from, and what to do where it has nothing.
#[component]
pub(super) fn InputWidget(
    /// The field with all inputs.
    binding: FieldBinding,
    input: AgentInput,
    /// Whether it takes what comes in by the edges.
    takes_edge: Memo<bool>,
    /// All that fits.
    sources: Memo<Vec<InputSource>>,
) -> impl IntoView {
    let part = binding.part(&input.name);
    let value = Memo::new(move |_| part.value.read().as_str().unwrap_or_default().to_owned());
    let picked = Picked::new(part, value, sources, input.name.clone());
    let name = format!("{}-pick", part.id());
    let error = Signal::derive(move || {
        let by_edge = || takes_edge.get().then(|| part.subject.fault("input")).flatten();
        let own = (!picked.written.get()).then(|| part.error.get().or_else(by_edge));
        own.flatten()
    });
    let required = input.required;
    let options = move || {
        let none = Choice::new("", none_words(takes_edge.get(), required));
        let offered = sources.with(|all| all.iter().map(choice).collect::<Vec<_>>());
        let write = Choice::new(WRITE, "Write text…");
        std::iter::once(none).chain(offered).chain([write]).collect::<Vec<_>>()
    };
    let told = Some(input.help.clone()).filter(|told| !told.is_empty());
    let help = move || {
        let risk = sources.with(|all| risk_of(all, &value.read()));
        let words: Vec<String> = [told.clone(), risk].into_iter().flatten().collect();
        (!words.is_empty()).then(|| words.join(" "))
    };
    let label = format!("{} ({})", input.title(), input.input_type);
    let written = FieldLabels::new(&format!("Text for {}", input.title()), "");
    let select = name.clone();
    let proposed = Memo::new(move |_| {
        let is_wrong = error.read().is_some();
        sources.with(|all| likely(all, &input).filter(|_| is_wrong).map(choice))
    });
    view! {
        <SelectField
            name=name
            label=label
            value=picked.listed
            options=Signal::derive(options)
            help=MaybeProp::derive(help)
            error=error
            required=required
        />
        {move || proposed.get().map(|proposed| mend(proposed, picked, select.clone()))}
        <Show when=move || picked.written.get()>
            <WrittenWidget binding=part labels=written.clone() lines=Lines::Many />
        </Show>
    }
}

/// The button that takes the source that is most likely meant.
fn mend(proposed: Choice, picked: Picked, select: String) -> impl IntoView {
    let Choice { value, label } = proposed;
    let take = move |()| {
        picked.listed.set(value.clone());
        // The button goes away with what is wrong.
        focus(&select);
    };
    view! { <MendButton words=format!("Use {label}") on_press=take /> }
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

/// The node with one input given.
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

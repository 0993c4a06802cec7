//! What a node is told: as it was sent, and beneath as it was drawn, its references as marks.

use diagram::workflow::reference_name;
use leptos::prelude::*;
use model::{
    execution::view::{ExecutionView, NodeView},
    id::NodeId,
    workflow::Workflow,
};

use super::sent::AllSent;
use crate::{edit::texts, store::ExecutionStore};

/// A piece of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Words(String),
    Reference(String),
}

/// What a node's calls were made with, and the texts of its configuration.
#[component]
pub fn Prompt(
    /// The state of the execution that is shown.
    store: ExecutionStore,
    /// The node in the panel; its texts are those of the step as it was drawn.
    node: Memo<Option<NodeView>>,
) -> impl IntoView {
    let texts = Memo::new(move |_| {
        let id = node.with(|node| node.as_ref().map(|node| node.id.in_round("")));
        let told = |id| store.workflow.with(|workflow| words_of(workflow, &id));
        id.map(told).unwrap_or_default()
    });
    let calls = Memo::new(move |_| {
        node.with(|node| node.as_ref().is_some_and(|node| node.jobs.iter().any(|j| j.attempt > 0)))
    });
    let blocks = move || {
        let block = |(name, text): (String, String)| {
            let mark = |segment| store.workflow.with(|workflow| mark(workflow, segment));
            view! {
                <h3 class="panel-prompt__field">{name}</h3>
                <p class="panel-prompt__text">{segments(&text).into_iter().map(mark).collect_view()}</p>
            }
        };
        texts.get().into_iter().map(block).collect_view()
    };
    let heading = move || {
        store.view.with(|view| node.with(|node| node.as_ref().map(|node| heading(view, node))))
    };
    view! {
        <Show
            when=move || !texts.read().is_empty()
            fallback=|| view! { <p class="panel-empty muted">"This step has no prompt."</p> }
        >
            <div class="panel-prompt">
                <Show when=move || calls.get()>
                    <AllSent store=store node=node />
                </Show>
                <details class="panel-sent__call" open=move || !calls.get()>
                    <summary class="panel-sent__name">{heading}</summary>
                    {blocks}
                </details>
            </div>
        </Show>
    }
}

/// Whose words a step's texts are. A round that began before they were changed went by others, which
/// show in what was sent.
fn heading(view: &ExecutionView, node: &NodeView) -> &'static str {
    let is_changed = || view.node(&node.id.in_round("")).is_some_and(|drawn| drawn.edited);
    if node.edited {
        "As edited"
    } else if is_changed() {
        "As edited for later rounds"
    } else {
        "As written in the workflow"
    }
}

/// What a step is told: its fields that hold words, then other texts with references, each with its
/// name.
fn words_of(workflow: &Workflow, id: &NodeId) -> Vec<(String, String)> {
    let fields: Vec<_> = texts(workflow, id);
    let is_field = |name: &str| fields.iter().any(|(field, _)| field.name == name);
    let others = workflow.node(id).map(|node| node.data.config.texts()).unwrap_or_default();
    let others = others.into_iter().filter(|(name, _)| !is_field(name));
    let others: Vec<_> = others.map(|(name, text)| (field_words(&name), text)).collect();
    let said = fields.into_iter().filter(|(_, text)| !text.trim().is_empty());
    said.map(|(field, text)| (field.label.to_owned(), text)).chain(others).collect()
}

fn mark(workflow: &Workflow, segment: Segment) -> AnyView {
    match segment {
        Segment::Words(words) => words.into_any(),
        Segment::Reference(path) => {
            let name = reference_name(workflow, &path);
            view! { <span class="reference" title=path>{name}</span> }.into_any()
        }
    }
}

/// `system_prompt` and `outputs[0].value` as a person reads them.
fn field_words(field: &str) -> String {
    let words = field.replace(['_', '.', '/', '[', ']'], " ");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn segments(text: &str) -> Vec<Segment> {
    let mut found = vec![];
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((path, tail)) = after.split_once('}') else { break };
        if !before.is_empty() {
            found.push(Segment::Words(before.to_owned()));
        }
        found.push(Segment::Reference(path.to_owned()));
        rest = tail;
    }
    if !rest.is_empty() {
        found.push(Segment::Words(rest.to_owned()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_stand_out_from_words() {
        let found = segments("Ad for ${input.product}, warm ${");

        assert_eq!(
            found,
            [
                Segment::Words("Ad for ".to_owned()),
                Segment::Reference("input.product".to_owned()),
                Segment::Words(", warm ${".to_owned()),
            ]
        );
    }

    #[test]
    fn a_prompt_without_references_is_shown_too() {
        let node = |prompt: &str| {
            serde_json::json!({ "name": "W", "edges": [], "nodes": [{
                "id": "write", "type": "generate_copy", "position": { "x": 0, "y": 0 },
                "data": { "label": "", "config": { "prompt": prompt } },
            }] })
        };
        let told = |prompt: &str| {
            let workflow: Option<Workflow> = serde_json::from_value(node(prompt)).ok();
            workflow.map(|workflow| words_of(&workflow, &"write".into()))
        };

        let words = ["A line", "A line on ${input.topic}"];

        for text in words {
            assert_eq!(told(text), Some(vec![("Prompt".to_owned(), text.to_owned())]));
        }
        assert_eq!(told(" "), Some(vec![]));
    }

    #[test]
    fn fields_read_as_words() {
        assert_eq!(field_words("system_prompt"), "System prompt");
        assert_eq!(field_words("outputs[0].value"), "Outputs 0 value");
    }
}

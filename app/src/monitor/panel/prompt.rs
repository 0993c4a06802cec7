//! What a node was told, its references as marks.

use leptos::prelude::*;
use model::id::NodeId;

use crate::{diagram::workflow::reference_name, monitor::store::ExecutionStore};

/// A piece of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Words(String),
    Reference(String),
}

/// The texts of a node's configuration.
#[component]
pub fn Prompt(
    /// What is known.
    store: ExecutionStore,
    /// The node.
    node: Signal<NodeId>,
) -> impl IntoView {
    let texts = Memo::new(move |_| {
        let id = node.get().in_round("");
        store.workflow.with(|workflow| {
            let texts = workflow.node(&id).map(|node| node.data.config.texts());
            texts.unwrap_or_default()
        })
    });
    let blocks = move || {
        let block = |(field, text): (String, String)| {
            view! {
                <h3 class="panel-prompt__field">{field_words(&field)}</h3>
                <p class="panel-prompt__text">{segments(&text).into_iter().map(mark).collect_view()}</p>
            }
        };
        texts.get().into_iter().map(block).collect_view()
    };
    view! {
        <Show
            when=move || !texts.read().is_empty()
            fallback=|| view! { <p class="panel-empty muted">"This step takes no words."</p> }
        >
            <div class="panel-prompt">{blocks}</div>
        </Show>
    }
}

fn mark(segment: Segment) -> AnyView {
    match segment {
        Segment::Words(words) => words.into_any(),
        Segment::Reference(path) => {
            let name = reference_name(&path);
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
    fn fields_read_as_words() {
        assert_eq!(field_words("system_prompt"), "System prompt");
        assert_eq!(field_words("outputs[0].value"), "Outputs 0 value");
    }
}

//! The inputs of a node: parameters of the launch, or what the steps before it made.

use leptos::prelude::*;
use model::{
    api::executions::{BroughtAlong, BroughtDocument},
    execution::{
        brought::Brought,
        event::{ArtifactBody, EXCERPT_CHARS},
        state::NodeStatus,
        view::{ExecutionView, NodeView},
    },
    graph::loop_of,
    id::NodeId,
    library::Upload,
    nodes::{NodeConfig, NodeKind, generate_copy::ContextDocuments},
    pages::MonitorPage,
};
use serde_json::Value;

use super::output::{Values, last_end, step_end};
use crate::{
    dock::links::BroughtDocuments,
    files::BroughtFiles,
    rounds::{gather_rounds, number_of},
    store::ExecutionStore,
    values::{launch_parameters, launched_value, readable_json, render_words},
};

/// What the documents are called that a step itself reads.
const CONTEXT: &str = "Context documents";

/// What of context documents goes along with a prompt besides their texts.
fn context_extent() -> String {
    format!("With their files and first {} images", Brought::MOST_IMAGES)
}

/// One of the inputs of a node, and where it comes from.
#[derive(Debug, Clone, PartialEq)]
enum Source {
    /// Words that say all of it.
    Known { name: String, words: String },
    /// The beginning of an output; the step `node` shows all of it.
    Excerpt { name: String, words: String, node: NodeId },
    /// A parameter of the launch.
    Parameter { name: String, value: Value },
    /// Documents that the execution was launched with.
    Documents(Vec<BroughtDocument>),
    /// Files that the execution was launched with.
    Files(Vec<Upload>),
    /// Documents that the step itself reads with its prompt.
    Context(Vec<BroughtDocument>),
    /// The values of a step, loaded when they are looked at.
    Step { name: String, node: NodeId },
}

/// The inputs of a node: parameters of the launch, or results of the steps before it.
#[component]
pub fn Input(
    store: ExecutionStore,
    /// The id of the node in the panel, with its round where it has one.
    node: Signal<NodeId>,
    /// Called with a step all of whose output is to be shown.
    #[prop(into)]
    on_source: Callback<NodeId>,
) -> impl IntoView {
    let inputs = Memo::new(move |_| {
        let id = node.get();
        let launched = || store.page.with_value(launch_sources);
        let drawn = id.in_round("");
        let before = store.page.with_value(|page| sources(page, &drawn));
        let mut inputs = if before.is_empty() {
            launched()
        } else {
            store.view.with(|view| {
                let begins = |from: &NodeId| {
                    view.node(from).is_some_and(|node| node.kind == NodeKind::Start.key())
                };
                let of = |from: &NodeId| {
                    if begins(from) {
                        launched()
                    } else {
                        source_from(view, from, &id).into_iter().collect()
                    }
                };
                before.iter().flat_map(of).collect::<Vec<_>>()
            })
        };
        inputs.extend(store.page.with_value(|page| context(page, &drawn)));
        inputs
    });
    let row = move |source: Source| {
        let (name, value) = render_source(source, store, on_source);
        view! { <dt>{name}</dt><dd>{value}</dd> }
    };
    let rows = move || inputs.get().into_iter().map(row).collect_view();
    let stale = store.stale();
    let is_stale = move || stale.with(|stale| stale.contains(&*node.read()));
    view! {
        <Show when=is_stale>
            <p class="panel-empty muted">
                "This step used an older version of its input."
            </p>
        </Show>
        <Show
            when=move || !inputs.read().is_empty()
            fallback=|| view! { <p class="panel-empty muted">"This step has no inputs."</p> }
        >
            <dl class="panel-values">{rows}</dl>
        </Show>
    }
}

/// The name of an input, and the view of its value.
fn render_source(
    source: Source,
    store: ExecutionStore,
    on_source: Callback<NodeId>,
) -> (String, AnyView) {
    match source {
        Source::Known { name, words } => (name, render_words(words)),
        Source::Excerpt { name, words, node } => {
            let all = view! {
                <button type="button" class="link" on:click=move |_| on_source.run(node.clone())>
                    "Show all"
                </button>
            };
            (name, view! { {words} " " {all} }.into_any())
        }
        Source::Parameter { name, value } => (name, launched_value(&value)),
        Source::Documents(documents) => {
            let documents = view! { <BroughtDocuments documents=documents /> };
            ("Documents".to_owned(), documents.into_any())
        }
        Source::Files(files) => {
            let files = view! { <BroughtFiles execution=store.id() files=files /> };
            ("Files".to_owned(), files.into_any())
        }
        Source::Context(documents) => {
            let documents = view! {
                <BroughtDocuments documents=documents />
                <p class="subtle small">{context_extent()}</p>
            };
            (CONTEXT.to_owned(), documents.into_any())
        }
        Source::Step { name, node } => {
            (name, view! { <OfStep store=store node=node /> }.into_any())
        }
    }
}

/// What a step before gave; of one that has run again since the moment that is shown only that it did.
#[component]
fn OfStep(store: ExecutionStore, node: NodeId) -> impl IntoView {
    let ended = Memo::new(move |_| last_end(store, &node));
    view! {
        <Show when=move || ended.read().is_some() fallback=|| "Its output">
            <Values store=store ended=ended unnamed=true />
        </Show>
    }
}

/// The nodes before a node as it was drawn; those inside a loop are not before the loop.
fn sources(page: &MonitorPage, node: &NodeId) -> Vec<NodeId> {
    let within = |id: &NodeId| loop_of(&page.workflow, id) == Some(node);
    let into = page.workflow.edges.iter().filter(|edge| edge.target == *node);
    let mut sources: Vec<_> =
        into.map(|edge| edge.source.clone()).filter(|id| !within(id)).collect();
    sources.dedup();
    sources
}

/// The input of `to` from `from`, which was drawn before it: in a round, of the same round.
fn source_from(view: &ExecutionView, from: &NodeId, to: &NodeId) -> Option<Source> {
    let drawn = view.node(from)?;
    let inside = view.node(to).and_then(|node| node.inside.as_ref());
    if inside.is_some_and(|owner| owner.without_round() == from.as_str()) {
        let words = match number_of(to).as_str() {
            "" => "One item of its list per round".to_owned(),
            round => format!("The item of round {round}"),
        };
        return Some(Source::Known { name: drawn.label.clone(), words });
    }
    Some(result(&gather_rounds(view, view.node(&from.in_round(to.round())).unwrap_or(drawn))))
}

/// The parameters of the launch, and the documents and files that it was launched with.
fn launch_sources(page: &MonitorPage) -> Vec<Source> {
    let BroughtAlong { documents, files } = page.brought.clone();
    let values = launch_parameters(page).into_iter();
    let values = values.map(|(name, value)| Source::Parameter { name, value });
    let documents = (!documents.is_empty()).then_some(Source::Documents(documents));
    values.chain(documents).chain((!files.is_empty()).then_some(Source::Files(files))).collect()
}

/// The documents that a step as drawn reads with its prompt.
fn context(page: &MonitorPage, node: &NodeId) -> Option<Source> {
    let node = page.workflow.node(node)?;
    let NodeConfig::GenerateCopy(config) = &node.data.config else { return None };
    let words = match &config.context_documents {
        ContextDocuments::Launch | ContextDocuments::None => return None,
        ContextDocuments::Chosen { .. } => {
            let documents = BroughtDocument::chosen_by(node, &page.context);
            return (!documents.is_empty()).then_some(Source::Context(documents));
        }
        ContextDocuments::All => "All documents of the project".to_owned(),
        ContextDocuments::Tag { tag } => {
            format!("The project's documents with the tag “{}”", tag.as_str())
        }
    };
    Some(Source::Known { name: CONTEXT.to_owned(), words })
}

fn result(node: &NodeView) -> Source {
    let words = |body: &ArtifactBody| match body {
        ArtifactBody::Text { excerpt } => excerpt_words(excerpt.clone(), excerpt),
        ArtifactBody::Json { excerpt } => excerpt_words(readable_json(excerpt), excerpt),
        ArtifactBody::Image { width, height, .. } => format!("Image, {width} × {height}"),
    };
    let made: Vec<_> = node.artifacts.iter().map(|artifact| words(&artifact.body)).collect();
    let name = node.label.clone();
    if step_end(node).is_some() {
        return Source::Step { name, node: node.id.clone() };
    }
    let words = match made.as_slice() {
        [] => missing_words(node.status).to_owned(),
        made => made.join("\n\n"),
    };
    if node.artifacts.iter().any(|artifact| is_excerpt(&artifact.body)) {
        Source::Excerpt { name, words, node: node.id.clone() }
    } else {
        Source::Known { name, words }
    }
}

/// What is said of a step that has no output to show.
fn missing_words(status: NodeStatus) -> &'static str {
    match status {
        // As drawn it only stands for its rounds.
        NodeStatus::Completed => "Its output in each round",
        NodeStatus::Failed => "Its error",
        NodeStatus::Skipped => "None (skipped)",
        NodeStatus::Cancelled => "None (stopped)",
        NodeStatus::Pending
        | NodeStatus::Ready
        | NodeStatus::Running
        | NodeStatus::Waiting
        | NodeStatus::AwaitingReview => "Not available yet",
    }
}

/// Whether an artifact has more text than its excerpt.
fn is_excerpt(body: &ArtifactBody) -> bool {
    match body {
        ArtifactBody::Text { excerpt } | ArtifactBody::Json { excerpt } => is_cut(excerpt),
        ArtifactBody::Image { .. } => false,
    }
}

fn is_cut(excerpt: &str) -> bool {
    excerpt.chars().count() >= EXCERPT_CHARS
}

/// The words of an excerpt, with an ellipsis where there is more text.
fn excerpt_words(words: String, excerpt: &str) -> String {
    if is_cut(excerpt) { words + "…" } else { words }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::sample;

    fn words(source: Source) -> Option<String> {
        match source {
            Source::Known { words, .. } | Source::Excerpt { words, .. } => Some(words),
            _ => None,
        }
    }

    #[test]
    fn the_first_step_starts_from_the_launch_and_others_from_results() {
        let page = sample::completed();

        assert!(sources(&page, &"brief".into()).is_empty());
        assert_eq!(launch_parameters(&page), [("product".to_owned(), json!("Morning coffee"))]);
        let before = sources(&page, &"attach".into());
        assert_eq!(before, ["copy".into(), "image".into()]);
        let copy = page.view.node(&before[0]).map(result).and_then(words);
        assert!(copy.is_some_and(|words| words.contains("Warm kitchens.")));
    }

    #[test]
    fn documents_and_files_of_the_launch_come_after_its_values() {
        let mut page = sample::completed();
        assert_eq!(launch_sources(&page).len(), 1);
        page.brought = sample::brought_along();

        let all = launch_sources(&page);

        let BroughtAlong { documents, files } = sample::brought_along();
        assert_eq!(all[1..], [Source::Documents(documents), Source::Files(files)]);
    }

    #[test]
    fn documents_that_a_step_chooses_are_among_what_it_starts_from() {
        let mut page = sample::completed();
        let BroughtAlong { documents, .. } = sample::brought_along();
        let mut reads = |written: Value| {
            let changes = json!({ "context_documents": written });
            let node = page.workflow.nodes.iter_mut().find(|node| node.id.as_str() == "copy");
            let data = &mut node.unwrap().data;
            data.config = data.config.with_changes(changes.as_object().unwrap()).unwrap();
            page.context = documents.clone();
            context(&page, &"copy".into())
        };

        assert_eq!(reads(json!({ "mode": "launch" })), None);
        let gone = json!({ "mode": "chosen", "ids": ["0193aaaa-0000-7000-8000-0000000000ff"] });
        assert_eq!(reads(gone), None);
        let chosen = json!({ "mode": "chosen", "ids": [documents[0].id] });
        assert_eq!(reads(chosen), Some(Source::Context(documents.clone())));
        let all = reads(json!({ "mode": "all" })).and_then(words);
        assert_eq!(all.as_deref(), Some("All documents of the project"));
    }

    #[test]
    fn a_step_after_others_starts_from_what_these_gave_and_not_from_the_launch() {
        let page = sample::completed();

        let shaped = source_from(&page.view, &"attach".into(), &"end".into());

        let name = "Attach to copy".to_owned();
        assert_eq!(shaped, Some(Source::Step { name, node: "attach".into() }));
        let waits = sample::running().view;
        let waits = source_from(&waits, &"attach".into(), &"end".into()).and_then(words);
        assert_eq!(waits.as_deref(), Some("Not available yet"));
        assert_eq!(missing_words(NodeStatus::Skipped), "None (skipped)");
    }

    #[test]
    fn a_long_result_is_told_as_a_beginning() {
        let long = "Tea ".repeat(EXCERPT_CHARS / 4);

        assert_eq!(excerpt_words("Tea".to_owned(), "Tea"), "Tea");
        assert!(excerpt_words(long.clone(), &long).ends_with("Tea …"));
    }

    #[test]
    fn what_lies_in_a_loop_starts_from_an_item_of_it() {
        let view = sample::looped();
        let of =
            |from: &str, to: &str| source_from(&view, &from.into(), &to.into()).and_then(words);

        assert_eq!(of("each", "copy").as_deref(), Some("One item of its list per round"));
        assert_eq!(of("each", "copy@each[1]").as_deref(), Some("The item of round 2"));
        assert_eq!(of("copy", "polish@each[0]").as_deref(), Some("Hello"));
    }
}

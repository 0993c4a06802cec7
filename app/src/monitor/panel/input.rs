//! What a node starts from: the launch's values, or what the steps before it made.

use leptos::prelude::*;
use model::{
    api::executions::BroughtAlong,
    execution::{
        event::{ArtifactBody, EXCERPT_CHARS},
        state::NodeStatus,
        view::{ExecutionView, NodeView},
    },
    graph::loop_of,
    id::NodeId,
    pages::MonitorPage,
};
use serde_json::Value;

use super::gave::{Values, ended, last_end, value_words};
use crate::monitor::{
    picture::readable,
    rounds::{gathered, number_of},
    store::ExecutionStore,
};

/// One thing a node starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// What it is called.
    pub name: String,
    /// What it is, in words.
    pub value: String,
}

/// Where something comes from that a node starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    /// It is known here.
    Known(Given),
    /// What a step gave is loaded when it is looked at.
    Step { name: String, node: NodeId },
}

/// The values and results a node starts from.
#[component]
pub fn Input(
    /// What is known.
    store: ExecutionStore,
    /// The node.
    node: Signal<NodeId>,
    /// Whether it is looked at.
    #[prop(into)]
    shown: Signal<bool>,
) -> impl IntoView {
    let given = Memo::new(move |_| {
        let id = node.get();
        let launched = || {
            let given = store.page.with_value(|page| [launched_with(page), brought_with(page)]);
            given.into_iter().flatten().map(Source::Known).collect::<Vec<_>>()
        };
        let before = store.page.with_value(|page| sources(page, &id.in_round("")));
        match before.is_empty() {
            true => launched(),
            false => store.view.with(|view| {
                let begins =
                    |from: &NodeId| view.node(from).is_some_and(|node| node.kind == "start");
                let of = |from: &NodeId| match begins(from) {
                    true => launched(),
                    false => given(view, from, &id).into_iter().collect(),
                };
                before.iter().flat_map(of).collect::<Vec<_>>()
            }),
        }
    });
    let rows = move || {
        let row = |source: Source| match source {
            Source::Known(given) => {
                view! { <dt>{given.name}</dt><dd>{given.value}</dd> }.into_any()
            }
            Source::Step { name, node } => {
                view! { <dt>{name}</dt><dd><OfStep store=store node=node shown=shown /></dd> }
                    .into_any()
            }
        };
        given.get().into_iter().map(row).collect_view()
    };
    view! {
        <Show
            when=move || !given.read().is_empty()
            fallback=|| view! { <p class="panel-empty muted">"This step needs nothing."</p> }
        >
            <dl class="panel-values">{rows}</dl>
        </Show>
    }
}

/// What a step before gave; of one that has run again since the moment that is shown only that it did.
#[component]
fn OfStep(store: ExecutionStore, node: NodeId, shown: Signal<bool>) -> impl IntoView {
    let ended = Memo::new(move |_| shown.get().then(|| last_end(store, &node)).flatten());
    view! {
        <Show when=move || ended.read().is_some() fallback=|| "What it gave">
            <Values store=store ended=ended unnamed=true />
        </Show>
    }
}

/// What lies before a node as drawn; what a loop is given back by its rounds does not.
fn sources(page: &MonitorPage, node: &NodeId) -> Vec<NodeId> {
    let within = |id: &NodeId| loop_of(&page.workflow, id) == Some(node);
    let into = page.workflow.edges.iter().filter(|edge| edge.target == *node);
    let mut sources: Vec<_> =
        into.map(|edge| edge.source.clone()).filter(|id| !within(id)).collect();
    sources.dedup();
    sources
}

/// What `to` starts from of `from`, which was drawn before it: in a round, of the same round.
fn given(view: &ExecutionView, from: &NodeId, to: &NodeId) -> Option<Source> {
    let drawn = view.node(from)?;
    let inside = view.node(to).and_then(|node| node.inside.as_ref());
    if inside.is_some_and(|owner| owner.drawn() == from.as_str()) {
        let value = match number_of(to).as_str() {
            "" => "An item of its list in every round".to_owned(),
            round => format!("The item of round {round}"),
        };
        return Some(Source::Known(Given { name: drawn.label.clone(), value }));
    }
    let node = view.node(&from.in_round(to.round())).unwrap_or(drawn);
    Some(result(&gathered(view, node)))
}

/// The values an execution was launched with.
pub fn launched_with(page: &MonitorPage) -> Vec<Given> {
    let given = |(name, value): (&String, &Value)| {
        let label = page.workflow.parameter(name).map_or(name.as_str(), |known| known.title());
        Given { name: label.to_owned(), value: value_words(value) }
    };
    page.parameters.iter().map(given).collect()
}

/// What it was launched with beside them, by name.
fn brought_with(page: &MonitorPage) -> Vec<Given> {
    let BroughtAlong { documents, files } = &page.brought;
    let documents: Vec<&str> = documents.iter().map(|one| one.title.as_str()).collect();
    let files: Vec<&str> = files.iter().map(|one| one.name.as_str()).collect();
    let all = [("Documents", documents), ("Files", files)].into_iter();
    let given = |(name, of): (&str, Vec<&str>)| {
        (!of.is_empty()).then(|| Given { name: name.to_owned(), value: of.join("\n") })
    };
    all.filter_map(given).collect()
}

fn result(node: &NodeView) -> Source {
    let words = |body: &ArtifactBody| match body {
        ArtifactBody::Text { excerpt } => begun(excerpt.clone(), excerpt),
        ArtifactBody::Json { excerpt } => begun(readable(excerpt), excerpt),
        ArtifactBody::Image { width, height, .. } => format!("Picture, {width} × {height}"),
    };
    let made: Vec<_> = node.artifacts.iter().map(|artifact| words(&artifact.body)).collect();
    let name = node.label.clone();
    if ended(node).is_some() {
        return Source::Step { name, node: node.id.clone() };
    }
    let value = match made.is_empty() {
        false => made.join("\n\n"),
        true => unmade(node.status).to_owned(),
    };
    Source::Known(Given { name, value })
}

/// What a step gives of which nothing is to be seen.
fn unmade(status: NodeStatus) -> &'static str {
    match status {
        // As drawn it only stands for its rounds.
        NodeStatus::Completed => "What it gave in each round",
        NodeStatus::Failed => "How it failed",
        NodeStatus::Skipped => "Nothing: it was skipped",
        NodeStatus::Cancelled => "Nothing: it was stopped",
        NodeStatus::Pending
        | NodeStatus::Ready
        | NodeStatus::Running
        | NodeStatus::Waiting
        | NodeStatus::AwaitingReview => "Nothing yet",
    }
}

/// The words of an excerpt, which say so where there is more.
fn begun(words: String, excerpt: &str) -> String {
    match excerpt.chars().count() < EXCERPT_CHARS {
        true => words,
        false => words + "…",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::sample;

    fn words(source: Source) -> Option<String> {
        match source {
            Source::Known(given) => Some(given.value),
            Source::Step { .. } => None,
        }
    }

    #[test]
    fn the_first_step_starts_from_the_launch_and_others_from_results() {
        let page = sample::completed();

        assert!(sources(&page, &"brief".into()).is_empty());
        assert_eq!(launched_with(&page)[0].value, "Morning coffee");
        let before = sources(&page, &"attach".into());
        assert_eq!(before, ["copy".into(), "image".into()]);
        let copy = page.view.node(&before[0]).map(result).and_then(words);
        assert!(copy.is_some_and(|given| given.contains("Warm kitchens.")));
    }

    #[test]
    fn documents_and_files_of_the_launch_are_named_beside_its_values() {
        let mut page = sample::completed();
        assert_eq!(brought_with(&page), []);
        let brought = serde_json::json!({
            "documents": [
                {"id": "0193eeee-0000-7000-8000-000000000001", "title": "House style"},
                {"id": "0193eeee-0000-7000-8000-000000000002", "title": "Facts"},
            ],
        });
        page.brought = serde_json::from_value(brought).unwrap_or_default();

        let (name, value) = ("Documents".to_owned(), "House style\nFacts".to_owned());
        assert_eq!(brought_with(&page), [Given { name, value }]);
    }

    #[test]
    fn a_step_after_others_starts_from_what_these_gave_and_not_from_the_launch() {
        let page = sample::completed();

        let shaped = given(&page.view, &"attach".into(), &"end".into());

        let name = "Attach to copy".to_owned();
        assert_eq!(shaped, Some(Source::Step { name, node: "attach".into() }));
        let waits = sample::running().view;
        let waits = given(&waits, &"attach".into(), &"end".into()).and_then(words);
        assert_eq!(waits.as_deref(), Some("Nothing yet"));
        assert_eq!(unmade(NodeStatus::Skipped), "Nothing: it was skipped");
    }

    #[test]
    fn a_long_result_is_told_as_a_beginning() {
        let long = "Tea ".repeat(EXCERPT_CHARS / 4);

        assert_eq!(begun("Tea".to_owned(), "Tea"), "Tea");
        assert!(begun(long.clone(), &long).ends_with("Tea …"));
    }

    #[test]
    fn what_lies_in_a_loop_starts_from_an_item_of_it() {
        let view = sample::looped();
        let of = |from: &str, to: &str| given(&view, &from.into(), &to.into()).and_then(words);

        assert_eq!(of("each", "copy").as_deref(), Some("An item of its list in every round"));
        assert_eq!(of("each", "copy@each[1]").as_deref(), Some("The item of round 2"));
        assert_eq!(of("copy", "polish@each[0]").as_deref(), Some("Hello"));
    }
}

//! What a node starts from: the launch's values, or what the steps before it made.

use leptos::prelude::*;
use model::{
    execution::{
        event::{ArtifactBody, EXCERPT_CHARS},
        view::{ExecutionView, NodeView},
    },
    graph::loop_of,
    id::NodeId,
    pages::MonitorPage,
};
use serde_json::Value;

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

/// The values and results a node starts from.
#[component]
pub fn Input(
    /// What is known.
    store: ExecutionStore,
    /// The node.
    node: Signal<NodeId>,
) -> impl IntoView {
    let given = Memo::new(move |_| {
        let id = node.get();
        let before = store.page.with_value(|page| sources(page, &id.in_round("")));
        match before.is_empty() {
            true => store.page.with_value(launched_with),
            false => store.view.with(|view| {
                let begins =
                    |from: &NodeId| view.node(from).is_some_and(|node| node.kind == "start");
                let of = |from: &NodeId| match begins(from) {
                    true => store.page.with_value(launched_with),
                    false => given(view, from, &id).into_iter().collect(),
                };
                before.iter().flat_map(of).collect::<Vec<_>>()
            }),
        }
    });
    let rows = move || {
        let row = |given: Given| view! { <dt>{given.name}</dt><dd>{given.value}</dd> };
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
fn given(view: &ExecutionView, from: &NodeId, to: &NodeId) -> Option<Given> {
    let drawn = view.node(from)?;
    let inside = view.node(to).and_then(|node| node.inside.as_ref());
    if inside.is_some_and(|owner| owner.drawn() == from.as_str()) {
        let value = match number_of(to).as_str() {
            "" => "An item of its list in every round".to_owned(),
            round => format!("The item of round {round}"),
        };
        return Some(Given { name: drawn.label.clone(), value });
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

fn value_words(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(value_words).collect::<Vec<_>>().join(", "),
        Value::Bool(true) => "Yes".to_owned(),
        Value::Bool(false) => "No".to_owned(),
        other => other.to_string(),
    }
}

fn result(node: &NodeView) -> Given {
    let words = |body: &ArtifactBody| match body {
        ArtifactBody::Text { excerpt } => begun(excerpt.clone(), excerpt),
        ArtifactBody::Json { excerpt } => begun(readable(excerpt), excerpt),
        ArtifactBody::Image { width, height, .. } => format!("Picture, {width} × {height}"),
    };
    let made: Vec<_> = node.artifacts.iter().map(|artifact| words(&artifact.body)).collect();
    let value = match (made.is_empty(), node.status.is_settled()) {
        (false, _) => made.join("\n\n"),
        (true, true) => "The values of the launch".to_owned(),
        (true, false) => "Nothing yet".to_owned(),
    };
    Given { name: node.label.clone(), value }
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

    #[test]
    fn the_first_step_starts_from_the_launch_and_others_from_results() {
        let page = sample::completed();

        assert!(sources(&page, &"brief".into()).is_empty());
        assert_eq!(launched_with(&page)[0].value, "Morning coffee");
        let before = sources(&page, &"attach".into());
        assert_eq!(before, ["copy".into(), "image".into()]);
        let copy = page.view.node(&before[0]).map(result);
        assert!(copy.is_some_and(|given| given.value.contains("Warm kitchens.")));
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
        let words = |to: &str| given(&view, &"each".into(), &to.into()).map(|given| given.value);

        assert_eq!(words("copy").as_deref(), Some("An item of its list in every round"));
        assert_eq!(words("copy@each[1]").as_deref(), Some("The item of round 2"));
        let made = given(&view, &"copy".into(), &"polish@each[0]".into());
        assert_eq!(made.map(|given| given.value).as_deref(), Some("Hello"));
    }

    #[test]
    fn values_read_as_words() {
        assert_eq!(value_words(&serde_json::json!(["a", 2, true])), "a, 2, Yes");
    }
}

//! What a node has made and is making.

use leptos::prelude::*;
use model::{
    agent::approval::ReviewKind,
    execution::{
        event::{ArtifactSummary, SkipReason},
        state::{ExecutionStatus, NodeStatus},
        view::NodeView,
    },
    id::NodeId,
    nodes::NodeKind,
    pages::ReviewCard,
    review::Verdict,
};
use serde_json::Value;
use ui::format::{duration, grouped};

use super::gave::{Values, last_end, step_end};
use crate::{
    dock::documents::DocumentLinks,
    event_text::job::answerer,
    outputs::{FIRST_SHOWN, OutputItem, OutputList, first_outputs, list_outputs},
    price::price,
    reviews::Approved,
    rounds::{givers_of, rounds_of},
    store::ExecutionStore,
    values::{launch_parameters, launched_value},
    versions::Versions,
};

/// Pictures, texts, documents, where there are none of these the values, and a few facts.
#[component]
pub fn Output(
    /// The state of the execution that is shown.
    store: ExecutionStore,
    /// The node in the panel; as it was drawn in a loop, all of its rounds count.
    node: Memo<Option<NodeView>>,
) -> impl IntoView {
    let most = RwSignal::new(FIRST_SHOWN);
    let all = Memo::new(move |_| {
        let (node, texts, view) = (node.read(), store.written_texts(), store.view.read());
        let Some(node) = node.as_ref() else { return vec![] };
        let mut rounds: Vec<_> = rounds_of(&view, node.id.as_str()).collect();
        if node.artifacts.is_empty() {
            rounds.extend(givers_of(&view, &store.workflow.read(), &node.id));
        }
        if !rounds.is_empty() {
            // One more than is shown tells that there are more.
            return first_outputs(rounds.into_iter(), &texts, most.get() + 1);
        }
        let mut outputs = list_outputs(node, &texts);
        if node.kind == NodeKind::Review.key() {
            // What was approved is shown as such, but for what counts in its place.
            let is_restored = |output: &OutputItem| {
                restored_artifacts(node).any(|artifact| output.artifact == Some(artifact.id))
            };
            outputs.retain(is_restored);
        }
        outputs
    });
    let id = Signal::derive(move || node.with(|node| node.as_ref().map(|node| node.id.clone())));
    let documents = Memo::new(move |_| {
        let of_node = |id: &NodeId| {
            store.view.with(|view| view.documents.iter().any(|made| made.node.is_run_of(id)))
        };
        id.with(|id| id.as_ref().is_some_and(of_node))
    });
    let approved = Memo::new(move |_| {
        // What is known of reviews is how they stand now.
        let present = store.shown_at.read().is_none();
        let approved = |node: &NodeView| store.reviews.with(|cards| approved_items(node, cards));
        node.with(|node| node.as_ref().filter(|_| present).map(approved)).unwrap_or_default()
    });
    let kept =
        move || (!approved.read().is_empty()).then(|| view! { <Approved items=approved.get() /> });
    let empty =
        Memo::new(move |_| all.read().is_empty() && approved.read().is_empty() && !documents.get());
    view! {
        <div class="stack">
            <Show when=move || empty.get()>
                <Plain store=store node=node />
            </Show>
            {kept}
            <OutputList all=all store=store most=most />
            <Versions store=store node=node />
            <DocumentLinks store=store of=id />
            <NodeFacts node=node />
        </div>
    }
}

/// The values of a step that made nothing besides, or the words for why there are none.
#[component]
fn Plain(store: ExecutionStore, node: Memo<Option<NodeView>>) -> impl IntoView {
    let id = Memo::new(move |_| node.with(|node| node.as_ref().map(|node| node.id.clone())));
    let ended = Memo::new(move |_| last_end(store, &id.get()?));
    let begins = Memo::new(move |_| {
        let starts = |node: &NodeView| {
            node.kind == NodeKind::Start.key() && node.status == NodeStatus::Completed
        };
        let launched = || store.page.with_value(|page| !page.parameters.is_empty());
        node.with(|node| node.as_ref().is_some_and(starts)) && launched()
    });
    let launched = move || {
        let row = |(name, value): (String, Value)| {
            view! { <dt>{name}</dt><dd>{launched_value(&value)}</dd> }
        };
        store.page.with_value(launch_parameters).into_iter().map(row).collect_view()
    };
    let paused = Memo::new(move |_| {
        let status = store.view.with(|view| view.status);
        (status == ExecutionStatus::Paused).then(|| "Waiting for the run to resume.".to_owned())
    });
    let unknown = Memo::new(move |_| {
        let runs = |node: &NodeView| node.status == NodeStatus::Running;
        let past = store.shown_at.read().is_some();
        let words = "It was running. What it had written by then isn't recorded.";
        (past && node.with(|node| node.as_ref().is_some_and(runs))).then(|| words.to_owned())
    });
    let held =
        move || paused.get().filter(|_| node.with(|node| node.as_ref().is_some_and(is_next)));
    let unserved = move || {
        let words = |node: &NodeView| store.view.with(|view| view.missing_worker_message(node));
        let words = node.with(|node| node.as_ref().and_then(words));
        words.map(|words| format!("{words}."))
    };
    let words = move || {
        let step = || node.with(|node| node.as_ref().map(no_output_words));
        unknown.get().or_else(held).or_else(unserved).or_else(step)
    };
    view! {
        <Show when=move || ended.read().is_some()>
            <Values store=store ended=ended />
        </Show>
        <Show when=move || begins.get()>
            <dl class="panel-values">{launched}</dl>
        </Show>
        <Show when=move || ended.read().is_none() && !begins.get()>
            <p class="panel-empty muted">{words}</p>
        </Show>
    }
}

/// Outputs of which an older version counts again.
fn restored_artifacts(node: &NodeView) -> impl Iterator<Item = &ArtifactSummary> {
    node.artifacts.iter().filter(|artifact| artifact.restored.is_some())
}

/// What the last decision on a node approved: what was kept, but for what another version counts of
/// since. What an agent asked on its way is no output.
fn approved_items(node: &NodeView, cards: &[ReviewCard]) -> Vec<Value> {
    let is_last = |card: &&ReviewCard| card.node_id == node.id && card.kind == ReviewKind::Content;
    let approves =
        |card: &&ReviewCard| card.end.as_ref().is_some_and(|end| end.verdict == Verdict::Approved);
    let last = cards.iter().rev().find(is_last).filter(approves);
    let items = last.map(|card| card.items.clone()).unwrap_or_default();
    let is_replaced = |place: usize| {
        restored_artifacts(node).any(|artifact| usize::try_from(artifact.item) == Ok(place))
    };
    let items = items.into_iter().enumerate();
    items.filter(|(place, _)| !is_replaced(*place)).map(|(_, item)| item).collect()
}

/// Whether nothing but a place, or a person's word, keeps a step from starting.
fn is_next(node: &NodeView) -> bool {
    node.waiting.is_none() && matches!(node.status, NodeStatus::Ready | NodeStatus::Waiting)
}

fn no_output_words(node: &NodeView) -> String {
    match &node.waiting {
        Some(what) => format!("{}.", what.trim_end_matches('.')),
        None if step_end(node).is_some() => {
            "It has run again since. Its earlier output is no longer available.".to_owned()
        }
        None if node.status == NodeStatus::Completed && !node.is_real() => {
            "Choose a round to see its output.".to_owned()
        }
        None if node.skipped == Some(SkipReason::User) => "A person skipped this step.".to_owned(),
        None => no_output_status_words(node.status).to_owned(),
    }
}

fn no_output_status_words(status: NodeStatus) -> &'static str {
    match status {
        NodeStatus::Pending => "Waiting for earlier steps.",
        NodeStatus::Ready | NodeStatus::Waiting => "Starts when a slot is free.",
        NodeStatus::Running => "The first results appear here.",
        NodeStatus::AwaitingReview => "Waiting for a decision.",
        NodeStatus::Completed => "This step has no visible output.",
        NodeStatus::Failed => "Failed before it produced an output.",
        NodeStatus::Skipped => "This step wasn't needed.",
        NodeStatus::Cancelled => "Stopped before it produced an output.",
    }
}

/// Who answered, how long it took, what it cost.
#[component]
fn NodeFacts(node: Memo<Option<NodeView>>) -> impl IntoView {
    let facts = Memo::new(move |_| node.with(|node| node.as_ref().map_or(vec![], facts)));
    let rows = move || {
        let row = |(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> };
        facts.get().into_iter().map(row).collect_view()
    };
    view! {
        <Show when=move || !facts.read().is_empty()>
            <dl class="panel-facts num">{rows}</dl>
        </Show>
    }
}

fn facts(node: &NodeView) -> Vec<(&'static str, String)> {
    let mut models: Vec<&str> =
        node.jobs.iter().filter_map(|job| job.answered_by.as_deref().map(answerer)).collect();
    models.sort_unstable();
    models.dedup();
    let bill = node.bill().plus(node.children_bill());
    let took = node.started_at.zip(node.ended_at).map(|(from, to)| duration(to.ms_since(from)));
    let paid = bill.cost_micros > 0 || bill.unpriced_calls > 0;
    let tokens = bill.input_tokens + bill.output_tokens > 0;
    let count = |tokens: i64| grouped(u64::try_from(tokens).unwrap_or(0));
    [
        (!models.is_empty()).then(|| ("Model", models.join(", "))),
        took.map(|took| ("Time", took)),
        paid.then(|| ("Cost", price(bill))),
        tokens.then(|| {
            (
                "Tokens",
                format!("{} in, {} out", count(bill.input_tokens), count(bill.output_tokens)),
            )
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::sample;

    #[test]
    fn a_step_of_a_loop_gives_its_values_round_by_round() {
        let mut node = sample::looped().node(&"copy".into()).unwrap().clone();
        node.waiting = None;
        node.status = NodeStatus::Completed;

        assert!(no_output_words(&node).starts_with("Choose a round"));
        node.inside = None;
        node.kind = "start".to_owned();
        assert_eq!(no_output_words(&node), "This step has no visible output.");
    }

    #[test]
    fn facts_say_who_answered_how_long_and_for_how_much() {
        let page = sample::completed();

        let facts = facts(page.view.node(&"copy".into()).unwrap());

        let lines: Vec<_> = facts.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        assert_eq!(
            lines,
            [
                "Model: Sample · sample-text",
                "Time: 7.0 s",
                "Cost: $0.042",
                "Tokens: 80 in, 120 out"
            ]
        );
    }
}

//! What a node has made and is making; of a step that made nothing besides the values it gave, loaded when
//! somebody looks at them.

use api::{ApiError, executions::load_gave};
use leptos::{prelude::*, task::spawn_local};
use model::{
    agent::approval::ReviewKind,
    connect,
    execution::{
        event::{ArtifactSummary, SkipReason},
        state::{ExecutionStatus, NodeStatus},
        view::NodeView,
    },
    id::NodeId,
    nodes::NodeKind,
    pages::{Gave, ReviewCard},
    review::Verdict,
    time::Timestamp,
    workflow::Workflow,
};
use serde_json::{Map, Value};
use ui::{
    button::{Button, ButtonSize},
    format::{duration, grouped},
    skeleton::{Skeleton, SkeletonShape},
    toast::{ToastKind, use_toasts},
};

use crate::{
    dock::links::DocumentLinks,
    event_text::job::answerer,
    outputs::{FIRST_SHOWN, OutputItem, OutputList, first_outputs, list_outputs},
    price::price,
    reviews::Approved,
    rounds::{givers_of, rounds_of},
    store::ExecutionStore,
    values::{ValueView, launch_parameters, launched_value, render_failure, render_value},
    versions::Versions,
};

/// Pictures, texts, documents, where there are none of these the values, and a few facts.
#[component]
pub fn Output(
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

/// Which step ended, in which generation and when: after another end it may have given other values.
pub(super) type StepEnd = (NodeId, i32, Option<Timestamp>);

/// The end of a step that gave values and no other outputs; none for the start, which gives the
/// parameters of the launch.
pub(super) fn step_end(node: &NodeView) -> Option<StepEnd> {
    let settled = node.status == NodeStatus::Completed && node.is_real();
    let alone = settled && node.kind != NodeKind::Start.key() && node.artifacts.is_empty();
    alone.then(|| (node.id.clone(), node.generation, node.ended_at))
}

/// The end of a step as it is shown; none where it has ended again since, because only the values
/// that it gave last are known.
pub(super) fn last_end(store: ExecutionStore, id: &NodeId) -> Option<StepEnd> {
    let shown = store.view.with(|view| view.node(id).and_then(step_end))?;
    let is_last = match store.shown_at.get() {
        None => true,
        Some(_) => {
            let last = store.look_at_present(|view| view.node(id).and_then(step_end));
            last.flatten().as_ref() == Some(&shown)
        }
    };
    is_last.then_some(shown)
}

/// The values a step gave with its end; of very long ones the beginning, and all when it is asked for.
#[component]
pub(super) fn Values(
    store: ExecutionStore,
    /// The end, while the values are looked at.
    ended: Memo<Option<StepEnd>>,
    /// Whether a single value goes without the name of its port.
    #[prop(optional)]
    unnamed: bool,
) -> impl IntoView {
    let answer = RwSignal::new(None::<Result<Gave, ApiError>>);
    let (busy, toasts, execution) = (RwSignal::new(false), use_toasts(), store.id());
    let load = move |of: StepEnd, whole: bool| {
        busy.set(true);
        spawn_local(async move {
            let loaded = load_gave(execution, of.0.clone(), whole).await;
            if ended.try_with_untracked(|now| now.as_ref() == Some(&of)) != Some(true) {
                return;
            }
            match loaded {
                // What is shown is worth more than the words about the rest.
                Err(error) if whole => toasts.show(ToastKind::Failed, error.0),
                loaded => drop(answer.try_set(Some(loaded))),
            }
            busy.try_set(false);
        });
    };
    Effect::new(move || {
        let of = ended.get();
        answer.set(None);
        if let Some(of) = of {
            load(of, false);
        }
    });
    let all = move |()| {
        if let Some(of) = ended.get_untracked() {
            load(of, true);
        }
    };
    let is_cut =
        Memo::new(move |_| answer.with(|answer| matches!(answer, Some(Ok(gave)) if gave.cut)));
    let shown = move || {
        let id = ended.with(|of| of.as_ref().map(|(id, ..)| id.clone()))?;
        Some(match answer.get()? {
            Ok(gave) => {
                table(store.workflow.with(|workflow| rows(workflow, &id, gave.values)), unnamed)
            }
            Err(error) => render_failure("Couldn't load this step's output. ", error),
        })
    };
    view! {
        <Show when=move || answer.read().is_none()>
            <Skeleton shape=SkeletonShape::Rows count=1 />
        </Show>
        {shown}
        <Show when=move || is_cut.get()>
            <div class="made-more">
                <Button size=ButtonSize::Small busy=busy on_press=all>
                    "Show all"
                </Button>
            </div>
        </Show>
    }
}

/// The values of a step, each with the name of its port, in the order of the ports.
fn rows(workflow: &Workflow, id: &NodeId, values: Map<String, Value>) -> Vec<(String, Value)> {
    let drawn = workflow.node(&id.in_round(""));
    let ports = drawn.map(|node| connect::outputs(workflow, node)).unwrap_or_default();
    let place = |name: &str| ports.iter().position(|port| port.name == name);
    let mut rows: Vec<_> = values.into_iter().collect();
    rows.sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
    let named = |(name, value): (String, Value)| {
        let port = ports.iter().find(|port| port.name == name);
        (port.map_or(name, |port| port.label.clone()), value)
    };
    rows.into_iter().map(named).collect()
}

fn table(rows: Vec<(String, Value)>, unnamed: bool) -> AnyView {
    match rows.as_slice() {
        [] => {
            view! { <p class="panel-empty muted">"This step has no visible output."</p> }.into_any()
        }
        [(_, value)] if unnamed => render_value(ValueView::from_value(value)),
        rows => {
            let row = |(name, value): &(String, Value)| {
                view! {
                    <dt>{name.clone()}</dt>
                    <dd>{render_value(ValueView::from_value(value))}</dd>
                }
            };
            let rows = rows.iter().map(row).collect_view();
            view! { <dl class="panel-values">{rows}</dl> }.into_any()
        }
    }
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

#[cfg(test)]
mod gave_tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::sample;

    #[test]
    fn only_a_completed_step_without_outputs_of_its_own_has_values_to_load() {
        let (page, looped) = (sample::completed(), sample::looped());
        let of = |id: &str| page.view.node(&id.into()).and_then(step_end);

        assert_eq!(of("attach").map(|(id, ..)| id), Some("attach".into()));
        assert_eq!(of("copy"), None, "its texts are shown");
        assert_eq!(of("brief"), None, "the launch's values are known");
        assert_eq!(looped.node(&"copy".into()).and_then(step_end), None, "only its rounds give");
        assert_eq!(sample::running().view.node(&"attach".into()).and_then(step_end), None);
    }

    #[test]
    fn values_have_the_names_of_their_ports_in_the_order_of_these() {
        let workflow: Workflow = serde_json::from_value(json!({
            "name": "Shaped", "edges": [], "nodes": [
                {"id": "shape", "type": "transform", "position": {"x": 0, "y": 0},
                 "data": {"label": "Shape", "config": {"operations": []}}},
            ],
        }))
        .unwrap();
        let values = json!({"extra": 1, "output": [{"n": 0, "name": "a"}]});
        let values = values.as_object().unwrap().clone();

        let of_round = rows(&workflow, &"shape@each[0]".into(), values.clone());

        let names: Vec<_> = of_round.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Output", "extra"]);
        assert_eq!(rows(&workflow, &"shape".into(), values), of_round);
    }
}

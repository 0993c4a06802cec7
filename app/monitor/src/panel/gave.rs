//! What a step gave that is kept nowhere else: its values, loaded when somebody looks at them.

use api::{ApiError, executions::load_gave};
use leptos::{prelude::*, task::spawn_local};
use model::{
    connect,
    execution::{state::NodeStatus, view::NodeView},
    id::NodeId,
    nodes::NodeKind,
    pages::Gave,
    time::Timestamp,
    workflow::Workflow,
};
use serde_json::{Map, Value};
use ui::{
    button::{Button, ButtonSize},
    failure::sign_in_after,
    skeleton::{Skeleton, SkeletonShape},
    toast::{ToastKind, use_toasts},
};

use crate::{
    store::ExecutionStore,
    values::{ValueView, render_value},
};

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
                let rows = store.workflow.with(|workflow| rows(workflow, &id, gave.values));
                table(rows, unnamed)
            }
            Err(error) => {
                let words = "Couldn't load this step's output. ";
                let door = sign_in_after(&error.0);
                view! { <p class="panel-empty muted">{words} {error.0.detail} {door}</p> }
                    .into_any()
            }
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

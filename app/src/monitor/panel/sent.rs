//! What a node's calls were made with: prompts as they were sent, for each item and attempt.

use leptos::{prelude::*, task::spawn_local};
use model::{
    api::executions::SentRow,
    execution::{
        state::JobStatus,
        view::{JobView, NodeView},
    },
    id::{JobId, NodeId},
};
use serde_json::Value;

use crate::{
    api::{ApiError, executions::load_sent},
    monitor::store::ExecutionStore,
    ui::skeleton::{Skeleton, SkeletonShape},
};

/// What is told of a call, in this order, and what it is called.
const TOLD: [(&str, &str); 6] = [
    ("system_prompt", "System prompt"),
    ("prompt", "Prompt"),
    ("style", "Style"),
    ("method", "Method"),
    ("url", "Address"),
    ("body", "Body"),
];

/// The calls of a node; nothing while none has left.
#[component]
pub(super) fn Sent(store: ExecutionStore, node: Memo<Option<NodeView>>) -> impl IntoView {
    let answer = RwSignal::new(None::<Result<Vec<SentRow>, ApiError>>);
    // Another attempt, or the end of one, is when there is more to read.
    let tries = Memo::new(move |_| node.with(|node| node.as_ref().map(tries)));
    Effect::new(move || {
        let Some((id, _)) = tries.get() else { return };
        spawn_local(async move {
            let loaded = load_sent(store.id(), id.clone()).await;
            let still =
                tries.try_with_untracked(|tries| matches!(tries, Some((now, _)) if *now == id));
            if still == Some(true) {
                answer.try_set(Some(loaded));
            }
        });
    });
    let shown = move |answer: Result<Vec<SentRow>, ApiError>| match answer {
        Ok(rows) => {
            let several = rows.iter().any(|row| row.item > 0);
            let last = rows.len().saturating_sub(1);
            let calls = rows.into_iter().enumerate();
            calls
                .map(|(at, row)| view! { <Call row=row several=several open=at == last /> })
                .collect_view()
                .into_any()
        }
        Err(error) => view! {
            <p class="panel-empty muted">
                "What was sent could not be loaded. " {error.0.detail}
            </p>
        }
        .into_any(),
    };
    view! {
        <Show when=move || answer.read().is_none()>
            <Skeleton shape=SkeletonShape::Rows count=2 />
        </Show>
        <div class="panel-sent">{move || answer.get().map(shown)}</div>
    }
}

type Tries = (NodeId, Vec<(JobId, i32, bool)>);

fn tries(node: &NodeView) -> Tries {
    let runs = |job: &JobView| job.status == JobStatus::Running;
    let jobs = node.jobs.iter().filter(|job| job.attempt > 0);
    (node.id.clone(), jobs.map(|job| (job.id, job.attempt, runs(job))).collect())
}

#[component]
fn Call(row: SentRow, several: bool, open: bool) -> impl IntoView {
    let name = match several {
        true => format!("Item {}, attempt {}", row.item + 1, row.attempt),
        false => format!("Attempt {}", row.attempt),
    };
    let text = |(name, text): (&'static str, String)| {
        view! {
            <h3 class="panel-prompt__field">{name}</h3>
            <p class="panel-prompt__text" dir="auto">
                {text}
            </p>
        }
    };
    view! {
        <details class="panel-sent__call" open=open>
            <summary class="panel-sent__name num">{name}</summary>
            {told(&row.input).into_iter().map(text).collect_view()}
        </details>
    }
}

/// What is told of what was sent.
fn told(input: &Value) -> Vec<(&'static str, String)> {
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => (!text.trim().is_empty()).then(|| text.clone()),
        other => Some(format!("{other:#}")),
    };
    let one = |(key, name): (&str, &'static str)| Some((name, text(input.get(key)?)?));
    TOLD.into_iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn prompts_are_told_as_they_were_sent_and_settings_are_not() {
        let input = json!({"prompt": "A line on tea", "system_prompt": " ", "seed": "7"});
        let call = json!({"method": "POST", "url": "https://a.example/", "body": {"a": 1}});

        assert_eq!(told(&input), [("Prompt", "A line on tea".to_owned())]);
        let names: Vec<_> = told(&call).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["Method", "Address", "Body"]);
    }
}

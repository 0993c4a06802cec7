//! The calls of tools of a step: what each was called with, what it answered, and what of that is
//! different from the call before.

use api::{ApiError, executions::load_tool_calls};
use frame::action::SentAction;
use leptos::{prelude::*, task::spawn_local};
use model::{
    api::{
        compare::{Comparison, changes},
        listing::Page,
    },
    execution::{
        state::JobStatus,
        view::{ExecutionView, NodeView},
    },
    id::{ExecutionId, JobId, NodeId},
    mcp::call::{ToolCallState, ToolCallView},
};
use serde_json::{Map, Value, json};
use ui::{
    badge::{StatusChip, Tag, Tone},
    button::{Button, ButtonSize},
    format::{duration, money},
    icon::Icon,
    relative_time::RelativeTime,
    skeleton::{Skeleton, SkeletonShape},
    status::Status,
    versions::Difference,
};

use crate::{
    files::ToolFiles,
    reviews::data,
    store::ExecutionStore,
    values::{ValueView, render_failure, render_value},
};

/// The part of a hash by which people tell definitions apart.
const HASH_CHARS: usize = 12;

/// The calls of a step, of all of its rounds where it was drawn in a loop, the newest first.
#[component]
pub(super) fn Calls(store: ExecutionStore, node: Memo<Option<NodeView>>) -> impl IntoView {
    let loaded = RwSignal::new(None::<Result<Page<ToolCallView>, ApiError>>);
    // Another attempt, or the end of one, is when there is more to read.
    let tries = Memo::new(move |_| {
        let id = node.with(|node| node.as_ref().map(|node| node.id.clone()))?;
        let tries = store.view.with(|view| tries(view, &id));
        Some((id, tries))
    });
    Effect::new(move |before: Option<Option<NodeId>>| {
        let now = tries.get().map(|(id, _)| id);
        if before.is_some_and(|before| before != now) {
            // The calls of another step are not shown as this one's.
            loaded.set(None);
        }
        let Some(id) = now.clone() else { return now };
        spawn_local(async move {
            let page = load_tool_calls(store.id(), id.clone(), None).await;
            let still =
                tries.try_with_untracked(|tries| matches!(tries, Some((now, _)) if *now == id));
            if still == Some(true) {
                loaded.try_set(Some(page));
            }
        });
        now
    });
    let shown = move |page: Page<ToolCallView>| {
        if page.items.is_empty() {
            return view! { <p class="panel-empty muted">"No tool calls yet."</p> }.into_any();
        }
        let calls = page.items.iter().enumerate().map(|(place, call)| {
            let before = page.items.get(place + 1..).and_then(|rest| find_before(rest, call));
            view! {
                <Call
                    execution=store.id()
                    call=call.clone()
                    before=before.cloned()
                    open=place == 0
                />
            }
        });
        calls.collect_view().into_any()
    };
    let answer = move |page: Result<Page<ToolCallView>, ApiError>| match page {
        Ok(page) => shown(page),
        Err(error) => render_failure("Couldn't load the calls. ", error),
    };
    view! {
        <Show when=move || loaded.read().is_none()>
            <Skeleton shape=SkeletonShape::Rows count=2 />
        </Show>
        <div class="panel-sent">{move || loaded.get().map(answer)}</div>
        <More store=store node=node loaded=loaded />
    }
}

/// Loads those before the ones that are shown.
#[component]
fn More(
    store: ExecutionStore,
    node: Memo<Option<NodeView>>,
    loaded: RwSignal<Option<Result<Page<ToolCallView>, ApiError>>>,
) -> impl IntoView {
    let action = SentAction::default();
    let cursor = move || match &*loaded.read() {
        Some(Ok(page)) => page.next_cursor.clone(),
        Some(Err(_)) | None => None,
    };
    let load = move |()| {
        let id = node.with_untracked(|node| node.as_ref().map(|node| node.id.clone()));
        let Some((id, cursor)) = id.zip(untrack(cursor)) else { return };
        action.send(load_tool_calls(store.id(), id, Some(cursor.clone())), move |page| {
            loaded.try_update(|loaded| append(loaded, &cursor, page));
        });
    };
    view! {
        <Show when=move || cursor().is_some()>
            <Button size=ButtonSize::Small busy=action.busy on_press=load>
                "Show earlier calls"
            </Button>
        </Show>
    }
}

/// Adds the page after `cursor`, unless what is shown has changed meanwhile.
fn append(
    loaded: &mut Option<Result<Page<ToolCallView>, ApiError>>,
    cursor: &str,
    next: Page<ToolCallView>,
) {
    let Some(Ok(page)) = loaded else { return };
    if page.next_cursor.as_deref() == Some(cursor) {
        page.items.extend(next.items);
        page.next_cursor = next.next_cursor;
    }
}

/// The attempts of a step in all of its rounds, with the events they began with, and which of them
/// run.
fn tries(view: &ExecutionView, id: &NodeId) -> Vec<(JobId, i64, bool)> {
    let nodes = view.nodes.iter().filter(|node| node.id.is_run_of(id));
    let jobs = nodes.flat_map(|node| &node.jobs).filter(|job| job.attempt > 0);
    jobs.map(|job| (job.id, job.began, job.status == JobStatus::Running)).collect()
}

/// The last call of the same tool before `call` that was answered, among earlier ones.
fn find_before<'a>(earlier: &'a [ToolCallView], call: &ToolCallView) -> Option<&'a ToolCallView> {
    earlier.iter().find(|before| before.tool == call.tool && before.result.is_some())
}

/// Which attempt it was, or which turn of an agent, in which round, how long it took and what it cost.
fn facts(call: &ToolCallView) -> String {
    let round = call.node_id.round_number().map(|round| format!("round {}", round + 1));
    let attempt = match call.turn {
        Some(turn) => format!("turn {turn}"),
        None => format!("attempt {}", call.attempt),
    };
    let took = call.ended_at.map(|to| duration(to.ms_since(call.started_at)));
    let parts = [round, Some(attempt), took, call.cost.filter(|cost| *cost > 0).map(money)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// What of the arguments and the result is different from the call before; none where nothing can
/// be compared.
fn difference(before: Option<&ToolCallView>, call: &ToolCallView) -> Option<Comparison> {
    let (before, result) = (before?, call.result.as_ref()?);
    let whole = |arguments: &Map<String, Value>, result: &Value| json!({ "arguments": arguments, "result": result });
    let earlier = before.result.as_ref().map(|result| whole(&before.arguments, result))?;
    Some(Comparison::Json { changes: changes(&earlier, &whole(&call.arguments, result)) })
}

#[component]
fn Call(
    execution: ExecutionId,
    call: ToolCallView,
    before: Option<ToolCallView>,
    open: bool,
) -> impl IntoView {
    let difference = difference(before.as_ref(), &call);
    let hash: String = call.definition_hash.chars().take(HASH_CHARS).collect();
    let facts = facts(&call);
    let arguments = format!("{:#}", Value::Object(call.arguments));
    let result = call.result.map(|result| {
        view! {
            <h3 class="panel-prompt__field">"Result"</h3>
            {render_value(ValueView::from_value(&result))}
            <ToolFiles execution=execution value=result />
        }
    });
    let difference = difference.map(|comparison| {
        view! {
            <details class="panel-sent__call">
                <summary class="panel-sent__name">"Changes since the previous call"</summary>
                <Difference comparison=comparison />
            </details>
        }
    });
    view! {
        <details class="panel-sent__call" open=open data-testid="tool-call">
            <summary class="panel-sent__name panel-call__name">
                <code>{call.tool}</code>
                {render_state(call.state)}
                {call.sample.then(|| view! { <Tag tone=Tone::Warning>"SAMPLE"</Tag> })}
            </summary>
            <p class="muted small num">
                {facts} " · " <RelativeTime at=call.started_at />
            </p>
            {call.error.map(|error| view! { <p class="panel-call__error" dir="auto">{error}</p> })}
            <h3 class="panel-prompt__field">"Arguments"</h3>
            {data(arguments)}
            {result}
            {difference}
            <p class="muted small" title=call.definition_hash>
                "Definition " <code>{hash}</code>
            </p>
        </details>
    }
}

/// The state of a call as a chip.
pub(super) fn render_state(state: ToolCallState) -> AnyView {
    let status = match state {
        ToolCallState::Sent => Status::Running,
        ToolCallState::Answered => Status::Completed,
        ToolCallState::Failed => Status::Failed,
        // It is no state of a step: it never left.
        ToolCallState::Refused => {
            return view! {
                <Tag tone=Tone::Bad icon=Icon::Lock>
                    "Not called"
                </Tag>
            }
            .into_any();
        }
    };
    view! { <StatusChip status=status /> }.into_any()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::{id::ToolCallId, mcp::call::ToolCallState, time::Timestamp};

    use super::*;
    use crate::sample;

    fn call(attempt: i32, title: Option<&str>) -> ToolCallView {
        ToolCallView {
            id: ToolCallId(sample::job(1).0),
            job_id: sample::job(1),
            node_id: "fetch".into(),
            attempt,
            tool: "github.getIssue".to_owned(),
            definition_hash: "ab".repeat(32),
            arguments: json!({ "number": 7 }).as_object().unwrap().clone(),
            state: title.map_or(ToolCallState::Failed, |_| ToolCallState::Answered),
            result: title.map(|title| json!({ "title": title })),
            error: title.is_none().then(|| "No such issue.".to_owned()),
            call_id: None,
            turn: None,
            child: None,
            is_long: false,
            started_at: Timestamp(1_000),
            ended_at: Some(Timestamp(1_340)),
            cost: Some(31_000),
            sample: true,
        }
    }

    #[test]
    fn a_call_is_compared_with_the_last_one_that_was_answered() {
        let (last, failed, first) = (call(3, Some("Chai")), call(2, None), call(1, Some("Tea")));
        let earlier = [failed.clone(), first.clone()];

        assert_eq!(find_before(&earlier, &last), Some(&first));
        let Some(Comparison::Json { changes }) = difference(Some(&first), &last) else {
            unreachable!("two results can be compared")
        };
        let paths: Vec<_> = changes.into_iter().map(|change| change.path).collect();
        assert_eq!(paths, ["result.title"]);
        assert_eq!(difference(Some(&first), &failed), None);
        assert_eq!(difference(None, &last), None);
    }

    #[test]
    fn a_call_says_how_long_it_took_and_what_it_cost() {
        assert_eq!(facts(&call(2, None)), "attempt 2 · 0.3 s · $0.031");
        let in_round = ToolCallView { node_id: "fetch@each[1]".into(), ..call(1, None) };
        assert!(facts(&in_round).starts_with("round 2 · attempt 1"), "{}", facts(&in_round));
    }
}

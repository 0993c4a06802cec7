//! What a node is told: its calls as they were sent, for each item and attempt, and beneath the texts as
//! they were drawn, their references as marks.

use std::collections::BTreeSet;

use api::{ApiError, executions::load_sent};
use diagram::workflow::reference_name;
use leptos::{prelude::*, task::spawn_local};
use model::{
    api::executions::SentRow,
    execution::{
        state::JobStatus,
        view::{ExecutionView, JobView, NodeView},
    },
    id::{JobId, NodeId},
    workflow::Workflow,
};
use serde_json::Value;
use ui::skeleton::{Skeleton, SkeletonShape};

use crate::{
    edit::texts,
    outputs::{FIRST_SHOWN, ShowMore},
    reviews::data_or,
    rounds::{number_of, rounds_of},
    store::ExecutionStore,
    values::render_failure,
};

/// A piece of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Words(String),
    Reference(String),
}

/// What a node's calls were made with, and the texts of its configuration.
#[component]
pub fn Prompt(
    store: ExecutionStore,
    /// The node in the panel; its texts are those of the step as it was drawn.
    node: Memo<Option<NodeView>>,
) -> impl IntoView {
    let texts = Memo::new(move |_| {
        let id = node.with(|node| node.as_ref().map(|node| node.id.in_round("")));
        id.map(|id| store.workflow.with(|workflow| words_of(workflow, &id))).unwrap_or_default()
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

/// The fields of a call that are shown, in this order, each with its name on the screen.
const FIELDS: [(&str, &str); 8] = [
    ("tool", "Tool"),
    ("arguments", "Arguments"),
    ("system_prompt", "System prompt"),
    ("prompt", "Prompt"),
    ("style", "Style"),
    ("method", "Method"),
    ("url", "URL"),
    ("body", "Body"),
];

/// The calls of a step: of one that lies in a loop by its rounds, the newest first, each loaded when
/// it is opened.
#[component]
pub(super) fn AllSent(store: ExecutionStore, node: Memo<Option<NodeView>>) -> impl IntoView {
    let rounds = Memo::new(move |_| {
        let calls = |node: &NodeView| store.view.with(|view| rounds_with_calls(view, &node.id));
        node.with(|node| node.as_ref().filter(|node| !node.is_real()).map(calls))
            .unwrap_or_default()
    });
    let most = RwSignal::new(FIRST_SHOWN);
    let is_more = Memo::new(move |_| rounds.read().len() > most.get());
    // What is called while the page is open does not push away what is read.
    let newest = StoredValue::new(rounds.with_untracked(|rounds| rounds.first().cloned()));
    let is_newest = move |id: &NodeId| newest.with_value(|newest| newest.as_ref() == Some(id));
    let shown = move || rounds.get().into_iter().take(most.get()).collect::<Vec<_>>();
    view! {
        <Show
            when=move || !rounds.read().is_empty()
            fallback=move || view! { <Sent store=store node=node /> }
        >
            <For
                each=shown
                key=|id| id.clone()
                let:id
            >
                <Round store=store open=is_newest(&id) id=id />
            </For>
            <ShowMore when=is_more most=most />
        </Show>
    }
}

/// The rounds of a drawn step that have called, the newest first.
fn rounds_with_calls(view: &ExecutionView, drawn: &NodeId) -> Vec<NodeId> {
    let called = |node: &&NodeView| node.jobs.iter().any(|job| job.attempt > 0);
    let mut ids: Vec<_> =
        rounds_of(view, drawn.as_str()).filter(called).map(|node| node.id.clone()).collect();
    ids.reverse();
    ids
}

/// The calls of one round, loaded when they are to be seen.
#[component]
fn Round(store: ExecutionStore, id: NodeId, open: bool) -> impl IntoView {
    let name = format!("Round {}", number_of(&id));
    let node = store.node(Signal::stored(Some(id)));
    let seen = RwSignal::new(open);
    // Closed again it keeps what it has.
    let toggle = move |_| {
        if !seen.get_untracked() {
            seen.set(true);
        }
    };
    view! {
        <details class="panel-sent__call panel-sent__round" open=open on:toggle=toggle>
            <summary class="panel-sent__name num">{name}</summary>
            <Show when=move || seen.get()>
                <Sent store=store node=node />
            </Show>
        </details>
    }
}

/// The calls of a node; nothing while none has left.
#[component]
fn Sent(store: ExecutionStore, node: Memo<Option<NodeView>>) -> impl IntoView {
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
            let last = rows.len().saturating_sub(1);
            names(&rows)
                .into_iter()
                .zip(rows)
                .enumerate()
                .map(|(at, (name, row))| view! { <Call name=name row=row open=at == last /> })
                .collect_view()
                .into_any()
        }
        Err(error) => render_failure("Couldn't load what was sent. ", error),
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

/// The names of calls: by item where there are several, and by run where one was made again.
fn names(rows: &[SentRow]) -> Vec<String> {
    let several = rows.iter().any(|row| row.item > 0);
    let jobs: BTreeSet<(i32, JobId)> = rows.iter().map(|row| (row.item, row.job_id)).collect();
    // Ids grow with time: of one item the job of an earlier run comes first.
    let run = |row: &SentRow| {
        jobs.iter().filter(|(item, job)| *item == row.item && *job <= row.job_id).count()
    };
    let is_again = rows.iter().any(|row| run(row) > 1);
    let name = |row: &SentRow| {
        let item = several.then(|| format!("item {}", row.item + 1));
        let run = is_again.then(|| format!("run {}", run(row)));
        let parts = [item, run, Some(format!("attempt {}", row.attempt))];
        let name = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        name.get(..1).map_or(String::new(), str::to_uppercase) + name.get(1..).unwrap_or_default()
    };
    rows.iter().map(name).collect()
}

#[component]
fn Call(name: String, row: SentRow, open: bool) -> impl IntoView {
    let text = |(name, text): (&'static str, String)| {
        let words = |text: String| {
            view! {
                <p class="panel-prompt__text" dir="auto">
                    {text}
                </p>
            }
            .into_any()
        };
        view! {
            <h3 class="panel-prompt__field">{name}</h3>
            {data_or(text, words)}
        }
    };
    view! {
        <details class="panel-sent__call" open=open>
            <summary class="panel-sent__name num">{name}</summary>
            {call_fields(&row.input).into_iter().map(text).collect_view()}
        </details>
    }
}

/// The fields of a call that are shown, with their texts; empty ones are left out.
fn call_fields(input: &Value) -> Vec<(&'static str, String)> {
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => (!text.trim().is_empty()).then(|| text.clone()),
        other => Some(format!("{other:#}")),
    };
    let one = |(key, name): (&str, &'static str)| Some((name, text(input.get(key)?)?));
    FIELDS.into_iter().filter_map(one).collect()
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

#[cfg(test)]
mod sent_tests {
    use serde_json::json;

    use super::*;
    use crate::sample;

    #[test]
    fn calls_are_named_by_run_only_where_something_was_made_again() {
        let row = |job: u8, item, attempt| SentRow {
            job_id: sample::job(job),
            item,
            attempt,
            input: Value::Null,
        };

        assert_eq!(names(&[row(1, 0, 1), row(1, 0, 2)]), ["Attempt 1", "Attempt 2"]);
        assert_eq!(
            names(&[row(1, 0, 1), row(2, 1, 1)]),
            ["Item 1, attempt 1", "Item 2, attempt 1"]
        );
        let again = [row(1, 0, 1), row(3, 0, 1), row(2, 1, 1)];
        let told =
            ["Item 1, run 1, attempt 1", "Item 1, run 2, attempt 1", "Item 2, run 1, attempt 1"];
        assert_eq!(names(&again), told);
    }

    #[test]
    fn rounds_that_have_called_are_told_the_newest_first() {
        let mut view = sample::looped();
        let ids = |view: &ExecutionView| {
            let ids = rounds_with_calls(view, &"copy".into());
            ids.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert!(ids(&view).is_empty(), "nothing has left yet");

        for job in view.nodes.iter_mut().flat_map(|node| &mut node.jobs) {
            job.attempt = 1;
        }

        assert_eq!(ids(&view), ["copy@each[1]", "copy@each[0]"]);
    }

    #[test]
    fn prompts_are_told_as_they_were_sent_and_settings_are_not() {
        let input = json!({"prompt": "A line on tea", "system_prompt": " ", "seed": "7"});
        let call = json!({"method": "POST", "url": "https://a.example/", "body": {"a": 1}});

        assert_eq!(call_fields(&input), [("Prompt", "A line on tea".to_owned())]);
        let names: Vec<_> = call_fields(&call).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["Method", "URL", "Body"]);
    }
}

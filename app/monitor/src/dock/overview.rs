//! The execution in short: how far it is, what works now, what it used, and who launched it with
//! which parameters. What the header says is not said again.

use std::collections::BTreeMap;

use frame::layout::session::use_session;
use leptos::prelude::*;
use model::{
    api::executions::BroughtAlong,
    execution::{
        state::{ExecutionStatus, JobStatus, NodeStatus},
        view::{Bill, ExecutionView, JobView, NodeView},
    },
    id::NodeId,
    nodes::Work,
    pages::MonitorPage,
    time::Timestamp,
    workflow::{Node, Workflow},
};
use serde_json::Value;
use ui::{
    badge::StatusChip,
    format::{duration, grouped, money, money_of, pluralize},
    relative_time::RelativeTime,
    status::Status,
};
use web::routes;

use super::links::BroughtDocuments;
use crate::files::BroughtFiles;
use crate::{
    cost::{count_up, whole_bill},
    rounds::node_name,
    shown::trouble::broken,
    status::status_of,
    store::ExecutionStore,
    values::{launch_parameters, launched_value},
};

/// Steps that are named when several work at once.
const MOST_NOW: usize = 5;

/// The first tab of the dock: progress, use, launch and parameters.
#[component]
pub fn Overview(store: ExecutionStore) -> impl IntoView {
    let parameters = store.page.with_value(launch_parameters);
    let count = pluralize(parameters.len() as u64, "input", "inputs");
    let context = store.page.with_value(|page| page.launch_context.listed());
    view! {
        <div class="overview">
            <Part id="overview-now" title="Progress">
                <Progress store=store />
            </Part>
            <Part id="overview-used" title="Usage">
                <Used store=store />
            </Part>
            <Part id="overview-launch" title="Launch">
                <Launch store=store />
            </Part>
            <Values id="overview-inputs" title=count values=parameters />
            <Values id="overview-context" title="Launch context" values=context />
        </div>
    }
}

#[component]
fn Part(id: &'static str, #[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <section aria-labelledby=id>
            <h2 class="overview__title" id=id>
                {title}
            </h2>
            {children()}
        </section>
    }
}

#[component]
fn Fact(name: &'static str, children: Children) -> impl IntoView {
    view! {
        <div class="facts__row">
            <dt>{name}</dt>
            <dd class="num">{children()}</dd>
        </div>
    }
}

/// One step that works, waits or has to be seen to now.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Current {
    id: NodeId,
    words: String,
    status: Status,
}

#[component]
fn Progress(store: ExecutionStore) -> impl IntoView {
    let steps = Memo::new(move |_| store.view.with(steps_done));
    let now = Memo::new(move |_| current(&store.view.read(), &store.workflow.read()));
    let open = Memo::new(move |_| store.view.read().ended_at.is_none());
    let left = move || {
        store.page.with_value(|page| {
            let view = store.view.read();
            left_words(time_left(&view, &page.workflow, &page.usual_ms, store.now.get()))
        })
    };
    let beyond = move || {
        let more = now.read().len().saturating_sub(MOST_NOW);
        (more > 0).then(|| view! { <li class="muted">{format!("and {more} more")}</li> })
    };
    let one = move |current: Current| {
        let id = current.id;
        view! {
            <li class="overview__step">
                <button type="button" class="link clip" on:click=move |_| store.go_to(Some(id.clone()))>
                    {current.words}
                </button>
                <StatusChip status=current.status />
            </li>
        }
    };
    view! {
        <dl class="facts">
            <Fact name="Steps done">{move || steps.get()}</Fact>
            <Show when=move || open.get()>
                <Fact name="Time left">{left}</Fact>
            </Show>
        </dl>
        <Show when=move || !now.read().is_empty()>
            <ul class="overview__now" aria-label="Now">
                <For
                    each=move || now.get().into_iter().take(MOST_NOW)
                    key=|now| (now.id.clone(), now.words.clone(), now.status.key())
                    children=one
                />
                {beyond}
            </ul>
        </Show>
    }
}

/// `3 of 6`; a loop is one step however many rounds it has, and what failed or was stopped is not
/// done.
fn steps_done(view: &ExecutionView) -> String {
    let drawn = || view.nodes.iter().filter(|node| node.inside.is_none());
    let done = drawn().filter(|node| node.is_done()).count();
    format!("{done} of {}", drawn().count())
}

/// What failed while the rest goes on, then what works or keeps the execution waiting, each in the
/// order of the workflow.
fn current(view: &ExecutionView, workflow: &Workflow) -> Vec<Current> {
    use NodeStatus as S;
    let is_now =
        |node: &&NodeView| matches!(node.status, S::Running | S::Waiting | S::AwaitingReview);
    let nodes = view.nodes.iter().filter(|node| node.is_real()).filter(is_now);
    let one = |node: &NodeView| Current {
        id: node.id.clone(),
        words: words_of(node),
        status: status_of(node, view.status),
    };
    match view.status {
        ExecutionStatus::Running | ExecutionStatus::Paused => {
            broken(view, workflow).into_iter().chain(nodes).map(one).collect()
        }
        ExecutionStatus::Pending
        | ExecutionStatus::Completed
        | ExecutionStatus::Failed
        | ExecutionStatus::Stopped => vec![],
    }
}

/// `Write headlines`, `Write headlines, round 2`, `Write headlines 3/10`.
fn words_of(node: &NodeView) -> String {
    let items = match node.items_done() {
        (_, 0 | 1) => String::new(),
        (done, all) => format!(" {done}/{all}"),
    };
    format!("{}{items}", node_name(node))
}

/// "about 48 s", "–" when nobody knows.
fn left_words(left: Option<u64>) -> String {
    match left {
        None => "–".to_owned(),
        Some(0..1_000) => "any moment now".to_owned(),
        Some(ms) => match ms.div_ceil(1_000) {
            seconds @ 0..60 => format!("about {seconds} s"),
            seconds => format!("about {}", duration(seconds * 1_000)),
        },
    }
}

#[component]
fn Used(store: ExecutionStore) -> impl IntoView {
    let bill = whole_bill(store);
    let past = Signal::derive(move || store.shown_at.read().is_some());
    let tokens = move |of: fn(Bill) -> i64| {
        let shown = count_up(Signal::derive(move || of(bill.get())), past);
        move || grouped(u64::try_from(shown.get()).unwrap_or_default())
    };
    let cost = count_up(Signal::derive(move || bill.get().cost_micros), past);
    let budget = Memo::new(move |_| store.view.read().budget_micros);
    let rest = move || match budget.get() {
        Some(budget) if bill.read().sample_calls > 0 => {
            format!("{}; sample calls don't count", money(budget))
        }
        Some(budget) => {
            let (left, budget) = money_of((budget - cost.get()).max(0), budget);
            format!("{left} of {budget}")
        }
        None => "No budget".to_owned(),
    };
    view! {
        <dl class="facts">
            <Fact name="Input tokens">{tokens(|bill| bill.input_tokens)}</Fact>
            <Fact name="Output tokens">{tokens(|bill| bill.output_tokens)}</Fact>
            <Fact name="Budget left">{rest}</Fact>
        </dl>
    }
}

#[component]
fn Launch(store: ExecutionStore) -> impl IntoView {
    let launched = Memo::new(move |_| store.view.read().launched_at);
    let by = store.page.with_value(|page| page.launched_by.clone());
    let workspace = use_session().map(|session| session.workspace());
    let template = store.page.with_value(|page| page.template_id.zip(workspace)).map(
        |(template, workspace)| {
            let words = store.page.with_value(template_words);
            let href = routes::template(workspace, template);
            view! {
                <Fact name="Workflow">
                    <a class="link" href=href>
                        {words}
                    </a>
                </Fact>
            }
        },
    );
    let BroughtAlong { documents, files } = store.page.with_value(|page| page.brought.clone());
    let documents = (!documents.is_empty()).then(|| {
        view! { <Fact name="Documents"><BroughtDocuments documents=documents /></Fact> }
    });
    let files = (!files.is_empty()).then(|| {
        view! { <Fact name="Files"><BroughtFiles execution=store.id() files=files /></Fact> }
    });
    view! {
        <dl class="facts">
            <Fact name="Launched">
                <RelativeTime at=launched />
            </Fact>
            {by.map(|by| view! { <Fact name="Launched by">{by}</Fact> })}
            {template}
            {documents}
            {files}
        </dl>
    }
}

/// `Summer campaign v3`; a draft has no version.
fn template_words(page: &MonitorPage) -> String {
    let version = page.template_version.map_or("draft".to_owned(), |version| format!("v{version}"));
    format!("{} {version}", page.workflow.name)
}

/// Values by name; nothing where there are none.
#[component]
fn Values(
    id: &'static str,
    #[prop(into)] title: String,
    values: Vec<(String, Value)>,
) -> impl IntoView {
    let row = |(name, value): (String, Value)| {
        view! {
            <div class="facts__row">
                <dt class="clip">{name}</dt>
                <dd>{launched_value(&value)}</dd>
            </div>
        }
    };
    (!values.is_empty()).then(|| {
        view! {
            <Part id=id title=title>
                <dl class="facts">{values.into_iter().map(row).collect_view()}</dl>
            </Part>
        }
    })
}

/// Milliseconds until the last node is done, along the slowest path of what is left; nothing when
/// the execution does not run, or when nothing is known of how long a node that is left takes.
pub fn time_left(
    view: &ExecutionView,
    workflow: &Workflow,
    usual_ms: &[(NodeId, i64)],
    now: Timestamp,
) -> Option<u64> {
    if view.status != ExecutionStatus::Running || usual_ms.is_empty() {
        return None;
    }
    let usual: BTreeMap<&NodeId, u64> =
        usual_ms.iter().map(|(id, ms)| (id, u64::try_from(*ms).unwrap_or(0))).collect();
    let at_once = u64::from(workflow.settings.concurrency.max(1));
    let mut before = BTreeMap::<&NodeId, Vec<&NodeId>>::new();
    for edge in &workflow.edges {
        before.entry(&edge.target).or_default().push(&edge.source);
    }
    let mut ends = BTreeMap::<&NodeId, u64>::new();
    // What lies in a loop is part of the time that the loop takes.
    let steps = view.nodes.iter().filter(|node| node.inside.is_none());
    // The view lists nodes in topological order, so every predecessor has its end already.
    for node in steps {
        let before = before.get(&node.id).into_iter().flatten();
        let begins = before.filter_map(|id| ends.get(id)).max().copied();
        let usual = usual.get(&node.id).copied();
        let is_timed = workflow.node(&node.id).is_some_and(takes_time);
        let takes = if is_timed { remaining(node, usual, at_once, now)? } else { 0 };
        ends.insert(&node.id, begins.unwrap_or(0) + takes);
    }
    ends.into_values().max()
}

/// Whether a step takes time; what has no job is decided in the transaction that settles what is
/// before it.
fn takes_time(step: &Node) -> bool {
    match step.data.config.work() {
        Work::Inline | Work::None => false,
        Work::Jobs | Work::Review | Work::Loop => true,
    }
}

/// Nothing when it takes time and nobody knows how much.
fn remaining(node: &NodeView, usual: Option<u64>, at_once: u64, now: Timestamp) -> Option<u64> {
    if node.status.is_settled() {
        return Some(0);
    }
    let usual = usual?;
    if let (Some(since), true) = (node.started_at, node.jobs.is_empty()) {
        // A loop, or a step that a person decides about: it has begun and has no items.
        return Some(usual.saturating_sub(now.ms_since(since)));
    }
    let in_hand = node.jobs.iter().filter_map(|job| in_hand(job, usual, now)).max().unwrap_or(0);
    let open = node.jobs.iter().filter(|job| job.status == JobStatus::Pending).count();
    let open = if node.jobs.is_empty() { 1 } else { u64::try_from(open).unwrap_or(u64::MAX) };
    Some(in_hand + open.div_ceil(at_once).saturating_mul(usual))
}

fn in_hand(job: &JobView, usual: u64, now: Timestamp) -> Option<u64> {
    let since = job.started_at.filter(|_| job.status == JobStatus::Running)?;
    Some(usual.saturating_sub(now.ms_since(since)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn time_left_is_rounded_up_to_seconds_and_never_zero() {
        assert_eq!(left_words(None), "–");
        assert_eq!(left_words(Some(300)), "any moment now");
        assert_eq!(left_words(Some(4_200)), "about 5 s");
        assert_eq!(left_words(Some(71_200)), "about 1 min 12 s");
    }

    #[test]
    fn what_works_now_is_named_with_its_items() {
        let (running, completed) = (sample::running(), sample::completed());
        let now = current(&running.view, &running.workflow);
        let words: Vec<_> = now.into_iter().map(|now| now.words).collect();

        assert_eq!(steps_done(&running.view), "1 of 4");
        assert_eq!(words, ["Write headlines 1/2", "Make creatives 0/2"]);
        assert_eq!(current(&completed.view, &completed.workflow), []);
        assert_eq!(steps_done(&completed.view), "4 of 4");
    }

    #[test]
    fn what_failed_while_the_rest_goes_on_is_named_first_and_is_not_done() {
        let page = sample::failing();
        let now = current(&page.view, &page.workflow);
        let now: Vec<_> = now.iter().map(|now| (now.id.as_str(), now.status)).collect();

        assert_eq!(now, [("image", Status::Failed), ("copy", Status::Running)]);
        assert_eq!(steps_done(&page.view), "1 of 4");
        assert_eq!(steps_done(&sample::failed().view), "2 of 4");
    }

    #[test]
    fn a_round_is_named_by_its_number_and_its_loop_is_one_step() {
        let view = sample::looped();
        let ready = view.node(&"copy@each[1]".into()).map(words_of);

        assert_eq!(ready.as_deref(), Some("Copy, round 2"));
        assert_eq!(steps_done(&view), "0 of 1");
    }
}

#[cfg(test)]
mod estimate_tests {
    use super::*;
    use crate::sample;

    fn usual() -> Vec<(NodeId, i64)> {
        vec![("copy".into(), 10_000), ("image".into(), 30_000), ("attach".into(), 1_000)]
    }

    #[test]
    fn the_slowest_path_that_is_left_counts() {
        let page = sample::running();
        let now = sample::instant(12_000);

        // The pictures began at 2 s: 20 s are left of them, then 1 s for attaching.
        assert_eq!(time_left(&page.view, &page.workflow, &usual(), now), Some(21_000));
    }

    #[test]
    fn what_takes_longer_than_usual_is_about_to_end() {
        let page = sample::running();

        let left = time_left(&page.view, &page.workflow, &usual(), sample::instant(90_000));

        assert_eq!(left, Some(1_000));
    }

    #[test]
    fn a_loop_takes_what_it_usually_takes_as_a_whole() {
        let view = sample::looped();
        let workflow: Workflow = serde_json::from_value(serde_json::json!({
            "name": "Loop", "edges": [], "nodes": [
                {"id": "each", "type": "for_each", "position": {"x": 0, "y": 0}, "data": {"config": {}}},
                {"id": "copy", "type": "generate_copy", "parentId": "each",
                 "position": {"x": 0, "y": 0}, "data": {"config": {"prompt": "A line"}}}],
        }))
        .unwrap_or_default();
        let began = view.node(&"each".into()).and_then(|each| each.started_at);
        let now = began.map_or(Timestamp(0), |began| began.plus_ms(4_000));

        let left = time_left(&view, &workflow, &[("each".into(), 10_000)], now);

        assert_eq!(left, Some(if began.is_some() { 6_000 } else { 10_000 }));
    }

    #[test]
    fn without_history_there_is_no_estimate() {
        let page = sample::running();
        let now = sample::instant(12_000);

        assert_eq!(time_left(&page.view, &page.workflow, &[], now), None);
        assert_eq!(time_left(&page.view, &page.workflow, &usual()[..1], now), None);
    }

    #[test]
    fn what_is_over_takes_no_more_time() {
        let page = sample::completed();

        assert_eq!(time_left(&page.view, &page.workflow, &usual(), sample::instant(99_000)), None);
    }
}

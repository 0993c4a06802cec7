//! The tabs of the panel that show a node in a test run, and the list of test runs.

use leptos::{prelude::*, task::spawn_local};
use model::{execution::run_scope::RunScope, id::NodeId};
use monitor::{
    Attempts, ExecutionStore, Failed, Input, NodeActions, NodeDecision, Output, status_of,
};
use ui::{
    badge::StatusChip,
    button::{Button, ButtonSize},
    empty::EmptyState,
    icon::Icon,
    toast::{ToastKind, use_toasts},
};

use crate::store::{TestRun, TestRunState};

/// The buttons that request a test run of the node alone, up to it, or from it on.
#[component]
fn Try(test_run: TestRunState, node: Signal<NodeId>) -> impl IntoView {
    let ask = move |part: fn(NodeId) -> RunScope| {
        move |()| test_run.requested.set(Some(part(node.get_untracked())))
    };
    view! {
        <div class="config__try" role="group" aria-label="Test">
            <Button size=ButtonSize::Small icon=Icon::FlaskConical on_press=ask(RunScope::Only)>
                "Test this step"
            </Button>
            <Button size=ButtonSize::Small icon=Icon::Flag on_press=ask(RunScope::UpTo)>
                "Test up to here"
            </Button>
            <Button size=ButtonSize::Small icon=Icon::Play on_press=ask(RunScope::From)>
                "Test from here"
            </Button>
        </div>
    }
}

/// The output of the node in the test run that is shown.
#[component]
pub fn TestOutput(
    /// The handle of test runs.
    test_run: TestRunState,
    /// The node that the panel is about.
    #[prop(into)]
    node: Signal<NodeId>,
    /// Whether the person may start a test run.
    #[prop(into)]
    editable: Signal<bool>,
) -> impl IntoView {
    let body = move || match test_run.shown.get() {
        Some(store) => view! { <Ran store=store node=node /> }.into_any(),
        None => view! {
            <EmptyState
                icon=Icon::FlaskConical
                title="Not tested yet"
                text="Test this step to see its output here."
            />
        }
        .into_any(),
    };
    view! {
        <Show when=move || editable.get()>
            <Try test_run=test_run node=node />
        </Show>
        {body}
    }
    .into_any()
}

/// The input of the node in the test run that is shown; nothing if the node was not part of it.
#[component]
pub fn TestInput(
    /// The handle of test runs.
    test_run: TestRunState,
    /// The node that the panel is about.
    #[prop(into)]
    node: Signal<NodeId>,
    /// Called with the step whose whole output is to be shown.
    #[prop(into)]
    on_source: Callback<NodeId>,
) -> impl IntoView {
    let ran = Memo::new(move |_| {
        let ran = |store: ExecutionStore| store.view.with(|view| view.node(&node.read()).is_some());
        test_run.shown.get().is_some_and(ran)
    });
    let input = move || {
        let store = test_run.shown.get().filter(|_| ran.get())?;
        Some(view! {
            <h3 class="config__heading">"In this test run"</h3>
            <Input store=store node=node on_source=on_source />
        })
    };
    view! { {input} }.into_any()
}

#[component]
fn Ran(store: ExecutionStore, node: Signal<NodeId>) -> impl IntoView {
    let of = store.node(Signal::derive(move || Some(node.get())));
    let status = Memo::new(move |_| {
        let execution = store.view.with(|view| view.status);
        of.with(|node| node.as_ref().map(|node| status_of(node, execution)))
    });
    let taken = Memo::new(move |_| of.with(|node| node.as_ref()?.reused_from));
    // The dock says why the test run failed.
    let told = Signal::derive(move || store.view.read().error.clone());
    let words = move || {
        let from = taken.get()?;
        Some(if from == store.id() {
            "Entered by hand. The step didn't run."
        } else {
            "Reused from an earlier test run. The step didn't run."
        })
    };
    view! {
        <Show
            when=move || status.get().is_some()
            fallback=|| view! { <p class="panel-empty muted">"This step is newer than the test run."</p> }
        >
            <p class="config__status">
                <StatusChip status=Signal::derive(move || status.get().unwrap_or_default()) />
            </p>
            {move || words().map(|words| view! { <p class="small muted">{words}</p> })}
            <NodeDecision store=store node=of />
            <Failed node=of told=told />
            <NodeActions store=store node=of />
            <Output store=store node=of />
        </Show>
    }
    .into_any()
}

/// The test runs of this visit, and the attempts of the node in the one that is shown.
#[component]
pub fn TestRuns(
    /// The handle of test runs.
    test_run: TestRunState,
    /// The node that the panel is about.
    #[prop(into)]
    node: Signal<NodeId>,
) -> impl IntoView {
    let attempts = move || {
        test_run.shown.get().map(|store| {
            let of = store.node(Signal::derive(move || Some(node.get())));
            view! {
                <h3 class="config__heading">"Attempts in this test run"</h3>
                <Attempts store=store node=of />
            }
        })
    };
    let none = move || test_run.past.read().is_empty();
    view! {
        {attempts}
        <h3 class="config__heading">"Recent test runs"</h3>
        <ul class="test-runs">
            <For each=move || test_run.past.get() key=|run| run.id let:run>
                <PastRow test_run=test_run run=run />
            </For>
        </ul>
        <Show when=none>
            <p class="panel-empty muted">"No test runs yet."</p>
        </Show>
    }
    .into_any()
}

#[component]
fn PastRow(test_run: TestRunState, run: TestRun) -> impl IntoView {
    let toasts = use_toasts();
    let id = run.id;
    let is_shown = move || test_run.shown.with(|shown| shown.is_some_and(|shown| shown.id() == id));
    let show = move |_| {
        spawn_local(async move {
            if let Err(problem) = test_run.show(id).await {
                toasts.show(ToastKind::Failed, problem);
            }
        });
    };
    view! {
        <li>
            <button
                type="button"
                class="output-versions__row"
                aria-pressed=move || if is_shown() { "true" } else { "false" }
                on:click=show
            >
                <span class="output-versions__number num">{format!("#{}", run.number)}</span>
                <span class="clip">{run.what}</span>
            </button>
        </li>
    }
    .into_any()
}

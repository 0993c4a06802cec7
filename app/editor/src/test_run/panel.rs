//! What is shown of a test run: the tabs of the panel, the list of test runs, and the dock with
//! progress, cost and controls.

use leptos::{prelude::*, task::spawn_local};
use model::{
    execution::run_scope::RunScope,
    id::{NodeId, WorkspaceId},
};
use monitor::{
    Attempts, BillMeter, Controls, ExecutionStore, Failed, Input, NodeActions, NodeDecision,
    Output, follow_execution, status_of, view_status, whole_bill,
};
use ui::{
    badge::StatusChip,
    button::{Button, ButtonLook, ButtonSize, LinkButton},
    empty::EmptyState,
    icon::{Glyph, Icon},
    progress::ProgressBar,
    status::Status,
    toast::{ToastKind, use_toasts},
};
use web::routes;

use crate::store::{Editor, TestRun, TestRunState};

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
    #[prop(into)] node: Signal<NodeId>,
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
    #[prop(into)] node: Signal<NodeId>,
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
    #[prop(into)] node: Signal<NodeId>,
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

/// The bar under the canvas while a test run is shown.
#[component]
pub fn RunDock(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// The editor whose test run is shown.
    editor: Editor,
) -> impl IntoView {
    let shown = editor.test_run.shown;
    move || {
        shown.get().map(|store| view! { <Shown workspace=workspace editor=editor store=store /> })
    }
}

#[component]
fn Shown(workspace: WorkspaceId, editor: Editor, store: ExecutionStore) -> impl IntoView {
    // The run is followed live for as long as the dock is shown.
    follow_execution(store);
    let number = store.page.with_value(|page| page.number);
    let status = Memo::new(move |_| view_status(&store.view.read()));
    let percent = Memo::new(move |_| store.view.read().progress_percent());
    let bill = whole_bill(store);
    let budget = Memo::new(move |_| store.view.read().budget_micros);
    let now = Memo::new(move |_| store.view.read().current_node().map(|node| node.label.clone()));
    let error = Memo::new(move |_| store.view.read().error.clone());
    let open =
        move || !matches!(status.get(), Status::Completed | Status::Stopped | Status::Failed);
    let detail = Signal::derive(move || open().then(|| format!("{}%", percent.get())));
    Effect::new(move |before: Option<Status>| {
        let status = status.get();
        if before.is_some_and(|before| before != status) {
            editor.notices.say(format!("Test run #{number}: {}", status.word()));
        }
        status
    });
    view! {
        <section class="run-dock" aria-label="Test run" translate="no" data-state=move || status.get().key()>
            <div class="run-dock__line">
                <p class="run-dock__title num">
                    <Glyph icon=Icon::FlaskConical size=16 />
                    {format!("Test run #{number}")}
                </p>
                <StatusChip status=status detail=detail />
                {move || now.get().map(|now| view! { <span class="small muted clip">"Now: " {now}</span> })}
                <span class="spring"></span>
                <BillMeter bill=bill budget=budget />
                <Controls store=store />
                <LinkButton href=routes::execution(workspace, store.id()) size=ButtonSize::Small>
                    "Open run"
                </LinkButton>
                <Button
                    look=ButtonLook::Ghost
                    icon=Icon::X
                    size=ButtonSize::Small
                    on_press=move |()| editor.test_run.clear()
                >
                    "Clear result"
                </Button>
            </div>
            <ProgressBar
                percent=Signal::derive(move || Some(f64::from(percent.get())))
                label="Test run progress"
            />
            {move || error.get().map(|error| view! { <p class="run-dock__error small">{error}</p> })}
        </section>
    }
    .into_any()
}

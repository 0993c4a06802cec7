//! Why it does not go on, what ends that or can be done about it, and the way to it.

use leptos::prelude::*;
use model::{
    execution::{
        state::{Action, ExecutionStatus, Hold, MOST_EVENTS, PauseReason},
        view::{ExecutionView, NodeView},
    },
    graph,
    id::NodeId,
    workflow::{OnError, Workflow},
};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    dialog::ConfirmDialog,
    format::{minute, pluralize},
    icon::{Glyph, Icon},
};
use web::client::clock::{Zone, use_zone};

use crate::{
    controls::{Sender, count_running_items},
    node_actions::{is_kept, retry_words, run_words, skip_words},
    rounds::node_name,
    store::ExecutionStore,
};

/// What made an execution fail, or will when the rest of it has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fault {
    words: String,
    advice: &'static str,
    node: Option<NodeId>,
    /// Whether the step can be tried again, and whether it can be left out.
    retry: bool,
    skip: bool,
}

/// Steps that failed for good while the rest goes on; what the workflow is drawn to go on after is
/// none.
pub fn broken<'a>(view: &'a ExecutionView, workflow: &Workflow) -> Vec<&'a NodeView> {
    let is_broken = |node: &&NodeView| node.is_real() && !is_let_go(view, workflow, node);
    if view.status.is_over() {
        vec![]
    } else {
        // What can be skipped has stopped something, also where a retry would be in vain.
        view.failed_to(workflow, Action::SkipNode).into_iter().filter(is_broken).collect()
    }
}

/// Whether a loop around the step goes on without the round in which it failed.
fn is_let_go(view: &ExecutionView, workflow: &Workflow, node: &NodeView) -> bool {
    let owner = node.inside.as_ref().and_then(|id| view.node(id));
    owner.is_some_and(|owner| {
        let goes_on = graph::on_error(workflow, &owner.id.in_round("")) != OnError::Fail;
        goes_on || is_let_go(view, workflow, owner)
    })
}

/// Where it failed, and why: as it was told when it ended, until then the first that is known.
fn failed_at<'a>(
    view: &'a ExecutionView,
    workflow: &Workflow,
) -> Option<(Option<&'a NodeView>, String)> {
    if let Some(error) = &view.error {
        return Some((view.failed_node.as_ref().and_then(|id| view.node(id)), error.clone()));
    }
    let node = broken(view, workflow).into_iter().next()?;
    Some((Some(node), node.failure.as_ref()?.message.clone()))
}

/// The error with the name of the step, with which the engine's words may begin already.
fn named(node: Option<&NodeView>, error: String) -> String {
    let Some(node) = node else { return error };
    let name = format!("{}: ", node_name(node));
    if error.starts_with(&name) { error } else { format!("{name}{error}") }
}

/// What the banner says of a failure; none where there is no banner.
pub fn fault_words(view: &ExecutionView, workflow: &Workflow) -> Option<String> {
    failed_at(view, workflow).map(|(node, error)| named(node, error))
}

fn fault(
    view: &ExecutionView,
    workflow: &Workflow,
    may: impl Fn(&NodeView, Action) -> bool,
) -> Option<Fault> {
    let (node, error) = failed_at(view, workflow)?;
    let failure = node.and_then(|node| node.failure.as_ref());
    let in_vain = node.and_then(|node| view.why_not_to(node, workflow, Action::RetryNode));
    let may = |action| node.is_some_and(|node| may(node, action));
    Some(Fault {
        words: named(node, error),
        advice: in_vain
            .or_else(|| failure.map(|failure| failure.advice()))
            .unwrap_or("Start a new run."),
        node: node.map(|node| node.id.clone()),
        retry: may(Action::RetryNode),
        skip: may(Action::SkipNode),
    })
}

/// Why it does not go on, and the way to where it can be mended.
#[component]
pub fn Trouble(store: ExecutionStore) -> impl IntoView {
    view! {
        <FaultBanner store=store />
        <HeldBanner store=store />
        <FillingBanner store=store />
    }
}

/// That an execution will be stopped soon because of the length of its history.
fn filling_words(view: &ExecutionView) -> Option<String> {
    match view.seq * 100 / MOST_EVENTS {
        _ if view.status.is_over() => None,
        100.. => {
            Some("The run's history is full. It stops at the next step; results are kept.".into())
        }
        used @ 80.. => Some(format!(
            "{used}% of the run's history is used. When it is full, the run stops; results are kept."
        )),
        _ => None,
    }
}

#[component]
fn FillingBanner(store: ExecutionStore) -> impl IntoView {
    let words = Memo::new(move |_| filling_words(&store.view.read()));
    let banner = |words: String| {
        view! {
            <div class="monitor__trouble" data-state="paused" role="status">
                <Glyph icon=Icon::TriangleAlert size=18 />
                <p translate="no">{words}</p>
            </div>
        }
    };
    move || words.get().map(banner)
}

/// Names the step that failed, why, and what can be done.
#[component]
fn FaultBanner(store: ExecutionStore) -> impl IntoView {
    let sender = Sender::new(store);
    let (skipping, retrying) = (RwSignal::new(false), RwSignal::new(false));
    let fault = Memo::new(move |_| {
        let (view, workflow) = (store.view.read(), store.workflow.read());
        let controls = store.controls();
        let may = |node: &NodeView, action| {
            let fits = controls && view.why_not_to(node, &workflow, action).is_none();
            let overrides_node = action == Action::SkipNode;
            fits && !(overrides_node && is_kept(store, &view, &workflow, &node.id))
        };
        fault(&view, &workflow, may)
    });
    let node = move || fault.with_untracked(|fault| fault.as_ref()?.node.clone());
    let ask = move |question: RwSignal<bool>| {
        sender.looks_at(node());
        question.set(true);
    };
    let banner = move |fault: Fault| {
        let Fault { words, advice, node: failed, retry: may_retry, skip: may_skip } = fault;
        let there = failed.is_some();
        view! {
            <div class="monitor__trouble" data-state="failed" role="status">
                <Glyph icon=Icon::CircleX size=18 />
                <div class="monitor__fault">
                    <p translate="no">{words}</p>
                    <p class="small" translate="no">
                        {advice}
                    </p>
                </div>
                <Show when=move || there>
                    <Button
                        size=ButtonSize::Small
                        icon=Icon::ArrowRight
                        on_press=move |()| store.go_to(node())
                    >
                        "Go to failed step"
                    </Button>
                </Show>
                <Show when=move || may_skip>
                    <Button
                        size=ButtonSize::Small
                        icon=Icon::SkipForward
                        on_press=move |()| ask(skipping)
                    >
                        "Skip…"
                    </Button>
                </Show>
                <Show when=move || may_retry>
                    <Button
                        size=ButtonSize::Small
                        look=ButtonLook::Primary
                        icon=Icon::RotateCcw
                        busy=sender.is_busy(Action::RetryNode)
                        on_press=move |()| ask(retrying)
                    >
                        "Retry"
                    </Button>
                </Show>
            </div>
        }
    };
    view! {
        {move || fault.get().map(banner)}
        <Show when=move || fault.read().is_some()>
            <Questions
                store=store
                fault=fault
                sender=sender
                skipping=skipping
                retrying=retrying
            />
        </Show>
    }
}

/// What is asked before something is done about the failed step.
#[component]
fn Questions(
    store: ExecutionStore,
    fault: Memo<Option<Fault>>,
    sender: Sender,
    skipping: RwSignal<bool>,
    retrying: RwSignal<bool>,
) -> impl IntoView {
    let with_failed = move |carry_out: fn(Sender, NodeId)| {
        if let Some(node) = fault.with_untracked(|fault| fault.as_ref()?.node.clone()) {
            store.look_at(node.clone());
            carry_out(sender, node);
        }
    };
    let skip = move |()| with_failed(Sender::skip);
    let retry = move |()| with_failed(Sender::retry);
    view! {
        <ConfirmDialog
            id="skip-failed"
            title="Skip this step?"
            text=words_of(skip_words, store, fault)
            verb="Skip"
            open=skipping
            on_confirm=skip
        />
        <ConfirmDialog
            id="retry-failed"
            title="Retry this step?"
            text=words_of(retry_words, store, fault)
            verb="Retry"
            look=ButtonLook::Primary
            open=retrying
            on_confirm=retry
        />
    }
}

/// What it means to do something about the failed step.
fn words_of(
    words: fn(&NodeView) -> String,
    store: ExecutionStore,
    fault: Memo<Option<Fault>>,
) -> Signal<String> {
    Signal::derive(move || {
        let id = fault.with(|fault| fault.as_ref()?.node.clone());
        let view = store.view.read();
        id.and_then(|id| view.node(&id)).map_or(String::new(), words)
    })
}

/// Why nothing goes on and what ends that; a decision has its own bar.
fn held_words(view: &ExecutionView, zone: Zone) -> Option<String> {
    if view.pause_reason == Some(PauseReason::Review) {
        return None;
    }
    let words = view.wait()?.to_text(|at| minute(at, zone));
    let finishing = match count_running_items(view) {
        0 => String::new(),
        jobs => format!(". {} in progress will finish first", pluralize(jobs, "item", "items")),
    };
    Some(format!("{words}{finishing}"))
}

/// The step that is held while the rest goes on, or before which everything is paused.
fn stopped_at(view: &ExecutionView) -> Option<&NodeView> {
    let at_breakpoint = |step: &&NodeView| step.hold == Some(Hold::Breakpoint);
    view.held_node().or_else(|| view.waiting_node().filter(at_breakpoint))
}

/// Why it does not go on; a step that is held can be looked at and run from here.
#[component]
pub fn HeldBanner(store: ExecutionStore) -> impl IntoView {
    let zone = use_zone();
    let held = Memo::new(move |_| held_words(&store.view.read(), zone.get()));
    let waits = move || store.view.read().status != ExecutionStatus::Paused;
    let (state, icon) = (
        move || if waits() { "queued" } else { "paused" },
        Signal::derive(move || if waits() { Icon::Clock } else { Icon::Pause }),
    );
    view! {
        <Show when=move || held.read().is_some()>
            <div class="monitor__trouble" data-state=state role="status">
                <Glyph icon=icon size=18 />
                <p translate="no">{move || held.get()}</p>
                <HeldActions store=store />
            </div>
        </Show>
    }
}

#[component]
fn HeldActions(store: ExecutionStore) -> impl IntoView {
    let (sender, asking) = (Sender::new(store), RwSignal::new(false));
    let step = Memo::new(move |_| store.view.with(|view| stopped_at(view).map(|s| s.id.clone())));
    let may_run = Memo::new(move |_| {
        let (view, workflow) = (store.view.read(), store.workflow.read());
        let open = |step| view.why_not_to(step, &workflow, Action::TriggerNode).is_none();
        store.controls() && stopped_at(&view).is_some_and(open)
    });
    let text = Signal::derive(move || {
        store.view.with(|view| stopped_at(view).map_or(String::new(), run_words))
    });
    let ask = move |()| {
        sender.looks_at(step.get_untracked());
        asking.set(true);
    };
    let run = move |()| {
        if let Some(node_id) = step.get_untracked() {
            store.look_at(node_id.clone());
            sender.start(node_id);
        }
    };
    view! {
        <Show when=move || step.read().is_some()>
            <Button
                size=ButtonSize::Small
                icon=Icon::ArrowRight
                on_press=move |()| store.go_to(step.get_untracked())
            >
                "Go to step"
            </Button>
        </Show>
        <Show when=move || may_run.get()>
            <Button
                size=ButtonSize::Small
                look=ButtonLook::Primary
                icon=Icon::Play
                busy=sender.is_busy(Action::TriggerNode)
                on_press=ask
            >
                "Run this step"
            </Button>
            <ConfirmDialog
                id="run-held"
                title="Run this step?"
                text=text
                verb="Run"
                look=ButtonLook::Primary
                open=asking
                on_confirm=run
            />
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use model::execution::state::ExecutionStatus;

    use super::*;
    use crate::sample;

    #[test]
    fn a_failed_execution_names_the_step_and_what_can_be_done() {
        let page = sample::failed();
        let may =
            |node: &NodeView, action| page.view.why_not_to(node, &page.workflow, action).is_none();

        let shown = fault(&page.view, &page.workflow, may);

        let shown = shown.map(|f| (f.words, f.advice.contains("retry"), f.retry, f.skip));
        let words = "Make creatives: Sample: rate limit exceeded".to_owned();
        assert_eq!(shown, Some((words, true, true, true)));
        let watched = fault(&page.view, &page.workflow, |_, _| false);
        assert!(watched.is_some_and(|fault| !fault.retry && !fault.skip));
        let running = sample::running();
        assert_eq!(fault(&running.view, &running.workflow, |_, _| true), None);
    }

    #[test]
    fn a_failed_step_is_named_while_the_rest_goes_on() {
        let page = sample::failing();
        assert_eq!(page.view.status, ExecutionStatus::Running);

        let shown = fault(&page.view, &page.workflow, |_, _| true);

        let shown = shown.map(|fault| (fault.words, fault.node));
        let words = "Make creatives: Sample: rate limit exceeded".to_owned();
        assert_eq!(shown, Some((words, Some("image".into()))));
    }

    #[test]
    fn a_history_that_is_nearly_full_is_told_before_it_ends_anything() {
        let aged = |seq| ExecutionView { seq, ..sample::running().view };

        assert_eq!(filling_words(&aged(MOST_EVENTS * 4 / 5 - 1)), None);
        let words = filling_words(&aged(MOST_EVENTS * 9 / 10)).unwrap_or_default();
        assert!(words.starts_with("90% of the run's history is used"), "{words}");
        let full = filling_words(&aged(MOST_EVENTS + 1)).unwrap_or_default();
        assert!(full.starts_with("The run's history is full"), "{full}");
        let over = ExecutionView { seq: MOST_EVENTS, ..sample::failed().view };
        assert_eq!(filling_words(&over), None);
    }

    #[test]
    fn what_fails_in_a_replay_is_named_at_once_with_what_helps_instead_of_a_retry() {
        let mut page = sample::failing();
        page.view.is_replay = true;
        let may =
            |node: &NodeView, action| page.view.why_not_to(node, &page.workflow, action).is_none();

        let shown = fault(&page.view, &page.workflow, may);

        let repeats = |words: &str| words.starts_with("This run replays recorded answers");
        let shown = shown.map(|f| (f.node, f.retry, f.skip, repeats(f.advice)));
        assert_eq!(shown, Some((Some("image".into()), false, true, true)));
    }

    #[test]
    fn what_the_workflow_goes_on_after_is_no_trouble() {
        let mut page = sample::failing();
        page.workflow.settings.continue_on_error = true;

        assert_eq!(fault(&page.view, &page.workflow, |_, _| true), None);
    }
}

#[cfg(test)]
mod held_tests {
    use model::{
        execution::{indexed::Indexed, queue::Queued, state::NodeStatus},
        time::Timestamp,
    };

    use super::*;
    use crate::sample;

    #[test]
    fn a_step_that_is_held_can_be_run_while_nothing_else_goes_on() {
        let mut view = sample::running().view;
        assert_eq!(view.held_node(), None, "others work");
        for node in view.nodes.iter_mut().filter(|node| node.status == NodeStatus::Running) {
            node.status = NodeStatus::Waiting;
            node.waiting = Some(Hold::Step.words().to_owned());
            node.hold = Some(Hold::Step);
            node.jobs.clear();
        }

        assert_eq!(view.held_node().map(|step| step.id.as_str()), Some("copy"));
    }

    fn paused(mut view: ExecutionView, reason: PauseReason) -> ExecutionView {
        (view.status, view.pause_reason) = (ExecutionStatus::Paused, Some(reason));
        view
    }

    #[test]
    fn a_pause_says_what_ends_it_and_what_finishes_first() {
        let busy = held_words(&paused(sample::running().view, PauseReason::User), Zone::Utc);
        let held = held_words(&paused(sample::completed().view, PauseReason::Budget), Zone::Utc);
        let review = held_words(&paused(sample::completed().view, PauseReason::Review), Zone::Utc);

        assert_eq!(
            busy.as_deref(),
            Some("Paused manually; resume it to continue. 3 items in progress will finish first")
        );
        assert_eq!(held.as_deref(), Some("Paused by the budget; raise the budget, then resume"));
        assert_eq!(review, None, "the decision's own bar says it");
    }

    #[test]
    fn what_no_worker_takes_says_which_one_to_start_while_nothing_works() {
        let mut view = sample::running().view;
        view.unserved = vec!["generate_copy".to_owned(), "generate_image".to_owned()];
        assert_eq!(held_words(&view, Zone::Utc), None, "others work");
        for node in view.nodes.iter_mut().filter(|node| node.status == NodeStatus::Running) {
            node.status = NodeStatus::Ready;
            node.jobs.clear();
        }

        assert_eq!(
            held_words(&view, Zone::Utc).as_deref(),
            Some("Write headlines: No running worker takes generate_copy: start one that does")
        );
        view.unserved.remove(0);
        assert_eq!(held_words(&view, Zone::Utc), None, "one of the two can begin");
    }

    #[test]
    fn what_waits_in_line_or_for_a_limit_says_until_when() {
        let mut queued = sample::running().view;
        queued.nodes = Indexed::default();
        queued.status = ExecutionStatus::Pending;
        queued.queued = Some(Queued { position: 3, running: 10 });
        let mut limited = sample::running().view;
        for node in limited.nodes.iter_mut() {
            if node.status == NodeStatus::Running {
                node.status = NodeStatus::Waiting;
                node.waiting = Some("OpenAI is busy".to_owned());
                node.until = Some(Timestamp(1_795_169_000_000));
                node.jobs.clear();
            }
        }

        let queued = held_words(&queued, Zone::Utc);
        assert_eq!(
            queued.as_deref(),
            Some("3rd in line; starts when one of 10 active runs finishes or waits")
        );
        let limited = held_words(&limited, Zone::Utc);
        assert_eq!(
            limited.as_deref(),
            Some("Write headlines: OpenAI is busy; continues at 2026-11-20 10:03 UTC")
        );
        assert_eq!(held_words(&sample::running().view, Zone::Utc), None);
    }
}

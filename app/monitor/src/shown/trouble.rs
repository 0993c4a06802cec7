//! Why it does not go on, and what to do about it.

use leptos::prelude::*;
use model::{
    execution::{
        state::{Action, MOST_EVENTS},
        view::{ExecutionView, NodeView},
    },
    graph,
    id::NodeId,
    workflow::{OnError, Workflow},
};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    dialog::ConfirmDialog,
    icon::{Glyph, Icon},
};

use crate::{
    controls::Sender,
    node_actions::{is_kept, retry_words, skip_words},
    rounds::node_name,
    shown::held::HeldBanner,
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
        let stuck = view.failed_to(workflow, Action::SkipNode);
        stuck.into_iter().filter(is_broken).collect()
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
pub fn Trouble(
    /// The state of the execution that is shown.
    store: ExecutionStore,
) -> impl IntoView {
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
        let failed = id.and_then(|id| view.node(&id));
        failed.map_or(String::new(), words)
    })
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

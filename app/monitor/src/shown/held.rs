//! Why nothing goes on, what ends that, and the way to it.

use leptos::prelude::*;
use model::execution::{
    state::{Action, ExecutionStatus, Hold, PauseReason},
    view::{ExecutionView, NodeView},
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
    node_actions::run_words,
    store::ExecutionStore,
};

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
pub fn HeldBanner(
    /// The state of the execution that is shown.
    store: ExecutionStore,
) -> impl IntoView {
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

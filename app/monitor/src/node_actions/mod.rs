//! What a person may do to one step, each with the reason where it cannot be done, and whether steps
//! run by themselves.

use leptos::prelude::*;
use model::{
    execution::{
        action_policy::ActorScope,
        state::{Action, JobStatus, NodeStatus},
        view::{ExecutionView, NodeView},
    },
    id::NodeId,
    nodes::{NodeKind, Work},
    pages::Control,
    workflow::Workflow,
};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    dialog::ConfirmDialog,
    format::pluralize,
    icon::Icon,
};

use super::{
    controls::Sender,
    edit::{EditDialog, Purpose, open_texts},
    store::ExecutionStore,
};

/// Something a person can do to a step, each with a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum NodeAction {
    Run,
    Retry,
    Change,
    Redo,
    Edit,
    Skip,
    Stop,
    Pass,
}

/// An action, and the reason where it cannot be done now.
type Offer = (NodeAction, Option<&'static str>);

impl NodeAction {
    const ALL: [Self; 8] = [
        Self::Run,
        Self::Retry,
        Self::Change,
        Self::Redo,
        Self::Edit,
        Self::Skip,
        Self::Stop,
        Self::Pass,
    ];

    /// What the engine is asked for, and the words and the icon of the button.
    fn parts(self) -> (Action, &'static str, Icon) {
        match self {
            Self::Run => (Action::TriggerNode, "Run this step", Icon::Play),
            Self::Retry => (Action::RetryNode, "Retry", Icon::RotateCcw),
            Self::Change => (Action::RetryNode, "Retry with changes…", Icon::Pencil),
            Self::Redo => (Action::RedoNode, "Do again…", Icon::RefreshCw),
            Self::Edit => (Action::EditNode, "Edit step…", Icon::Pencil),
            Self::Skip => (Action::SkipNode, "Skip…", Icon::SkipForward),
            Self::Stop => (Action::Steer, "Add breakpoint", Icon::Pause),
            Self::Pass => (Action::Steer, "Remove breakpoint", Icon::X),
        }
    }

    /// Whether it leaves the step out or sets it up otherwise.
    fn overrides_node(self) -> bool {
        matches!(self, Self::Change | Self::Redo | Self::Edit | Self::Skip)
    }

    /// The question before it, and the verb that agrees; none where it asks for more, or is taken
    /// back as easily.
    fn question(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Run => Some(("Run this step?", "Run")),
            Self::Retry => Some(("Retry this step?", "Retry")),
            Self::Skip => Some(("Skip this step?", "Skip")),
            Self::Change | Self::Redo | Self::Edit | Self::Stop | Self::Pass => None,
        }
    }

    fn look(self) -> ButtonLook {
        let is_first = matches!(self, Self::Run | Self::Retry);
        if is_first { ButtonLook::Primary } else { ButtonLook::Plain }
    }

    fn confirm_look(self) -> ButtonLook {
        if self == Self::Skip { ButtonLook::Danger } else { ButtonLook::Primary }
    }
}

/// Whether the person would get past a review that others decide, were this step left out, set up
/// otherwise or made to give something else.
pub fn is_kept(
    store: ExecutionStore,
    view: &ExecutionView,
    workflow: &Workflow,
    step: &NodeId,
) -> bool {
    store.page.with_value(|page| view.missing_permission(step, workflow, &page.hand).is_some())
}

/// What is offered for a step: what fits its stage, with the reason where it does not fit now. What
/// others decide is left out: no wait makes it this person's.
fn offers(
    node: &NodeView,
    view: &ExecutionView,
    workflow: &Workflow,
    scope: &ActorScope,
) -> Vec<Offer> {
    let failed = node.status == NodeStatus::Failed;
    let drawn = node.id.in_round("");
    let works = workflow.node(&drawn).is_some_and(|node| node.data.config.work() != Work::Inline);
    let redoable = workflow.node(&drawn).is_some_and(|node| node.data.config.can_be_redone());
    let texts = !open_texts(workflow, &drawn, scope.role).is_empty();
    let ahead = node.status == NodeStatus::Pending;
    let stops = view.breakpoints.contains(&drawn);
    let open = !node.status.is_settled();
    // As it was drawn in a loop, it is changed for the rounds to come, and offered while there are any.
    let to_run = if node.is_real() {
        open
    } else {
        view.why_not_to(node, workflow, Action::EditNode).is_none()
    };
    // A retry does all of what failed as a whole.
    let has_part = || node.jobs.iter().any(|job| job.status == JobStatus::Completed);
    let gave = node.status == NodeStatus::Completed
        || (failed && (has_part() || view.why_not_to(node, workflow, Action::RetryNode).is_some()));
    let redoes = gave && view.why_not(Action::RedoNode).is_none() && redoable;
    let short = node.status == NodeStatus::Completed && node.lacks_items(workflow);
    let fits = |action: &NodeAction| match action {
        NodeAction::Run => node.hold.is_some() || (works && ahead && !view.auto_run),
        NodeAction::Retry => failed || short,
        NodeAction::Change => (failed || short) && texts,
        NodeAction::Redo => redoes,
        NodeAction::Edit => to_run && texts,
        NodeAction::Skip => failed || (open && works),
        NodeAction::Stop => ahead && !stops,
        NodeAction::Pass => stops && open,
    };
    let kept = view.missing_permission(&node.id, workflow, scope).is_some();
    let permitted = |action: &NodeAction| !(kept && action.overrides_node());
    // What lies in a loop is done something to in one of its rounds; it stops in all of them.
    let drawn_too = |action: &NodeAction| {
        matches!(action, NodeAction::Edit | NodeAction::Stop | NodeAction::Pass)
    };
    let here = |action: &NodeAction| node.is_real() || drawn_too(action);
    let offer = |action: NodeAction| (action, view.why_not_to(node, workflow, action.parts().0));
    if view.why_not(Action::Steer).is_some() && !(failed || short) {
        vec![]
    } else {
        NodeAction::ALL.into_iter().filter(here).filter(permitted).filter(fits).map(offer).collect()
    }
}

/// What a skip means, in words.
pub fn skip_words(node: &NodeView) -> String {
    if node.has_given {
        return format!(
            "“{}” keeps its earlier output: its work in progress is dropped, and the steps after it \
             continue with that.",
            node.label
        );
    }
    let after = match NodeKind::from_key(&node.kind).exclusive_ports() {
        Some(ports) => format!("only the steps after “{}” continue", ports.passed.label),
        None => "the steps after it continue".to_owned(),
    };
    format!(
        "“{}” ends without an output: its work in progress is dropped, and {after} without it. You \
         can't undo this.",
        node.label
    )
}

pub fn retry_words(node: &NodeView) -> String {
    let failed = node.failed_jobs().count();
    let what = match (failed, node.jobs.len()) {
        (0, _) | (_, 1) => format!("Retries “{}”", node.label),
        (failed, _) => format!(
            "Retries {} of “{}”",
            pluralize(failed as u64, "failed item", "failed items"),
            node.label,
        ),
    };
    let behind = if node.status == NodeStatus::Completed {
        " Later steps that haven't started wait for it, and a review asks again."
    } else {
        ""
    };
    format!(
        "{what} with the same settings. Successful items are kept; new calls may be charged.{behind}"
    )
}

/// What it means to let a step run, in words.
pub fn run_words(node: &NodeView) -> String {
    format!("“{}” starts now. Its calls may be charged.", node.label)
}

/// What a person agrees to when they confirm an action, in words.
fn effects(action: NodeAction, node: &NodeView) -> String {
    match action {
        NodeAction::Skip => skip_words(node),
        NodeAction::Retry => retry_words(node),
        _ => run_words(node),
    }
}

/// The actions of the step in the panel; none for a person who may only look.
#[component]
pub fn NodeActions(
    store: ExecutionStore,
    /// The step in the panel; the actions that fit its state are offered.
    node: Memo<Option<NodeView>>,
) -> impl IntoView {
    let sender = Sender::new(store);
    let (asked, asking) = (RwSignal::new(NodeAction::Run), RwSignal::new(false));
    let purpose = RwSignal::new(None::<Purpose>);
    let all = Memo::new(move |_| {
        let node = node.read();
        let Some(node) = node.as_ref().filter(|_| store.controls()) else { return vec![] };
        let (view, workflow) = (store.view.read(), store.workflow.read());
        store.page.with_value(|page| offers(node, &view, &workflow, &page.hand))
    });
    let id = move || node.with_untracked(|node| node.as_ref().map(|node| node.id.clone()));
    let carry_out = move |action: NodeAction| {
        let Some(node_id) = id() else { return };
        match action {
            NodeAction::Run => sender.start(node_id),
            NodeAction::Retry => sender.retry(node_id),
            NodeAction::Change => purpose.set(Some(Purpose::Retry)),
            NodeAction::Redo => purpose.set(Some(Purpose::Redo)),
            NodeAction::Edit => purpose.set(Some(Purpose::Edit)),
            NodeAction::Skip => sender.skip(node_id),
            NodeAction::Stop | NodeAction::Pass => {
                let (node_id, on) = (node_id.in_round(""), action == NodeAction::Stop);
                sender.send(Action::Steer, Control::Breakpoint { node_id, on });
            }
        }
    };
    let press = move |action: NodeAction| match action.question() {
        Some(_) => {
            sender.looks_at(id());
            asked.set(action);
            asking.set(true);
        }
        None => carry_out(action),
    };
    let words = move || asked.get().question().unwrap_or_default();
    let text = move || node.with(|node| node.as_ref().map(|node| effects(asked.get(), node)));
    let actions = move || all.get().into_iter().map(|(action, _)| action).collect::<Vec<_>>();
    let why_not = move |action: NodeAction| {
        Signal::derive(move || {
            let of = |(known, why): &Offer| (*known == action).then_some(*why)?;
            all.with(|all| all.iter().find_map(of)).map(str::to_owned)
        })
    };
    view! {
        <Show when=move || !all.read().is_empty()>
            <div class="panel-actions" role="group" aria-label="Step actions">
                <For each=actions key=|action| *action let:action>
                    <Button
                        size=ButtonSize::Small
                        look=action.look()
                        icon=action.parts().2
                        why_not=why_not(action)
                        on_press=move |()| press(action)
                    >
                        {action.parts().1}
                    </Button>
                </For>
            </div>
            <ConfirmDialog
                id="steer-node"
                title=Signal::derive(move || words().0.to_owned())
                text=Signal::derive(move || text().unwrap_or_default())
                verb=Signal::derive(move || words().1.to_owned())
                look=Signal::derive(move || asked.get().confirm_look())
                open=asking
                on_confirm=move |()| carry_out(asked.get_untracked())
            />
        </Show>
        <EditDialog store=store sender=sender node=node purpose=purpose />
    }
}

/// Whether steps run by themselves; nothing for a person who may only look, or when it is over.
#[component]
pub fn AutoRunSwitch(store: ExecutionStore) -> impl IntoView {
    let sender = Sender::new(store);
    let offered = Memo::new(move |_| store.may(Action::Steer));
    let on = Memo::new(move |_| store.view.read().auto_run);
    let asking = RwSignal::new(false);
    let turn = move |on| sender.send(Action::Steer, Control::AutoRun { on });
    // The switch turns when the server says so. What starts by itself is asked about first.
    let press = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        if on.get_untracked() { turn(false) } else { asking.set(true) }
    };
    view! {
        <Show when=move || offered.get()>
            <label class="switch monitor__auto">
                <input
                    type="checkbox"
                    role="switch"
                    class="switch__input"
                    checked=on.get_untracked()
                    prop:checked=move || on.get()
                    on:click=press
                />
                <span class="switch__track" aria-hidden="true"></span>
                <span class="switch__label">"Auto-run"</span>
            </label>
            <ConfirmDialog
                id="auto-run"
                title="Turn on auto-run?"
                text="Steps start as soon as they're ready, including those waiting for you now. \
                      Their calls may be charged."
                verb="Turn on"
                look=ButtonLook::Primary
                open=asking
                on_confirm=move |()| turn(true)
            />
        </Show>
    }
}

#[cfg(test)]
mod tests;

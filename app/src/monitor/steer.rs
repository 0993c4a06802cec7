//! What a person may do to one step, each with the reason where it cannot be done, and whether steps
//! run by themselves.

use leptos::prelude::*;
use model::{
    execution::{
        offer::Hand,
        state::{Action, NodeStatus},
        view::{ExecutionView, NodeView},
    },
    id::NodeId,
    nodes::{NodeKind, Work},
    pages::Control,
    workflow::Workflow,
};

use super::{
    controls::Sender,
    edit::{EditDialog, Purpose, has_texts},
    store::ExecutionStore,
};
use crate::ui::{
    button::{Button, ButtonLook, ButtonSize},
    dialog::ConfirmDialog,
    format::counted,
    icon::Icon,
};

/// Something to do to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Deed {
    Run,
    Retry,
    Change,
    Edit,
    Skip,
    Stop,
    Pass,
}

/// A deed, and why not now.
type Offer = (Deed, Option<&'static str>);

impl Deed {
    fn action(self) -> Action {
        match self {
            Self::Run => Action::TriggerNode,
            Self::Retry | Self::Change => Action::RetryNode,
            Self::Edit => Action::EditNode,
            Self::Skip => Action::SkipNode,
            Self::Stop | Self::Pass => Action::Steer,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Run => "Run this step",
            Self::Retry => "Retry",
            Self::Change => "Retry with changes…",
            Self::Edit => "Edit before it runs…",
            Self::Skip => "Skip…",
            Self::Stop => "Add breakpoint",
            Self::Pass => "Remove breakpoint",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Run => Icon::Play,
            Self::Retry => Icon::RotateCcw,
            Self::Change | Self::Edit => Icon::Pencil,
            Self::Skip => Icon::SkipForward,
            Self::Stop => Icon::Pause,
            Self::Pass => Icon::X,
        }
    }

    /// Whether it leaves the step out or sets it up otherwise.
    fn bends(self) -> bool {
        matches!(self, Self::Change | Self::Edit | Self::Skip)
    }

    /// The question before it, and the verb that agrees; none where it asks for more, or is taken
    /// back as easily.
    fn question(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Run => Some(("Run this step?", "Run")),
            Self::Retry => Some(("Retry this step?", "Retry")),
            Self::Skip => Some(("Skip this step?", "Skip")),
            Self::Change | Self::Edit | Self::Stop | Self::Pass => None,
        }
    }

    fn look(self) -> ButtonLook {
        match self {
            Self::Run | Self::Retry => ButtonLook::Primary,
            _ => ButtonLook::Plain,
        }
    }

    /// How the button looks that agrees.
    fn agreed(self) -> ButtonLook {
        match self {
            Self::Skip => ButtonLook::Danger,
            _ => ButtonLook::Primary,
        }
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
    store.page.with_value(|page| view.lacks(step, workflow, &page.hand).is_some())
}

/// What is offered for a step: what fits its stage, with the reason where it does not fit now. What
/// others decide is left out: no wait makes it this person's.
fn offers(node: &NodeView, view: &ExecutionView, workflow: &Workflow, hand: &Hand) -> Vec<Offer> {
    let failed = node.status == NodeStatus::Failed;
    let drawn = node.id.in_round("");
    let works = workflow.node(&drawn).is_some_and(|node| node.data.config.work() != Work::Inline);
    let texts = has_texts(workflow, &drawn);
    let ahead = node.status == NodeStatus::Pending;
    let stops = view.breakpoints.contains(&drawn);
    let open = !node.status.is_settled();
    // As it was drawn in a loop, it is changed for the rounds to come, and offered while there are any.
    let to_run = if node.is_real() {
        open
    } else {
        view.why_not_to(node, workflow, Action::EditNode).is_none()
    };
    let short = node.status == NodeStatus::Completed && node.lacks_items(workflow);
    let fits = |deed: &Deed| match deed {
        Deed::Run => node.hold.is_some() || (works && ahead && !view.auto_run),
        Deed::Retry => failed || short,
        Deed::Change => (failed || short) && texts,
        Deed::Edit => to_run && texts,
        Deed::Skip => failed || (open && works),
        Deed::Stop => ahead && !stops,
        Deed::Pass => stops && open,
    };
    let all =
        [Deed::Run, Deed::Retry, Deed::Change, Deed::Edit, Deed::Skip, Deed::Stop, Deed::Pass];
    let kept = view.lacks(&node.id, workflow, hand).is_some();
    let permitted = |deed: &Deed| !(kept && deed.bends());
    // What lies in a loop is done something to in one of its rounds; it stops in all of them.
    let drawn_too = |deed: &Deed| matches!(deed, Deed::Edit | Deed::Stop | Deed::Pass);
    let here = |deed: &Deed| node.is_real() || drawn_too(deed);
    let offer = |deed: Deed| (deed, view.why_not_to(node, workflow, deed.action()));
    if view.why_not(Action::Steer).is_some() && !(failed || short) {
        vec![]
    } else {
        all.into_iter().filter(here).filter(permitted).filter(fits).map(offer).collect()
    }
}

/// What a skip means, in words.
pub fn skip_words(node: &NodeView) -> String {
    let after = match NodeKind::from_key(&node.kind).exclusive() {
        Some(ports) => format!("only the steps after “{}” go on", ports.passed.label),
        None => "the steps after it go on".to_owned(),
    };
    format!(
        "“{}” ends without a result: what it is doing is dropped, and {after} without what it \
         would have made. This cannot be taken back.",
        node.label
    )
}

/// What a retry does, in words.
pub fn retry_words(node: &NodeView) -> String {
    let failed = node.failed_jobs().count();
    let what = match (failed, node.jobs.len()) {
        (0, _) | (_, 1) => format!("“{}” is tried again", node.label),
        (failed, _) => format!(
            "{} of “{}” {} tried again",
            counted(failed as u64, "failed item", "failed items"),
            node.label,
            if failed == 1 { "is" } else { "are" },
        ),
    };
    let behind = match node.status {
        NodeStatus::Completed => {
            " What comes after it and has not begun waits for it; a review is asked anew."
        }
        _ => "",
    };
    format!(
        "{what} with the same settings. What succeeded is kept; new calls may be charged.{behind}"
    )
}

/// What it means to let a step run, in words.
pub fn run_words(node: &NodeView) -> String {
    format!("“{}” starts now; its calls may be charged.", node.label)
}

/// What somebody agrees to, in words.
fn effects(deed: Deed, node: &NodeView) -> String {
    match deed {
        Deed::Skip => skip_words(node),
        Deed::Retry => retry_words(node),
        _ => run_words(node),
    }
}

/// The deeds of the step in the panel; none for a person who may only look.
#[component]
pub fn NodeActions(
    /// What is known.
    store: ExecutionStore,
    /// The step.
    node: Memo<Option<NodeView>>,
) -> impl IntoView {
    let sender = Sender::new(store);
    let (asked, asking) = (RwSignal::new(Deed::Run), RwSignal::new(false));
    let purpose = RwSignal::new(None::<Purpose>);
    let all = Memo::new(move |_| {
        let node = node.read();
        let Some(node) = node.as_ref().filter(|_| store.controls()) else { return vec![] };
        let (view, workflow) = (store.view.read(), store.workflow.read());
        store.page.with_value(|page| offers(node, &view, &workflow, &page.hand))
    });
    let id = move || node.with_untracked(|node| node.as_ref().map(|node| node.id.clone()));
    let carry_out = move |deed: Deed| {
        let Some(node_id) = id() else { return };
        match deed {
            Deed::Run => sender.start(node_id),
            Deed::Retry => sender.retry(node_id),
            Deed::Change => purpose.set(Some(Purpose::Retry)),
            Deed::Edit => purpose.set(Some(Purpose::Edit)),
            Deed::Skip => sender.skip(node_id),
            Deed::Stop | Deed::Pass => {
                let (node_id, on) = (node_id.in_round(""), deed == Deed::Stop);
                sender.send(Action::Steer, Control::Breakpoint { node_id, on });
            }
        }
    };
    let press = move |deed: Deed| match deed.question() {
        Some(_) => {
            sender.looks_at(id());
            asked.set(deed);
            asking.set(true);
        }
        None => carry_out(deed),
    };
    let words = move || asked.get().question().unwrap_or_default();
    let text = move || node.with(|node| node.as_ref().map(|node| effects(asked.get(), node)));
    let deeds = move || all.get().into_iter().map(|(deed, _)| deed).collect::<Vec<_>>();
    let why_not = move |deed: Deed| {
        Signal::derive(move || {
            let of = |(known, why): &Offer| (*known == deed).then_some(*why)?;
            all.with(|all| all.iter().find_map(of)).map(str::to_owned)
        })
    };
    view! {
        <Show when=move || !all.read().is_empty()>
            <div class="panel-actions" role="group" aria-label="What you can do with this step">
                <For each=deeds key=|deed| *deed let:deed>
                    <Button
                        size=ButtonSize::Small
                        look=deed.look()
                        icon=deed.icon()
                        why_not=why_not(deed)
                        on_press=move |()| press(deed)
                    >
                        {deed.words()}
                    </Button>
                </For>
            </div>
            <ConfirmDialog
                id="steer-node"
                title=Signal::derive(move || words().0.to_owned())
                text=Signal::derive(move || text().unwrap_or_default())
                verb=Signal::derive(move || words().1.to_owned())
                look=Signal::derive(move || asked.get().agreed())
                open=asking
                on_confirm=move |()| carry_out(asked.get_untracked())
            />
        </Show>
        <EditDialog store=store sender=sender node=node purpose=purpose />
    }
}

/// Whether steps run by themselves; nothing for a person who may only look, or when it is over.
#[component]
pub fn AutoRunSwitch(
    /// What is known.
    store: ExecutionStore,
) -> impl IntoView {
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
                title="Let the steps run by themselves?"
                text="Each starts as soon as it can, those that wait for you at once; their calls may \
                      be charged."
                verb="Run them"
                look=ButtonLook::Primary
                open=asking
                on_confirm=move |()| turn(true)
            />
        </Show>
    }
}

#[cfg(test)]
mod tests;

//! What a person may do to one step, each with the reason where it cannot be done, and whether steps
//! run by themselves.

use leptos::prelude::*;
use model::{
    execution::{
        state::{Action, NodeStatus},
        view::{ExecutionView, NodeView},
    },
    nodes::Work,
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

    fn look(self) -> ButtonLook {
        match self {
            Self::Run | Self::Retry => ButtonLook::Primary,
            _ => ButtonLook::Plain,
        }
    }
}

/// What is offered for a step: what fits its stage, with the reason where it does not fit now.
fn offers(node: &NodeView, view: &ExecutionView, workflow: &Workflow) -> Vec<Offer> {
    let failed = node.status == NodeStatus::Failed;
    let drawn = node.id.in_round("");
    let works = workflow.node(&drawn).is_some_and(|node| node.data.config.work() != Work::Inline);
    let texts = has_texts(workflow, &drawn);
    let ahead = node.status == NodeStatus::Pending;
    let stops = view.breakpoints.contains(&drawn);
    let open = !node.status.is_settled();
    let fits = |deed: &Deed| match deed {
        Deed::Run => node.hold.is_some() || (works && ahead && !view.auto_run),
        Deed::Retry => failed,
        Deed::Change => failed && texts,
        Deed::Edit => open && texts,
        Deed::Skip => failed || (open && works),
        Deed::Stop => ahead && !stops,
        Deed::Pass => stops && open,
    };
    let all =
        [Deed::Run, Deed::Retry, Deed::Change, Deed::Edit, Deed::Skip, Deed::Stop, Deed::Pass];
    // What lies in a loop is done something to in one of its rounds; it stops in all of them.
    let here = |deed: &Deed| node.is_real() || matches!(deed, Deed::Stop | Deed::Pass);
    let offer = |deed: Deed| (deed, view.why_not_to(node, workflow, deed.action()));
    match view.why_not(Action::Steer).is_some() && !failed {
        true => vec![],
        false => all.into_iter().filter(here).filter(fits).map(offer).collect(),
    }
}

/// What a skip means, in words.
pub fn skip_words(node: &NodeView) -> String {
    format!(
        "“{}” ends without a result: what it is doing is dropped, and the steps after it go on \
         without what it would have made. This cannot be taken back.",
        node.label
    )
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
    let (skipping, purpose) = (RwSignal::new(false), RwSignal::new(None::<Purpose>));
    let all = Memo::new(move |_| {
        let node = node.read();
        let Some(node) = node.as_ref().filter(|_| store.controls()) else { return vec![] };
        store.view.with(|view| store.workflow.with(|workflow| offers(node, view, workflow)))
    });
    let id = move || node.with_untracked(|node| node.as_ref().map(|node| node.id.clone()));
    let press = move |deed: Deed| {
        let Some(node_id) = id() else { return };
        match deed {
            Deed::Run => sender.send(Action::TriggerNode, Control::TriggerNode { node_id }),
            Deed::Retry => {
                sender.send(Action::RetryNode, Control::RetryNode { node_id, config: None });
            }
            Deed::Change => purpose.set(Some(Purpose::Retry)),
            Deed::Edit => purpose.set(Some(Purpose::Edit)),
            Deed::Skip => skipping.set(true),
            Deed::Stop | Deed::Pass => {
                let (node_id, on) = (node_id.in_round(""), deed == Deed::Stop);
                sender.send(Action::Steer, Control::Breakpoint { node_id, on });
            }
        }
    };
    let skip = move |()| {
        let Some(node_id) = id() else { return };
        sender.send(Action::SkipNode, Control::SkipNode { node_id, output: None });
    };
    let text =
        Signal::derive(move || node.with(|node| node.as_ref().map_or(String::new(), skip_words)));
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
        </Show>
        <ConfirmDialog
            id="skip-node"
            title="Skip this step?"
            text=text
            verb="Skip"
            open=skipping
            on_confirm=skip
        />
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
    // The switch turns when the server says so.
    let press = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        sender.send(Action::Steer, Control::AutoRun { on: !on.get_untracked() });
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
        </Show>
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::monitor::sample;

    fn offered(page: &model::pages::MonitorPage, node: &str) -> Vec<(Deed, bool)> {
        let node = page.view.node(&node.into()).unwrap();
        let offers = offers(node, &page.view, &page.workflow);
        offers.into_iter().map(|(deed, why)| (deed, why.is_none())).collect()
    }

    #[test]
    fn each_stage_of_a_step_offers_what_fits_it() {
        let (running, failed) = (sample::running(), sample::failed());

        assert_eq!(offered(&failed, "image")[0], (Deed::Retry, true));
        assert_eq!(offered(&running, "attach"), [(Deed::Skip, false), (Deed::Stop, true)]);
        assert_eq!(offered(&running, "copy"), [(Deed::Edit, false), (Deed::Skip, true)]);
        assert!(offered(&sample::completed(), "copy").is_empty());
    }

    #[test]
    fn what_lies_in_a_loop_is_told_what_to_do_in_one_of_its_rounds() {
        let view = sample::looped();
        let workflow = sample::running().workflow;
        let offered = |id: &str| {
            let offers = offers(view.node(&id.into()).unwrap(), &view, &workflow);
            offers.into_iter().map(|(deed, _)| deed).collect::<Vec<_>>()
        };

        assert!(!offered("copy").contains(&Deed::Skip));
        assert!(offered("copy@each[1]").contains(&Deed::Skip));
    }
}

//! What a person may do to the execution as a whole: pause, resume, stop.

use std::collections::VecDeque;

use api::{ApiError, executions::control_execution};
use leptos::{prelude::*, task::spawn_local};
use model::{
    execution::{
        state::{Action, JobStatus},
        view::ExecutionView,
    },
    id::{ExecutionId, NodeId},
    pages::Control,
};
use ui::{
    button::{Button, ButtonLook},
    dialog::ConfirmDialog,
    format::pluralize,
    icon::Icon,
    toast::{ToastKind, Toasts, use_toasts},
};

use super::store::ExecutionStore;

/// A control on its way to the server, and who takes the answer.
#[derive(Clone)]
struct QueuedControl {
    action: Action,
    control: Control,
    /// Called with the answer; without it a refusal is shown as a toast.
    answered: Option<Callback<Result<(), ApiError>>>,
}

/// Sends one control at a time: what is asked for meanwhile waits for its turn.
#[derive(Clone, Copy)]
pub struct Sender {
    /// The control that is being sent, and behind it those that wait.
    queue: RwSignal<VecDeque<QueuedControl>>,
    /// The step a person was asked about last, and how often it had been made when they were.
    seen: StoredValue<Option<(NodeId, i32)>>,
    store: ExecutionStore,
    toasts: Toasts,
}

impl Sender {
    pub fn new(store: ExecutionStore) -> Self {
        let (queue, seen) = (RwSignal::new(VecDeque::new()), StoredValue::new(None));
        Self { queue, seen, store, toasts: use_toasts() }
    }

    /// Whether this is under way.
    pub fn is_busy(self, action: Action) -> Signal<bool> {
        let is_it = move |queued: &QueuedControl| queued.action == action;
        Signal::derive(move || self.queue.read().iter().any(is_it))
    }

    /// Asks the server, and says so when it refuses; the change itself arrives as events.
    pub fn send(self, action: Action, control: Control) {
        self.enqueue(QueuedControl { action, control, answered: None });
    }

    /// A question about a step opens. What is answered is about the step as it is now: somebody
    /// else may have it made again before that.
    pub fn looks_at(self, node_id: Option<NodeId>) {
        let as_it_is = |id: NodeId| self.node_generation(&id).map(|generation| (id, generation));
        self.seen.set_value(node_id.and_then(as_it_is));
    }

    /// How often a step had been made when the person was asked about it.
    pub fn generation(self, node_id: &NodeId) -> Option<i32> {
        let asked_about = |seen: &Option<(NodeId, i32)>| {
            seen.as_ref().filter(|(id, _)| id == node_id).map(|(_, generation)| *generation)
        };
        self.seen.with_value(asked_about).or_else(|| self.node_generation(node_id))
    }

    fn node_generation(self, node_id: &NodeId) -> Option<i32> {
        let generation = |view: &ExecutionView| view.node(node_id).map(|node| node.generation);
        self.store.view.with_untracked(generation)
    }

    /// Asks to run a step's failed items again as it is set up, and as it was seen.
    pub fn retry(self, node_id: NodeId) {
        let generation = self.generation(&node_id);
        self.send(Action::RetryNode, Control::RetryNode { node_id, config: None, generation });
    }

    /// Asks to go on without a step as it was seen.
    pub fn skip(self, node_id: NodeId) {
        let generation = self.generation(&node_id);
        self.send(Action::SkipNode, Control::SkipNode { node_id, output: None, generation });
    }

    /// Asks to start a step that waits for a word, as it was seen.
    pub fn start(self, node_id: NodeId) {
        let generation = self.generation(&node_id);
        let (config, dependents) = (None, None);
        let start = Control::TriggerNode { node_id, config, generation, dependents };
        self.send(Action::TriggerNode, start);
    }

    /// The same from a dialog, which says itself what was answered: news would stand behind it.
    pub fn send_from(
        self,
        action: Action,
        control: Control,
        answered: Callback<Result<(), ApiError>>,
    ) {
        self.enqueue(QueuedControl { action, control, answered: Some(answered) });
    }

    /// Sends a control after those before it; one that waits already is not added again.
    fn enqueue(self, one: QueuedControl) {
        // What waits is sent also when its page is left meanwhile.
        let queue = ArcRwSignal::from(self.queue);
        if queue.with_untracked(|queue| queue.iter().any(|other| other.control == one.control)) {
            return;
        }
        let is_first = queue.with_untracked(VecDeque::is_empty);
        queue.update(|queue| queue.push_back(one));
        if is_first {
            spawn_local(self.send_all(self.store.id(), queue));
        }
    }

    async fn send_all(self, id: ExecutionId, queue: ArcRwSignal<VecDeque<QueuedControl>>) {
        while let Some(one) = queue.with_untracked(|queue| queue.front().cloned()) {
            let answer = control_execution(id, one.control).await;
            queue.update(|queue| drop(queue.pop_front()));
            // A dialog may be closed by now.
            let told = one.answered.and_then(|answered| answered.try_run(answer.clone()));
            if let (None, Err(error)) = (told, answer) {
                self.toasts.show(ToastKind::Failed, error.0);
            }
            // Shows the change even while the stream is down.
            self.store.fetch();
        }
    }
}

/// How many items are being worked on.
pub fn count_running_items(view: &ExecutionView) -> u64 {
    let jobs = view.nodes.iter().flat_map(|node| &node.jobs);
    jobs.filter(|job| job.status == JobStatus::Running).count() as u64
}

/// What a stop does now, in words.
fn stop_words(view: &ExecutionView) -> String {
    let lost = match count_running_items(view) {
        0 => String::new(),
        jobs => format!(
            "Stops {} in progress; calls already sent may still be charged. ",
            pluralize(jobs, "item", "items")
        ),
    };
    format!(
        "{lost}Steps that haven't run are canceled. Texts, images, and documents made so far are \
         kept. You can't resume a stopped run."
    )
}

/// The buttons that fit the state; none for a person who may only look. Only what cannot be taken
/// back asks first.
#[component]
pub fn Controls(store: ExecutionStore) -> impl IntoView {
    let sender = Sender::new(store);
    view! {
        <div class="monitor__controls" role="group" aria-label="Run controls">
            <Show when=move || sender.store.may(Action::Pause)>
                <Button
                    icon=Icon::Pause
                    busy=sender.is_busy(Action::Pause)
                    on_press=move |()| sender.send(Action::Pause, Control::Pause)
                >
                    "Pause"
                </Button>
            </Show>
            <Show when=move || sender.store.may(Action::Resume)>
                <Button
                    look=ButtonLook::Primary
                    icon=Icon::Play
                    busy=sender.is_busy(Action::Resume)
                    on_press=move |()| sender.send(Action::Resume, Control::Resume)
                >
                    "Resume"
                </Button>
            </Show>
            <StopButton sender=sender />
        </div>
    }
}

/// Stops the run, once the person has read what is lost.
#[component]
fn StopButton(sender: Sender) -> impl IntoView {
    let asking = RwSignal::new(false);
    let offered = Memo::new(move |_| sender.store.may(Action::Stop));
    // What has ended meanwhile is not asked about any more.
    Effect::new(move || {
        if !offered.get() {
            asking.set(false);
        }
    });
    view! {
        <Show when=move || offered.get()>
            <Button
                icon=Icon::Square
                busy=sender.is_busy(Action::Stop)
                on_press=move |()| asking.set(true)
            >
                "Stop"
            </Button>
            <ConfirmDialog
                id="stop-execution"
                title="Stop this run?"
                text=Signal::derive(move || stop_words(&sender.store.view.read()))
                verb="Stop"
                look=ButtonLook::Danger
                open=asking
                on_confirm=move |()| sender.send(Action::Stop, Control::STOP)
            />
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_stop_names_what_is_lost_and_what_is_kept() {
        let running = stop_words(&sample::running().view);

        assert!(running.starts_with("Stops 3 items in progress; "), "{running}");
        assert!(running.contains("are kept"));
        assert!(!stop_words(&sample::completed().view).contains("in progress"));
    }

    #[test]
    fn who_was_asked_about_a_step_answers_about_it_as_it_was_then() {
        Owner::new().with(|| {
            let store = ExecutionStore::new(sample::failed());
            let sender = Sender::new(store);
            let (image, copy) = (NodeId::from("image"), NodeId::from("copy"));
            sender.looks_at(Some(image.clone()));

            store.view.update(|view| {
                for node in view.nodes.iter_mut() {
                    node.generation = 2;
                }
            });

            assert_eq!(sender.generation(&image), Some(1), "somebody had it made again since");
            assert_eq!(sender.generation(&copy), Some(2), "nobody was asked about it");
            sender.looks_at(Some(image.clone()));
            assert_eq!(sender.generation(&image), Some(2));
        });
    }
}

//! What a person may do to the execution as a whole: pause, resume, stop.

use leptos::{prelude::*, task::spawn_local};
use model::{
    execution::{
        state::{Action, JobStatus},
        view::ExecutionView,
    },
    pages::Control,
};

use super::store::ExecutionStore;
use crate::{
    api::executions::control_execution,
    ui::{
        button::{Button, ButtonLook},
        dialog::ConfirmDialog,
        format::counted,
        icon::Icon,
        toast::{ToastKind, use_toasts},
    },
};

/// Sends one control at a time; the answer's words are shown when it does not fit.
#[derive(Clone, Copy)]
pub struct Sender {
    /// What is under way.
    pub busy: RwSignal<Option<Action>>,
    store: ExecutionStore,
    toasts: crate::ui::toast::Toasts,
}

impl Sender {
    /// Controls for the execution of this store.
    pub fn new(store: ExecutionStore) -> Self {
        Self { busy: RwSignal::new(None), store, toasts: use_toasts() }
    }

    /// Whether this is under way.
    pub fn is_busy(self, action: Action) -> Signal<bool> {
        Signal::derive(move || self.busy.get() == Some(action))
    }

    /// Asks the server; the change itself arrives as events.
    pub fn send(self, action: Action, control: Control) {
        self.send_then(action, control, || ());
    }

    /// The same, and does something once it was accepted.
    pub fn send_then(self, action: Action, control: Control, done: impl FnOnce() + 'static) {
        if self.busy.get_untracked().is_some() {
            return;
        }
        self.busy.set(Some(action));
        spawn_local(async move {
            let answer = control_execution(self.store.id(), control).await;
            self.busy.try_set(None);
            match answer {
                Ok(()) => done(),
                Err(error) => self.toasts.show(ToastKind::Failed, error.0.detail),
            }
            // Shows the change even while the stream is down.
            self.store.fetch();
        });
    }
}

/// How many items are being worked on.
pub fn running(view: &ExecutionView) -> u64 {
    let jobs = view.nodes.iter().flat_map(|node| &node.jobs);
    jobs.filter(|job| job.status == JobStatus::Running).count() as u64
}

/// What a stop does now, in words.
fn effects(view: &ExecutionView) -> String {
    let lost = match running(view) {
        0 => String::new(),
        jobs => format!(
            "{} in progress will be dropped; a call that has left may still be charged. ",
            counted(jobs, "item", "items")
        ),
    };
    format!(
        "{lost}Steps that have not run are cancelled. Texts, pictures and documents made so far \
         are kept. A stopped execution cannot be resumed."
    )
}

/// The buttons that fit the state; none for a person who may only look.
#[component]
pub fn Controls(
    /// What is known.
    store: ExecutionStore,
) -> impl IntoView {
    let sender = Sender::new(store);
    let asking = RwSignal::new(false);
    let text = Signal::derive(move || effects(&store.view.read()));
    let offers = move |action| Memo::new(move |_| store.may(action));
    let [pause, resume, stop] = [Action::Pause, Action::Resume, Action::Stop].map(offers);
    // What has ended meanwhile is not asked about any more.
    Effect::new(move || {
        if !stop.get() {
            asking.set(false);
        }
    });
    view! {
        <div class="monitor__controls" role="group" aria-label="Control the execution">
            <Show when=move || pause.get()>
                <Button
                    icon=Icon::Pause
                    busy=sender.is_busy(Action::Pause)
                    on_press=move |()| sender.send(Action::Pause, Control::Pause)
                >
                    "Pause"
                </Button>
            </Show>
            <Show when=move || resume.get()>
                <Button
                    look=ButtonLook::Primary
                    icon=Icon::Play
                    busy=sender.is_busy(Action::Resume)
                    on_press=move |()| sender.send(Action::Resume, Control::Resume)
                >
                    "Resume"
                </Button>
            </Show>
            <Show when=move || stop.get()>
                <Button
                    icon=Icon::Square
                    busy=sender.is_busy(Action::Stop)
                    on_press=move |()| asking.set(true)
                >
                    "Stop"
                </Button>
            </Show>
        </div>
        <ConfirmDialog
            id="stop-execution"
            title="Stop this execution?"
            text=text
            verb="Stop"
            open=asking
            on_confirm=move |()| sender.send(Action::Stop, Control::Stop)
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::sample;

    #[test]
    fn a_stop_names_what_is_lost_and_what_is_kept() {
        let running = effects(&sample::running().view);

        assert!(running.starts_with("3 items in progress will be dropped"), "{running}");
        assert!(running.contains("are kept"));
        assert!(!effects(&sample::completed().view).contains("dropped"));
    }
}

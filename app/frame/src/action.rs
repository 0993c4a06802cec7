//! Buttons whose action is sent at once, not by a form.

use api::ApiError;
use leptos::{prelude::*, task::spawn_local};
use ui::{
    button::{ButtonLook, RowButton},
    icon::Icon,
    toast::{ToastKind, Toasts, use_toasts},
};

/// An action that is sent at once: whether it is under way. Why it was refused is said in a toast.
#[derive(Debug, Clone, Copy)]
pub struct SentAction {
    /// Whether it is under way.
    pub busy: RwSignal<bool>,
    toasts: Toasts,
}

impl Default for SentAction {
    fn default() -> Self {
        Self { busy: RwSignal::new(false), toasts: use_toasts() }
    }
}

impl SentAction {
    /// Sends it, unless that is under way already, and calls `done` with the answer.
    pub fn send<T: 'static>(
        self,
        sent: impl Future<Output = Result<T, ApiError>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            match sent.await {
                Ok(answer) => done(answer),
                Err(ApiError(problem)) => self.toasts.show(ToastKind::Failed, problem),
            }
            // The page may have been left.
            self.busy.try_set(false);
        });
    }
}

/// A small button that sends an action each time it is pressed.
#[component]
pub fn ActionButton<T, S, F, D>(
    /// The verb on the button.
    verb: &'static str,
    /// What it is about, for screen readers; follows the verb.
    #[prop(optional, into)]
    of: String,
    #[prop(optional)] look: ButtonLook,
    /// A picture before the verb.
    #[prop(optional, into)]
    icon: Option<Icon>,
    send: S,
    /// Called with the answer.
    done: D,
) -> impl IntoView
where
    T: 'static,
    S: Fn() -> F + Send + Sync + 'static,
    F: Future<Output = Result<T, ApiError>> + 'static,
    D: Fn(T) + Clone + Send + Sync + 'static,
{
    let action = SentAction::default();
    let press = move |()| action.send(send(), done.clone());
    view! { <RowButton verb=verb of=of look=look icon=icon busy=action.busy on_press=press /> }
        .into_any()
}

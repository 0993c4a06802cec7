//! Running something once the server has saved the draft.

use leptos::prelude::*;
use model::autosave::Standing;
use ui::toast::ToastKind;

use super::page_state::PageState;

/// Runs one callback at a time once the draft is saved.
#[derive(Clone, Copy)]
pub(super) struct OnSaved {
    state: PageState,
    /// What an unsaved draft cannot be, as a participle such as "launched"; part of the error
    /// shown.
    purpose: &'static str,
    waiting: RwSignal<Option<Callback<()>>>,
}

impl OnSaved {
    /// Starts with no callback; it runs in the reactive owner of the caller.
    pub(super) fn new(state: PageState, purpose: &'static str) -> Self {
        let on_saved = Self { state, purpose, waiting: RwSignal::new(None) };
        Effect::new(move || {
            if let Some(then) = on_saved.waiting.get() {
                on_saved.check(then);
            }
        });
        on_saved
    }

    /// Whether a callback waits for the draft to be saved.
    pub(super) fn is_busy(self) -> bool {
        self.waiting.with(Option::is_some)
    }

    /// Saves the draft and then runs the callback; where it cannot be saved, an error is shown and
    /// the callback dropped.
    pub(super) fn then(self, then: Callback<()>) {
        self.state.saving.flush();
        self.waiting.set(Some(then));
    }

    /// Runs or drops the callback as soon as it is known how the saving went.
    fn check(self, then: Callback<()>) {
        let (state, workflow) = (self.state, self.state.canvas.editor.document.workflow);
        let (standing, pending) = state.saving.with_autosave(|autosave| {
            (autosave.standing().clone(), workflow.with(|now| autosave.is_pending(now)))
        });
        match standing {
            Standing::Saved if !pending => {
                self.waiting.set(None);
                then.run(());
            }
            Standing::Offline | Standing::Refused(_) | Standing::Conflict(_) => {
                self.waiting.set(None);
                let words = format!(
                    "The draft isn't saved, so it can't be {}. See the status next to its name.",
                    self.purpose
                );
                state.canvas.editor.notices.toasts.show(ToastKind::Failed, words);
            }
            Standing::Saved | Standing::Changed | Standing::Saving => {}
        }
    }
}

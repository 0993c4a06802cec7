//! Going on once the server has the draft as it is drawn.

use leptos::prelude::*;
use model::saving::Standing;

use super::room::Room;
use crate::ui::toast::ToastKind;

/// What waits until the draft is kept.
#[derive(Clone, Copy)]
pub(super) struct Kept {
    room: Room,
    /// What the draft cannot be when it is not kept, e.g. "launched".
    purpose: &'static str,
    waiting: RwSignal<Option<Callback<()>>>,
}

impl Kept {
    /// Nothing waits.
    pub(super) fn new(room: Room, purpose: &'static str) -> Self {
        let kept = Self { room, purpose, waiting: RwSignal::new(None) };
        Effect::new(move || {
            if let Some(then) = kept.waiting.get() {
                kept.look(then);
            }
        });
        kept
    }

    /// Whether something waits.
    pub(super) fn is_busy(self) -> bool {
        self.waiting.with(Option::is_some)
    }

    /// Sends the draft and goes on when it is kept; says so when it cannot be.
    pub(super) fn then(self, then: Callback<()>) {
        self.room.saving.flush();
        self.waiting.set(Some(then));
    }

    fn look(self, then: Callback<()>) {
        let (room, workflow) = (self.room, self.room.desk.editor.workflow);
        let (standing, pending) = room.saving.with(|keeper| {
            (keeper.standing().clone(), workflow.with(|now| keeper.is_pending(now)))
        });
        match standing {
            Standing::Saved if !pending => {
                self.waiting.set(None);
                then.run(());
            }
            Standing::Offline | Standing::Refused(_) | Standing::Conflict(_) => {
                self.waiting.set(None);
                let words = format!(
                    "It is not saved yet, so it cannot be {}: see the chip at its name.",
                    self.purpose
                );
                room.desk.editor.toasts.show(ToastKind::Failed, words);
            }
            Standing::Saved | Standing::Changed | Standing::Saving => {}
        }
    }
}

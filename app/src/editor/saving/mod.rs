//! Keeping the draft while it is edited: by itself, soon, and without losing anything.

mod chip;
mod conflict;
mod restore;

use leptos::{prelude::*, task::spawn_local};
use model::{
    id::TemplateId,
    pages::{BuilderPage, DraftToSave},
    saving::{Keeper, Next, Pending, Standing},
    workflow::Workflow,
};
use std::collections::BTreeSet;
use web_sys::js_sys::Math;

pub use chip::SavedChip;
pub use conflict::ConflictSheet;
pub use restore::RestoreOffer;

use crate::{
    api::builder::save_draft,
    client::{sending::send_at_leaving, storage, writing},
    ui::toast::{ToastKind, use_toasts},
};

/// How the draft of a template is kept.
#[derive(Debug, Clone, Copy)]
pub struct Saving {
    template: TemplateId,
    keeper: RwSignal<Keeper>,
    workflow: Signal<Workflow>,
    on_adopt: Callback<Workflow>,
    /// When it is to be sent next, in milliseconds from when this was set.
    wait: RwSignal<Option<u32>>,
    /// Whether the conflict is shown.
    choosing: RwSignal<bool>,
    /// Sent since the page is here: told when others' changes came in.
    merged: RwSignal<u32>,
}

/// Keeps the workflow as the draft of the page's template. `on_adopt` is called with a workflow
/// that is to take the place of the present one: it holds what somebody else changed as well.
pub fn use_saving(
    page: &BuilderPage,
    workflow: Signal<Workflow>,
    on_adopt: Callback<Workflow>,
) -> Saving {
    let keeper = Keeper::new(page.id, page.workflow.clone(), page.draft_revision);
    let saving = Saving {
        template: page.id,
        keeper: RwSignal::new(keeper),
        workflow,
        on_adopt,
        wait: RwSignal::new(None),
        choosing: RwSignal::new(false),
        merged: RwSignal::new(0),
    };
    if page.editable {
        saving.follow();
    }
    saving
}

impl Saving {
    /// Looks at where the draft stands.
    pub fn with<T>(self, look: impl FnOnce(&Keeper) -> T) -> T {
        self.keeper.with(look)
    }

    /// The revision of the draft that the server is known to have.
    pub fn revision(self) -> i64 {
        self.keeper.with_untracked(Keeper::revision)
    }

    /// Sends what has changed at once.
    pub fn flush(self) {
        self.wait.set(None);
        let now = self.workflow.get_untracked();
        let draft = self.keeper.try_update(|keeper| keeper.send(&now)).flatten();
        if let Some(draft) = draft {
            spawn_local(async move {
                let answer = save_draft(draft).await.map_err(|error| error.0);
                self.take(|keeper, now| keeper.answered(answer, now));
            });
        }
    }

    /// Tries again, or shows the conflict.
    pub fn press(self) {
        match self.keeper.with_untracked(|keeper| keeper.standing().clone()) {
            Standing::Conflict(_) => self.choosing.set(true),
            _ => self.flush(),
        }
    }

    /// Settles a conflict: mine holds, except at the ways in `take_theirs`.
    pub fn settle(self, take_theirs: &BTreeSet<Vec<String>>) {
        self.choosing.set(false);
        self.take(|keeper, now| keeper.settled(take_theirs, now));
    }

    /// Lets the keeper take something in, and does what follows.
    fn take(self, take: impl FnOnce(&mut Keeper, &Workflow) -> Next) {
        let Some(now) = self.workflow.try_get_untracked() else { return };
        let next = self.keeper.try_update(|keeper| take(keeper, &now));
        match next {
            Some(Next::Send(wait)) => self.wait.set(Some(wait)),
            Some(Next::Adopt(workflow)) => {
                self.merged.update(|count| *count += 1);
                self.on_adopt.run(*workflow);
                self.flush();
            }
            Some(Next::Rest) | None => {}
        }
        self.remember();
    }

    /// Follows the workflow, the clock, the connection and the page's going.
    fn follow(self) {
        let toasts = use_toasts();
        Effect::new(move |before: Option<()>| {
            let now = self.workflow.get();
            if before.is_some() {
                let wait = self.keeper.try_update(|keeper| keeper.changed(&now)).flatten();
                if let Some(wait) = wait {
                    self.wait.set(Some(wait));
                }
                self.remember();
            }
        });
        writing::follow(self.wait, move || self.flush(), move || self.leave());
        writing::on_rise(self.merged, move || {
            toasts.show(ToastKind::Info, "Merged changes by a colleague.");
        });
        Effect::new(move |before: Option<bool>| {
            let clash = self.with(|keeper| matches!(keeper.standing(), Standing::Conflict(_)));
            if clash && before == Some(false) {
                toasts.show(ToastKind::Failed, "Somebody else changed the same. Press Conflict.");
            }
            clash
        });
    }

    /// The page goes out of sight, and perhaps away: what is not kept yet is sent so that it
    /// arrives all the same.
    fn leave(self) {
        let now = self.workflow.get_untracked();
        if let Some(draft) = self.keeper.try_update(|keeper| keeper.leave(&now)).flatten() {
            let sent = Sent { draft };
            if let Ok(body) = serde_json::to_string(&sent) {
                send_at_leaving("/api/fn/save_draft", &body);
            }
        }
    }

    /// Keeps in the browser what the server does not have yet.
    fn remember(self) {
        let key = VISIT.with(|visit| format!("{}.{visit}", pending_key(self.template)));
        let Some(now) = self.workflow.try_get_untracked() else { return };
        let pending = self.keeper.with_untracked(|keeper| {
            keeper.is_pending(&now).then(|| Pending {
                revision: keeper.revision(),
                base: keeper.base().clone(),
                workflow: now,
            })
        });
        match pending.and_then(|pending| pending.text()) {
            Some(text) => storage::keep(&key, &text),
            None => storage::forget(&key),
        }
    }
}

/// What the server function takes.
#[derive(serde::Serialize)]
struct Sent {
    draft: DraftToSave,
}

thread_local! {
    /// Tells this visit of the page from others: two tabs do not overwrite what the other keeps.
    static VISIT: f64 = Math::random();
}

/// Where the browser keeps what the server does not have of a template: keys that begin so.
fn pending_key(template: TemplateId) -> String {
    format!("atelier.draft.{template}")
}

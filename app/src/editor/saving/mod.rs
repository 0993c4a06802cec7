//! Keeping the draft while it is edited: by itself, soon, and without losing anything.

mod chip;
mod conflict;
mod presence;
mod restore;

use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use model::{
    id::TemplateId,
    pages::{BuilderPage, DraftToSave, OtherEditor},
    saving::{Keeper, Next, Pending, Standing},
    workflow::Workflow,
};
use std::collections::BTreeSet;
use web_sys::js_sys::Math;

pub use chip::{RefusedNotice, SavedChip, SignedOutNotice};
pub use conflict::ConflictSheet;
pub use presence::OtherEditors;
pub use restore::RestoreOffer;

use crate::{
    api::builder::save_draft,
    client::{sending::send_at_leaving, storage, writing},
    ui::toast::{ToastKind, use_toasts},
};

/// How the draft of a template is kept.
#[derive(Debug, Clone, Copy)]
pub struct Saving {
    /// Where the browser keeps what the server does not have: another place each time the editor opens.
    key: StoredValue<String>,
    keeper: RwSignal<Keeper>,
    workflow: Signal<Workflow>,
    on_adopt: Callback<Workflow>,
    /// When it is to be sent next, in milliseconds from when this was set.
    wait: RwSignal<Option<u32>>,
    /// Whether the conflict is shown.
    choosing: RwSignal<bool>,
    /// Sent since the page is here: told when others' changes came in.
    merged: RwSignal<u32>,
    /// The name under which it was kept, where another workflow has the one that was wanted.
    renamed: RwSignal<Option<String>>,
    /// Who else has the draft open.
    others: RwSignal<Vec<OtherEditor>>,
    /// Whether it is sent without being asked for.
    by_itself: RwSignal<bool>,
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
        key: StoredValue::new(String::new()),
        keeper: RwSignal::new(keeper),
        workflow,
        on_adopt,
        wait: RwSignal::new(None),
        choosing: RwSignal::new(false),
        merged: RwSignal::new(0),
        renamed: RwSignal::new(None),
        others: RwSignal::new(vec![]),
        by_itself: RwSignal::new(true),
    };
    if page.editable {
        let place = pending_keys(page.id);
        Effect::new(move || {
            saving.by_itself.set(storage::recall(BY_ITSELF).as_deref() != Some(NO));
            let visit = Math::random();
            saving.key.set_value(format!("{place}{}.{visit}", storage::tab()));
        });
        saving.follow();
        saving.attend(page.id);
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

    /// Whether the draft is sent without being asked for.
    pub fn is_by_itself(self) -> bool {
        self.by_itself.get()
    }

    /// Sends the draft by itself from now on, or only when asked; this browser keeps to it.
    pub fn switch(self) {
        let by_itself = !self.by_itself.get_untracked();
        self.by_itself.set(by_itself);
        if by_itself {
            storage::forget(BY_ITSELF);
            self.flush();
        } else {
            storage::keep(BY_ITSELF, NO);
        }
    }

    /// Tries again, or shows the conflict.
    pub fn press(self) {
        self.show_conflict();
        self.flush();
    }

    /// Whether there is anything the server is not known to have.
    fn is_pending(self) -> bool {
        self.with(|keeper| self.workflow.with(|now| keeper.is_pending(now)))
    }

    /// Shows the conflict, if there is one.
    fn show_conflict(self) {
        self.choosing.set(
            self.keeper.with_untracked(|keeper| matches!(keeper.standing(), Standing::Conflict(_))),
        );
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
            Some(Next::Rename(workflow)) => {
                self.renamed.set(Some(workflow.name.clone()));
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
        let flush = move || {
            let asked = |keeper: &Keeper| *keeper.standing() == Standing::Offline;
            if self.by_itself.get_untracked() || self.keeper.with_untracked(asked) {
                self.flush();
            }
        };
        writing::follow(self.wait, flush, move || self.leave());
        writing::on_rise(self.merged, move || {
            toasts.show(ToastKind::Info, "Merged changes by a colleague.");
        });
        Effect::new(move || {
            if let Some(name) = self.renamed.get() {
                let words = format!("Another workflow has that name: this one is “{name}”.");
                toasts.show(ToastKind::Info, words);
            }
        });
        Effect::new(move |before: Option<bool>| {
            let clash = self.with(|keeper| matches!(keeper.standing(), Standing::Conflict(_)));
            if clash && before == Some(false) {
                toasts.show(ToastKind::Failed, "The same was changed elsewhere. Press Conflict.");
            }
            clash
        });
        on_cleanup(move || {
            if cfg!(feature = "hydrate") {
                self.part();
            }
        });
    }

    /// Goes on with what an earlier visit kept, unless a person must choose and something is not saved
    /// yet; gives what the draft becomes.
    fn resume(self, kept: &Pending) -> Option<Workflow> {
        let now = self.workflow.get_untracked();
        self.keeper.try_update(|keeper| {
            let ready = !keeper.is_pending(&now) || keeper.fits(kept, &now);
            ready.then(|| keeper.resume(kept, &now))
        })?
    }

    /// The editor goes, the page stays: what is not kept yet is sent, and what others did brought in.
    fn part(self) {
        if self.by_itself.try_get_untracked() != Some(true) {
            return;
        }
        let Some(mut now) = self.workflow.try_get_untracked() else { return };
        let Some(mut keeper) = self.keeper.try_get_untracked() else { return };
        let Some(key) = self.key.try_get_value() else { return };
        let mut next = keeper.part(&now);
        spawn_local(async move {
            while let Some(draft) = next {
                let answer = save_draft(draft).await.map_err(|error| error.0);
                next = match keeper.answered(answer, &now) {
                    Next::Adopt(merged) | Next::Rename(merged) => {
                        now = *merged;
                        keeper.send(&now)
                    }
                    Next::Send(_) if *keeper.standing() == Standing::Changed => keeper.send(&now),
                    Next::Send(_) | Next::Rest => None,
                };
            }
            if !keeper.is_pending(&now) {
                note_taken(key, keeper.revision());
            }
        });
    }

    /// The page goes out of sight, and perhaps away: what is not kept yet is sent so that it
    /// arrives all the same.
    fn leave(self) {
        if !self.by_itself.get_untracked() {
            return;
        }
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
        let Some(now) = self.workflow.try_get_untracked() else { return };
        let unsaved = self.keeper.with_untracked(|keeper| keeper.unsaved(&now));
        self.key.with_value(|key| match unsaved.and_then(|unsaved| unsaved.text()) {
            Some(text) => storage::keep(key, &text),
            None => storage::forget(key),
        });
    }
}

/// Whether drafts are sent without being asked for, as the browser keeps it.
const BY_ITSELF: &str = "atelier.saves_itself";
const NO: &str = "no";

/// How long a page that was asked for before the server took a draft may still be on its way.
const LATE_MS: u32 = 60_000;

/// Notes that the server took what is kept under `key`, and forgets it a little later: who has come
/// back by then was perhaps shown the draft before.
fn note_taken(key: String, revision: i64) {
    let kept = storage::recall(&key).and_then(|text| Pending::read(&text));
    let Some(kept) = kept else { return };
    if let Some(text) = (Pending { taken: Some(revision), ..kept }).text() {
        storage::keep(&key, &text);
    }
    Timeout::new(LATE_MS, move || storage::forget(&key)).forget();
}

/// What the server function takes.
#[derive(serde::Serialize)]
struct Sent {
    draft: DraftToSave,
}

/// Where the browser keeps what the server does not have of a template: keys that begin so.
fn pending_keys(template: TemplateId) -> String {
    format!("atelier.draft.{template}.")
}

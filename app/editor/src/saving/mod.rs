//! Saving the draft while it is edited: automatically, soon, and without losing anything.

mod chip;
mod conflict;
mod restore;

use api::builder::save_draft;
use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use model::{
    autosave::{DraftAutosave, Next, Pending, Standing},
    id::TemplateId,
    pages::{BuilderPage, DraftToSave, OtherEditor},
    workflow::Workflow,
};
use std::collections::BTreeSet;
use ui::toast::{ToastKind, use_toasts};
use web::client::{autosave_triggers, storage, upload::send_at_leaving};
use web_sys::js_sys::Math;

pub use chip::{OtherEditors, RefusedNotice, SavedChip, SignedOutNotice};
pub use conflict::ConflictSheet;
pub use restore::RestoreOffer;

/// The handle of saving the draft of a template.
#[derive(Debug, Clone, Copy)]
pub struct Saving {
    /// The storage key of unsaved changes; a new one each time the editor opens.
    key: StoredValue<String>,
    autosave: RwSignal<DraftAutosave>,
    workflow: Signal<Workflow>,
    on_adopt: Callback<Workflow>,
    /// When the draft is sent next, in milliseconds from when this was set; nothing for never.
    wait: RwSignal<Option<u32>>,
    /// Whether the dialog of the conflict is open.
    choosing: RwSignal<bool>,
    /// How often other people's changes were merged, to show a toast each time.
    merged: RwSignal<u32>,
    /// The name under which the server saved the draft, because another workflow has the wanted
    /// one.
    renamed: RwSignal<Option<String>>,
    /// The other people and tabs that have the draft open.
    others: RwSignal<Vec<OtherEditor>>,
    /// Whether the draft is saved automatically.
    by_itself: RwSignal<bool>,
}

/// Saves the workflow as the draft of the page's template. `on_adopt` is called with a workflow
/// that replaces the present one and also has other people's changes.
pub fn use_saving(
    page: &BuilderPage,
    workflow: Signal<Workflow>,
    on_adopt: Callback<Workflow>,
) -> Saving {
    let autosave = DraftAutosave::new(page.id, page.workflow.clone(), page.draft_revision);
    let saving = Saving {
        key: StoredValue::new(String::new()),
        autosave: RwSignal::new(autosave),
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
        let prefix = pending_keys(page.id);
        Effect::new(move || {
            saving.by_itself.set(storage::recall(BY_ITSELF).as_deref() != Some(NO));
            let visit = Math::random();
            saving.key.set_value(format!("{prefix}{}.{visit}", storage::tab()));
        });
        saving.watch();
        saving.subscribe(page.id);
    }
    saving
}

impl Saving {
    /// Reads the state of the autosave, and tracks it.
    pub fn with_autosave<T>(self, look: impl FnOnce(&DraftAutosave) -> T) -> T {
        self.autosave.with(look)
    }

    /// The last revision of the draft that the server has confirmed.
    pub fn revision(self) -> i64 {
        self.autosave.with_untracked(DraftAutosave::revision)
    }

    /// Sends the draft now if it has unsaved changes and no request is under way.
    pub fn flush(self) {
        self.wait.set(None);
        let now = self.workflow.get_untracked();
        let draft = self.autosave.try_update(|autosave| autosave.send(&now)).flatten();
        if let Some(draft) = draft {
            spawn_local(async move {
                let answer = save_draft(draft).await.map_err(|error| error.0);
                self.update_autosave(|autosave, now| autosave.handle_answer(answer, now));
            });
        }
    }

    /// Whether the draft is saved automatically, and tracks it.
    pub fn is_by_itself(self) -> bool {
        self.by_itself.get()
    }

    /// Switches between saving automatically and only when asked; this browser remembers it.
    pub fn toggle_by_itself(self) {
        let by_itself = !self.by_itself.get_untracked();
        self.by_itself.set(by_itself);
        if by_itself {
            storage::forget(BY_ITSELF);
            self.flush();
        } else {
            storage::keep(BY_ITSELF, NO);
        }
    }

    /// Tries to save again, or opens the dialog of the conflict.
    pub fn retry(self) {
        self.show_conflict();
        self.flush();
    }

    /// Whether there are changes that the server has not confirmed, and tracks it.
    fn is_pending(self) -> bool {
        self.with_autosave(|autosave| self.workflow.with(|now| autosave.is_pending(now)))
    }

    /// Opens the dialog of the conflict, if there is one.
    fn show_conflict(self) {
        let is_conflict =
            |autosave: &DraftAutosave| matches!(autosave.standing(), Standing::Conflict(_));
        self.choosing.set(self.autosave.with_untracked(is_conflict));
    }

    /// Resolves a conflict with the person's own values, except at the paths in `take_theirs`.
    pub fn settle(self, take_theirs: &BTreeSet<Vec<String>>) {
        self.choosing.set(false);
        self.update_autosave(|autosave, now| autosave.settle(take_theirs, now));
    }

    /// Updates the autosave and does what it asks for next.
    fn update_autosave(self, update: impl FnOnce(&mut DraftAutosave, &Workflow) -> Next) {
        let Some(now) = self.workflow.try_get_untracked() else { return };
        let next = self.autosave.try_update(|autosave| update(autosave, &now));
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

    /// Saves on changes, timers, reconnects and when the page is left.
    fn watch(self) {
        let toasts = use_toasts();
        Effect::new(move |before: Option<()>| {
            let now = self.workflow.get();
            if before.is_some() {
                let wait =
                    self.autosave.try_update(|autosave| autosave.note_change(&now)).flatten();
                if let Some(wait) = wait {
                    self.wait.set(Some(wait));
                }
                self.remember();
            }
        });
        let flush = move || {
            let is_offline = |autosave: &DraftAutosave| *autosave.standing() == Standing::Offline;
            if self.by_itself.get_untracked() || self.autosave.with_untracked(is_offline) {
                self.flush();
            }
        };
        autosave_triggers::watch(self.wait, flush, move || self.save_at_leaving());
        autosave_triggers::on_rise(self.merged, move || {
            toasts.show(ToastKind::Info, "Merged a teammate's changes.");
        });
        Effect::new(move || {
            if let Some(name) = self.renamed.get() {
                let words = format!("Another workflow has that name. This one is now “{name}”.");
                toasts.show(ToastKind::Info, words);
            }
        });
        Effect::new(move |before: Option<bool>| {
            let is_conflict =
                self.with_autosave(|autosave| matches!(autosave.standing(), Standing::Conflict(_)));
            if is_conflict && before == Some(false) {
                toasts.show(
                    ToastKind::Failed,
                    "Someone else changed the same part. Click Conflict to choose.",
                );
            }
            is_conflict
        });
        on_cleanup(move || {
            if cfg!(feature = "hydrate") {
                self.finish();
            }
        });
    }

    /// Takes up the unsaved changes of an earlier visit and returns the merged draft; nothing where
    /// they conflict with the draft while that has unsaved changes itself.
    fn resume(self, kept: &Pending) -> Option<Workflow> {
        let now = self.workflow.get_untracked();
        self.autosave.try_update(|autosave| {
            let ready = !autosave.is_pending(&now) || autosave.fits(kept, &now);
            ready.then(|| autosave.resume(kept, &now))
        })?
    }

    /// Saves the rest when the editor is left but the page stays, merging other people's changes.
    fn finish(self) {
        if self.by_itself.try_get_untracked() != Some(true) {
            return;
        }
        let Some(mut now) = self.workflow.try_get_untracked() else { return };
        let Some(mut autosave) = self.autosave.try_get_untracked() else { return };
        let Some(key) = self.key.try_get_value() else { return };
        let mut next = autosave.part(&now);
        spawn_local(async move {
            while let Some(draft) = next {
                let answer = save_draft(draft).await.map_err(|error| error.0);
                next = match autosave.handle_answer(answer, &now) {
                    Next::Adopt(merged) | Next::Rename(merged) => {
                        now = *merged;
                        autosave.send(&now)
                    }
                    Next::Send(_) if *autosave.standing() == Standing::Changed => {
                        autosave.send(&now)
                    }
                    Next::Send(_) | Next::Rest => None,
                };
            }
            if !autosave.is_pending(&now) {
                note_taken(key, autosave.revision());
            }
        });
    }

    /// Saves the rest when the page is hidden or closed, by a request that outlives the page.
    fn save_at_leaving(self) {
        if !self.by_itself.get_untracked() {
            return;
        }
        let now = self.workflow.get_untracked();
        if let Some(draft) = self.autosave.try_update(|autosave| autosave.leave(&now)).flatten()
            && let Ok(body) = serde_json::to_string(&SaveDraftArguments { draft })
        {
            send_at_leaving("/api/fn/save_draft", &body);
        }
    }

    /// Keeps unsaved changes in the browser, and forgets them once the server has them.
    fn remember(self) {
        let Some(now) = self.workflow.try_get_untracked() else { return };
        let unsaved = self.autosave.with_untracked(|autosave| autosave.unsaved(&now));
        self.key.with_value(|key| match unsaved.and_then(|unsaved| unsaved.text()) {
            Some(text) => storage::keep(key, &text),
            None => storage::forget(key),
        });
    }
}

/// The storage key that is set to `NO` when drafts are not saved automatically.
const BY_ITSELF: &str = "atelier.saves_itself";
const NO: &str = "no";

/// A page that was requested before the server saved a draft may take this long to arrive.
const LATE_MS: u32 = 60_000;

/// Marks the changes under a storage key as saved, and removes them only later: a page that is on
/// its way may still show the draft without them.
fn note_taken(key: String, revision: i64) {
    let kept = storage::recall(&key).and_then(|text| Pending::read(&text));
    let Some(kept) = kept else { return };
    if let Some(text) = (Pending { taken: Some(revision), ..kept }).text() {
        storage::keep(&key, &text);
    }
    Timeout::new(LATE_MS, move || storage::forget(&key)).forget();
}

/// The arguments of the server function `save_draft`.
#[derive(serde::Serialize)]
struct SaveDraftArguments {
    draft: DraftToSave,
}

/// The prefix of the storage keys of a template's unsaved changes.
fn pending_keys(template: TemplateId) -> String {
    format!("atelier.draft.{template}.")
}

//! Keeping what is written: by itself, soon, and without losing anything.

use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::{
    api::documents::DocumentChange,
    document::Writing,
    id::DocumentId,
    library::DocumentPage,
    saving::{Manuscript, Newer, Progress, Step, Unsaved, Whose},
};

use super::Sheet;
use crate::{
    api::documents::{load_writing, save_document},
    client::{keep, sending::send_at_leaving, storage, writing},
    ui::toast::{ToastKind, use_toasts},
};

/// The browser keeps what was written once nothing has been typed for so long: a long text takes a
/// while.
const REMEMBER_MS: u32 = 250;

/// How a document is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Saving {
    pub(super) document: DocumentId,
    manuscript: RwSignal<Manuscript>,
    sheet: Sheet,
    writing: Memo<Writing>,
    /// When it is to be sent next, in milliseconds from when this was set.
    wait: RwSignal<Option<u32>>,
    /// How often others' changes came in.
    merged: RwSignal<u32>,
    /// Where to go once everything is kept.
    leaving: RwSignal<Option<String>>,
}

/// Keeps what is on the sheet as the document.
pub(super) fn use_saving(page: &DocumentPage, sheet: Sheet) -> Saving {
    let saving = Saving {
        document: page.id,
        manuscript: RwSignal::new(Manuscript::new(page.writing(), page.revision)),
        sheet,
        writing: Memo::new(move |_| sheet.read()),
        wait: RwSignal::new(None),
        merged: RwSignal::new(0),
        leaving: RwSignal::new(None),
    };
    saving.follow();
    saving
}

impl Saving {
    /// Looks at where the document stands.
    pub(super) fn with<T>(self, look: impl FnOnce(&Progress) -> T) -> T {
        self.manuscript.with(|manuscript| look(manuscript.progress()))
    }

    /// What is written now.
    pub(super) fn mine(self) -> Writing {
        self.writing.get_untracked()
    }

    /// Sends what has changed at once.
    pub(super) fn flush(self) {
        self.wait.set(None);
        let now = self.mine();
        let change = self.manuscript.try_update(|manuscript| manuscript.send(&now)).flatten();
        if let Some(change) = change {
            spawn_local(async move {
                let answer = save_document(self.document, change).await;
                let answer = answer.map(|saved| saved.revision).map_err(|error| error.0);
                self.take(|manuscript, now| manuscript.answered(answer, now));
            });
        }
    }

    /// Goes to an address as soon as everything is kept; stays where something cannot be.
    pub(super) fn finish(self, place: String) {
        self.leaving.set(Some(place));
        self.flush();
    }

    /// Settles a conflict with mine or theirs.
    pub(super) fn settle(self, whose: Whose) {
        self.take(|manuscript, now| manuscript.settle(whose, now));
    }

    /// Lets the manuscript take something in, and does what follows.
    fn take(self, take: impl FnOnce(&mut Manuscript, &Writing) -> Step) {
        let Some(now) = self.writing.try_get_untracked() else { return };
        let step = self.manuscript.try_update(|manuscript| take(manuscript, &now));
        match step {
            Some(Step::Send(wait)) => self.wait.set(Some(wait)),
            Some(Step::Fetch) => self.fetch(),
            Some(Step::Adopt(writing)) => {
                self.merged.update(|count| *count += 1);
                self.go_on_with(&writing);
            }
            Some(Step::Settle(writing)) => self.go_on_with(&writing),
            Some(Step::Rest) | None => {}
        }
        self.remember();
    }

    fn go_on_with(self, writing: &Writing) {
        self.sheet.write(writing);
        self.flush();
    }

    /// Looks what the server has by now.
    fn fetch(self) {
        spawn_local(async move {
            let found = load_writing(self.document).await;
            self.take(|manuscript, now| match found {
                Ok(reading) => {
                    let revision = reading.page.revision;
                    let newer = Newer { revision, writing: reading.page.writing() };
                    manuscript.behind(newer, now)
                }
                Err(error) => manuscript.failed(error.0),
            });
        });
    }

    /// Follows the sheet, the clock, the connection and the page's going.
    fn follow(self) {
        let toasts = use_toasts();
        Effect::new(move |before: Option<()>| {
            let now = self.writing.get();
            if before.is_none() {
                self.resume();
                return;
            }
            let wait = self.manuscript.try_update(|manuscript| manuscript.changed(&now)).flatten();
            if let Some(wait) = wait {
                self.wait.set(Some(wait));
            }
            keep(Timeout::new(REMEMBER_MS, move || self.remember()));
        });
        writing::follow(self.wait, move || self.flush(), move || self.leave());
        writing::on_rise(self.merged, move || {
            toasts.show(ToastKind::Info, "Brought together with what was there.");
        });
        let navigate = use_navigate();
        Effect::new(move || {
            let Some(place) = self.leaving.get() else { return };
            let kept = self.with(|progress| match progress {
                Progress::Saved => Some(true),
                Progress::Changed | Progress::Saving => None,
                _ => Some(false),
            });
            if kept.is_some() {
                self.leaving.set(None);
            }
            if kept == Some(true) {
                navigate(&place, NavigateOptions::default());
            }
        });
        // Within the app a page goes without a word: what is pending is sent while it does.
        on_cleanup(move || {
            if cfg!(feature = "hydrate") {
                self.leave();
            }
        });
    }

    /// Takes up again what an earlier visit could not have kept.
    fn resume(self) {
        let key = unsaved_key(self.document);
        let Some(kept) = storage::recall(&key).and_then(|text| Unsaved::read(&text)) else {
            return;
        };
        // The fields first adopt what the page came with.
        request_animation_frame(move || {
            self.sheet.write(&kept.writing);
            self.take(|manuscript, _| manuscript.resume(kept));
        });
    }

    /// The page goes: what is not kept yet is sent so that it arrives all the same.
    fn leave(self) {
        self.remember();
        let Some(now) = self.writing.try_get_untracked() else { return };
        let change = self.manuscript.try_update(|manuscript| manuscript.leave(&now)).flatten();
        if let Some(change) = change
            && let Ok(body) = serde_json::to_string(&Sent { id: self.document, change })
        {
            send_at_leaving("/api/fn/save_document", &body);
        }
    }

    /// Keeps in the browser what the server does not have yet.
    fn remember(self) {
        let key = unsaved_key(self.document);
        let Some(now) = self.writing.try_get_untracked() else { return };
        let unsaved = self.manuscript.with_untracked(|manuscript| manuscript.unsaved(&now));
        match unsaved.and_then(|unsaved| unsaved.text()) {
            Some(text) => storage::keep(&key, &text),
            None => storage::forget(&key),
        }
    }
}

/// What the server function takes.
#[derive(serde::Serialize)]
struct Sent {
    id: DocumentId,
    change: DocumentChange,
}

/// Where the browser keeps what the server does not have of a document.
fn unsaved_key(document: DocumentId) -> String {
    format!("atelier.document.{document}")
}

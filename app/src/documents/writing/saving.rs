//! The autosave of a document, and the fields of the editor that it reads and writes.

use api::documents::{load_writing, save_document};
use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::{
    api::documents::DocumentChange,
    autosave::{DocumentAutosave, Newer, Progress, Step, Unsaved, Whose},
    document::Writing,
    id::DocumentId,
    library::DocumentPage,
};
use ui::toast::{ToastKind, use_toasts};
use web::client::{autosave_triggers, own_until_cleanup, storage, upload::send_at_leaving};

/// The text is put into the browser's storage once nothing has been typed for so long: a long text
/// takes a while.
const REMEMBER_MS: u32 = 250;

/// The autosave of the document that is edited, with the fields it reads and writes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Saving {
    pub(super) document: DocumentId,
    autosave: RwSignal<DocumentAutosave>,
    form: DocumentForm,
    writing: Memo<Writing>,
    /// In how many milliseconds from when this was set the text is sent; none when nothing is to
    /// be.
    wait: RwSignal<Option<u32>>,
    /// How many times another person's changes were merged in.
    merged: RwSignal<u32>,
    /// The address to go to once everything is saved.
    leaving: RwSignal<Option<String>>,
}

/// Saves what is in the fields as the document, until the page is left.
pub(super) fn use_saving(page: &DocumentPage, form: DocumentForm) -> Saving {
    let saving = Saving {
        document: page.id,
        autosave: RwSignal::new(DocumentAutosave::new(page.writing(), page.revision)),
        form,
        writing: Memo::new(move |_| form.read()),
        wait: RwSignal::new(None),
        merged: RwSignal::new(0),
        leaving: RwSignal::new(None),
    };
    saving.watch();
    saving
}

impl Saving {
    /// Reads the progress of saving, and tracks it.
    pub(super) fn with_progress<T>(self, read: impl FnOnce(&Progress) -> T) -> T {
        self.autosave.with(|autosave| read(autosave.progress()))
    }

    /// The writing in the fields.
    pub(super) fn mine(self) -> Writing {
        self.writing.get_untracked()
    }

    /// Sends what has changed without waiting.
    pub(super) fn flush(self) {
        self.wait.set(None);
        let now = self.mine();
        let change = self.autosave.try_update(|autosave| autosave.send(&now)).flatten();
        if let Some(change) = change {
            spawn_local(async move {
                let answer = save_document(self.document, change).await;
                let answer = answer.map(|saved| saved.revision).map_err(|error| error.0);
                self.take_step(|autosave, now| autosave.handle_answer(answer, now));
            });
        }
    }

    /// Goes to an address as soon as everything is saved; stays on the page where that fails.
    pub(super) fn finish(self, place: String) {
        self.leaving.set(Some(place));
        self.flush();
    }

    /// Settles a conflict with mine or theirs.
    pub(super) fn settle(self, whose: Whose) {
        self.take_step(|autosave, now| autosave.settle(whose, now));
    }

    /// Passes an input to the autosave, and carries out the step that it answers.
    fn take_step(self, take: impl FnOnce(&mut DocumentAutosave, &Writing) -> Step) {
        let Some(now) = self.writing.try_get_untracked() else { return };
        match self.autosave.try_update(|autosave| take(autosave, &now)) {
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
        self.form.write(writing);
        self.flush();
    }

    /// Loads the document as the server has it now, and merges it.
    fn fetch(self) {
        spawn_local(async move {
            let found = load_writing(self.document).await;
            self.take_step(|autosave, now| match found {
                Ok(reading) => {
                    let revision = reading.page.revision;
                    autosave.merge_newer(Newer { revision, writing: reading.page.writing() }, now)
                }
                Err(error) => autosave.handle_failure(error.0),
            });
        });
    }

    /// Saves when the fields change, at the autosave triggers and when the page is left.
    fn watch(self) {
        let toasts = use_toasts();
        Effect::new(move |before: Option<()>| {
            let now = self.writing.get();
            if before.is_none() {
                self.resume();
                return;
            }
            let wait = self.autosave.try_update(|autosave| autosave.note_change(&now)).flatten();
            if let Some(wait) = wait {
                self.wait.set(Some(wait));
            }
            own_until_cleanup(Timeout::new(REMEMBER_MS, move || self.remember()));
        });
        autosave_triggers::watch(self.wait, move || self.flush(), move || self.leave());
        autosave_triggers::on_rise(self.merged, move || {
            toasts.show(ToastKind::Info, "Merged with someone else's changes.");
        });
        let navigate = use_navigate();
        Effect::new(move || {
            let Some(place) = self.leaving.get() else { return };
            let kept = self.with_progress(|progress| match progress {
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
        // Navigation within the app fires no `pagehide`: what is pending is sent here.
        on_cleanup(move || {
            if cfg!(feature = "hydrate") {
                self.leave();
            }
        });
    }

    /// Takes up the text of an earlier visit that was not saved.
    fn resume(self) {
        let key = unsaved_key(self.document);
        let Some(kept) = storage::recall(&key).and_then(|text| Unsaved::read(&text)) else {
            return;
        };
        // The fields must have taken the text of the page first.
        request_animation_frame(move || {
            self.form.write(&kept.writing);
            self.take_step(|autosave, _| autosave.resume(kept));
        });
    }

    /// Sends what is not saved yet by a beacon, which arrives although the page is left.
    fn leave(self) {
        self.remember();
        let Some(now) = self.writing.try_get_untracked() else { return };
        let change = self.autosave.try_update(|autosave| autosave.leave(&now)).flatten();
        if let Some(change) = change
            && let Ok(body) = serde_json::to_string(&SaveArgs { id: self.document, change })
        {
            send_at_leaving("/api/fn/save_document", &body);
        }
    }

    /// Puts the text that the server does not have yet into the browser's storage.
    fn remember(self) {
        let key = unsaved_key(self.document);
        let Some(now) = self.writing.try_get_untracked() else { return };
        let unsaved = self.autosave.with_untracked(|autosave| autosave.unsaved(&now));
        match unsaved.and_then(|unsaved| unsaved.text()) {
            Some(text) => storage::keep(&key, &text),
            None => storage::forget(&key),
        }
    }
}

/// The arguments of the server function that saves a document.
#[derive(serde::Serialize)]
struct SaveArgs {
    id: DocumentId,
    change: DocumentChange,
}

/// The key of a document's unsaved text in the browser's storage.
fn unsaved_key(document: DocumentId) -> String {
    format!("atelier.document.{document}")
}

/// The signals of the editor's fields.
#[derive(Debug, Clone, Copy)]
pub(super) struct DocumentForm {
    pub(super) title: RwSignal<String>,
    pub(super) content: RwSignal<String>,
    pub(super) status: RwSignal<String>,
    /// The tags on one line, with commas between them.
    pub(super) tags: RwSignal<String>,
}

impl DocumentForm {
    /// The fields with a writing in them.
    pub(super) fn new(writing: &Writing) -> Self {
        Self {
            title: RwSignal::new(writing.title.clone()),
            content: RwSignal::new(writing.content.clone()),
            status: RwSignal::new(writing.status.as_str().to_owned()),
            tags: RwSignal::new(writing.tags.join(", ")),
        }
    }

    /// The writing in the fields, tracked.
    pub(super) fn read(self) -> Writing {
        Writing {
            title: self.title.get(),
            content: self.content.get(),
            status: self.status.read().parse().unwrap_or_default(),
            tags: tags(&self.tags.read()),
        }
    }

    /// Puts a writing into the fields. A field that has the same text is left alone, with its
    /// caret.
    pub(super) fn write(self, writing: &Writing) {
        let put = |field: RwSignal<String>, text: &str| {
            if field.with_untracked(|now| now != text) {
                field.set(text.to_owned());
            }
        };
        put(self.title, &writing.title);
        put(self.content, &writing.content);
        put(self.status, writing.status.as_str());
        if tags(&self.tags.read_untracked()) != writing.tags {
            self.tags.set(writing.tags.join(", "));
        }
    }
}

/// The tags on a line with commas of any script between them.
fn tags(line: &str) -> Vec<String> {
    line.split([',', '،', '、'])
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_written_on_one_line_in_any_script() {
        assert_eq!(tags(" tea, herbal tea ,, شاي، 茶"), ["tea", "herbal tea", "شاي", "茶"]);
        assert!(tags(" , ").is_empty());
    }
}

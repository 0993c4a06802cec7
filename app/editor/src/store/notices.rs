//! What the editor tells the person: announcements for screen readers, and toasts.

use leptos::prelude::*;
use ui::toast::{ToastKind, ToastText, Toasts, use_toasts};

/// The handle of the notices.
#[derive(Clone, Copy)]
pub struct EditorNotices {
    /// The last announcement for screen readers.
    pub news: RwSignal<String>,
    /// The toasts of the page.
    pub toasts: Toasts,
    /// The words of the toast that offers to undo the newest entry.
    offered: StoredValue<Option<String>>,
}

impl EditorNotices {
    /// Starts without a notice, with the toasts of the page.
    pub(super) fn new() -> Self {
        Self {
            news: RwSignal::new(String::new()),
            toasts: use_toasts(),
            offered: StoredValue::new(None),
        }
    }

    /// Announces something to screen readers.
    pub fn say(self, words: impl Into<String>) {
        self.news.set(words.into());
    }

    /// Shows a notice as a toast: why something was not done, or what else was.
    pub fn notify(self, words: impl Into<ToastText>) {
        self.toasts.show(ToastKind::Info, words);
    }

    /// Shows a toast with a button that calls `undo`, until it is withdrawn.
    pub(super) fn offer_undo(self, words: String, undo: impl Fn(()) + Send + Sync + 'static) {
        self.offered.set_value(Some(words.clone()));
        self.toasts.offer(ToastKind::Done, words, "Undo", undo);
    }

    /// Removes that toast, because its button would undo another entry.
    pub(super) fn withdraw_undo(self) {
        if let Some(words) = self.offered.try_update_value(Option::take).flatten() {
            self.toasts.withdraw(&words);
        }
    }
}

//! When a page is loaded again after files were uploaded in one of its dialogs.

use leptos::prelude::*;
use serde::de::DeserializeOwned;

use super::uploads::Uploads;

/// Whether the dialog is open, and how many of its files have been stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Progress {
    is_open: bool,
    stored: usize,
}

impl Progress {
    /// Whether the page behind the dialog is out of date: files were stored by the time the dialog
    /// was closed, or have been since.
    fn needs_refresh(self, before: Self) -> bool {
        let stored = self.stored > before.stored || (before.is_open && self.stored > 0);
        !self.is_open && stored
    }
}

/// Calls `refresh` when the dialog is closed and files were stored meanwhile, and for each file
/// that is stored after that. When the dialog is opened again, finished files leave its list.
pub fn refresh_on_upload<T>(uploads: Uploads<T>, open: RwSignal<bool>, refresh: impl Fn() + 'static)
where
    T: DeserializeOwned + Clone + Send + Sync + 'static,
{
    Effect::new(move |before: Option<Progress>| {
        let before = before.unwrap_or_default();
        let now = Progress { is_open: open.get(), stored: uploads.stored_files().len() };
        if now.is_open && !before.is_open {
            uploads.clear_finished();
        } else if now.needs_refresh(before) {
            refresh();
        }
        now
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_arrived_is_shown_when_the_dialog_is_closed_and_what_comes_later_as_well() {
        let progress = |is_open, stored| Progress { is_open, stored };

        assert!(!progress(true, 1).needs_refresh(progress(true, 0)));
        assert!(progress(false, 1).needs_refresh(progress(true, 1)));
        assert!(progress(false, 1).needs_refresh(progress(false, 0)));
        assert!(!progress(false, 1).needs_refresh(progress(false, 1)));
        assert!(!progress(false, 0).needs_refresh(progress(true, 0)), "nothing was sent");
    }
}

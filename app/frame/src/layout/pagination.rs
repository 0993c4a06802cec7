//! A list that is loaded page by page, each when the person asks for it.

use api::ApiError;
use leptos::{prelude::*, task::spawn_local};
use model::api::listing::{Page, PageRequest};
use ui::{
    format,
    toast::{ToastKind, Toasts, use_toasts},
};

/// The pages of a list that have been loaded, as one list of rows.
pub struct Pagination<T: Send + Sync + 'static> {
    /// The rows loaded so far, in the server's order.
    pub rows: RwSignal<Vec<T>>,
    /// The cursor of the next page; none after the last one.
    pub next: RwSignal<Option<String>>,
    /// Whether a page is being loaded.
    pub busy: RwSignal<bool>,
    toasts: Toasts,
}

impl<T: Send + Sync + 'static> Clone for Pagination<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Pagination<T> {}

impl<T: Send + Sync + 'static> Pagination<T> {
    /// Begins with the first page, which the route has loaded.
    pub fn new(first: Page<T>) -> Self {
        Self {
            rows: RwSignal::new(first.items),
            next: RwSignal::new(first.next_cursor),
            busy: RwSignal::new(false),
            toasts: use_toasts(),
        }
    }

    /// Loads the next page with the request of the first one and the cursor. A failure is shown as
    /// a toast and leaves the rows as they are.
    pub fn load_more<L>(self, first: PageRequest, load: impl FnOnce(PageRequest) -> L)
    where
        L: Future<Output = Result<Page<T>, ApiError>> + 'static,
    {
        self.busy.set(true);
        let loading = load(PageRequest { cursor: self.next.get_untracked(), ..first });
        spawn_local(async move {
            match loading.await {
                Ok(page) => {
                    self.rows.try_update(|rows| rows.extend(page.items));
                    self.next.try_set(page.next_cursor);
                }
                Err(ApiError(problem)) => self.toasts.show(ToastKind::Failed, problem),
            }
            self.busy.try_set(false);
        });
    }

    /// How many rows are loaded, in words; "Latest …" while there are more.
    pub fn count(self, one: &str, several: &str) -> String {
        let words = format::pluralize(self.rows.read().len() as u64, one, several);
        if self.next.read().is_some() { format!("Latest {words}") } else { words }
    }
}

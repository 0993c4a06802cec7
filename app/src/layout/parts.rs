//! A list that is read part by part, each when it is asked for.

use leptos::{prelude::*, task::spawn_local};
use model::api::listing::{Page, PageRequest};

use crate::{
    api::ApiError,
    ui::{
        format,
        toast::{ToastKind, Toasts, use_toasts},
    },
};

/// What has been read of a list.
pub struct Parts<T: Send + Sync + 'static> {
    /// Its rows, in order.
    pub rows: RwSignal<Vec<T>>,
    /// Where the next part begins; none after the last.
    pub next: RwSignal<Option<String>>,
    /// Whether a part is being read.
    pub busy: RwSignal<bool>,
    toasts: Toasts,
}

impl<T: Send + Sync + 'static> Clone for Parts<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Parts<T> {}

impl<T: Send + Sync + 'static> Parts<T> {
    /// Begins with the first part.
    pub fn new(first: Page<T>) -> Self {
        Self {
            rows: RwSignal::new(first.items),
            next: RwSignal::new(first.next_cursor),
            busy: RwSignal::new(false),
            toasts: use_toasts(),
        }
    }

    /// Reads the next part; `first` asks for the first one.
    pub fn more<L>(self, first: PageRequest, load: impl FnOnce(PageRequest) -> L)
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
                Err(ApiError(problem)) => self.toasts.show(ToastKind::Failed, problem.detail),
            }
            self.busy.try_set(false);
        });
    }

    /// How many have been read, in words.
    pub fn count(self, one: &str, several: &str) -> String {
        let words = format::counted(self.rows.read().len() as u64, one, several);
        if self.next.read().is_some() { format!("The latest {words}") } else { words }
    }
}

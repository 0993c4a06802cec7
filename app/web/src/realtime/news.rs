//! Lists that are loaded anew when there are news of the workspace.

use leptos::{prelude::*, task::spawn_local};
use model::pages::WorkspaceNews;

use super::connection::use_connection;

/// Calls `then` for each piece of news from now on.
pub fn follow(then: impl Fn(&WorkspaceNews) + 'static) {
    let Some(connection) = use_connection() else { return };
    // What came before the page was there is what it was loaded with.
    Effect::new(move |before: Option<()>| {
        connection.news.track();
        if before.is_some() {
            untrack(|| connection.news.with_untracked(|news| news.as_ref().map(&then)));
        }
    });
}

/// Whether something is being loaded, and whether it was asked for meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loading {
    No,
    Once,
    Again,
}

/// Loads one at a time: what is asked for while it loads is loaded once more afterwards, so a slow
/// server is asked less often.
#[derive(Clone, Copy)]
pub struct OneAtATime(StoredValue<Loading>);

impl Default for OneAtATime {
    fn default() -> Self {
        Self(StoredValue::new(Loading::No))
    }
}

impl OneAtATime {
    /// Whether something is being loaded, or nobody is there any more for whom it would be.
    pub fn is_loading(self) -> bool {
        self.0.try_get_value().is_none_or(|loading| loading != Loading::No)
    }

    /// Loads now, or once more as soon as what is being loaded is there.
    pub fn run<F>(self, load: impl Fn() -> F + 'static)
    where
        F: Future<Output = ()> + 'static,
    {
        let Self(loading) = self;
        if self.is_loading() {
            loading.try_set_value(Loading::Again);
            return;
        }
        loading.set_value(Loading::Once);
        spawn_local(async move {
            loop {
                load().await;
                if loading.try_get_value() != Some(Loading::Again) {
                    break;
                }
                loading.try_set_value(Loading::Once);
            }
            loading.try_set_value(Loading::No);
        });
    }
}

pub fn load_one_at_a_time<F>(load: impl Fn() -> F + Copy + Send + Sync + 'static) -> Callback<()>
where
    F: Future<Output = ()> + 'static,
{
    let queue = OneAtATime::default();
    Callback::new(move |()| queue.run(load))
}

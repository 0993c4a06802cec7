//! Going from one workspace into another. A browser is in one at a time: whoever switches opens its
//! pages anew, and other tabs say that they show another workspace.

use api::workspaces::switch_workspace;
use leptos::{ev, prelude::*, task::spawn_local};
use model::id::WorkspaceId;
use ui::toast::{ToastKind, use_toasts};
use web::client::{on_window, page::open_anew, storage};

/// Where the browser remembers which workspace it is in.
const KEY: &str = "atelier.workspace";

/// Goes into another workspace and opens a page there anew; says why where it cannot.
pub fn use_switch() -> impl Fn(WorkspaceId, String) + Copy + Send + Sync + 'static {
    let toasts = use_toasts();
    move |id, path| {
        spawn_local(async move {
            match switch_workspace(id).await {
                Ok(()) => open_anew(&path),
                Err(error) => toasts.show(ToastKind::Failed, error.0),
            }
        });
    }
}

/// Whether another tab has gone into another workspace than `here`, which this page shows; looked
/// at whenever the person comes back to this page.
pub(super) fn watch_switches(here: WorkspaceId) -> ReadSignal<bool> {
    let (moved, set_moved) = signal(false);
    Effect::new(move || {
        storage::keep(KEY, &here.to_string());
        on_window(ev::focus, move |_| {
            let now = storage::recall(KEY);
            set_moved.set(now.is_some_and(|now| now != here.to_string()));
        });
    });
    moved
}

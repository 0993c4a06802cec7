//! What of the draft is published: "v1 live · 3 changes".

use std::time::Duration;

use api::templates::load_template_version;
use leptos::{prelude::*, task::spawn_local};
use model::{edit::diff, workflow::Workflow};
use ui::format::pluralize;
use web::client::signal::SetNew;

use super::page_state::PageState;

/// The draft is compared this long after the last change.
const DEBOUNCE: Duration = Duration::from_millis(150);

/// Which version is live, and in how much the draft differs from it.
#[component]
pub(super) fn PublishedLine(state: PageState) -> impl IntoView {
    let changes = use_changes(state);
    view! {
        <p class="builder__live" translate="no" data-testid="published">
            {move || published_words(state.version.get(), changes.get())}
        </p>
    }
    .into_any()
}

/// Counts the differences between the draft and the version that is live.
fn use_changes(state: PageState) -> RwSignal<usize> {
    let (live, changes) = (RwSignal::new(None::<Workflow>), RwSignal::new(0));
    let document = state.canvas.editor.document;
    let allowed = state.page.with_value(|page| page.editable);
    Effect::new(move || {
        // Who may not edit sees what is published.
        let Some(version) = state.version.get().filter(|_| allowed) else { return };
        spawn_local(async move {
            // Where it cannot be loaded, the line only says which one is live.
            let Ok(found) = load_template_version(document.template, version).await else { return };
            if state.version.try_get_untracked() == Some(Some(version)) {
                live.set(Some(found.workflow));
            }
        });
    });
    Effect::new(move || {
        live.track();
        let at = document.past.with(|past| past.changes);
        let compare = move || {
            // The page may have been left meanwhile, or the document changed again.
            if document.past.try_with_untracked(|past| past.changes) != Some(at) {
                return;
            }
            let count = live.with_untracked(|live| {
                let against = |now: &Workflow| live.as_ref().map(|live| diff(live, now).len());
                document.workflow.with_untracked(against)
            });
            changes.set_new(count.unwrap_or_default());
        };
        set_timeout(compare, DEBOUNCE);
    });
    changes
}

fn published_words(version: Option<i32>, changes: usize) -> String {
    match (version, changes) {
        (None, _) => "Not published".to_owned(),
        (Some(version), 0) => format!("v{version} live"),
        (Some(version), changes) => {
            let changes = pluralize(changes as u64, "change", "changes");
            format!("v{version} live · {changes}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::published_words;

    #[test]
    fn what_is_live_is_said_with_how_much_has_changed_since() {
        assert_eq!(published_words(None, 0), "Not published");
        assert_eq!(published_words(Some(1), 0), "v1 live");
        assert_eq!(published_words(Some(1), 1), "v1 live · 1 change");
        assert_eq!(published_words(Some(2), 3), "v2 live · 3 changes");
    }
}

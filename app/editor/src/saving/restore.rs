//! Unsaved changes of an earlier visit, which the browser has kept.

use leptos::prelude::*;
use model::{autosave::Pending, pages::BuilderPage, workflow::Workflow};
use ui::{
    button::{Button, ButtonSize},
    format,
    toast::{ToastKind, use_toasts},
};
use web::client::storage;

use super::{Saving, pending_keys};

/// Kept changes with their storage key.
type Kept = (String, Pending);

/// Restores the unsaved changes that this tab kept, and offers to restore those of other tabs,
/// which may still be open.
#[component]
pub fn RestoreOffer(
    /// The handle of saving the draft.
    saving: Saving,
    /// The page as it was loaded.
    #[prop(into)]
    page: StoredValue<BuilderPage>,
    /// Called with the workflow that has the restored changes.
    #[prop(into)]
    on_restore: Callback<Workflow>,
) -> impl IntoView {
    let toasts = use_toasts();
    let back = RwSignal::new(0);
    let found = RwSignal::new(Vec::<Kept>::new());
    let restore = move |(key, kept): &Kept| {
        let Some(whole) = saving.resume(kept) else { return false };
        on_restore.run(whole);
        saving.remember();
        storage::forget(key);
        true
    };
    let take_up = move || {
        let mut others = vec![];
        let loaded = page.with_value(|page| page.workflow.clone());
        for one in page.with_value(kept_of) {
            let own = one.0.contains(&storage::tab())
                && saving.with_autosave(|autosave| autosave.fits(&one.1, &loaded));
            if own && restore(&one) {
                back.update(|count| *count += page.with_value(|page| changes(&one, page)))
            } else {
                others.push(one)
            }
        }
        found.set(others);
    };
    Effect::new(move || untrack(take_up));
    let words = |count: usize| format::pluralize(count as u64, "unsaved change", "unsaved changes");
    let offer = move || {
        let count =
            |page: &BuilderPage| found.with(|all| all.iter().map(|one| changes(one, page)).sum());
        format!("This browser has {}.", words(page.with_value(count)))
    };
    let restore_all = move |()| {
        let before = found.with_untracked(Vec::len);
        found.update(|found| found.retain(|one| !restore(one)));
        saving.show_conflict();
        if found.with_untracked(Vec::len) == before {
            toasts.show(
                ToastKind::Failed,
                "Your newest changes aren't saved yet. Try again in a moment.",
            );
        }
    };
    let drop_all = move |()| {
        let kept = found.try_update(std::mem::take).unwrap_or_default();
        kept.iter().for_each(|(key, _)| storage::forget(key));
    };
    let is_back = move || back.get() > 0 && saving.is_pending();
    view! {
        <Show when=is_back>
            <div class="restore" role="status">
                <p>
                    {move || format!("Restored {}. Undo to remove them.", words(back.get()))}
                </p>
            </div>
        </Show>
        <Show when=move || !found.read().is_empty()>
            <div class="restore" role="status">
                <p>{offer}</p>
                <Button size=ButtonSize::Small on_press=restore_all>"Restore unsaved changes"</Button>
                <Button size=ButtonSize::Small on_press=drop_all>"Discard"</Button>
            </div>
        </Show>
    }
}

/// The kept changes of a template that the loaded page does not have; others are forgotten.
fn kept_of(page: &BuilderPage) -> Vec<Kept> {
    let kept = storage::recall_all(&pending_keys(page.id)).into_iter();
    let kept = kept.filter_map(|(key, text)| Some((key, Pending::read(&text)?)));
    let (news, old): (Vec<Kept>, Vec<Kept>) = kept.partition(|one| changes(one, page) > 0);
    // The server has these changes after all.
    old.iter().for_each(|(key, _)| storage::forget(key));
    news
}

/// The number of kept changes that the loaded page does not have.
fn changes((_, kept): &Kept, page: &BuilderPage) -> usize {
    kept.changes(&page.workflow, page.draft_revision)
}

//! What an earlier visit could not have kept.

use leptos::prelude::*;
use model::{edit::merge, pages::BuilderPage, saving::Pending, workflow::Workflow};
use std::collections::BTreeSet;

use super::pending_key;
use crate::{
    client::storage,
    ui::{
        button::{Button, ButtonSize},
        format,
    },
};

/// Offers to take up again what this browser kept and the server does not have.
#[component]
pub fn RestoreOffer(
    /// What was loaded.
    #[prop(into)]
    page: StoredValue<BuilderPage>,
    /// Called with the workflow that holds it.
    #[prop(into)]
    on_restore: Callback<Workflow>,
) -> impl IntoView {
    let found = RwSignal::new(None::<Pending>);
    let key = page.with_value(|page| pending_key(page.id));
    let forget = key.clone();
    Effect::new(move |_| {
        let kept = storage::recall(&key).and_then(|text| Pending::read(&text));
        let news = kept.filter(|kept| page.with_value(|page| kept.changes(&page.workflow) > 0));
        found.set(news);
    });
    let words = move || {
        found.with(|found| {
            let count = found
                .as_ref()
                .map(|found| page.with_value(|page| found.changes(&page.workflow)) as u64);
            let changes = format::counted(count.unwrap_or_default(), "change", "changes");
            format!("This browser has {changes} that could not be saved.")
        })
    };
    let restore = move |()| {
        let Some(kept) = found.get_untracked() else { return };
        let whole = page.with_value(|page| {
            merge(&kept.base, &kept.workflow, &page.workflow, &BTreeSet::new()).workflow
        });
        found.set(None);
        on_restore.run(whole);
    };
    let drop_it = move |()| {
        storage::forget(&forget);
        found.set(None);
    };
    let drop_it = Callback::new(drop_it);
    view! {
        <Show when=move || found.read().is_some()>
            <div class="restore" role="status">
                <p>{words}</p>
                <Button size=ButtonSize::Small on_press=restore>"Restore unsaved changes"</Button>
                <Button size=ButtonSize::Small on_press=drop_it>"Discard them"</Button>
            </div>
        </Show>
    }
}

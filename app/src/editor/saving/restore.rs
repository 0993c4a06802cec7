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
    let found = RwSignal::new(Vec::<(String, Pending)>::new());
    let key = page.with_value(|page| pending_key(page.id));
    Effect::new(move |_| {
        let kept = storage::recall_all(&key).into_iter();
        let kept = kept.filter_map(|(key, text)| Some((key, Pending::read(&text)?)));
        let news =
            kept.filter(|(_, kept)| page.with_value(|page| kept.changes(&page.workflow) > 0));
        found.set(news.collect());
    });
    let words = move || {
        let count: usize = found.with(|found| {
            page.with_value(|page| found.iter().map(|(_, kept)| kept.changes(&page.workflow)).sum())
        });
        let changes = format::counted(count as u64, "change", "changes");
        format!("This browser has {changes} that could not be saved.")
    };
    let forget = move || {
        let kept = found.try_update(std::mem::take).unwrap_or_default();
        kept.iter().for_each(|(key, _)| storage::forget(key));
    };
    let restore = move |()| {
        let whole = found.with_untracked(|found| {
            let whole = page.with_value(|page| page.workflow.clone());
            found.iter().fold(whole, |whole, (_, kept)| {
                merge(&kept.base, &kept.workflow, &whole, &BTreeSet::new()).workflow
            })
        });
        forget();
        on_restore.run(whole);
    };
    let drop_it = move |()| forget();
    let drop_it = Callback::new(drop_it);
    view! {
        <Show when=move || !found.read().is_empty()>
            <div class="restore" role="status">
                <p>{words}</p>
                <Button size=ButtonSize::Small on_press=restore>"Restore unsaved changes"</Button>
                <Button size=ButtonSize::Small on_press=drop_it>"Discard them"</Button>
            </div>
        </Show>
    }
}

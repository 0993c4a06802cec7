//! Keeping a version, and the list of what is kept.

use api::versions::keep_version;
use leptos::{prelude::*, task::spawn_local};
use model::{
    api::executions::KeptVersion, execution::view::ExecutionView, id::ArtifactId, nodes::NodeKind,
};
use ui::{
    icon::{Glyph, Icon},
    toast::{ToastKind, use_toasts},
};

use super::{OutputItem, output_body, title_of};
use crate::store::ExecutionStore;

/// The outputs that somebody keeps; titles name the version where a newer one counts.
pub fn kept_outputs(view: &ExecutionView, kept: &[KeptVersion]) -> Vec<OutputItem> {
    let made = |KeptVersion { row, body, .. }: &KeptVersion| {
        let node = view.node(&row.node_id)?;
        let title = title_of(node, usize::try_from(row.item).unwrap_or(0));
        let older = (!row.is_latest).then(|| format!(" · v{}", row.version));
        Some(OutputItem {
            key: format!("kept-{}", row.id),
            title: title + &older.unwrap_or_default(),
            node: node.id.clone(),
            sample: row.sample,
            cut_off: row.cut_off,
            artifact: Some(row.id),
            judge: (node.kind == NodeKind::AiReview.key()).then(|| row.node_id.clone()),
            body: output_body(body, ""),
        })
    };
    kept.iter().filter_map(made).collect()
}

/// Keeps a version or lets it go; who may not sees whether it is kept.
#[component]
pub fn Keep(
    /// The state of the execution that is shown.
    store: ExecutionStore,
    /// The version; none while it is being made.
    #[prop(into)]
    artifact: Signal<Option<ArtifactId>>,
    /// What it is called, for screen readers.
    #[prop(into)]
    title: Signal<String>,
) -> impl IntoView {
    let kept = Memo::new(move |_| {
        let of = |kept: &KeptVersion| Some(kept.row.id) == artifact.get();
        store.kept.with(|all| all.iter().find(|kept| of(kept)).map(kept_words))
    });
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let press = move |_| {
        let Some(id) = artifact.get_untracked().filter(|_| !busy.get_untracked()) else { return };
        let keep = kept.with_untracked(Option::is_none);
        busy.set(true);
        spawn_local(async move {
            if let Err(error) = keep_version(store.id(), id, keep).await {
                toasts.show(ToastKind::Failed, error.0);
            }
            busy.try_set(false);
            store.fetch();
        });
    };
    let shown = move || {
        artifact.get()?;
        let words = move || kept.get().unwrap_or_else(|| TO_KEEP.to_owned());
        let shown = if store.controls() {
            view! {
                <button
                    type="button"
                    class="keep"
                    aria-label=move || format!("Keep {}", title.get())
                    aria-pressed=move || kept.with(Option::is_some).to_string()
                    title=words
                    on:click=press
                >
                    <Glyph icon=Icon::Star size=14 />
                    <span>"Keep"</span>
                </button>
            }
            .into_any()
        } else {
            let mark = move || {
                kept.get().map(|said| {
                    view! {
                        <span class="keep" title=said data-kept="">
                            <Glyph icon=Icon::Star size=14 />
                            <span>"Kept"</span>
                        </span>
                    }
                })
            };
            view! { {mark} }.into_any()
        };
        Some(shown)
    };
    view! { {shown} }
}

/// What keeping means, before it is done.
const TO_KEEP: &str = "Keep at the top of the outputs, even after the run's history is deleted";

/// "Kept by Ada".
fn kept_words(kept: &KeptVersion) -> String {
    kept.by.as_ref().map_or_else(|| "Kept".to_owned(), |name| format!("Kept by {name}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::sample;

    #[test]
    fn what_is_kept_is_called_like_its_step_and_its_version_where_another_counts() {
        let page = sample::completed();
        let node = page.view.node(&"copy".into()).unwrap();
        let kept = |place: usize, version, is_latest| KeptVersion {
            row: sample::version_row(&node.artifacts[place], version, is_latest),
            body: node.artifacts[place].body.clone(),
            by: Some("Ada".to_owned()),
        };

        let made = kept_outputs(&page.view, &[kept(0, 1, true), kept(1, 2, false)]);

        let titles: Vec<_> = made.iter().map(|made| made.title.as_str()).collect();
        assert_eq!(titles, ["Write headlines 1", "Write headlines 2 · v2"]);
        assert_eq!(kept_words(&kept(0, 1, true)), "Kept by Ada");
    }
}

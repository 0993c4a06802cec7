//! The drafts of the gallery: workflows that were never published.

use leptos::prelude::*;
use model::{id::WorkspaceId, pages::DraftRow};
use ui::{
    format,
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
};
use web::routes;

use super::managing::{ManageMenu, Managing};

/// Drafts, the latest first, each a link to its editor; not shown when there are none.
#[component]
pub(super) fn DraftList(
    workspace: WorkspaceId,
    managing: Managing,
    rows: Memo<Vec<DraftRow>>,
) -> impl IntoView {
    let row = move |row: DraftRow| {
        let nodes = u64::try_from(row.nodes).unwrap_or_default();
        view! {
            <li class="card card--link draft">
                <Glyph icon=Icon::Pencil />
                <a
                    class="draft__name card__cover"
                    href=routes::builder(workspace, row.id)
                    title=row.name.clone()
                    dir="auto"
                    translate="no"
                >
                    {row.name.clone()}
                </a>
                <span class="draft__facts subtle small num">
                    {format::pluralize(nodes, "step", "steps")} " · edited "
                    <RelativeTime at=row.updated_at />
                </span>
                <ManageMenu managing=managing template=row.id name=row.name has_runs=false />
            </li>
        }
    };
    view! {
        <Show when=move || !rows.read().is_empty()>
            <div class="drafts">
                <h3 class="drafts__title" id="drafts-title">
                    "Drafts"
                </h3>
                <ul class="drafts__list" aria-labelledby="drafts-title">
                    <For each=move || rows.get() key=|row| row.id children=row />
                </ul>
            </div>
        </Show>
    }
}

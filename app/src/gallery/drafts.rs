//! The drafts of the gallery: templates that were never published.

use leptos::prelude::*;
use model::{id::WorkspaceId, pages::DraftRow};
use ui::{
    format,
    icon::{Glyph, Icon},
};
use web::routes;

/// Drafts by name, each a link to its editor; not shown when there are none.
#[component]
pub(super) fn DraftList(workspace: WorkspaceId, rows: Vec<DraftRow>) -> impl IntoView {
    if rows.is_empty() {
        return ().into_any();
    }
    let row = move |row: DraftRow| {
        let nodes = u64::try_from(row.nodes).unwrap_or_default();
        let facts = format!(
            "{} · {}",
            format::pluralize(nodes, "node", "nodes"),
            format::minute(row.updated_at)
        );
        view! {
            <li>
                <a class="card card--link draft" href=routes::builder(workspace, row.id)>
                    <Glyph icon=Icon::Pencil />
                    <span class="draft__name" title=row.name>
                        {row.name.clone()}
                    </span>
                    <span class="subtle small num">{facts}</span>
                </a>
            </li>
        }
    };
    view! {
        <section class="drafts" aria-labelledby="drafts-title">
            <h2 class="drafts__title" id="drafts-title">
                "Continue editing"
            </h2>
            <ul class="drafts__list">{rows.into_iter().map(row).collect_view()}</ul>
        </section>
    }
    .into_any()
}

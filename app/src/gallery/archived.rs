//! Archived workflows, each with a way back.

use leptos::prelude::*;
use model::pages::ArchivedRow;
use ui::{
    button::{Button, ButtonSize},
    format,
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
};

use super::managing::Managing;

/// Archived workflows by name, folded; not shown when there are none.
#[component]
pub(super) fn ArchivedList(managing: Managing, rows: Vec<ArchivedRow>) -> impl IntoView {
    if rows.is_empty() {
        return ().into_any();
    }
    let count = format::pluralize(rows.len() as u64, "archived workflow", "archived workflows");
    let row = move |row: ArchivedRow| {
        let (id, name) = (row.id, row.name.clone());
        view! {
            <li class="archived__row">
                <Glyph icon=Icon::Archive />
                <span class="archived__name" dir="auto" translate="no">
                    {row.name}
                </span>
                <span class="subtle small">
                    "Archived " <RelativeTime at=row.archived_at />
                </span>
                <Button
                    size=ButtonSize::Small
                    on_press=move |()| managing.set_archived(id, false)
                >
                    "Restore"
                    <span class="unseen">{format!(" {name}")}</span>
                </Button>
            </li>
        }
    };
    view! {
        <details class="archived">
            <summary class="archived__title">{count}</summary>
            <ul class="archived__list">{rows.into_iter().map(row).collect_view()}</ul>
        </details>
    }
    .into_any()
}

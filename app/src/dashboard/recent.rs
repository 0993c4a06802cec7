//! What was done lately.

use frame::activity::words::{cost_of, status_of};
use leptos::prelude::*;
use model::{id::WorkspaceId, pages::ExecutionRow};
use ui::{
    badge::{StatusChip, Tag},
    format,
    relative_time::RelativeTime,
    table::Table,
};
use web::routes;

/// Executions that are over, the latest first. Nothing when there are none.
#[component]
pub(super) fn RecentTable(
    workspace: WorkspaceId,
    #[prop(into)] rows: Signal<Vec<ExecutionRow>>,
) -> impl IntoView {
    view! {
        <Show when=move || !rows.read().is_empty()>
            <section class="stack recent" aria-labelledby="recent-title">
                <header class="recent__head">
                    <h2 class="recent__title" id="recent-title">
                        "Recent runs"
                    </h2>
                    <a class="link small" href=routes::executions(workspace)>
                        "All runs"
                    </a>
                </header>
                <Table
                    caption="Latest runs"
                    columns=vec!["Run", "Status", "Ended", "Duration", "Cost", "Started by"]
                >
                    <For
                        each=move || rows.get()
                        key=|row| (row.id, row.status, row.whole_bill().cost_micros)
                        let:row
                    >
                        <RecentRow workspace=workspace row=row />
                    </For>
                </Table>
            </section>
        </Show>
    }
}

#[component]
fn RecentRow(workspace: WorkspaceId, row: ExecutionRow) -> impl IntoView {
    let took = row.completed_at.map(|end| format::duration(end.ms_since(row.started_at)));
    let ended = row.completed_at.unwrap_or(row.started_at);
    let error = row.error.clone().map(|error| {
        view! { <p class="recent__error small">{error}</p> }
    });
    let name = format!("{} #{}", row.name, row.number);
    view! {
        <tr role="row">
            <td role="cell">
                <a
                    class="link recent__name clip-two"
                    translate="no"
                    href=routes::execution(workspace, row.id)
                    title=name
                >
                    {name.clone()}
                </a>
                {row.is_test.then(|| view! { <Tag>"Test"</Tag> })}
                {error}
            </td>
            <td role="cell">
                <StatusChip status=status_of(&row) />
            </td>
            <td role="cell">
                <RelativeTime at=ended />
            </td>
            <td role="cell" class="num" translate="no">{took.unwrap_or_else(|| "–".to_owned())}</td>
            <td role="cell" class="num" translate="no">{cost_of(&row.whole_bill())}</td>
            <td role="cell" class="muted">{row.launched_by.unwrap_or_else(|| "–".to_owned())}</td>
        </tr>
    }
}

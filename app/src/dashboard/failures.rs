//! What failed and nobody has looked after.

use leptos::prelude::*;
use model::{id::WorkspaceId, pages::ExecutionRow};
use ui::{
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
};
use web::routes;

/// Executions of the person that failed and were neither mended nor run again, the latest first.
/// Nothing when there are none.
#[component]
pub(super) fn FailureList(
    workspace: WorkspaceId,
    #[prop(into)] rows: Signal<Vec<ExecutionRow>>,
) -> impl IntoView {
    let all = format!("{}?status=failed", routes::executions(workspace));
    view! {
        <Show when=move || !rows.read().is_empty()>
            <section class="card" data-state="failed" aria-labelledby="failures-title">
                <header class="card__header">
                    <h2 class="card__title" id="failures-title">
                        "Your failed runs"
                    </h2>
                    <a class="link small" href=all.clone()>
                        "All failed runs"
                    </a>
                </header>
                <ul class="runs">
                    <For each=move || rows.get() key=|row| (row.id, row.completed_at) let:row>
                        <Failure workspace=workspace row=row />
                    </For>
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn Failure(workspace: WorkspaceId, row: ExecutionRow) -> impl IntoView {
    let ended = row.completed_at.unwrap_or(row.started_at);
    let error = row.error.map(|error| view! { <p class="run__error small">{error}</p> });
    let name = format!("{} #{}", row.name, row.number);
    view! {
        <li class="run card--link">
            <div class="run__head">
                <Glyph icon=Icon::CircleX size=18 />
                <a
                    class="run__name clip-two card__cover" translate="no"
                    href=routes::execution(workspace, row.id)
                    title=name
                >
                    {name.clone()}
                </a>
                <span class="spring"></span>
                <span class="small subtle">
                    <RelativeTime at=ended />
                </span>
            </div>
            {error}
        </li>
    }
}

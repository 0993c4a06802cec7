//! What is under way.

use frame::activity::words::{cost_of, status_of};
use leptos::prelude::*;
use model::{id::WorkspaceId, pages::ExecutionRow};
use ui::{
    badge::{StatusChip, Tag},
    format::minute,
    progress::ProgressBar,
    relative_time::Elapsed,
};
use web::{client::clock::use_zone, routes};

/// Executions that are not over, each with how far it is. Nothing when there are none.
#[component]
pub(super) fn ActiveList(
    workspace: WorkspaceId,
    #[prop(into)] rows: Signal<Vec<ExecutionRow>>,
) -> impl IntoView {
    let keys = move || rows.get().into_iter().map(|row| row.id).collect::<Vec<_>>();
    let row_of = move |id| {
        Signal::derive(move || rows.with(|rows| rows.iter().find(|row| row.id == id).cloned()))
    };
    view! {
        <Show when=move || !rows.read().is_empty()>
            <section class="card" aria-labelledby="running-title">
                <header class="card__header">
                    <h2 class="card__title" id="running-title">
                        "Running now"
                    </h2>
                </header>
                <ul class="runs">
                    <For each=keys key=|id| *id let:id>
                        <ActiveRow workspace=workspace row=row_of(id) />
                    </For>
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn ActiveRow(workspace: WorkspaceId, row: Signal<Option<ExecutionRow>>) -> impl IntoView {
    let first = row.get_untracked();
    first.map(|first| {
        let name = format!("{} #{}", first.name, first.number);
        let label = format!("Progress of {name}");
        let status = move || row.read().as_ref().map(status_of).unwrap_or_default();
        let percent = move || row.read().as_ref().map_or(0, |row| row.progress_percent);
        let step = move || row.read().as_ref().and_then(|row| row.current_step.clone());
        let zone = use_zone();
        let wait = move || {
            let wait = row.read().as_ref().and_then(ExecutionRow::wait);
            wait.map(|wait| wait.to_text(|at| minute(at, zone.get())))
        };
        let cost = move || row.read().as_ref().map(|row| cost_of(&row.whole_bill()));
        view! {
            <li class="run card--link">
                <div class="run__head">
                    <a
                        class="run__name clip-two card__cover" translate="no"
                        href=routes::execution(workspace, first.id)
                        title=name
                    >
                        {name.clone()}
                    </a>
                    {first.is_test.then(|| view! { <Tag>"Test"</Tag> })}
                    <StatusChip
                        status=Signal::derive(status)
                        detail=Signal::derive(move || Some(format!("{}%", percent())))
                    />
                    <span class="spring"></span>
                    <span class="subtle small">{step}</span>
                    <span class="small">
                        <Elapsed from=first.started_at />
                    </span>
                    <span class="run__cost small num" translate="no">{cost}</span>
                </div>
                {move || wait().map(|words| view! { <p class="run__wait small">{words}</p> })}
                <ProgressBar
                    percent=Signal::derive(move || Some(f64::from(percent())))
                    label=label
                />
            </li>
        }
    })
}

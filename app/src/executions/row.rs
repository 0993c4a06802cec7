//! One execution of the list. On a phone it is a card.

use frame::activity::words::{cost_of, status_of};
use leptos::prelude::*;
use model::{id::WorkspaceId, pages::ExecutionRow};
use ui::{
    badge::{StatusChip, Tag},
    format,
    progress::ProgressBar,
    relative_time::{Elapsed, RelativeTime},
};
use web::{client::clock::use_zone, routes};

use super::selection::{Selection, name_of};

/// A row that follows its execution. Its roles are written out: as a card on a phone it would lose
/// those of a table.
#[component]
pub(super) fn Row(
    workspace: WorkspaceId,
    row: Signal<Option<ExecutionRow>>,
    /// Where it can be chosen; none for a person who may only look.
    chosen: Option<Selection>,
) -> impl IntoView {
    let first = row.get_untracked();
    first.map(|first| {
        let id = first.id;
        let name = name_of(&first);
        let template = first.template.clone().map(|template| {
            let href = routes::template(workspace, template.id);
            view! {
                <a class="link muted clip-two" translate="no" href=href title=template.name>
                    {template.name.clone()}
                </a>
            }
        });
        let selected = move || chosen.is_some_and(|chosen| chosen.holds(id)).then_some("true");
        let cost = move || row.read().as_ref().map(|row| cost_of(&row.whole_bill()));
        view! {
            <tr role="row" aria-selected=selected>
                {chosen.map(|chosen| view! { <Choose row=first.clone() chosen=chosen /> })}
                <td role="cell" class="history__what">
                    <a
                        class="link history__name clip-two"
                        translate="no"
                        href=routes::execution(workspace, id)
                        title=name
                    >
                        {name.clone()}
                    </a>
                    {first.is_test.then(|| view! { <Tag>"Test"</Tag> })}
                    <Words row=row />
                </td>
                <td role="cell" class="history__template" data-label="Workflow">
                    {template}
                </td>
                <td role="cell" class="history__state">
                    <State row=row />
                </td>
                <td role="cell" class="muted" data-label="Started by">
                    {first.launched_by.clone().unwrap_or_else(|| "–".to_owned())}
                </td>
                <td role="cell" data-label="Started">
                    <RelativeTime at=first.started_at />
                </td>
                <td role="cell" class="num" data-label="Duration" translate="no">
                    <Took row=row />
                </td>
                <td role="cell" class="num" data-label="Cost" translate="no">
                    {cost}
                </td>
            </tr>
        }
    })
}

#[component]
fn Choose(row: ExecutionRow, chosen: Selection) -> impl IntoView {
    let id = row.id;
    let label = format!("Select {}", name_of(&row));
    view! {
        <td role="cell" class="history__choose">
            <label class="history__box">
                <span class="unseen">{label}</span>
                <input
                    type="checkbox"
                    prop:checked=move || chosen.holds(id)
                    on:change=move |_| chosen.toggle(&row)
                />
            </label>
        </td>
    }
}

/// Why it failed, or why it does not go on.
#[component]
fn Words(row: Signal<Option<ExecutionRow>>) -> impl IntoView {
    let error = move || {
        let error = row.read().as_ref().and_then(|row| row.error.clone());
        error.map(|error| view! { <p class="history__error small" translate="no">{error}</p> })
    };
    let zone = use_zone();
    let wait = move || {
        let wait = row.read().as_ref().and_then(ExecutionRow::wait);
        wait.map(|wait| view! { <p class="muted small">{wait.to_text(|at| format::minute(at, zone.get()))}</p> })
    };
    view! {
        {error}
        {wait}
    }
}

/// Its chip, and a bar while it is not over.
#[component]
fn State(row: Signal<Option<ExecutionRow>>) -> impl IntoView {
    let status = move || row.read().as_ref().map(status_of).unwrap_or_default();
    let percent = move || row.read().as_ref().map_or(0, |row| row.progress_percent);
    let open = Memo::new(move |_| row.read().as_ref().is_some_and(|row| !row.status.is_over()));
    // How far it was is of no use once nothing of it goes on.
    let detail = move || open.get().then(|| format!("{}%", percent()));
    view! {
        <StatusChip status=Signal::derive(status) detail=Signal::derive(detail) />
        <Show when=move || open.get()>
            <ProgressBar
                percent=Signal::derive(move || Some(f64::from(percent())))
                label="Progress"
            />
        </Show>
    }
}

#[component]
fn Took(row: Signal<Option<ExecutionRow>>) -> impl IntoView {
    let times =
        Memo::new(move |_| row.read().as_ref().map(|row| (row.started_at, row.completed_at)));
    move || match times.get() {
        Some((start, Some(end))) => format::duration(end.ms_since(start)).into_any(),
        Some((start, None)) => view! { <Elapsed from=start /> }.into_any(),
        None => ().into_any(),
    }
}

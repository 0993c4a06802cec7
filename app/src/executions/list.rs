//! The part of the list that is shown, kept current; on a phone a row is a card.

use api::overview::load_executions;
use frame::activity::words::{cost_of, status_of};
use leptos::prelude::*;
use model::{api::listing::Page, id::WorkspaceId, pages::ExecutionRow};
use ui::{
    badge::{StatusChip, Tag},
    button::{ButtonLook, LinkButton},
    empty::EmptyState,
    format::{duration, minute, pluralize},
    icon::Icon,
    progress::ProgressBar,
    relative_time::{Elapsed, RelativeTime},
};
use web::{client::clock::use_zone, realtime, routes};

use super::{
    list_query::ListQuery,
    selection::{Answers, Selection, SelectionBar, name_of},
};

/// A part of the executions: a table, or cards on a phone.
#[component]
pub fn List(
    workspace: WorkspaceId,
    query: ListQuery,
    page: Page<ExecutionRow>,
    /// Where executions are chosen; none for a person who may only look.
    chosen: Option<Selection>,
) -> impl IntoView {
    let shown = RwSignal::new(page);
    let refresh = reload(shown, &query);
    keep_current(shown, refresh);
    let empty = Memo::new(move |_| shown.read().items.is_empty());
    let rows = Memo::new(move |_| shown.read().items.clone());
    let pages = query.clone();
    let query = StoredValue::new(query);
    let bar = chosen.map(|chosen| {
        view! {
            <SelectionBar chosen=chosen rows=rows refresh=refresh />
            <Answers workspace=workspace chosen=chosen />
        }
    });
    view! {
        {bar}
        <Show
            when=move || !empty.get()
            fallback=move || view! { <Nothing workspace=workspace query=query.get_value() /> }
        >
            <Rows workspace=workspace rows=rows chosen=chosen />
        </Show>
        <Pager workspace=workspace query=pages shown=shown />
    }
}

/// Asks for the same part again; what fails to load leaves the last good one.
fn reload(shown: RwSignal<Page<ExecutionRow>>, query: &ListQuery) -> Callback<()> {
    let part = StoredValue::new((query.filter(), query.page_cursor()));
    realtime::load_one_at_a_time(move || async move {
        let Some((filter, cursor)) = part.try_get_value() else { return };
        if let Ok(now) = load_executions(filter, cursor).await {
            shown.try_set(now);
        }
    })
}

fn keep_current(shown: RwSignal<Page<ExecutionRow>>, refresh: Callback<()>) {
    realtime::follow(move |news| {
        if shown.with_untracked(|page| news.concerns(page.items.iter().map(|row| row.id))) {
            refresh.run(());
        }
    });
}

#[component]
fn Rows(
    workspace: WorkspaceId,
    rows: Memo<Vec<ExecutionRow>>,
    chosen: Option<Selection>,
) -> impl IntoView {
    let keys = move || rows.with(|rows| rows.iter().map(|row| row.id).collect::<Vec<_>>());
    let row_of = move |id| {
        Signal::derive(move || rows.with(|rows| rows.iter().find(|row| row.id == id).cloned()))
    };
    let all = chosen.map(|chosen| {
        view! {
            <th scope="col" role="columnheader" class="history__choose">
                <label class="history__box">
                    <span class="history__all">"Select all shown"</span>
                    <input
                        type="checkbox"
                        prop:checked=move || rows.with(|rows| chosen.holds_all(rows))
                        on:change=move |_| rows.with_untracked(|rows| chosen.toggle_all(rows))
                    />
                </label>
            </th>
        }
    });
    let names = ["Run", "Workflow", "Status", "Started by", "Started", "Duration", "Cost"];
    let names = names.map(|name| view! { <th scope="col" role="columnheader">{name}</th> });
    view! {
        <div class="table history__table" tabindex="0" role="region" aria-label="Runs">
            <table class="table__grid" role="table">
                <caption class="unseen">"Runs, newest first"</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        {all}
                        {names.collect_view()}
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For each=keys key=|id| *id let:id>
                        <Row workspace=workspace row=row_of(id) chosen=chosen />
                    </For>
                </tbody>
            </table>
        </div>
    }
}

/// Why the list is empty, and what to do.
#[component]
fn Nothing(workspace: WorkspaceId, query: ListQuery) -> impl IntoView {
    if query.narrows() || !query.cursor.is_empty() {
        return view! {
            <EmptyState
                icon=Icon::Search
                title="No matching runs"
                text="Change the search or the filters."
            >
                <LinkButton href=routes::executions(workspace)>"Show all runs"</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <EmptyState
            icon=Icon::Activity
            title="No runs yet"
            text="Launch a workflow to see its progress, results, and cost here."
        >
            <LinkButton
                href=routes::gallery(workspace)
                look=ButtonLook::Primary
                icon=Icon::LayoutTemplate
            >
                "Browse templates"
            </LinkButton>
        </EmptyState>
    }
    .into_any()
}

/// The ways to what came before and after.
#[component]
fn Pager(
    workspace: WorkspaceId,
    query: ListQuery,
    shown: RwSignal<Page<ExecutionRow>>,
) -> impl IntoView {
    let later = (!query.cursor.is_empty()).then(|| {
        let href = query.first().path(workspace);
        view! {
            <LinkButton href=href icon=Icon::ArrowLeft>
                "Latest runs"
            </LinkButton>
        }
    });
    let query = StoredValue::new(query);
    let earlier = move || {
        let cursor = shown.read().next_cursor.clone()?;
        let href = query.with_value(|query| query.with_cursor(cursor).path(workspace));
        Some(view! { <LinkButton href=href icon=Icon::ArrowRight>"Earlier runs"</LinkButton> })
    };
    let count = move || pluralize(shown.read().items.len() as u64, "run", "runs");
    let more = move || shown.read().next_cursor.is_some().then_some(" on this page");
    view! {
        <footer class="history__pager">
            <p class="small subtle num">{count} {more}</p>
            <span class="spring"></span>
            {later}
            {earlier}
        </footer>
    }
}

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
        wait.map(
            |wait| view! { <p class="muted small">{wait.to_text(|at| minute(at, zone.get()))}</p> },
        )
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
        Some((start, Some(end))) => duration(end.ms_since(start)).into_any(),
        Some((start, None)) => view! { <Elapsed from=start /> }.into_any(),
        None => ().into_any(),
    }
}

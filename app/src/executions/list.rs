//! The part of the list that is shown, kept current.

use api::overview::load_executions;
use leptos::prelude::*;
use model::{api::listing::Page, id::WorkspaceId, pages::ExecutionRow};
use ui::{
    button::{ButtonLook, LinkButton},
    empty::EmptyState,
    format::pluralize,
    icon::Icon,
};
use web::{realtime, routes};

use super::{
    answers::Answers,
    list_query::ListQuery,
    row::Row,
    selection::{Selection, SelectionBar},
};

/// A part of the executions: a table, or cards on a phone.
#[component]
pub fn List(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// Which executions are listed.
    query: ListQuery,
    /// What was loaded first.
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

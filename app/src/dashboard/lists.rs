//! The lists of the home page: what is under way, failed, was done lately and waits, templates that a
//! person uses, and the welcome where nothing was run yet.

use frame::{
    activity::words::{cost_of, status_of},
    begin::may_launch,
};
use leptos::prelude::*;
use model::{
    execution::question::QuestionCard,
    id::WorkspaceId,
    pages::{ExecutionRow, TemplateCard, TemplateName, TemplateUse, WaitingRow},
};
use monitor::reviews::decision::Countdown;
use ui::{
    badge::{StatusChip, Tag},
    format::{duration, minute, pluralize},
    icon::{Glyph, Icon},
    progress::ProgressBar,
    relative_time::{Elapsed, RelativeTime},
    table::Table,
};
use web::{client::clock::use_zone, routes};

use crate::gallery::card::TemplateTile;

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
    let took = row.completed_at.map(|end| duration(end.ms_since(row.started_at)));
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

/// Templates the person launched of late, each a way to its launch form. Nothing when there are none.
#[component]
pub(super) fn TemplateList(
    workspace: WorkspaceId,
    #[prop(into)] rows: Signal<Vec<TemplateUse>>,
) -> impl IntoView {
    let launches = may_launch();
    let row = move |TemplateUse { template: TemplateName { id, name }, uses, .. }: TemplateUse| {
        let href =
            if launches { routes::launch(workspace, id) } else { routes::template(workspace, id) };
        let uses = pluralize(u64::try_from(uses).unwrap_or(0), "run", "runs");
        view! {
            <li class="run card--link">
                <div class="run__head">
                    <Glyph icon=Icon::Play />
                    <a class="run__name clip-two card__cover" translate="no" href=href title=name>
                        {launches.then(|| view! { <span class="unseen">"Launch "</span> })}
                        {name.clone()}
                    </a>
                    <span class="spring"></span>
                    <span class="small subtle num">{uses}</span>
                </div>
            </li>
        }
    };
    view! {
        <Show when=move || !rows.read().is_empty()>
            <section class="card" aria-labelledby="templates-title">
                <header class="card__header">
                    <h2 class="card__title" id="templates-title">
                        "Workflows you use"
                    </h2>
                </header>
                <ul class="runs">{move || rows.get().into_iter().map(row).collect_view()}</ul>
            </section>
        </Show>
    }
}

/// Decisions that the person may take, the oldest first, and before them calls that nobody knows the
/// end of. Nothing when there are none.
#[component]
pub(super) fn WaitingList(
    workspace: WorkspaceId,
    #[prop(into)] rows: Signal<Vec<WaitingRow>>,
    #[prop(into)] questions: Signal<Vec<QuestionCard>>,
) -> impl IntoView {
    view! {
        <Show when=move || !(rows.read().is_empty() && questions.read().is_empty())>
            <section class="card" data-state="awaiting_review" aria-labelledby="waiting-title">
                <header class="card__header">
                    <h2 class="card__title" id="waiting-title">
                        "Waiting for you"
                    </h2>
                    <a class="link small" href=routes::reviews(workspace)>
                        "All reviews"
                    </a>
                </header>
                <ul class="runs">
                    <For
                        each=move || questions.get()
                        key=|card| (card.job_id, card.question)
                        let:card
                    >
                        <Question workspace=workspace card=card />
                    </For>
                    <For each=move || rows.get() key=|row| row.id let:row>
                        <Row workspace=workspace row=row />
                    </For>
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn Row(workspace: WorkspaceId, row: WaitingRow) -> impl IntoView {
    let name = format!("{} #{}", row.execution_name, row.execution_number);
    let step = row.step;
    let until = row.until.map(|at| {
        view! { <span class="small muted">"Approves automatically: " <Countdown until=at /></span> }
    });
    view! {
        <li class="run run--waiting card--link">
            <div class="run__head">
                <Glyph icon=Icon::UserCheck size=18 />
                <a class="run__name clip-two card__cover" href=routes::execution(workspace, row.execution_id)>
                    {format!("Review “{step}”")}
                </a>
                <span class="run__of clip-two muted" translate="no" title=name>
                    {name.clone()}
                </span>
                <span class="spring"></span>
                {until}
                <span class="small subtle">
                    <RelativeTime at=row.opened_at />
                </span>
            </div>
        </li>
    }
}

#[component]
fn Question(workspace: WorkspaceId, card: QuestionCard) -> impl IntoView {
    let name = format!("{} #{}", card.execution_name, card.execution_number);
    let step = card.step;
    let left = card.sent_at.map(|at| view! { <RelativeTime at=at /> });
    view! {
        <li class="run run--waiting card--link">
            <div class="run__head">
                <Glyph icon=Icon::UserCheck size=18 />
                <a
                    class="run__name clip-two card__cover"
                    href=routes::execution(workspace, card.execution_id)
                >
                    {format!("Did the call of “{step}” go through?")}
                </a>
                <span class="run__of clip-two muted" translate="no" title=name>
                    {name.clone()}
                </span>
                <span class="spring"></span>
                <span class="small subtle">{left}</span>
            </div>
        </li>
    }
}

/// Templates to begin with; no key is needed for any of them.
#[component]
pub(super) fn Welcome(workspace: WorkspaceId, cards: Vec<TemplateCard>) -> impl IntoView {
    let tiles = cards
        .into_iter()
        .map(|card| view! { <TemplateTile workspace=workspace card=card /> })
        .collect_view();
    view! {
        <section class="welcome" aria-labelledby="welcome-title">
            <div class="welcome__words">
                <span class="welcome__mark">
                    <Glyph icon=Icon::Sparkles size=24 />
                </span>
                <div>
                    <h2 id="welcome-title">"Run your first workflow"</h2>
                    <p class="muted">
                        "Pick a template, fill in its form, and launch it. Until you add a provider key, the \
                         built-in sample provider answers: nothing leaves this server, and nothing is charged."
                    </p>
                </div>
            </div>
            <div class="gallery__grid">{tiles}</div>
        </section>
    }
}

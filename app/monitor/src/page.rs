//! The page of one execution, with its header: what runs, how far it is, what it costs, what may be done.

use api::{ApiError, executions::load_monitor};
use frame::{
    comments::button::CommentsButton,
    layout::{
        breadcrumb::{Breadcrumb, Crumb},
        error_page::NotFoundHere,
        page_resource::load_once,
        session::use_session,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::{
    comment::subject::CommentSubject, execution::view::ExecutionView, id::ExecutionId,
    pages::MonitorPage, problem::ProblemKind,
};
use ui::{
    badge::{StatusChip, Tag},
    failure::{ErrorCard, Offline},
    format::{clock, duration},
    icon::{Glyph, Icon},
    progress::ProgressBar,
};
use web::{
    realtime::{ConnectionState, use_connection},
    routes,
};

use crate::{
    again::AgainControls,
    ai_review::{AcceptDialog, provide_advice},
    connection::follow_execution,
    controls::Controls,
    cost::{BillMeter, BudgetControl, whole_bill},
    dock::Dock,
    graph::Graph,
    node_actions::AutoRunSwitch,
    panel::{
        NodePanel,
        question::{DecisionBar, QuestionBar},
    },
    relations::{ExternalRefLinks, RelationLinks},
    shown::{
        live::{Announcer, Celebration},
        trouble::Trouble,
    },
    split::{Split, Splitter},
    status::view_status,
    store::ExecutionStore,
    time_travel::{TimeSlider, provide_player},
};

/// The monitor of the execution in the address.
#[component]
pub fn ExecutionPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| params.get("execution")?.parse::<ExecutionId>().ok())
    });
    let page = load_once(
        move || id.get(),
        async |id| match id {
            Some(id) => load_monitor(id, true).await.map(Some),
            None => Ok(None),
        },
    );
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(Some(loaded)) => view! { <Monitor page=loaded /> }.into_any(),
                    Ok(None) => view! { <NotFoundHere /> }.into_any(),
                    Err(error) => failed(error, Callback::new(move |()| page.refetch())),
                }
            })}
        </Suspense>
    }
}

fn failed(error: ApiError, retry: Callback<()>) -> AnyView {
    if matches!(error.0.kind, ProblemKind::NotFound | ProblemKind::Forbidden) {
        return view! { <NotFoundHere /> }.into_any();
    }
    view! {
        <div class="page">
            <ErrorCard
                title="Couldn't load run"
                problem=error.0
                on_retry=retry
            />
        </div>
    }
    .into_any()
}

/// The live monitor of a loaded execution.
#[component]
pub fn Monitor(
    /// Everything it starts from.
    page: MonitorPage,
) -> impl IntoView {
    let title = format!("{} #{}", page.name, page.number);
    let store = ExecutionStore::new(page);
    follow_execution(store);
    provide_advice();
    let player = provide_player(store);
    let split = Split::new(store);
    let state = move || super::status::view_status(&store.view.read()).key();
    view! {
        <Title text=title />
        <div
            class="monitor"
            data-state=state
            data-room=move || split.room.get().key()
            style:--graph=move || split.graph_row()
            style:--dock=move || split.dock_row()
        >
            <Header store=store />
            <ConnectionBanner store=store />
            <Graph store=store />
            <TimeSlider store=store player=player />
            <NodePanel store=store />
            <Splitter split=split />
            <Dock store=store />
            <Celebration store=store />
            <Announcer store=store />
            <AcceptDialog store=store />
        </div>
    }
}

/// Says that news come late, or that most rounds do, and how the page helps itself.
#[component]
fn ConnectionBanner(store: ExecutionStore) -> impl IntoView {
    let (connection, away) = (use_connection(), use_context::<Offline>());
    let lost = Memo::new(move |_| {
        let cut_off = connection.is_some_and(|connection| connection.cut_off.get());
        // That the server is away is said on every page.
        cut_off && !store.settled.get() && !away.is_some_and(|away| away.0.get())
    });
    let is_outline = Memo::new(move |_| store.view.with(ExecutionView::is_outline));
    view! {
        <div class="monitor__banner-place" role="status">
            <Show when=move || lost.get()>
                <p class="monitor__banner">
                    <Glyph icon=Icon::WifiOff />
                    "Live updates are interrupted. This page refreshes every two seconds instead."
                </p>
            </Show>
            <Show when=move || is_outline.get() && !lost.get()>
                <p class="monitor__to-come">
                    "Loading the other rounds…"
                </p>
            </Show>
        </div>
    }
}

/// The monitor's header.
#[component]
fn Header(store: ExecutionStore) -> impl IntoView {
    let (name, number) = store.page.with_value(|page| (page.name.clone(), page.number));
    let about = format!("{name} #{number}");
    let subject = CommentSubject::Execution { id: store.id(), node_id: None };
    let is_test = store.page.with_value(|page| page.is_test);
    let status = Signal::derive(move || view_status(&store.view.read()));
    let percent = Memo::new(move |_| store.view.read().progress_percent());
    // How far it was is of no use once nothing goes on.
    let over = Memo::new(move |_| store.view.read().status.is_over());
    let detail = Signal::derive(move || (!over.get()).then(|| format!("{}%", percent.get())));
    let bar = Signal::derive(move || Some(f64::from(percent.get())));
    let bill = whole_bill(store);
    let budget = Memo::new(move |_| store.view.read().budget_micros);
    let past = Signal::derive(move || store.shown_at.read().is_some());
    view! {
        <header class="monitor__header" data-state=move || status.get().key()>
            <Way name=name.clone() number=number />
            <div class="monitor__line">
                <h1 class="monitor__title clip" translate="no">
                    {name} <span class="monitor__number num">" #" {number}</span>
                </h1>
                {is_test.then(|| view! { <Tag>"Test run"</Tag> })}
                <StatusChip status=status detail=detail />
                <Elapsed store=store />
                <span class="spring"></span>
                <LiveDot store=store />
                <BillMeter bill=bill budget=budget leaps=past />
                <BudgetControl store=store />
                <CommentsButton subject=subject about=about />
                <AutoRunSwitch store=store />
                <Controls store=store />
                <AgainControls store=store />
            </div>
            <RelationLinks store=store />
            <ExternalRefLinks store=store />
            <div class="monitor__progress">
                <ProgressBar percent=bar label="Progress of the run" />
            </div>
            <Trouble store=store />
            <DecisionBar store=store />
            <QuestionBar store=store />
        </header>
    }
}

#[component]
fn Way(name: String, number: i64) -> impl IntoView {
    let workspace = use_session().map(|session| session.workspace());
    workspace.map(|workspace| {
        let crumbs = vec![
            Crumb::link("Runs", routes::executions(workspace)),
            Crumb::here(format!("{name} #{number}")).named(),
        ];
        view! { <Breadcrumb crumbs=crumbs /> }
    })
}

#[component]
fn Elapsed(store: ExecutionStore) -> impl IntoView {
    let took = move || {
        let view = store.view.read();
        let ms = view.ended_at.unwrap_or(store.now.get()).ms_since(view.launched_at);
        if view.ended_at.is_some() { duration(ms) } else { clock(ms) }
    };
    view! { <p class="monitor__elapsed num" translate="no">{took}</p> }
}

#[component]
fn LiveDot(store: ExecutionStore) -> impl IntoView {
    let word = move || match store.connection.get() {
        ConnectionState::Connecting => Some(("opening", "Connecting…")),
        ConnectionState::Live => Some(("live", "Live")),
        ConnectionState::Lost => Some(("lost", "Reconnecting…")),
        ConnectionState::Suspended => None,
    };
    let over = move || {
        let is_lost = store.connection.get() == ConnectionState::Lost;
        let over = store.view.read().status.is_over() && !is_lost;
        over || store.settled.get()
    };
    let past = move || store.shown_at.read().is_some();
    move || {
        word().filter(|_| !over() && !past()).map(|(key, word)| {
            view! {
                <span class="live-dot" data-link=key translate="no">
                    {word}
                </span>
            }
        })
    }
}

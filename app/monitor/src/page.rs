//! The page of one execution.

use api::{ApiError, executions::load_monitor};
use frame::layout::{error_page::NotFoundHere, page_resource::load_once};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::{
    execution::view::ExecutionView, id::ExecutionId, pages::MonitorPage, problem::ProblemKind,
};
use ui::{
    failure::{ErrorCard, Offline},
    icon::{Glyph, Icon},
};
use web::realtime::use_connection;

use super::{
    ai_review::{AcceptDialog, provide_advice},
    connection::follow_execution,
    dock::Dock,
    graph::Graph,
    header::Header,
    panel::NodePanel,
    shown::{announce::Announcer, celebrate::Celebration},
    split::{Split, Splitter},
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

//! The top of the monitor: what runs, how far it is, what it costs, what may be done.

use frame::{
    comments::button::CommentsButton,
    layout::{
        breadcrumb::{Breadcrumb, Crumb},
        session::use_session,
    },
};
use leptos::prelude::*;
use model::{comment::subject::CommentSubject, execution::view::ExecutionView, time::Timestamp};
use ui::{
    badge::{StatusChip, Tag},
    format::{clock, duration},
    progress::ProgressBar,
};
use web::{realtime::ConnectionState, routes};

use super::{
    again::AgainControls,
    controls::Controls,
    cost::{BillMeter, BudgetControl, whole_bill},
    decision::DecisionBar,
    external_refs::ExternalRefLinks,
    node_actions::AutoRunSwitch,
    panel::question::QuestionBar,
    relations::RelationLinks,
    shown::trouble::Trouble,
    status::view_status,
    store::ExecutionStore,
};

/// The monitor's header.
#[component]
pub fn Header(
    /// The state of the execution that is shown.
    store: ExecutionStore,
) -> impl IntoView {
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

fn elapsed(view: &ExecutionView, now: Timestamp) -> u64 {
    view.ended_at.unwrap_or(now).ms_since(view.launched_at)
}

#[component]
fn Elapsed(store: ExecutionStore) -> impl IntoView {
    let took = move || {
        let view = store.view.read();
        let ms = elapsed(&view, store.now.get());
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

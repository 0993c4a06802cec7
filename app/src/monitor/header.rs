//! The top of the monitor: what runs, how far it is, what it costs, what may be done.

use leptos::prelude::*;
use model::{execution::view::ExecutionView, time::Timestamp};

use super::{
    again::AgainControls,
    bill::{BillMeter, BudgetControl},
    controls::Controls,
    decision::DecisionBar,
    estimate::time_left,
    kin::KinLinks,
    panel::question::QuestionBar,
    picture::view_status,
    shown::trouble::Trouble,
    steer::AutoRunSwitch,
    store::ExecutionStore,
};
use crate::{
    layout::{
        breadcrumb::{Breadcrumb, Crumb},
        session::use_session,
    },
    live::Link,
    routes,
    ui::{
        badge::{StatusChip, Tag},
        format::{clock, duration},
        progress::ProgressBar,
        relative_time::RelativeTime,
        status::Status,
    },
};

/// The monitor's header.
#[component]
pub fn Header(
    /// What is known.
    store: ExecutionStore,
) -> impl IntoView {
    let (name, number) = store.page.with_value(|page| (page.name.clone(), page.number));
    let is_test = store.page.with_value(|page| page.is_test);
    let status = Signal::derive(move || view_status(&store.view.read()));
    let percent = Memo::new(move |_| store.view.read().progress_percent());
    let detail = Signal::derive(move || {
        let ended = matches!(status.get(), Status::Completed | Status::Stopped);
        (!ended).then(|| format!("{} %", percent.get()))
    });
    let bar = Signal::derive(move || Some(f64::from(percent.get())));
    let bill = Memo::new(move |_| {
        let view = store.view.read();
        view.bill().plus(view.children_bill())
    });
    let budget = Memo::new(move |_| store.view.read().budget_micros);
    view! {
        <header class="monitor__header" data-state=move || status.get().key()>
            <Way name=name.clone() number=number />
            <div class="monitor__line">
                <h1 class="monitor__title clip">
                    {name} <span class="monitor__number num">" #" {number}</span>
                </h1>
                {is_test.then(|| view! { <Tag>"Test run"</Tag> })}
                <StatusChip status=status detail=detail />
                <Facts store=store />
                <span class="spring"></span>
                <LiveDot store=store />
                <BillMeter bill=bill budget=budget />
                <BudgetControl store=store />
                <AutoRunSwitch store=store />
                <Controls store=store />
                <AgainControls store=store />
            </div>
            <KinLinks store=store />
            <div class="monitor__progress">
                <ProgressBar percent=bar label="Progress of the execution" />
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
            Crumb::link("Workflows", routes::gallery(workspace)),
            Crumb::here(format!("{name} #{number}")),
        ];
        view! { <Breadcrumb crumbs=crumbs /> }
    })
}

/// "about 48 s left", "–" when nobody knows.
fn left_words(left: Option<u64>) -> String {
    match left {
        None => "–".to_owned(),
        Some(0..1_000) => "any moment".to_owned(),
        Some(ms) => match ms.div_ceil(1_000) {
            seconds @ 0..60 => format!("about {seconds} s"),
            seconds => format!("about {}", duration(seconds * 1_000)),
        },
    }
}

fn elapsed(view: &ExecutionView, now: Timestamp) -> u64 {
    view.ended_at.unwrap_or(now).ms_since(view.launched_at)
}

#[component]
fn Facts(store: ExecutionStore) -> impl IntoView {
    let launched = Memo::new(move |_| store.view.read().launched_at);
    let took = move || {
        let view = store.view.read();
        let ms = elapsed(&view, store.now.get());
        if view.ended_at.is_some() { duration(ms) } else { clock(ms) }
    };
    let open = Memo::new(move |_| store.view.read().ended_at.is_none());
    let left = move || {
        store.page.with_value(|page| {
            let view = store.view.read();
            left_words(time_left(&view, &page.workflow, &page.usual_ms, store.now.get()))
        })
    };
    let current = Memo::new(move |_| store.view.read().current_node().map(|n| n.label.clone()));
    view! {
        <p class="monitor__facts num">
            <span>"Started " <RelativeTime at=launched /></span>
            <span class="monitor__elapsed">{took}</span>
            <Show when=move || open.get()>
                <span class="monitor__left">"Time left: " {left}</span>
            </Show>
            {move || current.get().map(|label| view! { <span class="monitor__now">"Now: " <b>{label}</b></span> })}
        </p>
    }
}

#[component]
fn LiveDot(store: ExecutionStore) -> impl IntoView {
    let word = move || match store.link.get() {
        Link::Opening => Some(("opening", "Connecting")),
        Link::Live => Some(("live", "Live")),
        Link::Lost => Some(("lost", "Reconnecting…")),
        Link::Resting => None,
    };
    let over = move || {
        let over = store.view.read().status.is_over() && store.link.get() != Link::Lost;
        over || store.settled.get()
    };
    let past = move || store.shown_at.read().is_some();
    move || {
        word().filter(|_| !over() && !past()).map(|(key, word)| {
            view! {
                <span class="live-dot" data-link=key>
                    {word}
                </span>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_rounded_up_to_seconds_and_never_zero() {
        assert_eq!(left_words(None), "–");
        assert_eq!(left_words(Some(300)), "any moment");
        assert_eq!(left_words(Some(4_200)), "about 5 s");
        assert_eq!(left_words(Some(71_200)), "about 1 min 12 s");
    }
}

//! The top of the monitor: what runs, how far it is, what it costs, what may be done.

use leptos::prelude::*;
use model::{
    execution::{state::PauseReason, view::ExecutionView},
    time::Timestamp,
};

use super::{
    again::AgainControls,
    bill::BillMeter,
    controls::{Controls, running},
    decision::DecisionBar,
    estimate::time_left,
    kin::KinLinks,
    picture::view_status,
    question::QuestionBar,
    steer::AutoRunSwitch,
    store::{ExecutionStore, Link},
    words::sentence::paused,
};
use crate::{
    layout::{
        breadcrumb::{Breadcrumb, Crumb},
        session::use_session,
    },
    routes,
    ui::{
        badge::StatusChip,
        button::{Button, ButtonSize},
        format::{clock, counted, duration},
        icon::{Glyph, Icon},
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
    let (name, number, budget) = store
        .page
        .with_value(|page| (page.name.clone(), page.number, page.workflow.settings.budget));
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
    view! {
        <header class="monitor__header" data-state=move || status.get().key()>
            <Way name=name.clone() number=number />
            <div class="monitor__line">
                <h1 class="monitor__title clip">
                    {name} <span class="monitor__number num">" #" {number}</span>
                </h1>
                <StatusChip status=status detail=detail />
                <Facts store=store />
                <span class="spring"></span>
                <LiveDot store=store />
                <BillMeter bill=bill budget=budget />
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
        Link::Ended => None,
    };
    let over = move || store.view.read().status.is_over() && store.link.get() != Link::Lost;
    move || {
        word().filter(|_| !over()).map(|(key, word)| {
            view! {
                <span class="live-dot" data-link=key>
                    {word}
                </span>
            }
        })
    }
}

/// Why it is paused, and what is still under way; nothing when "Paused" has said it all.
fn held_words(view: &ExecutionView, reason: PauseReason) -> Option<String> {
    let more = view.pause_message.as_ref().map_or(String::new(), |more| format!(". {more}"));
    let finishing = match running(view) {
        0 => String::new(),
        jobs => format!(". {} in progress will finish first", counted(jobs, "item", "items")),
    };
    let plain = reason == PauseReason::User && more.is_empty() && finishing.is_empty();
    (!plain).then(|| format!("{}{more}{finishing}", paused(reason)))
}

/// Why it does not go on, and the way to where it can be mended.
#[component]
fn Trouble(store: ExecutionStore) -> impl IntoView {
    let failed = Memo::new(move |_| {
        let view = store.view.read();
        let label = view.failed_node.as_ref().and_then(|id| view.node(id)).map(|n| n.label.clone());
        view.error.clone().map(|error| match label {
            Some(label) => (format!("{label}: {error}"), view.failed_node.clone()),
            None => (error, None),
        })
    });
    let held = Memo::new(move |_| {
        let view = store.view.read();
        let reason = view.pause_reason.filter(|reason| *reason != PauseReason::Review);
        reason.and_then(|reason| held_words(&view, reason))
    });
    let failure = move || {
        failed.get().map(|(words, node)| {
            let go = move |()| store.go_to(node.clone());
            view! {
                <div class="monitor__trouble" data-state="failed">
                    <Glyph icon=Icon::CircleX size=18 />
                    <p>{words}</p>
                    <Button size=ButtonSize::Small icon=Icon::ArrowRight on_press=go>
                        "Go to failed step"
                    </Button>
                </div>
            }
        })
    };
    let pause = move || {
        held.get().map(|words| {
            view! {
                <div class="monitor__trouble" data-state="paused">
                    <Glyph icon=Icon::Pause size=18 />
                    <p>{words}</p>
                </div>
            }
        })
    };
    view! {
        {failure}
        {pause}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::sample;

    #[test]
    fn a_pause_says_what_finishes_first_and_is_quiet_when_nothing_does() {
        let busy = held_words(&sample::running().view, PauseReason::User);
        let idle = held_words(&sample::completed().view, PauseReason::User);
        let held = held_words(&sample::completed().view, PauseReason::Budget);

        assert_eq!(
            busy.as_deref(),
            Some("Paused by a person. 3 items in progress will finish first")
        );
        assert_eq!(idle, None);
        assert_eq!(held.as_deref(), Some("Paused: the budget is reached"));
    }

    #[test]
    fn time_left_is_rounded_up_to_seconds_and_never_zero() {
        assert_eq!(left_words(None), "–");
        assert_eq!(left_words(Some(300)), "any moment");
        assert_eq!(left_words(Some(4_200)), "about 5 s");
        assert_eq!(left_words(Some(71_200)), "about 1 min 12 s");
    }
}

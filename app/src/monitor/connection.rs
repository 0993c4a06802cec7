//! What the tab's line brings of the execution, and questions every two seconds while it brings nothing.

use gloo_timers::callback::{Interval, Timeout};
use leptos::{ev, prelude::*, task::spawn_local};
use model::{api::executions::ExecutionPulse, execution::state::ExecutionStatus};

use super::{
    news::{Log, News},
    store::ExecutionStore,
};
use crate::{
    api::executions::load_pulse,
    client::{clock::now, events::StreamMessage, keep},
    live::{Line, Link, Watcher, use_line},
    ui::failure::Away,
};

/// News that arrive within this time are shown together.
const GATHER_MS: u32 = 24;
/// How often the clock moves.
const TICK_MS: u32 = 1_000;

/// Keeps the store up to date while the page is alive; the server does nothing of it.
pub fn follow_execution(store: ExecutionStore) {
    let line = use_line();
    Effect::new(move |_: Option<()>| {
        let at_load = store.page.with_value(|page| page.now);
        store.compare_clocks(now(), at_load);
        untrack(|| store.complete());
        keep(Interval::new(TICK_MS, move || tick(store)));
        if let Some(line) = line {
            untrack(|| watch(store, line));
        }
        let looked_at = window_event_listener(ev::focus, move |_| {
            // What is over sends no news, yet an older version may have been made current elsewhere.
            if store.settled.try_get_untracked() == Some(true) {
                store.fetch();
            }
        });
        on_cleanup(move || looked_at.remove());
    });
    if let Some(line) = line {
        Effect::new(move |before: Option<Link>| make_up(store, before, line.link.get()));
        Effect::new(move |before: Option<()>| {
            line.looks.track();
            if before.is_some() {
                look(store, line.link.get_untracked());
            }
        });
    }
}

fn tick(store: ExecutionStore) {
    let over = store.view.try_with_untracked(|view| view.ended_at.is_some());
    let present = store.shown_at.try_get_untracked() == Some(None);
    if over == Some(false) && present {
        store.now.set(store.database_time(now()));
    }
}

/// Takes what the line brings of this execution until the page goes.
fn watch(store: ExecutionStore, line: Line) {
    let id = store.id();
    let gathered = StoredValue::new(Vec::<News>::new());
    let waiting = StoredValue::new_local(None::<Timeout>);
    let take = move |message: StreamMessage| {
        let Some(news) = News::read(message.name, &message.data, id) else { return };
        if let News::Event(event) = &news {
            store.compare_clocks(now(), event.at);
        }
        gathered.update_value(|gathered| gathered.push(news));
        waiting.update_value(|timeout| {
            timeout.get_or_insert_with(|| {
                Timeout::new(GATHER_MS, move || {
                    waiting.try_update_value(Option::take);
                    store.take(gathered.try_update_value(std::mem::take).unwrap_or_default());
                })
            });
        });
    };
    let last = Callback::new(move |()| store.log.with_untracked(Log::last));
    line.watch(Watcher { execution: id, last, take: Callback::new(take) });
    on_cleanup(move || line.unwatch(id));
}

/// Loads what the line did not bring while it was lost or at rest.
fn make_up(store: ExecutionStore, before: Option<Link>, link: Link) -> Link {
    if link == Link::Live && matches!(before, Some(Link::Lost | Link::Resting)) {
        // Text that was streamed meanwhile is not sent again; the page has it.
        store.fetch();
    }
    link
}

fn look(store: ExecutionStore, link: Link) {
    // What could not be loaded before is tried again.
    store.complete();
    let Some((seen, status, unsaid)) =
        store.look_at_present(|view| (view.seq, view.status, view.waits_unsaid()))
    else {
        return;
    };
    let whole = store.log.with_untracked(|log| log.last() >= seen);
    if matches!(status, ExecutionStatus::Completed | ExecutionStatus::Stopped) && whole {
        store.settled.set(true);
    } else if link == Link::Lost {
        ask(store, seen);
    } else if unsaid && link == Link::Live {
        // Its place in line moves, and workers come and go, without an event of its own.
        store.fetch();
    }
}

/// Asks where the execution stands, and for all of it when it has moved on.
fn ask(store: ExecutionStore, seen: i64) {
    let away = use_context::<Away>();
    spawn_local(async move {
        let moved = |pulse: ExecutionPulse| pulse.event_seq != seen || pulse.queued.is_some();
        let answer = load_pulse(store.id()).await;
        if let Some(away) = away {
            away.tell(answer.as_ref().err());
        }
        // What cannot be asked is asked again soon.
        if answer.is_ok_and(moved) {
            store.fetch();
        }
    });
}

//! Keeps the store up to date: by the tab's stream, and by polling every two seconds while that
//! brings nothing.

use api::executions::load_pulse;
use gloo_timers::callback::{Interval, Timeout};
use leptos::{ev, prelude::*, task::spawn_local};
use model::{api::executions::ExecutionPulse, stream::StreamMessage};
use ui::failure::Offline;
use web::{
    client::{clock::now, on_window, own_until_cleanup},
    realtime::{ConnectionState, ExecutionSubscriber, StreamConnection, use_connection},
};

use super::{store::ExecutionStore, stream_events::Log};

/// News that arrive within this time are shown together.
const GATHER_MS: u32 = 24;
/// How often the clock moves.
const TICK_MS: u32 = 1_000;

/// Keeps the store up to date while the page is alive; the server does nothing of it.
pub fn follow_execution(store: ExecutionStore) {
    let connection = use_connection();
    Effect::new(move |_: Option<()>| {
        store.compare_clocks(now(), store.page.with_value(|page| page.now));
        untrack(|| store.complete());
        own_until_cleanup(Interval::new(TICK_MS, move || tick(store)));
        if let Some(connection) = connection {
            untrack(|| subscribe(store, connection));
        }
        on_window(ev::focus, move |_| {
            // What is over sends no news, yet an older version may have been made current elsewhere.
            if store.settled.try_get_untracked() == Some(true) {
                store.fetch();
            }
        });
    });
    if let Some(connection) = connection {
        Effect::new(move |before: Option<ConnectionState>| {
            let state = connection.state.get();
            catch_up_after_loss(store, before, state);
            state
        });
        Effect::new(move |before: Option<()>| {
            connection.poll_ticks.track();
            if before.is_some() {
                check(store, connection);
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

/// Takes what the stream brings of this execution until the page goes.
fn subscribe(store: ExecutionStore, connection: StreamConnection) {
    let id = store.id();
    let gathered = StoredValue::new(Vec::<StreamMessage>::new());
    let waiting = StoredValue::new_local(None::<Timeout>);
    let take = move |message: StreamMessage| {
        if message.execution() != Some(id) {
            return;
        }
        if let StreamMessage::Event { event, .. } = &message {
            store.compare_clocks(now(), event.at);
        }
        gathered.update_value(|gathered| gathered.push(message));
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
    let take = Callback::new(take);
    connection.subscribe_execution(ExecutionSubscriber { execution: id, last, take });
    on_cleanup(move || connection.unsubscribe_execution(id));
}

/// Loads what the stream did not bring while it was lost or suspended.
fn catch_up_after_loss(
    store: ExecutionStore,
    before: Option<ConnectionState>,
    state: ConnectionState,
) {
    use ConnectionState::{Live, Lost, Suspended};
    if state == Live && matches!(before, Some(Lost | Suspended)) {
        // Text that was streamed meanwhile is not sent again; the page has it.
        store.fetch();
    }
}

fn check(store: ExecutionStore, connection: StreamConnection) {
    // What could not be loaded before is tried again.
    store.complete();
    let Some((seen, status, unsaid)) =
        store.look_at_present(|view| (view.seq, view.status, view.waits_for_capacity()))
    else {
        return;
    };
    if status.is_over_for_good() && store.log.with_untracked(|log| log.last() >= seen) {
        store.settled.set(true);
    } else if connection.is_polled() {
        poll(store, seen);
    } else if unsaid && connection.state.get_untracked() == ConnectionState::Live {
        // Its place in line moves, and workers come and go, without an event of its own.
        store.fetch();
    }
}

/// Asks where the execution stands, and for all of it when it has moved on.
fn poll(store: ExecutionStore, seen: i64) {
    let away = use_context::<Offline>();
    spawn_local(async move {
        let moved = |pulse: ExecutionPulse| pulse.event_seq != seen || pulse.queued.is_some();
        let answer = load_pulse(store.id()).await;
        if let Some(away) = away {
            away.tell(answer.as_ref().err().map(|error| &error.0));
        }
        // What cannot be asked is asked again soon.
        if answer.is_ok_and(moved) {
            store.fetch();
        }
    });
}

//! The monitor's line to the server: one stream, and questions every two seconds while it is down.

use std::{cell::RefCell, rc::Rc};

use gloo_timers::callback::{Interval, Timeout};
use leptos::{ev, prelude::*};
use model::execution::state::ExecutionStatus;

use super::{
    news::News,
    store::{ExecutionStore, Link},
};
use crate::client::{
    clock::now,
    events::{EventStream, StreamState},
};

/// News that arrive within this time are shown together.
const GATHER_MS: u32 = 24;
/// How often the clock moves.
const TICK_MS: u32 = 1_000;
/// How often the line is looked after.
const WATCH_MS: u32 = 2_000;
/// A first connection may take this many watches before the page asks by itself.
const PATIENCE: u32 = 2;
/// A line that is open and silent for this many watches may be held back on its way.
const SILENCE: u32 = 10;
/// A refused line is tried again after this many watches.
const AGAIN: u32 = 5;

/// Keeps the store up to date while the page is alive; the server does nothing of it.
pub fn follow_execution(store: ExecutionStore) {
    // What the effect returns lives as long as the page, so the line closes with it.
    Effect::new(move |_: Option<Line>| untrack(|| Line::open(store)));
    Effect::new(move || {
        let looked_at = window_event_listener(ev::focus, move |_| {
            // What is over sends no news, yet an older version may have been made current elsewhere.
            if store.link.try_get_untracked() == Some(Link::Ended) {
                store.fetch();
            }
        });
        on_cleanup(move || looked_at.remove());
    });
}

/// Everything that must end with the page.
struct Line {
    _stream: Rc<RefCell<Option<EventStream>>>,
    _timers: [Interval; 2],
}

impl Line {
    fn open(store: ExecutionStore) -> Self {
        let at_load = store.page.with_value(|page| page.now);
        store.compare_clocks(now(), at_load);
        let stream = Rc::new(RefCell::new(connect(store)));
        let (watched, watch) = (Rc::clone(&stream), StoredValue::new(Watch::default()));
        let tick = Interval::new(TICK_MS, move || tick(store));
        let look = Interval::new(WATCH_MS, move || look_after(store, &watched, watch));
        Self { _stream: stream, _timers: [tick, look] }
    }
}

fn tick(store: ExecutionStore) {
    let over = store.view.try_with_untracked(|view| view.ended_at.is_some());
    let present = store.shown_at.try_get_untracked() == Some(None);
    if over == Some(false) && present {
        store.now.set(store.database_time(now()));
    }
}

#[derive(Clone, Copy, Default)]
struct Watch {
    quiet: u32,
    refused: u32,
    seen: i64,
}

fn look_after(
    store: ExecutionStore,
    line: &RefCell<Option<EventStream>>,
    watch: StoredValue<Watch>,
) {
    let Some((seen, status)) = store.look_at_present(|view| (view.seq, view.status)) else {
        return;
    };
    let whole = store.log.with_untracked(|log| log.last() >= seen);
    if matches!(status, ExecutionStatus::Completed | ExecutionStatus::Stopped) && whole {
        line.replace(None);
        store.link.set(Link::Ended);
        return;
    }
    let state = line.borrow().as_ref().map_or(StreamState::Closed, EventStream::state);
    let mut next = watch.get_value();
    next.quiet = if seen == next.seen { next.quiet + 1 } else { 0 };
    next.refused = if state == StreamState::Closed { next.refused + 1 } else { 0 };
    next.seen = seen;
    let ask = match state {
        // Its place in line moves without an event of its own.
        StreamState::Open if status == ExecutionStatus::Pending => true,
        StreamState::Open => next.quiet > 0 && next.quiet.is_multiple_of(SILENCE),
        StreamState::Connecting => next.quiet >= PATIENCE,
        StreamState::Closed => true,
    };
    watch.set_value(next);
    if ask && !(status.is_over() && state == StreamState::Open) {
        store.fetch();
    }
    if next.refused > 0 && next.refused.is_multiple_of(AGAIN) {
        line.replace(connect(store));
    }
}

/// Asks for every event, not only those after the page, because the log shows them all.
fn connect(store: ExecutionStore) -> Option<EventStream> {
    let id = store.id();
    let after = store.log.with_untracked(super::news::Log::last);
    let url = format!("/api/v1/stream?executions={id}&after={id}:{after}");
    let gathered = Rc::new(RefCell::new(Vec::<News>::new()));
    let waiting = Rc::new(RefCell::new(None::<Timeout>));
    let stream = EventStream::open(&url, &["event", "text"], move |message| {
        let Some(news) = News::read(message.name, &message.data, id) else { return };
        if let News::Event(event) = &news {
            store.compare_clocks(now(), event.at);
        }
        gathered.borrow_mut().push(news);
        let gathered = Rc::clone(&gathered);
        waiting.borrow_mut().get_or_insert_with(|| {
            let done = Rc::clone(&waiting);
            Timeout::new(GATHER_MS, move || {
                done.borrow_mut().take();
                store.take(gathered.take());
            })
        });
    });
    stream.map(|stream| stream.on_state(move |state| on_state(store, state)))
}

fn on_state(store: ExecutionStore, state: StreamState) {
    let known = store.link.try_get_untracked();
    let link = match (state, known) {
        (_, None | Some(Link::Ended)) => return,
        (StreamState::Open, _) => Link::Live,
        _ => Link::Lost,
    };
    if link == Link::Live && known == Some(Link::Lost) {
        // Text that was streamed meanwhile is not sent again; the page has it.
        store.fetch();
    }
    store.link.set(link);
}

//! The monitor's line to the server: one stream, and questions every two seconds while it is down.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo_timers::callback::{Interval, Timeout};
use leptos::{ev, prelude::*, task::spawn_local};
use model::{api::executions::ExecutionPulse, execution::state::ExecutionStatus};

use super::{
    news::News,
    store::{ExecutionStore, Link},
};
use crate::{
    api::executions::load_pulse,
    client::{
        clock::now,
        events::{EventStream, StreamState},
    },
};

/// News that arrive within this time are shown together.
const GATHER_MS: u32 = 24;
/// How often the clock moves.
const TICK_MS: u32 = 1_000;
/// How often the line is looked after.
const WATCH_MS: u32 = 2_000;
/// After this many watches in which not even a beat was heard, something on the way holds the line
/// back, or there is none.
const SILENCE: u32 = 2;
/// A line on which nothing is heard is tried anew after this many watches.
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
        let ear = Ear { store, heard: Rc::new(Cell::new(false)) };
        let stream = Rc::new(RefCell::new(ear.connect()));
        let (watched, silent) = (Rc::clone(&stream), Cell::new(0));
        let tick = Interval::new(TICK_MS, move || tick(store));
        let look = Interval::new(WATCH_MS, move || ear.look_after(&watched, &silent));
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

/// Hears what the line brings, and asks where it brings nothing.
#[derive(Clone)]
struct Ear {
    store: ExecutionStore,
    /// Whether anything came since the last watch.
    heard: Rc<Cell<bool>>,
}

impl Ear {
    /// Asks for every event, not only those after the page, because the log shows them all.
    fn connect(&self) -> Option<EventStream> {
        let store = self.store;
        let id = store.id();
        let after = store.log.with_untracked(super::news::Log::last);
        let url = format!("/api/v1/stream?executions={id}&after={id}:{after}");
        let gathered = Rc::new(RefCell::new(Vec::<News>::new()));
        let waiting = Rc::new(RefCell::new(None::<Timeout>));
        let ear = self.clone();
        let stream = EventStream::open(&url, &["beat", "event", "text"], move |message| {
            ear.hear();
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
        stream.map(|stream| {
            stream.on_state(move |state| {
                // Open or not, nothing is known to come through before something has.
                if state != StreamState::Open {
                    lose(store);
                }
            })
        })
    }

    fn hear(&self) {
        self.heard.set(true);
        let store = self.store;
        match store.link.try_get_untracked() {
            None | Some(Link::Live | Link::Ended) => return,
            // Text that was streamed meanwhile is not sent again; the page has it.
            Some(Link::Lost) => store.fetch(),
            Some(Link::Opening) => {}
        }
        store.link.set(Link::Live);
    }

    fn look_after(&self, line: &RefCell<Option<EventStream>>, silent: &Cell<u32>) {
        let store = self.store;
        let Some((seen, status)) = store.look_at_present(|view| (view.seq, view.status)) else {
            return;
        };
        let whole = store.log.with_untracked(|log| log.last() >= seen);
        if matches!(status, ExecutionStatus::Completed | ExecutionStatus::Stopped) && whole {
            line.replace(None);
            store.link.set(Link::Ended);
            return;
        }
        let watches = if self.heard.take() { 0 } else { silent.get() + 1 };
        silent.set(watches);
        let closed = line.borrow().as_ref().is_none_or(|line| line.state() == StreamState::Closed);
        if closed || watches >= SILENCE {
            lose(store);
            ask(store, seen);
        } else if status == ExecutionStatus::Pending {
            // Its place in line moves without an event of its own.
            store.fetch();
        }
        if watches > 0 && watches.is_multiple_of(AGAIN) {
            line.replace(self.connect());
        }
    }
}

fn lose(store: ExecutionStore) {
    if !matches!(store.link.try_get_untracked(), None | Some(Link::Ended | Link::Lost)) {
        store.link.set(Link::Lost);
    }
}

/// Asks where the execution stands, and for all of it when it has moved on.
fn ask(store: ExecutionStore, seen: i64) {
    spawn_local(async move {
        let moved = |pulse: ExecutionPulse| pulse.event_seq != seen || pulse.queued.is_some();
        // What cannot be asked is asked again soon.
        if load_pulse(store.id()).await.is_ok_and(moved) {
            store.fetch();
        }
    });
}

//! One stream a tab, on every page: news of the workspace, and all of the execution that is looked at or
//! of the draft that is edited.
//! Every two seconds it is looked after; while nothing comes, whoever wants news asks for them.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo_timers::callback::{Interval, Timeout};
use leptos::prelude::*;
use model::{
    id::{ExecutionId, TemplateId},
    pages::{DraftNews, WorkspaceNews},
};

use crate::client::{
    events::{EventStream, StreamMessage, StreamState},
    keep,
    signal::SetNew,
};

/// A page that goes and the next one that comes open the line once.
const SETTLE_MS: u32 = 10;
/// How often the line is looked after.
const WATCH_MS: u32 = 2_000;
/// After this many looks in which not even a beat was heard, something on the way holds the line
/// back, or there is none.
const SILENCE: u32 = 2;
/// A line on which nothing is heard is tried anew after this many looks.
const AGAIN: u32 = 5;
/// A tab that is out of sight for this many looks lets go of its line: browsers open few at a time.
const REST: u32 = 10;

/// A line that nothing comes over is said to be lost after this time: most come back before.
const SAID_MS: u32 = 5_000;

/// Whether news are arriving.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Link {
    /// Nothing has come yet.
    #[default]
    Opening,
    /// News arrive.
    Live,
    /// Nothing comes.
    Lost,
    /// Nobody looks at the tab; it has let go.
    Resting,
}

/// The page of one execution, as the line sees it.
#[derive(Clone, Copy)]
pub struct Watcher {
    /// Which execution.
    pub execution: ExecutionId,
    /// The number of the last event that the page has.
    pub last: Callback<(), i64>,
    /// Takes an event, text, or that something else is different.
    pub take: Callback<StreamMessage>,
}

/// The editor of one template, as the line sees it.
#[derive(Clone, Copy)]
pub struct Drafter {
    /// Of which template.
    pub template: TemplateId,
    /// Takes how its draft stands, and who else has it open.
    pub take: Callback<DraftNews>,
}

/// The tab's line; pages below the frame get it with [`use_line`].
#[derive(Clone, Copy)]
pub struct Line {
    /// Whether news are arriving.
    pub link: RwSignal<Link>,
    /// Whether it has been lost for so long that the person should know.
    pub cut_off: RwSignal<bool>,
    /// The latest news of the workspace.
    pub news: RwSignal<Option<WorkspaceNews>>,
    /// How often the line was looked after.
    pub looks: RwSignal<u32>,
    watcher: RwSignal<Option<Watcher>>,
    drafter: RwSignal<Option<Drafter>>,
}

impl Line {
    /// Brings all of an execution from now on, instead of the one before.
    pub fn watch(self, watcher: Watcher) {
        self.watcher.set(Some(watcher));
    }

    /// The page of this execution goes.
    pub fn unwatch(self, execution: ExecutionId) {
        let watched = |watcher: &Option<Watcher>| watcher.is_some_and(|w| w.execution == execution);
        if self.watcher.try_with_untracked(watched) == Some(true) {
            self.watcher.try_set(None);
        }
    }

    /// Counts as one of the template's editors from now on, and brings news of its draft.
    pub fn attend(self, drafter: Drafter) {
        self.drafter.set(Some(drafter));
    }

    /// The editor of this template goes.
    pub fn depart(self, template: TemplateId) {
        let edited = |drafter: &Option<Drafter>| drafter.is_some_and(|d| d.template == template);
        if self.drafter.try_with_untracked(edited) == Some(true) {
            self.drafter.try_set(None);
        }
    }

    /// Takes news, however they came.
    pub fn tell(self, news: WorkspaceNews) {
        self.news.try_set(Some(news));
    }

    fn take(self, message: StreamMessage) {
        self.link.set_new(Link::Live);
        match message.name {
            "workspace" => {
                if let Ok(news) = serde_json::from_str(&message.data) {
                    self.tell(news);
                }
            }
            "draft" => {
                if let (Some(Some(drafter)), Ok(news)) =
                    (self.drafter.try_get_untracked(), serde_json::from_str(&message.data))
                {
                    drafter.take.try_run(news);
                }
            }
            "event" | "text" | "beside" => {
                if let Some(Some(watcher)) = self.watcher.try_get_untracked() {
                    watcher.take.try_run(message);
                }
            }
            _ => {}
        }
    }

    /// Asks for every event that the page does not have, because its log shows them all.
    fn address(self) -> String {
        let mut address = "/api/v1/stream?workspace=true".to_owned();
        if let Some(drafter) = self.drafter.get_untracked() {
            address.push_str(&format!("&editing={}", drafter.template));
        }
        match self.watcher.get_untracked() {
            Some(watcher) => {
                let (id, last) = (watcher.execution, watcher.last.run(()));
                format!("{address}&executions={id}&after={id}:{last}")
            }
            None => address,
        }
    }
}

/// Opens the line for everything below; the server does nothing of it.
pub fn provide_line() {
    let line = Line {
        link: RwSignal::new(Link::default()),
        cut_off: RwSignal::new(false),
        news: RwSignal::new(None),
        looks: RwSignal::new(0),
        watcher: RwSignal::new(None),
        drafter: RwSignal::new(None),
    };
    provide_context(line);
    Effect::new(move |_: Option<()>| {
        let wire = Rc::new(Wire::of(line));
        let opened = Rc::clone(&wire);
        Effect::new(move || {
            line.watcher.track();
            line.drafter.track();
            Wire::open_soon(&opened);
        });
        let minded = Rc::clone(&wire);
        Effect::new(move || minded.mind(line.link.get()));
        let looked = Rc::clone(&wire);
        keep(Interval::new(WATCH_MS, move || looked.look()));
        let shown = window_event_listener_untyped("visibilitychange", move |_| wire.wake());
        on_cleanup(move || shown.remove());
    });
}

/// The tab's line; none outside a workspace's frame.
pub fn use_line() -> Option<Line> {
    use_context()
}

/// How long a line that has just been lost is given to come back before anybody is told; silence
/// has taken its time already.
const fn hoped_ms(silent: u32) -> u32 {
    match silent {
        0..SILENCE => SAID_MS,
        looks => SAID_MS.saturating_sub(looks.saturating_mul(WATCH_MS)),
    }
}

/// The line's end in the browser.
struct Wire {
    line: Line,
    stream: RefCell<Option<EventStream>>,
    opening: RefCell<Option<Timeout>>,
    /// Whether anything came since the last look.
    heard: Rc<Cell<bool>>,
    /// Looks since anything came.
    silent: Cell<u32>,
    /// Looks since the tab went out of sight.
    unseen: Cell<u32>,
}

impl Wire {
    fn of(line: Line) -> Self {
        Self {
            line,
            stream: RefCell::default(),
            opening: RefCell::default(),
            heard: Rc::default(),
            silent: Cell::default(),
            unseen: Cell::default(),
        }
    }

    fn open_soon(wire: &Rc<Self>) {
        let soon = Rc::downgrade(wire);
        let timeout = Timeout::new(SETTLE_MS, move || {
            if let Some(wire) = soon.upgrade() {
                wire.open();
            }
        });
        wire.opening.replace(Some(timeout));
    }

    fn open(&self) {
        let (line, heard) = (self.line, Rc::clone(&self.heard));
        // Let go of first: a session has only so many.
        self.stream.replace(None);
        let names = ["beat", "beside", "draft", "event", "text", "workspace"];
        let stream = EventStream::open(&line.address(), &names, move |message| {
            heard.set(true);
            line.take(message);
        });
        let stream = stream.map(|stream| {
            stream.on_state(move |state| {
                // Open or not, nothing is known to come through before something has.
                if state != StreamState::Open {
                    line.link.set_new(Link::Lost);
                }
            })
        });
        self.stream.replace(stream);
    }

    fn look(&self) {
        let line = self.line;
        self.unseen.set(if document().hidden() { self.unseen.get() + 1 } else { 0 });
        if self.unseen.get() >= REST {
            self.stream.replace(None);
            line.link.set_new(Link::Resting);
        } else {
            let looks = if self.heard.take() { 0 } else { self.silent.get() + 1 };
            self.silent.set(looks);
            if self.is_closed() || looks >= SILENCE {
                line.link.set_new(Link::Lost);
            }
            if looks > 0 && looks.is_multiple_of(AGAIN) {
                self.open();
            }
        }
        line.looks.try_update(|looks| *looks = looks.wrapping_add(1));
    }

    /// Called in an effect of its own: how the line stands now ends what was waited for before.
    fn mind(&self, link: Link) {
        let cut_off = self.line.cut_off;
        cut_off.set(false);
        if link == Link::Lost {
            // The count of a silence that has just been broken stands until the next look.
            let silent = if self.heard.get() { 0 } else { self.silent.get() };
            keep(Timeout::new(hoped_ms(silent), move || {
                cut_off.try_set(true);
            }));
        }
    }

    fn is_closed(&self) -> bool {
        let stream = self.stream.borrow();
        stream.as_ref().is_none_or(|stream| stream.state() == StreamState::Closed)
    }

    /// The tab is looked at again.
    fn wake(&self) {
        if !document().hidden() && self.line.link.try_get_untracked() == Some(Link::Resting) {
            self.unseen.set(0);
            self.silent.set(0);
            self.open();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_of_a_lost_line_within_five_seconds() {
        assert_eq!(hoped_ms(0), 5_000);
        assert_eq!(hoped_ms(SILENCE - 1), 5_000, "a look without a beat says little");
        assert_eq!(hoped_ms(SILENCE), 1_000, "four seconds were silent already");
        assert_eq!(hoped_ms(u32::MAX), 0);
    }
}

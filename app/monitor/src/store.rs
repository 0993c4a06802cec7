//! What the monitor knows: the page as it was loaded, kept up to date by the stream.

use std::collections::BTreeSet;

use api::executions::{load_events, load_monitor};
use leptos::prelude::*;
use model::{
    api::executions::KeptVersion,
    execution::{
        event::Event,
        question::QuestionCard,
        stale::stale,
        state::Action,
        view::{Bill, ExecutionView, NodeView},
    },
    external_ref::ExternalRef,
    id::{ExecutionId, NodeId},
    pages::{MonitorPage, ReviewCard},
    stream::StreamMessage,
    time::Timestamp,
    workflow::Workflow,
};
use web::{
    client::{clock::now, focus::focus, signal::SetNew},
    realtime::{ConnectionState, OneAtATime, use_connection},
};

use super::{
    answers::Answers,
    event_text::past::PastAttempts,
    rounds::gather_rounds,
    stream_events::{Log, finds_external_refs, follow, leaves_out_details, write},
};
use crate::{
    event_text::past::Stretches,
    reviews::Drafts,
    stream_events::{Fit, Texts},
};

/// The handle of everything below the monitor's page: signals by how often they change.
#[derive(Clone, Copy)]
pub struct ExecutionStore {
    /// What never changes: name, workflow, parameters, habits.
    pub page: StoredValue<MonitorPage>,
    /// Everything up to the moment that is shown: the last event, or one of the past.
    pub view: RwSignal<ExecutionView>,
    /// What the executions it launched had cost when it was last loaded.
    pub children: RwSignal<Bill>,
    /// The moment of the past that is shown; none while it is the present.
    pub shown_at: RwSignal<Option<Timestamp>>,
    /// The present while the past is shown.
    present: StoredValue<Option<ExecutionView>>,
    /// What jobs have written so far.
    pub texts: RwSignal<Texts>,
    /// Every event that has arrived.
    pub log: RwSignal<Log>,
    /// Whether news are arriving.
    pub connection: Signal<ConnectionState>,
    /// Whether it is over for good and everything of it is here: no news will come.
    pub settled: RwSignal<bool>,
    /// The present by the database's clock; the page's own until it is alive.
    pub now: RwSignal<Timestamp>,
    /// How far the browser's clock is ahead of the database's, in milliseconds, once known.
    pub ahead: RwSignal<Option<i64>>,
    /// Events that happened while the person watched, not yet told.
    pub untold: RwSignal<Vec<Event>>,
    /// Its reviews, decided ones too.
    pub reviews: RwSignal<Vec<ReviewCard>>,
    /// What the person has begun to decide of them.
    pub drafts: Drafts,
    /// Its calls that nobody knows the end of.
    pub questions: RwSignal<Vec<QuestionCard>>,
    /// What the person has begun to say of them.
    pub answers: Answers,
    /// Versions of its outputs that somebody keeps.
    pub kept: RwSignal<Vec<KeptVersion>>,
    /// What it is about, or has made, in other systems.
    pub external_refs: RwSignal<Vec<ExternalRef>>,
    /// Its definition, the nodes as people changed them.
    pub workflow: RwSignal<Workflow>,
    /// The node the person chose.
    pub chosen: RwSignal<Option<NodeId>>,
    /// The node the person was led to from elsewhere: its card is brought into view.
    pub led_to: RwSignal<Option<NodeId>>,
    fetching: OneAtATime,
}

impl ExecutionStore {
    /// Starts from a loaded page.
    pub fn new(page: MonitorPage) -> Self {
        Self {
            view: RwSignal::new(page.view.clone()),
            children: RwSignal::new(page.children_bill),
            shown_at: RwSignal::new(None),
            present: StoredValue::new(None),
            texts: RwSignal::new(Texts::from_partial(&page.partial)),
            log: RwSignal::new(Log::default()),
            connection: use_connection().map_or_else(
                || Signal::stored(ConnectionState::default()),
                |connection| connection.state.into(),
            ),
            settled: RwSignal::new(false),
            now: RwSignal::new(page.now),
            ahead: RwSignal::new(None),
            untold: RwSignal::new(vec![]),
            chosen: RwSignal::new(None),
            led_to: RwSignal::new(None),
            reviews: RwSignal::new(page.reviews.clone()),
            drafts: Drafts::default(),
            questions: RwSignal::new(page.questions.clone()),
            answers: Answers::default(),
            kept: RwSignal::new(page.kept.clone()),
            external_refs: RwSignal::new(page.external_refs.clone()),
            workflow: RwSignal::new(page.workflow.clone()),
            fetching: OneAtATime::default(),
            page: StoredValue::new(page),
        }
    }

    /// The execution's id.
    pub fn id(self) -> ExecutionId {
        self.page.with_value(|page| page.id)
    }

    /// What jobs have written so far; nothing while the past is shown, because nobody knows what was
    /// written by then.
    pub fn written_texts(self) -> Texts {
        match self.shown_at.get() {
            None => self.texts.get(),
            Some(_) => Texts::default(),
        }
    }

    /// Whether the person may do this now.
    pub fn may(self, action: Action) -> bool {
        self.view.with(|view| view.why_not(action).is_none()) && self.controls()
    }

    /// Whether the person may steer what is shown; the past cannot be steered.
    pub fn controls(self) -> bool {
        self.shown_at.read().is_none() && self.page.with_value(|page| page.may_control)
    }

    /// Shows a moment of the past, which `change` makes of what is shown.
    pub fn show_past(self, moment: Timestamp, change: impl FnOnce(&mut ExecutionView)) {
        if self.shown_at.get_untracked().is_none() {
            self.present.set_value(Some(self.view.get_untracked()));
        }
        self.shown_at.set(Some(moment));
        self.now.set(moment);
        self.view.update(change);
    }

    /// Shows the present again.
    pub fn show_present(self) {
        if let Some(present) = self.present.try_update_value(Option::take).flatten() {
            self.shown_at.set(None);
            self.now.set(self.database_time(now()));
            self.view.set(present);
        }
    }

    /// Looks at the present, whatever is shown; none when the page is gone.
    pub fn look_at_present<R>(self, look: impl FnOnce(&ExecutionView) -> R) -> Option<R> {
        match self.shown_at.try_get_untracked()? {
            None => self.view.try_with_untracked(look),
            Some(_) => self.present.try_with_value(|present| present.as_ref().map(look)).flatten(),
        }
    }

    /// Changes the present, whatever is shown; says also whether anything changed.
    fn change_present<R>(self, change: impl FnOnce(&mut ExecutionView) -> (bool, R)) -> Option<R> {
        match self.shown_at.try_get_untracked()? {
            None => self.view.try_maybe_update(change),
            Some(_) => self
                .present
                .try_update_value(|present| present.as_mut().map(|present| change(present).1))
                .flatten(),
        }
    }

    /// A node as it is now; it changes only when that node does.
    pub fn node(self, id: Signal<Option<NodeId>>) -> Memo<Option<NodeView>> {
        Memo::new(move |_| {
            let id = id.get()?;
            self.view.with(|view| view.node(&id).map(|node| gather_rounds(view, node).into_owned()))
        })
    }

    /// The nodes that were made from versions that no longer count.
    pub fn stale(self) -> Memo<BTreeSet<NodeId>> {
        Memo::new(move |_| stale(&self.workflow.read(), &self.view.read()))
    }

    /// The node the panel is about: the chosen one, else the one that failed, works, waits or ended
    /// last.
    pub fn focus(self) -> Memo<Option<NodeId>> {
        Memo::new(move |_| self.chosen.get().or_else(|| self.view.with(ExecutionView::in_focus)))
    }

    /// Chooses a node that somebody has begun to answer for: the panel stays with it, whatever
    /// happens elsewhere.
    pub fn stay_at(self, node: Memo<Option<NodeView>>) {
        let id = node.with_untracked(|node| node.as_ref().map(|node| node.id.clone()));
        if self.chosen.with_untracked(|chosen| *chosen != id) {
            self.chosen.set(id);
        }
    }

    /// Chooses a node and brings its card into view.
    pub fn go_to(self, node: Option<NodeId>) {
        let Some(node) = node else { return };
        focus_card(&node);
        self.led_to.set(Some(node.clone()));
        self.chosen.set(Some(node));
    }

    /// Moves the focus to a node's card when what had it is about to go.
    pub fn look_at(self, node: NodeId) {
        request_animation_frame(move || focus_card(&node));
    }

    /// What was tried and is past, of every job.
    pub fn past_attempts(self) -> Memo<PastAttempts> {
        self.read_log(PastAttempts::follow)
    }

    /// When items stood still.
    pub fn stretches(self) -> Memo<Stretches> {
        self.read_log(Stretches::follow)
    }

    /// What is read out of the log as it grows; `follow` says whether there was more.
    fn read_log<T>(self, follow: fn(&mut T, &Log) -> bool) -> Memo<T>
    where
        T: Default + Send + Sync + 'static,
    {
        Memo::new_owning(move |before: Option<T>| {
            let mut read = before.unwrap_or_default();
            let grew = follow(&mut read, &self.log.read());
            (read, grew)
        })
    }

    /// The present by the database's clock, from the browser's.
    pub fn database_time(self, browser: Timestamp) -> Timestamp {
        Timestamp(browser.0 - self.ahead.get_untracked().unwrap_or(0))
    }

    /// Takes the browser's clock against one instant of the database's that has just been heard of.
    /// News travel for a while, so the smallest difference is the truest.
    pub fn compare_clocks(self, browser: Timestamp, database: Timestamp) {
        let ahead = browser.0 - database.0;
        if self.ahead.get_untracked().is_none_or(|known| ahead < known) {
            self.ahead.set(Some(ahead));
        }
    }

    /// Takes messages about the execution in. A gap loads the page anew and goes on from there.
    pub fn take(self, messages: Vec<StreamMessage>) {
        let (mut events, mut pieces, mut beside) = (vec![], vec![], false);
        for message in messages {
            match message {
                StreamMessage::Event { event, .. } => events.push(event),
                StreamMessage::Text { text } => pieces.push(text),
                StreamMessage::Beside { .. } => beside = true,
                // The connection keeps what is not about an execution.
                StreamMessage::Workspace { .. }
                | StreamMessage::Draft { .. }
                | StreamMessage::Beat => {}
            }
        }
        let (fresh, missing) = self.take_events(&events);
        let fit = self.texts.try_maybe_update(|texts| {
            (!pieces.is_empty() || !fresh.is_empty(), write(texts, &pieces, &fresh))
        });
        if !fresh.is_empty() {
            self.untold.try_update(|untold| untold.extend(fresh));
        }
        if missing || beside || fit == Some(Fit::Gap) {
            self.fetch();
        }
    }

    /// What was new to the view, and whether something in between is missing.
    fn take_events(self, events: &[Event]) -> (Vec<Event>, bool) {
        if events.is_empty() {
            return (vec![], false);
        }
        self.keep(events);
        self.catch_up()
    }

    fn catch_up(self) -> (Vec<Event>, bool) {
        let followed = self.log.try_with_untracked(|log| {
            self.change_present(|view| {
                let followed = follow(view, log);
                let news = followed.as_ref().map_or_else(|fresh| fresh.len(), Vec::len);
                (news > 0, followed)
            })
        });
        let (fresh, missing) = match followed.flatten() {
            Some(Ok(fresh)) => (fresh, false),
            Some(Err(fresh)) => (fresh, true),
            None => (vec![], false),
        };
        // However they came: events that are loaded can be ahead of the page that was loaded first.
        let lacks_details = self.log.try_with_untracked(|log| {
            self.look_at_present(|view| {
                fresh.iter().any(|event| leaves_out_details(event, log, view))
            })
        });
        let finds_refs = self.workflow.try_with_untracked(|workflow| {
            fresh.iter().any(|event| finds_external_refs(event, workflow))
        });
        if lacks_details.flatten() == Some(true) || finds_refs == Some(true) {
            self.fetch();
        }
        (fresh, missing)
    }

    /// Loads the page anew and takes in what is ahead of what is known.
    pub fn fetch(self) {
        self.fetching.run(move || async move {
            if self.load().await {
                self.complete_log().await;
            }
        });
    }

    /// Loads all of it where the page began with an outline, unless that is under way.
    pub fn complete(self) {
        let is_outline = self.look_at_present(ExecutionView::is_outline) == Some(true);
        if is_outline && !self.fetching.is_loading() {
            self.fetching.run(move || async move { _ = self.load().await });
        }
    }

    async fn load(self) -> bool {
        let Some(id) = self.page.try_with_value(|page| page.id) else { return false };
        load_monitor(id, false).await.map(|page| self.adopt(page)).is_ok()
    }

    /// Keeps events that did not come with the news.
    pub fn keep(self, events: &[Event]) {
        self.log.try_update(|log| log.keep(events));
    }

    /// Loads the events that the view has and the log does not, when the stream did not bring them.
    async fn complete_log(self) {
        loop {
            let known = self.log.try_with_untracked(Log::last);
            let Some((known, seq)) = known.zip(self.look_at_present(|view| view.seq)) else {
                return;
            };
            if known >= seq {
                return;
            }
            match load_events(self.id(), known).await {
                Ok(events) if !events.is_empty() => drop(self.take_events(&events)),
                _ => return,
            }
        }
    }

    fn adopt(self, page: MonitorPage) {
        let MonitorPage {
            view: loaded,
            children_bill,
            partial,
            reviews,
            questions,
            kept,
            external_refs,
            workflow,
            ..
        } = page;
        self.children.set_new(children_bill);
        self.reviews.set_new(reviews);
        self.questions.set_new(questions);
        self.kept.set_new(kept);
        self.external_refs.set_new(external_refs);
        self.workflow.set_new(workflow);
        self.change_present(|view| {
            if loaded.seq > view.seq || view.is_outline() {
                *view = loaded;
                return (true, ());
            }
            // Others move up, and workers come and go, without an event of this execution.
            (view.update_capacity(loaded), ())
        });
        self.texts.try_update(|texts| texts.catch_up(&partial));
        self.catch_up();
    }
}

/// The diagram brings a card that gets the focus by keys into view.
fn focus_card(node: &NodeId) {
    focus(&format!("node-{}", node.without_round()));
}

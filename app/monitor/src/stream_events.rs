//! How what the stream sends is folded into what the page knows. Pure.
//!
//! To keep a version is no event: the stream then says only that something is different, and the
//! page asks.

use std::{borrow::Cow, collections::BTreeMap};

use model::{
    agent::streamed::{Streamed, parse},
    execution::{
        event::{Event, EventKind},
        state::JobStatus,
        view::{ExecutionView, NodeView},
    },
    id::JobId,
    nodes::{NodeConfig, NodeKind},
    pages::PartialText,
    quiet_events,
    stream::TextPiece,
    workflow::Workflow,
};

/// Whether an event of the log leaves out what it changed, so that the page has to be loaded again;
/// `view` has taken the event in.
pub fn leaves_out_details(event: &Event, log: &Log, view: &ExecutionView) -> bool {
    // What waits until a time, or until a person lets it start, waits for no execution.
    let EventKind::NodeWaiting { node, until: None, hold: None, .. } = &event.kind else {
        return event.kind.leaves_out_details();
    };
    !is_launch(event, log) && view.node(node).is_some_and(waits_for_child)
}

/// Whether an event tells of a result in which things of other systems are looked for: which of them
/// were found is in no event.
pub fn finds_external_refs(event: &Event, workflow: &Workflow) -> bool {
    let EventKind::JobCompleted { job } = &event.kind else { return false };
    let node = workflow.node(&job.node.in_round(""));
    node.is_some_and(|node| {
        let config = &node.data.config;
        matches!(config, NodeConfig::Tool(config) if !config.external_refs.is_empty())
    })
}

/// Whether a node waits because one of its jobs has just launched an execution, as the event before
/// says. Each later wait for that execution says that it stands differently: it has paused or gone
/// on, and has spent something by then.
fn is_launch(wait: &Event, log: &Log) -> bool {
    let before = log.get(wait.seq - 1).map(|event| &event.kind);
    matches!(before, Some(EventKind::JobWaiting { job, .. }) if wait.kind.node() == Some(&job.node))
}

fn waits_for_child(node: &NodeView) -> bool {
    node.jobs.iter().any(|job| job.status == JobStatus::Pending && job.child.is_some())
}

/// Every event that has arrived, in the order of their numbers: the same one twice is one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Log(Vec<Event>);

impl Log {
    /// Adds events in the order of their numbers; those that are there already are dropped.
    pub fn keep<'a>(&mut self, events: impl IntoIterator<Item = &'a Event>) {
        let mut late = vec![];
        for event in events {
            if event.seq > self.last() {
                self.0.push(event.clone());
            } else if self.get(event.seq).is_none() {
                late.push(event.clone());
            }
        }
        if !late.is_empty() {
            self.0.append(&mut late);
            self.0.sort_by_key(|event| event.seq);
            self.0.dedup_by_key(|event| event.seq);
        }
    }

    /// All events in order.
    pub fn events(&self) -> &[Event] {
        &self.0
    }

    /// The event of this number.
    pub fn get(&self, seq: i64) -> Option<&Event> {
        self.0.get(self.0.binary_search_by_key(&seq, |event| event.seq).ok()?)
    }

    /// The events up to number `seq` and those after it, in order.
    pub fn split(&self, seq: i64) -> (&[Event], &[Event]) {
        self.0.split_at(self.0.partition_point(|event| event.seq <= seq))
    }

    /// The events after number `seq`, in order.
    pub fn events_after(&self, seq: i64) -> &[Event] {
        self.split(seq).1
    }

    /// The number of the last event; 0 before the first.
    pub fn last(&self) -> i64 {
        self.0.last().map_or(0, |event| event.seq)
    }

    /// The number of the last event about a job; 0 before the first.
    pub fn last_of_job(&self, id: JobId) -> i64 {
        let is_about = |event: &&Event| event.kind.job().is_some_and(|job| job.job == id);
        self.0.iter().rev().find(is_about).map_or(0, |event| event.seq)
    }
}

/// How far a log has been read, so that what grows with it looks at each event once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bookmark {
    seq: i64,
    read: usize,
}

impl Bookmark {
    /// What of `log` is to be read, which counts as read then; with whether it is read anew from
    /// its beginning, because something came in late.
    pub fn read<'a>(&mut self, log: &'a Log) -> (bool, &'a [Event]) {
        let (before, after) = log.split(self.seq);
        let anew = before.len() != self.read;
        *self = Self { seq: log.last(), read: log.events().len() };
        (anew, if anew { log.events() } else { after })
    }
}

/// Takes every event of the log that follows into the view.
///
/// Returns what was new to the view; an error when an event in between is missing.
pub fn follow(view: &mut ExecutionView, log: &Log) -> Result<Vec<Event>, Vec<Event>> {
    let mut fresh = vec![];
    for event in log.events_after(view.seq) {
        if !view.apply(event) {
            return Err(fresh);
        }
        fresh.push(event.clone());
    }
    Ok(fresh)
}

/// Joins pieces and forgets what attempts wrote that are over; [`Fit::Gap`] when characters are
/// missing.
pub fn write(texts: &mut Texts, pieces: &[TextPiece], fresh: &[Event]) -> Fit {
    for job in fresh.iter().flat_map(|event| abandoned_jobs(&event.kind)) {
        texts.discard(job);
    }
    let gap = pieces.iter().filter(|piece| texts.join(piece) == Fit::Gap).count() > 0;
    if gap { Fit::Gap } else { Fit::Joined }
}

/// The jobs whose present attempt is over without a result, so that its text is no longer shown.
fn abandoned_jobs(kind: &EventKind) -> Vec<JobId> {
    use EventKind as E;
    match kind {
        E::JobRetryScheduled { job, .. } | E::JobLost { job, .. } | E::JobFailed { job, .. } => {
            vec![job.job]
        }
        E::JobAsks(asked) => vec![asked.job.job],
        // What it has answered is in its talk.
        E::AgentStepped(taken) => vec![taken.job.job],
        E::NodeRetried { jobs, .. } => jobs.clone(),
        E::JobStarted { .. }
        | E::JobWaiting { .. }
        | E::JobCompleted { .. }
        | E::JobLimited { .. }
        | E::JobCancelled { .. }
        | E::NodeReady { .. }
        | E::NodeWaiting { .. }
        | E::NodeCompleted { .. }
        | E::NodeFailed { .. }
        | E::NodeSkipped { .. }
        | E::NodeReused { .. }
        | E::NodeCancelled { .. }
        | E::NodeReset { .. }
        | E::NodeAwaitingReview { .. }
        | E::RoundStarted { .. }
        | E::ArtifactCreated { .. }
        | E::ExecutionLaunched { .. }
        | quiet_events!() => vec![],
    }
}

/// What became of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// The text is up to date with it.
    Joined,
    /// It is of a claim that is over.
    Late,
    /// Characters before it are missing: the text must be fetched.
    Gap,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct JobText {
    fence: i64,
    text: String,
    chars: usize,
    over: bool,
    turn: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    jobs: BTreeMap<JobId, JobText>,
    turn: u64,
}

impl Texts {
    /// Starts from what the page was loaded with.
    pub fn from_partial(partial: &[PartialText]) -> Self {
        let mut texts = Self::default();
        texts.catch_up(partial);
        texts
    }

    /// The text a job has written so far; empty when it has written none.
    pub fn of_job(&self, job: JobId) -> &str {
        self.jobs.get(&job).map_or("", |known| known.text.as_str())
    }

    /// The one of `jobs` that wrote last, and its text.
    pub fn newest(&self, jobs: impl Iterator<Item = JobId>) -> Option<&str> {
        let written = jobs.filter_map(|job| self.jobs.get(&job));
        let newest = written.filter(|known| !known.text.is_empty()).max_by_key(|known| known.turn);
        newest.map(|known| known.text.as_str())
    }

    /// Takes a piece in.
    pub fn join(&mut self, piece: &TextPiece) -> Fit {
        self.turn += 1;
        let known = self.jobs.entry(piece.job).or_default();
        if piece.fence < known.fence || (piece.fence == known.fence && known.over) {
            return Fit::Late;
        }
        if piece.fence > known.fence {
            *known = JobText { fence: piece.fence, ..JobText::default() };
        }
        if piece.offset > known.chars {
            return Fit::Gap;
        }
        let fresh: String = piece.text.chars().skip(known.chars - piece.offset).collect();
        known.chars += fresh.chars().count();
        known.text.push_str(&fresh);
        known.turn = self.turn;
        Fit::Joined
    }

    /// Forgets what a lost or failed attempt wrote; late pieces of it stay out.
    pub fn discard(&mut self, job: JobId) {
        if let Some(known) = self.jobs.get_mut(&job) {
            *known = JobText { fence: known.fence, over: true, ..JobText::default() };
        }
    }

    /// Takes in what the server has kept, where it is ahead of what has arrived.
    pub fn catch_up(&mut self, partial: &[PartialText]) {
        for kept in partial {
            self.turn += 1;
            let known = self.jobs.entry(kept.job).or_default();
            let chars = kept.text.chars().count();
            if kept.fence > known.fence || (kept.fence == known.fence && chars > known.chars) {
                let text = kept.text.clone();
                *known = JobText { fence: kept.fence, text, chars, over: false, turn: self.turn };
            }
        }
    }
}

/// The text that a step is writing: of an agent its words, without what it thinks and calls.
pub fn readable_stream<'a>(node: &NodeView, streamed: &'a str) -> Cow<'a, str> {
    if node.kind != NodeKind::Agent.key() {
        return Cow::Borrowed(streamed);
    }
    let text = |part: Streamed| match part {
        Streamed::Text(text) => Some(text),
        Streamed::Thoughts(_) | Streamed::Call(_) => None,
    };
    let texts: Vec<String> = parse(streamed).into_iter().filter_map(text).collect();
    Cow::Owned(texts.join("\n\n"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::stream::StreamMessage;
    use serde_json::json;

    use super::*;
    use crate::sample;

    fn log(events: &[Event]) -> Log {
        let mut log = Log::default();
        log.keep(events);
        log
    }

    #[test]
    fn messages_are_read_as_the_stream_writes_them() {
        let id = sample::running().id;
        let event = r#"{"seq":7,"at":5,"kind":"node.started","node":"copy"}"#;
        let data = format!(r#"{{"execution":"{id}","event":{event}}}"#);
        let job = sample::job(1);
        let text =
            format!(r#"{{"execution":"{id}","job":"{job}","fence":2,"offset":4,"text":"ok"}}"#);

        let parse = |name: &str, data: &str| StreamMessage::from_sse(name, "", data);
        let read = parse("event", &data).unwrap();
        assert!(matches!(&read, StreamMessage::Event { event, .. } if event.seq == 7));
        assert_eq!(read.execution(), Some(id));
        let text = parse("text", &text);
        assert!(matches!(text, Some(StreamMessage::Text { text }) if text.offset == 4));
        assert_eq!(parse("weather", &data), None);
        let beside = format!(r#"{{"execution":"{id}"}}"#);
        assert_eq!(parse("beside", &beside), Some(StreamMessage::Beside { execution: id }));
        assert_eq!(parse("event", "{"), None);
    }

    #[test]
    fn a_pause_of_what_it_launched_and_its_own_end_are_reasons_to_ask_the_page() {
        let wait =
            |message: &str| json!({"kind": "node.waiting", "node": "sub", "message": message});
        let (job, child) = (sample::job(1), "0193cccc-0000-7000-8000-000000000001");
        let events = sample::events(vec![
            (
                0,
                json!({"kind": "execution.launched", "edges": [], "nodes": [
                {"id": "sub", "kind": "sub_workflow", "label": "Sub"}]}),
            ),
            (0, json!({"kind": "node.ready", "node": "sub", "jobs": [job]})),
            (0, json!({"kind": "job.started", "node": "sub", "job": job, "item": 0, "attempt": 1})),
            (
                0,
                json!({"kind": "job.waiting", "node": "sub", "job": job, "item": 0,
                "child": child, "name": "Write"}),
            ),
            (0, wait("Waiting for Write")),
            (0, wait("Waiting for Write. Paused for a budget. Raise it.")),
            (0, json!({"kind": "execution.stopped", "reason": "user"})),
        ]);
        let log = log(&events);
        let asks = |seq: usize| {
            let view = ExecutionView::from_events(&events[..seq]);
            leaves_out_details(&events[seq - 1], &log, &view)
        };

        assert!(asks(6), "paused for a budget");
        assert!(!asks(5), "launched");
        assert!(asks(7), "stopped");
    }

    #[test]
    fn the_whole_log_after_the_page_leads_to_the_same_view() {
        let events = sample::completed_events();
        let mut view = ExecutionView::from_events(&events[..9]);

        let fresh = follow(&mut view, &log(&events)).unwrap();

        assert_eq!(view, ExecutionView::from_events(&events));
        assert_eq!(fresh.first().map(|event| event.seq), Some(10));
    }

    #[test]
    fn ux_58_events_that_come_twice_change_nothing() {
        let events = sample::completed_events();
        let mut log = log(&events);
        let mut view = ExecutionView::from_events(&events);

        log.keep(&events);

        assert_eq!(follow(&mut view, &log), Ok(vec![]));
        assert_eq!(log.events(), events);
        assert_eq!(view, ExecutionView::from_events(&events));
    }

    #[test]
    fn ux_58_a_missing_event_is_told_and_a_later_page_heals_it() {
        let events = sample::completed_events();
        let mut late = log(&events[..4]);
        late.keep(&events[6..]);
        let mut view = ExecutionView::from_events(&events[..4]);

        assert_eq!(follow(&mut view, &late), Err(vec![]));
        assert_eq!(view.seq, 4);

        let mut view = ExecutionView::from_events(&events[..6]);
        assert!(follow(&mut view, &late).is_ok());
        assert_eq!(view, ExecutionView::from_events(&events));
    }

    #[test]
    fn events_that_come_late_find_their_places() {
        let events = sample::completed_events();
        let mut late = log(&events[6..]);

        late.keep(events[..8].iter().rev());

        assert_eq!(late.events(), events);
        assert_eq!(late.get(4), events.get(3));
        assert_eq!(late.split(3), events.split_at(3));
        let first = events.iter().find_map(|event| event.kind.job()).unwrap().job;
        let last =
            events.iter().rfind(|event| event.kind.job().is_some_and(|job| job.job == first));
        assert_eq!(late.last_of_job(first), last.unwrap().seq);
    }

    #[test]
    fn a_log_is_read_on_from_where_it_was_left_and_anew_when_something_came_late() {
        let events = sample::completed_events();
        let (mut log, mut mark) = (log(&events[4..6]), Bookmark::default());

        assert_eq!(mark.read(&log), (false, &events[4..6]));
        log.keep(&events[6..9]);
        assert_eq!(mark.read(&log), (false, &events[6..9]));
        assert_eq!(mark.read(&log), (false, &events[..0]));
        log.keep(&events);
        assert_eq!(mark.read(&log), (true, &events[..]));
    }

    #[test]
    fn a_lost_attempt_takes_its_text_along() {
        let events = sample::failed_events();
        let mut texts = Texts::default();
        let piece = sample::piece(sample::job(20), 1, 0, "Half");

        assert_eq!(write(&mut texts, &[piece], &[]), Fit::Joined);
        assert_eq!(texts.of_job(sample::job(20)), "Half");
        assert_eq!(write(&mut texts, &[], &events), Fit::Joined);
        assert_eq!(texts.of_job(sample::job(20)), "");
    }
}

#[cfg(test)]
mod text_stream_tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::sample;

    fn job(last: char) -> JobId {
        format!("0193aaaa-0000-7000-8000-00000000000{last}").parse().unwrap()
    }

    fn piece(fence: i64, offset: usize, text: &str) -> TextPiece {
        sample::piece(job('1'), fence, offset, text)
    }

    #[test]
    fn pieces_join_in_order_counted_in_characters() {
        let mut texts = Texts::default();

        let fits = [piece(1, 0, "Köln "), piece(1, 5, "wärmt "), piece(1, 11, "🙂")]
            .map(|piece| texts.join(&piece));

        assert_eq!(fits, [Fit::Joined; 3]);
        assert_eq!(texts.of_job(job('1')), "Köln wärmt 🙂");
    }

    #[test]
    fn a_piece_that_comes_twice_or_overlaps_adds_only_what_is_new() {
        let mut texts = Texts::default();
        texts.join(&piece(1, 0, "Good mor"));

        assert_eq!(texts.join(&piece(1, 0, "Good mor")), Fit::Joined);
        assert_eq!(texts.join(&piece(1, 5, "morning")), Fit::Joined);
        assert_eq!(texts.of_job(job('1')), "Good morning");
    }

    #[test]
    fn a_gap_is_told_and_leaves_the_text_as_it_is() {
        let mut texts = Texts::default();
        texts.join(&piece(1, 0, "Good"));

        assert_eq!(texts.join(&piece(1, 9, "ing")), Fit::Gap);
        assert_eq!(texts.of_job(job('1')), "Good");

        texts.catch_up(&[PartialText { job: job('1'), fence: 1, text: "Good morning".to_owned() }]);
        assert_eq!(texts.join(&piece(1, 12, ".")), Fit::Joined);
        assert_eq!(texts.of_job(job('1')), "Good morning.");
    }

    #[test]
    fn a_larger_fence_replaces_the_text_and_a_smaller_one_is_late() {
        let mut texts = Texts::default();
        texts.join(&piece(1, 0, "First try"));

        assert_eq!(texts.join(&piece(2, 0, "Second")), Fit::Joined);
        assert_eq!(texts.join(&piece(1, 9, " goes on")), Fit::Late);
        assert_eq!(texts.of_job(job('1')), "Second");
    }

    #[test]
    fn a_discarded_attempt_does_not_come_back() {
        let mut texts = Texts::default();
        texts.join(&piece(3, 0, "Half a sen"));

        texts.discard(job('1'));

        assert_eq!(texts.join(&piece(3, 10, "tence")), Fit::Late);
        assert_eq!(texts.of_job(job('1')), "");
        assert_eq!(texts.join(&piece(4, 0, "Anew")), Fit::Joined);
        assert_eq!(texts.of_job(job('1')), "Anew");
    }

    #[test]
    fn what_the_server_kept_never_takes_back_what_has_arrived() {
        let mut texts = Texts::default();
        texts.join(&piece(2, 0, "Good morning"));

        texts.catch_up(&[PartialText { job: job('1'), fence: 2, text: "Good".to_owned() }]);

        assert_eq!(texts.of_job(job('1')), "Good morning");
    }

    #[test]
    fn the_newest_text_is_of_the_job_that_wrote_last() {
        let mut texts = Texts::default();
        texts.join(&piece(1, 0, "one"));
        texts.join(&TextPiece { job: job('2'), ..piece(1, 0, "two") });
        texts.join(&piece(1, 3, "!"));

        assert_eq!(texts.newest([job('1'), job('2')].into_iter()), Some("one!"));
        assert_eq!(texts.newest([job('2'), job('3')].into_iter()), Some("two"));
        assert_eq!(texts.newest([job('3')].into_iter()), None);
    }
}

#[cfg(test)]
mod readable_stream_tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::agent::streamed::StreamEncoder;

    use super::*;
    use crate::sample;

    #[test]
    fn of_an_agent_only_its_words_are_read() {
        let mut encoder = StreamEncoder::default();
        let streamed =
            [encoder.thought("Hm."), encoder.text("Hello."), encoder.call("a__b")].concat();
        let mut node = sample::running().view.node(&"copy".into()).unwrap().clone();
        assert_eq!(readable_stream(&node, &streamed), streamed);

        node.kind = NodeKind::Agent.key().to_owned();

        assert_eq!(readable_stream(&node, &streamed), "Hello.");
    }
}

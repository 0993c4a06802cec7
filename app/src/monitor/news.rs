//! What the stream brings, and how it becomes part of what is known: pure.

use std::collections::BTreeMap;

use model::{
    execution::{
        event::{Event, EventKind},
        view::ExecutionView,
    },
    id::{ExecutionId, JobId},
};
use serde::Deserialize;

use super::pieces::{Fit, Piece, Texts};

/// One message of the stream.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// Something happened.
    Event(Event),
    /// A job wrote some text.
    Text(Piece),
}

#[derive(Deserialize)]
struct StreamedEvent {
    execution: ExecutionId,
    event: Event,
}

#[derive(Deserialize)]
struct StreamedText {
    execution: ExecutionId,
    #[serde(flatten)]
    piece: Piece,
}

impl News {
    /// Reads the message `name` with this data; nothing when it is about another execution or of a
    /// kind this page does not know.
    pub fn read(name: &str, data: &str, of: ExecutionId) -> Option<Self> {
        match name {
            "event" => {
                let read: StreamedEvent = serde_json::from_str(data).ok()?;
                (read.execution == of).then_some(Self::Event(read.event))
            }
            "text" => {
                let read: StreamedText = serde_json::from_str(data).ok()?;
                (read.execution == of).then_some(Self::Text(read.piece))
            }
            _ => None,
        }
    }
}

/// Every event that has arrived, by number: the same one twice is one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Log(BTreeMap<i64, Event>);

impl Log {
    /// Keeps an event.
    pub fn keep(&mut self, event: &Event) {
        self.0.entry(event.seq).or_insert_with(|| event.clone());
    }

    /// All events in order.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.0.values()
    }

    /// The events after number `seq`, in order.
    pub fn after(&self, seq: i64) -> impl Iterator<Item = &Event> {
        self.0.range(seq + 1..).map(|(_, event)| event)
    }

    /// The number of the last event; 0 before the first.
    pub fn last(&self) -> i64 {
        self.0.last_key_value().map_or(0, |(seq, _)| *seq)
    }
}

/// Takes every event of the log that follows into the view.
///
/// Returns what was new to the view; an error when an event in between is missing.
pub fn follow(view: &mut ExecutionView, log: &Log) -> Result<Vec<Event>, Vec<Event>> {
    let mut fresh = vec![];
    for event in log.after(view.seq) {
        if !view.apply(event) {
            return Err(fresh);
        }
        fresh.push(event.clone());
    }
    Ok(fresh)
}

/// Joins pieces and forgets what attempts wrote that are over; [`Fit::Gap`] when characters are
/// missing.
pub fn write(texts: &mut Texts, pieces: &[Piece], fresh: &[Event]) -> Fit {
    for job in fresh.iter().flat_map(|event| gave_up(&event.kind)) {
        texts.discard(job);
    }
    let gap = pieces.iter().filter(|piece| texts.join(piece) == Fit::Gap).count() > 0;
    if gap { Fit::Gap } else { Fit::Joined }
}

fn gave_up(kind: &EventKind) -> Vec<JobId> {
    match kind {
        EventKind::JobRetryScheduled { job, .. }
        | EventKind::JobLost { job, .. }
        | EventKind::JobFailed { job, .. } => vec![job.job],
        EventKind::JobAsks(asked) => vec![asked.job.job],
        EventKind::NodeRetried { jobs, .. } => jobs.clone(),
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::monitor::sample;

    fn log(events: &[Event]) -> Log {
        let mut log = Log::default();
        events.iter().for_each(|event| log.keep(event));
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

        assert!(matches!(News::read("event", &data, id), Some(News::Event(e)) if e.seq == 7));
        assert!(matches!(News::read("text", &text, id), Some(News::Text(p)) if p.offset == 4));
        assert_eq!(
            News::read("event", &data, "0193cccc-0000-7000-8000-000000000001".parse().unwrap()),
            None
        );
        assert_eq!(News::read("weather", &data, id), None);
        assert_eq!(News::read("event", "{", id), None);
    }

    #[test]
    fn the_whole_log_after_the_page_leads_to_the_same_view() {
        let events = sample::completed_events();
        let mut view = ExecutionView::of(&events[..9]);

        let fresh = follow(&mut view, &log(&events)).unwrap();

        assert_eq!(view, ExecutionView::of(&events));
        assert_eq!(fresh.first().map(|event| event.seq), Some(10));
    }

    #[test]
    fn ux_58_events_that_come_twice_change_nothing() {
        let events = sample::completed_events();
        let mut log = log(&events);
        let mut view = ExecutionView::of(&events);

        events.iter().for_each(|event| log.keep(event));

        assert_eq!(follow(&mut view, &log), Ok(vec![]));
        assert_eq!(log.events().count(), events.len());
        assert_eq!(view, ExecutionView::of(&events));
    }

    #[test]
    fn ux_58_a_missing_event_is_told_and_a_later_page_heals_it() {
        let events = sample::completed_events();
        let mut late = log(&events[..4]);
        events[6..].iter().for_each(|event| late.keep(event));
        let mut view = ExecutionView::of(&events[..4]);

        assert_eq!(follow(&mut view, &late), Err(vec![]));
        assert_eq!(view.seq, 4);

        let mut view = ExecutionView::of(&events[..6]);
        assert!(follow(&mut view, &late).is_ok());
        assert_eq!(view, ExecutionView::of(&events));
    }

    #[test]
    fn a_lost_attempt_takes_its_text_along() {
        let events = sample::failed_events();
        let mut texts = Texts::default();
        let piece = Piece { job: sample::job(20), fence: 1, offset: 0, text: "Half".to_owned() };

        assert_eq!(write(&mut texts, &[piece], &[]), Fit::Joined);
        assert_eq!(texts.of_job(sample::job(20)), "Half");
        assert_eq!(write(&mut texts, &[], &events), Fit::Joined);
        assert_eq!(texts.of_job(sample::job(20)), "");
    }
}

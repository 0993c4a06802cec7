//! What is read out of the log beside its sentences: attempts that are over and were followed by others,
//! or did not succeed, and when items stood still. The view shows only the present attempt of each item.

use std::collections::BTreeMap;

use model::{
    execution::{
        event::{Event, EventKind},
        failure::FailureClass,
        view::NodeView,
    },
    id::{JobId, NodeId},
    quiet_events,
    time::Timestamp,
};
use ui::status::Status;

use super::job::loss_reason;
use crate::stream_events::{Bookmark, Log};

/// An attempt that is not the present one of its item, or that ended without a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastAttempt {
    /// The job that ran; made again, an item gets another job.
    pub job: JobId,
    /// 1 for the first try of the item, whatever it was tried again for.
    pub attempt: i32,
    /// When it began.
    pub from: Timestamp,
    /// When it ended.
    pub to: Timestamp,
    /// How it ended: completed, failed or stopped; waiting, when it was only held back.
    pub status: Status,
    /// Why, in words.
    pub why: String,
    /// The number of the event since which it is past.
    since: i64,
}

/// What is known of an item on the way through the events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Tries {
    count: i32,
    /// Since when the present try has run.
    begun: Option<Timestamp>,
    /// Whether the present try has taken a step of an agent and goes on with another one: to claim
    /// its job again begins no other try.
    stepped: bool,
    /// The last try that gave a result; the past's once it is made again.
    made: Option<PastAttempt>,
    /// In the order in which it was known that they are past.
    past: Vec<PastAttempt>,
}

/// The past attempts of every item, kept as the log grows: each event is looked at once.
///
/// A node that is made again gets new jobs; its items stay what they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PastAttempts {
    read: Bookmark,
    nodes: BTreeMap<NodeId, BTreeMap<i32, Tries>>,
}

impl PastAttempts {
    /// Takes in what is new in the log; says whether another attempt is past.
    pub fn follow(&mut self, log: &Log) -> bool {
        let (anew, events) = self.read.read(log);
        if anew {
            self.nodes.clear();
        }
        anew || events.iter().filter(|event| self.take(event)).count() > 0
    }

    /// The attempts of an item that were past at event `seq`, the first one first.
    pub fn item_attempts(
        &self,
        node: &NodeId,
        item: usize,
        seq: i64,
    ) -> impl Iterator<Item = &PastAttempt> {
        let tries = self.nodes.get(node).zip(i32::try_from(item).ok());
        let past = tries.and_then(|(items, item)| items.get(&item)).map(|tries| &tries.past);
        past.into_iter().flatten().filter(move |past| past.since <= seq)
    }

    /// How many items a node has or had.
    pub fn items(&self, node: &NodeView) -> usize {
        let known = self.nodes.get(&node.id).and_then(|items| items.last_key_value());
        let known = known.and_then(|(item, _)| usize::try_from(*item).ok());
        known.map_or(0, |last| last + 1).max(node.jobs.len())
    }

    fn take(&mut self, event: &Event) -> bool {
        if let EventKind::NodeReset { node, .. } = &event.kind {
            let items = self.nodes.get_mut(node).into_iter().flat_map(BTreeMap::values_mut);
            return items.filter_map(|tries| tries.replace(event.seq)).count() > 0;
        }
        let Some(job) = event.kind.job() else { return false };
        if let EventKind::JobStarted { .. } = event.kind {
            let tries = self.nodes.entry(job.node.clone()).or_default();
            return tries.entry(job.item).or_default().begin(event);
        }
        let tries = self.nodes.get_mut(&job.node).and_then(|items| items.get_mut(&job.item));
        if let EventKind::AgentStepped(taken) = &event.kind {
            if let Some(tries) = tries {
                tries.stepped = !taken.failed;
            }
            return false;
        }
        tries.is_some_and(|tries| tries.end(job.job, event))
    }
}

impl Tries {
    /// Another try begins; says whether one is past by that.
    fn begin(&mut self, event: &Event) -> bool {
        if std::mem::take(&mut self.stepped) && self.begun.is_some() {
            return false;
        }
        self.count += 1;
        self.begun = Some(event.at);
        self.replace(event.seq).is_some()
    }

    /// What was made, if anything, counts no more.
    fn replace(&mut self, seq: i64) -> Option<()> {
        self.past.push(PastAttempt { since: seq, ..self.made.take()? });
        Some(())
    }

    /// The present try is over, if the event says so; says whether it is past by that.
    fn end(&mut self, job: JobId, event: &Event) -> bool {
        let Some((status, why)) = end_of(&event.kind) else { return false };
        let Some(from) = self.begun.take() else { return false };
        let (attempt, to, since) = (self.count, event.at, event.seq);
        let over = PastAttempt { job, attempt, from, to, status, why, since };
        let made = status == Status::Completed;
        if made {
            self.made = Some(over);
        } else {
            self.past.push(over);
        }
        !made
    }
}

/// How an attempt ends by an event, and why; none when it goes on.
fn end_of(kind: &EventKind) -> Option<(Status, String)> {
    use EventKind as E;
    match kind {
        E::JobCompleted { .. } => Some((Status::Completed, "ran again since".to_owned())),
        E::JobRetryScheduled { failure, .. } => {
            let status = match failure.class {
                // It was not tried: whatever holds it back is no failure.
                FailureClass::Limited { .. } | FailureClass::Hold { .. } => Status::Waiting,
                FailureClass::Transient { .. } | FailureClass::Permanent => Status::Failed,
            };
            Some((status, failure.message.clone()))
        }
        E::JobFailed { failure, .. } => Some((Status::Failed, failure.message.clone())),
        E::JobAsks(asked) => Some((Status::Failed, asked.failure.message.clone())),
        E::JobLost { call_in_flight, possible_cost_micros, handed_back, .. } => {
            let why = loss_reason(*call_in_flight, *possible_cost_micros, *handed_back);
            Some((Status::Stopped, why))
        }
        E::JobCancelled { .. } => Some((Status::Stopped, "stopped".to_owned())),
        E::JobStarted { .. }
        | E::JobWaiting { .. }
        | E::AgentStepped(_)
        | E::JobLimited { .. }
        | E::ArtifactCreated { .. }
        | E::NodeReady { .. }
        | E::NodeWaiting { .. }
        | E::NodeCompleted { .. }
        | E::NodeFailed { .. }
        | E::NodeSkipped { .. }
        | E::NodeReused { .. }
        | E::NodeCancelled { .. }
        | E::NodeRetried { .. }
        | E::NodeReset { .. }
        | E::NodeAwaitingReview { .. }
        | E::RoundStarted { .. }
        | E::ExecutionLaunched { .. }
        | quiet_events!() => None,
    }
}

/// A stretch of time in which an item did nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// When it began to stand still.
    pub from: Timestamp,
    /// When it went on or ended; none while it still stands.
    pub to: Option<Timestamp>,
    /// What it stood for: queued, waiting or awaiting a review.
    pub status: Status,
    /// The event with which it began.
    began: i64,
    /// The event with which it ended.
    ended: Option<i64>,
}

impl Stretch {
    /// The stretch as it was known at event `seq`; none when it had not begun.
    fn known_at(self, seq: i64) -> Option<Self> {
        let over = self.ended.is_some_and(|ended| ended <= seq);
        (self.began <= seq).then_some(Self { to: self.to.filter(|_| over), ..self })
    }
}

/// The stretches of every item, kept as the log grows: each event is looked at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stretches {
    read: Bookmark,
    nodes: BTreeMap<NodeId, BTreeMap<i32, Vec<Stretch>>>,
}

impl Stretches {
    /// Takes in what is new in the log; says whether there was anything.
    pub fn follow(&mut self, log: &Log) -> bool {
        let (anew, events) = self.read.read(log);
        if anew {
            self.nodes.clear();
        }
        events.iter().for_each(|event| self.take(event));
        anew || !events.is_empty()
    }

    /// The stretches of an item as they were known at event `seq`, the first one first.
    pub fn item_stretches(
        &self,
        node: &NodeId,
        item: usize,
        seq: i64,
    ) -> impl Iterator<Item = Stretch> {
        let items = self.nodes.get(node).zip(i32::try_from(item).ok());
        let own = items.and_then(|(items, item)| items.get(&item));
        own.into_iter().flatten().filter_map(move |stretch| stretch.known_at(seq))
    }

    fn take(&mut self, event: &Event) {
        use EventKind as E;
        match &event.kind {
            E::NodeReady { node, jobs } => {
                for (item, _) in (0..).zip(jobs) {
                    self.stand(node, item, Status::Queued, event);
                }
            }
            E::NodeWaiting { node, .. } => self.stand_where_queued(node, event),
            E::NodeAwaitingReview { node, .. } => {
                self.stand(node, 0, Status::AwaitingReview, event);
            }
            E::JobRetryScheduled { job, .. }
            | E::JobLimited { job, .. }
            | E::JobWaiting { job, .. } => {
                self.stand(&job.node, job.item, Status::Waiting, event);
            }
            E::JobAsks(asked) => {
                self.stand(&asked.job.node, asked.job.item, Status::AwaitingReview, event);
            }
            E::JobLost { job, .. } => self.stand(&job.node, job.item, Status::Queued, event),
            E::JobStarted { job, .. }
            | E::JobCompleted { job }
            | E::JobFailed { job, .. }
            | E::JobCancelled { job } => self.go_on(&job.node, job.item, event),
            E::NodeCompleted { node, .. }
            | E::NodeFailed { node, .. }
            | E::NodeSkipped { node, .. }
            | E::NodeCancelled { node }
            | E::NodeReset { node, .. } => {
                let items = self.nodes.get_mut(node).into_iter().flat_map(BTreeMap::values_mut);
                items.for_each(|own| end(own, event));
            }
            // Its next step begins at once.
            E::AgentStepped(_)
            | E::NodeReused { .. }
            | E::NodeRetried { .. }
            | E::RoundStarted { .. }
            | E::ArtifactCreated { .. }
            | E::ExecutionLaunched { .. }
            | quiet_events!() => {}
        }
    }

    /// A step that waits says so for all of its items that have not begun, or before it has any.
    fn stand_where_queued(&mut self, node: &NodeId, event: &Event) {
        let items = self.nodes.get(node).into_iter().flatten();
        let last = items.filter_map(|(item, own)| Some((*item, own.last()?)));
        let open: Vec<_> = last.filter(|(_, last)| last.to.is_none()).collect();
        let queued = open.iter().filter(|(_, last)| last.status == Status::Queued);
        let mut queued: Vec<i32> = queued.map(|(item, _)| *item).collect();
        if open.is_empty() {
            queued.push(0);
        }
        for item in queued {
            self.stand(node, item, Status::Waiting, event);
        }
    }

    fn stand(&mut self, node: &NodeId, item: i32, status: Status, event: &Event) {
        self.go_on(node, item, event);
        let began = Stretch { from: event.at, to: None, status, began: event.seq, ended: None };
        self.nodes.entry(node.clone()).or_default().entry(item).or_default().push(began);
    }

    fn go_on(&mut self, node: &NodeId, item: i32, event: &Event) {
        if let Some(own) = self.nodes.get_mut(node).and_then(|items| items.get_mut(&item)) {
            end(own, event);
        }
    }
}

/// The stretch that lasts, if one does, ends here.
fn end(own: &mut [Stretch], event: &Event) {
    if let Some(open) = own.last_mut().filter(|last| last.to.is_none()) {
        (open.to, open.ended) = (Some(event.at), Some(event.seq));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::execution::event::JobRef;
    use serde_json::{Value, json};

    use super::*;
    use crate::sample;

    fn past_attempts<'a>(events: impl IntoIterator<Item = &'a Event>) -> PastAttempts {
        let (mut log, mut past) = (Log::default(), PastAttempts::default());
        log.keep(events);
        past.follow(&log);
        past
    }

    fn all(past: &PastAttempts, node: &str) -> Vec<PastAttempt> {
        past.item_attempts(&node.into(), 0, i64::MAX).cloned().collect()
    }

    #[test]
    fn the_steps_of_an_agent_are_one_attempt() {
        let job = |kind: &str| json!({"kind": kind, "node": "a", "job": sample::job(1), "item": 0});
        let with = |kind: &str, more: Value| {
            let mut event = job(kind);
            event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            event
        };
        let begins = |ms| (ms, with("job.started", json!({"attempt": 1})));
        let steps = |ms, failed: bool| {
            let more = json!({"turn": 1, "messages": 3, "context_tokens": 9, "failed": failed});
            (ms, with("agent.stepped", more))
        };
        let failure = json!({"code": "provider_away", "message": "Away.", "class": "permanent"});
        let events = sample::events(vec![
            begins(0),
            steps(100, false),
            begins(100),
            steps(200, true),
            (200, with("job.failed", json!({ "failure": failure }))),
        ]);

        let past = past_attempts(&events);

        let seen: Vec<_> = all(&past, "a").iter().map(|p| (p.attempt, p.from, p.to)).collect();
        assert_eq!(seen, [(1, sample::instant(0), sample::instant(200))]);
    }

    #[test]
    fn lost_retried_and_failed_attempts_are_remembered() {
        let past = past_attempts(&sample::failed_events());

        let past = all(&past, "image");
        let seen: Vec<_> =
            past.iter().map(|p| (p.attempt, p.to.ms_since(p.from), p.why.as_str())).collect();
        assert_eq!(
            seen,
            [
                (
                    1,
                    5000,
                    "worker lost; another took over (the call in flight may have been charged $0.040)"
                ),
                (2, 1000, "Sample: rate limit exceeded"),
                (3, 1000, "Sample: rate limit exceeded"),
            ]
        );
    }

    #[test]
    fn what_is_made_again_is_past_and_tries_of_an_item_are_counted_on_by_whatever_job() {
        let events = sample::completed_events();
        let made = |kind: &EventKind| matches!(kind, EventKind::JobCompleted { .. });
        let end = events.iter().find(|event| made(&event.kind)).cloned();
        let Some(Event { kind: EventKind::JobCompleted { job }, at, .. }) = end else {
            panic!("a job completes")
        };
        let next = JobRef { job: sample::job(99), ..job.clone() };
        let (node, edges) = (job.node.clone(), vec![]);
        let reset = EventKind::NodeReset { node, generation: 2, edges, gives: false };
        let again = [
            Event { seq: 1_000, at, kind: reset },
            Event { seq: 1_001, at, kind: EventKind::JobStarted { job: next.clone(), attempt: 1 } },
            Event { seq: 1_002, at, kind: EventKind::JobCompleted { job: next.clone() } },
            Event { seq: 1_003, at, kind: EventKind::JobStarted { job: next, attempt: 1 } },
        ];

        let past = past_attempts(events.iter().chain(&again));

        let at = |seq| {
            let past = past.item_attempts(&job.node, 0, seq);
            past.map(|p| (p.attempt, p.job)).collect::<Vec<_>>()
        };
        assert_eq!(at(999), []);
        assert_eq!(at(1_000), [(1, job.job)]);
        assert_eq!(at(1_003), [(1, job.job), (2, sample::job(99))]);
    }

    #[test]
    fn what_succeeds_at_once_has_no_past() {
        let past = past_attempts(&sample::completed_events());

        assert!(past.nodes.values().flat_map(BTreeMap::values).all(|tries| tries.past.is_empty()));
    }

    #[test]
    fn a_log_that_grows_leads_to_the_same_attempts() {
        let events = sample::failed_events();
        let (mut log, mut past) = (Log::default(), PastAttempts::default());

        for event in &events {
            log.keep([event]);
            let before = past.clone();
            let more = past.follow(&log);
            assert_eq!(more, all(&past, "image") != all(&before, "image"));
        }

        assert_eq!(past, past_attempts(&events));
    }
}

#[cfg(test)]
mod stretch_tests {
    use model::{
        execution::event::{JobRef, SettledEdges},
        id::ReviewId,
    };
    use uuid::Uuid;

    use super::*;
    use crate::sample;

    fn follow_all(kinds: &[(i64, EventKind)]) -> Stretches {
        let (mut log, mut stretches) = (Log::default(), Stretches::default());
        let events: Vec<_> = (1..)
            .zip(kinds)
            .map(|(seq, (ms, kind))| Event { seq, at: Timestamp(*ms), kind: kind.clone() })
            .collect();
        log.keep(&events);
        stretches.follow(&log);
        stretches
    }

    fn stretches_at(stretches: &Stretches, seq: i64) -> Vec<(Status, i64, Option<i64>)> {
        let node: NodeId = "pause".into();
        let of = stretches.item_stretches(&node, 0, seq);
        of.map(|s| (s.status, s.from.0, s.to.map(|to| to.0))).collect()
    }

    /// A step that waits for a minute, as the engine tells of it.
    fn a_wait() -> [(i64, EventKind); 5] {
        let node: NodeId = "pause".into();
        let job = JobRef { job: sample::job(1), node: node.clone(), item: 0 };
        let waiting = EventKind::NodeWaiting {
            node: node.clone(),
            until: Some(Timestamp(60_000)),
            message: "Waiting until its time".to_owned(),
            hold: None,
        };
        [
            (0, EventKind::NodeReady { node: node.clone(), jobs: vec![job.job] }),
            (0, waiting),
            (60_000, EventKind::NodeStarted { node: node.clone() }),
            (60_001, EventKind::JobStarted { job: job.clone(), attempt: 1 }),
            (60_002, EventKind::JobCompleted { job }),
        ]
    }

    #[test]
    fn a_step_that_waits_stands_until_it_begins() {
        let stretches = follow_all(&a_wait());

        let waited = (Status::Waiting, 0, Some(60_001));
        assert_eq!(stretches_at(&stretches, 5), [(Status::Queued, 0, Some(0)), waited]);
    }

    #[test]
    fn what_had_not_ended_at_a_moment_lasts_then() {
        let stretches = follow_all(&a_wait());

        assert_eq!(stretches_at(&stretches, 0), []);
        assert_eq!(stretches_at(&stretches, 1), [(Status::Queued, 0, None)]);
        assert_eq!(stretches_at(&stretches, 2).last(), Some(&(Status::Waiting, 0, None)));
    }

    #[test]
    fn a_decision_is_waited_for_until_the_step_ends() {
        let node: NodeId = "pause".into();
        let review = EventKind::NodeAwaitingReview {
            node: node.clone(),
            review: ReviewId(Uuid::nil()),
            needed: 1,
            until: None,
        };
        let done = EventKind::NodeCompleted {
            node,
            told: false,
            by: None,
            edges: SettledEdges::default(),
        };

        let stretches = follow_all(&[(5, review), (905, done)]);

        assert_eq!(stretches_at(&stretches, 2), [(Status::AwaitingReview, 5, Some(905))]);
    }

    #[test]
    fn a_log_that_grows_leads_to_the_same_stretches() {
        let events = sample::failed_events();
        let (mut log, mut one, mut other) =
            (Log::default(), Stretches::default(), Stretches::default());

        for event in &events {
            log.keep([event]);
            assert!(one.follow(&log));
        }
        other.follow(&log);

        assert_eq!(one, other);
    }
}

//! When items stood still: in line, waiting for something, before a person.

use std::collections::BTreeMap;

use model::{
    execution::event::{Event, EventKind},
    id::NodeId,
    quiet_events,
    time::Timestamp,
};
use ui::status::Status;

use crate::stream_events::{Bookmark, Log};

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

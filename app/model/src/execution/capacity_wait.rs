//! Waits for capacity: for a place in line, or for a worker that takes a step. No event says when
//! these change: the line moves, and workers come and go.

use super::{
    state::{ExecutionStatus, JobStatus, NodeStatus},
    view::{ExecutionView, JobView, NodeView},
};

/// The message that no running worker takes jobs of this type, and what ends that.
pub(super) fn no_worker_message(kind: &str) -> String {
    format!("No running worker takes {kind}: start one that does")
}

impl ExecutionView {
    /// The first step that could be taken, where no running worker takes any of them.
    pub(super) fn unserved_node(&self) -> Option<&NodeView> {
        let mut open = self.nodes_to_take();
        let first = open.next().filter(|step| self.is_unserved(step))?;
        open.all(|step| self.is_unserved(step)).then_some(first)
    }

    fn is_unserved(&self, step: &NodeView) -> bool {
        self.unserved.contains(&step.kind)
    }

    /// The message that no running worker takes this step; none where one does, or none is needed.
    pub fn missing_worker_message(&self, step: &NodeView) -> Option<String> {
        let waits = step.may_be_taken() && self.is_unserved(step);
        waits.then(|| no_worker_message(&step.kind))
    }

    /// Steps that a worker could take now; none while one works.
    fn nodes_to_take(&self) -> impl Iterator<Item = &NodeView> {
        let real = || self.nodes.iter().filter(|node| node.is_real());
        let works = real().any(NodeView::is_at_work);
        real().filter(move |node| !works && node.may_be_taken())
    }

    /// Whether it waits for a place in line or for a worker, which change without an event.
    pub fn waits_for_capacity(&self) -> bool {
        match self.status {
            ExecutionStatus::Pending => true,
            ExecutionStatus::Running => self.nodes_to_take().next().is_some(),
            ExecutionStatus::Paused
            | ExecutionStatus::Completed
            | ExecutionStatus::Failed
            | ExecutionStatus::Stopped => false,
        }
    }

    /// Takes the place in line and the unserved types from a view that was read at the same event.
    /// Returns whether they differ.
    pub fn update_capacity(&mut self, read: Self) -> bool {
        let (queued, unserved) = (read.queued, read.unserved);
        let moved = read.seq == self.seq && (queued != self.queued || unserved != self.unserved);
        if moved {
            (self.queued, self.unserved) = (queued, unserved);
        }
        moved
    }
}

impl NodeView {
    /// Whether a worker holds one of its jobs.
    fn is_at_work(&self) -> bool {
        let runs = |job: &JobView| job.status == JobStatus::Running;
        let works = self.status == NodeStatus::Running && self.rounds.is_empty();
        works && (self.jobs.is_empty() || self.jobs.iter().any(runs))
    }

    /// Whether a worker could take one of its jobs now.
    fn may_be_taken(&self) -> bool {
        let is_due = |job: &JobView| {
            let waits = job.retry_at.is_some() || job.child.is_some() || job.question.is_some();
            job.status == JobStatus::Pending && !waits
        };
        match self.status {
            NodeStatus::Ready => true,
            NodeStatus::Running => self.rounds.is_empty() && self.jobs.iter().any(is_due),
            NodeStatus::Pending
            | NodeStatus::Waiting
            | NodeStatus::AwaitingReview
            | NodeStatus::Completed
            | NodeStatus::Failed
            | NodeStatus::Skipped
            | NodeStatus::Cancelled => false,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Value, json};

    use super::*;
    use crate::{execution::event::Event, time::Timestamp};

    #[test]
    fn a_step_that_no_worker_takes_says_so_while_nothing_works() {
        let job = "0193aaaa-0000-7000-8000-000000000010";
        let mut told = vec![
            json!({"kind": "execution.launched", "edges": [],
                   "nodes": [{"id": "write", "kind": "generate_copy", "label": "Write"}]}),
            json!({"kind": "execution.started"}),
            json!({"kind": "node.ready", "node": "write", "jobs": [job]}),
        ];
        let words = |told: &[Value], kind: &str| {
            let read = |kind: &Value| serde_json::from_value(kind.clone()).unwrap();
            let event = |(seq, kind)| Event { seq, at: Timestamp(0), kind: read(kind) };
            let mut view =
                ExecutionView::from_events(&(1..).zip(told).map(event).collect::<Vec<_>>());
            view.unserved.push(kind.to_owned());
            view.wait().map(|wait| wait.words)
        };
        let nobody = Some("Write: No running worker takes generate_copy: start one that does");

        assert_eq!(words(&told, "wait"), None, "one takes it at any moment");
        assert_eq!(words(&told, "generate_copy").as_deref(), nobody);
        let of_job = json!({"node": "write", "job": job, "item": 0});
        let of_job = |kind: &str, more: Value| {
            let mut told = of_job.clone();
            told["kind"] = kind.into();
            told.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
            told
        };
        told.push(json!({"kind": "node.started", "node": "write"}));
        told.push(of_job("job.started", json!({"attempt": 1})));
        assert_eq!(words(&told, "generate_copy"), None, "the last one that did is at it");
        told.push(of_job("job.lost", json!({"call_in_flight": false, "handed_back": true})));
        assert_eq!(words(&told, "generate_copy").as_deref(), nobody, "it has left");
        assert_eq!(words(&told, "wait"), None);
    }
}

//! From events to what a person sees: the one fold of server, page and time slider.

use super::{
    event::{Charge, Event, EventKind, JobRef, LaunchedNode, SettledEdges},
    state::{EdgeState, ExecutionStatus, JobStatus, NodeStatus},
    view::{
        Bill, DecidedView, DocumentView, EdgeView, ExecutionView, JobView, NodeView, ReviewView,
    },
};
use crate::{
    id::{EdgeId, JobId, NodeId},
    time::Timestamp,
};

impl ExecutionView {
    /// Before the first event.
    pub fn empty() -> Self {
        Self {
            seq: 0,
            status: ExecutionStatus::Pending,
            pause_reason: None,
            pause_message: None,
            queued: None,
            end_reason: None,
            error: None,
            failed_node: None,
            auto_run: true,
            breakpoints: vec![],
            launched_at: Timestamp::default(),
            ended_at: None,
            nodes: vec![],
            edges: vec![],
            documents: vec![],
        }
    }

    /// Everything up to and including the last of `events`, which are in order.
    pub fn of(events: &[Event]) -> Self {
        let mut view = Self::empty();
        for event in events {
            view.apply(event);
        }
        view
    }

    /// Takes the next event in; one that is already in changes nothing.
    ///
    /// Returns false when an event in between is missing: the caller fetches from `seq` on.
    pub fn apply(&mut self, event: &Event) -> bool {
        if event.seq <= self.seq {
            return true;
        }
        if event.seq != self.seq + 1 {
            return false;
        }
        self.seq = event.seq;
        self.apply_kind(event.at, &event.kind);
        true
    }

    fn apply_kind(&mut self, at: Timestamp, kind: &EventKind) {
        use EventKind as E;
        match kind {
            E::ExecutionLaunched { .. }
            | E::ExecutionQueued { .. }
            | E::ExecutionStarted
            | E::ExecutionPaused { .. }
            | E::ExecutionResumed
            | E::ExecutionCompleted
            | E::ExecutionFailed { .. }
            | E::ExecutionStopped { .. } => self.apply_execution(at, kind),
            E::ExecutionAutoRun { on } => self.auto_run = *on,
            E::ExecutionBreakpoints { nodes } => self.breakpoints = nodes.clone(),
            E::JobStarted { job, .. }
            | E::JobCompleted { job }
            | E::JobFailed { job, .. }
            | E::JobRetryScheduled { job, .. }
            | E::JobLimited { job, .. }
            | E::JobLost { job, .. }
            | E::JobCancelled { job }
            | E::CostAdded { job, .. } => {
                if let Some(view) = self.job_mut(job) {
                    apply_job(view, at, kind);
                }
            }
            E::ArtifactCreated { artifact } => {
                if let Some(node) = self.node_mut(&artifact.node) {
                    let (item, port) = (artifact.item, artifact.port.as_str());
                    node.artifacts.retain(|old| (old.item, old.port.as_str()) != (item, port));
                    node.artifacts.push(artifact.clone());
                    node.artifacts.sort_by(|a, b| (&a.port, a.item).cmp(&(&b.port, b.item)));
                }
            }
            E::DocumentCreated { node, document, title } => self.documents.push(DocumentView {
                id: *document,
                title: title.clone(),
                node: node.clone(),
            }),
            _ => self.apply_node(at, kind),
        }
    }

    fn apply_execution(&mut self, at: Timestamp, kind: &EventKind) {
        use EventKind as E;
        self.pause_reason = None;
        (self.pause_message, self.queued) = (None, None);
        match kind {
            E::ExecutionLaunched { nodes, edges } => {
                self.launched_at = at;
                self.nodes = nodes.iter().map(NodeView::launched).collect();
                self.edges = edges.iter().map(EdgeView::pending).collect();
            }
            E::ExecutionStarted => self.status = ExecutionStatus::Running,
            E::ExecutionQueued { queued } => {
                self.status = ExecutionStatus::Pending;
                self.queued = Some(*queued);
                (self.error, self.failed_node, self.ended_at) = (None, None, None);
            }
            E::ExecutionResumed => {
                self.status = ExecutionStatus::Running;
                (self.error, self.failed_node, self.ended_at) = (None, None, None);
            }
            E::ExecutionPaused { reason, message } => {
                self.status = ExecutionStatus::Paused;
                self.pause_reason = Some(*reason);
                self.pause_message = message.clone();
            }
            E::ExecutionCompleted => self.end(ExecutionStatus::Completed, at),
            E::ExecutionFailed { node, message } => {
                self.end(ExecutionStatus::Failed, at);
                self.error = Some(message.clone());
                self.failed_node = Some(node.clone());
            }
            E::ExecutionStopped { reason } => {
                self.end(ExecutionStatus::Stopped, at);
                self.end_reason = Some(*reason);
            }
            _ => {}
        }
    }

    fn end(&mut self, status: ExecutionStatus, at: Timestamp) {
        self.status = status;
        self.ended_at = Some(at);
    }

    fn apply_node(&mut self, at: Timestamp, kind: &EventKind) {
        use EventKind as E;
        if let E::NodeCompleted { edges, .. }
        | E::NodeFailed { edges, .. }
        | E::NodeSkipped { edges, .. } = kind
        {
            self.settle_edges(edges);
        }
        if let E::NodeReset { edges, .. } = kind {
            let reopened = self.edges.iter_mut().filter(|edge| edges.contains(&edge.id));
            reopened.for_each(|edge| edge.state = EdgeState::Pending);
        }
        let (E::NodeReady { node, .. }
        | E::NodeStarted { node }
        | E::NodeWaiting { node, .. }
        | E::NodeCompleted { node, .. }
        | E::NodeFailed { node, .. }
        | E::NodeSkipped { node, .. }
        | E::NodeCancelled { node }
        | E::NodeReset { node, .. }
        | E::NodeEdited { node, .. }
        | E::NodeAwaitingReview { node, .. }
        | E::ReviewApproved { node, .. }
        | E::ReviewDecided { node, .. }
        | E::NodeRetried { node, .. }) = kind
        else {
            return;
        };
        if let Some(view) = self.node_mut(node) {
            view.apply(at, kind);
        }
    }

    fn settle_edges(&mut self, settled: &SettledEdges) {
        for edge in &mut self.edges {
            if settled.live.contains(&edge.id) {
                edge.state = EdgeState::Live;
            } else if settled.dead.contains(&edge.id) {
                edge.state = EdgeState::Dead;
            }
        }
    }

    fn node_mut(&mut self, id: &NodeId) -> Option<&mut NodeView> {
        self.nodes.iter_mut().find(|node| node.id == *id)
    }

    fn job_mut(&mut self, job: &JobRef) -> Option<&mut JobView> {
        self.node_mut(&job.node)?.jobs.iter_mut().find(|view| view.id == job.job)
    }
}

impl NodeView {
    fn launched(node: &LaunchedNode) -> Self {
        Self {
            id: node.id.clone(),
            kind: node.kind.clone(),
            label: node.label.clone(),
            status: NodeStatus::Pending,
            generation: 1,
            failure: None,
            skipped: None,
            waiting: None,
            until: None,
            hold: None,
            review: None,
            decided: None,
            edited: false,
            started_at: None,
            ended_at: None,
            past_bill: Bill::default(),
            jobs: vec![],
            artifacts: vec![],
        }
    }

    fn apply(&mut self, at: Timestamp, kind: &EventKind) {
        use EventKind as E;
        if !matches!(kind, E::NodeEdited { .. }) {
            (self.waiting, self.until, self.hold) = (None, None, None);
        }
        match kind {
            E::NodeReady { jobs, .. } => {
                self.status = NodeStatus::Ready;
                self.jobs = jobs.iter().copied().map(JobView::pending).collect();
            }
            E::NodeStarted { .. } => {
                self.status = NodeStatus::Running;
                self.started_at.get_or_insert(at);
            }
            E::NodeWaiting { message, until, hold, .. } => {
                self.status = NodeStatus::Waiting;
                self.waiting = Some(message.clone());
                (self.until, self.hold) = (*until, *hold);
            }
            E::NodeCompleted { .. } => {
                self.settle(NodeStatus::Completed, at);
                self.failure = None;
            }
            E::NodeFailed { failure, .. } => {
                self.settle(NodeStatus::Failed, at);
                self.failure = Some(failure.clone());
            }
            E::NodeSkipped { reason, .. } => {
                self.settle(NodeStatus::Skipped, at);
                self.failure = None;
                self.skipped = Some(*reason);
            }
            E::NodeCancelled { .. } => self.settle(NodeStatus::Cancelled, at),
            E::NodeReset { generation, .. } => {
                self.past_bill = self.bill();
                self.jobs.clear();
                self.status = NodeStatus::Pending;
                self.generation = *generation;
                (self.failure, self.skipped, self.review) = (None, None, None);
                (self.started_at, self.ended_at) = (None, None);
            }
            E::NodeEdited { .. } => self.edited = true,
            E::NodeAwaitingReview { review, needed, until, .. } => {
                self.status = NodeStatus::AwaitingReview;
                self.started_at.get_or_insert(at);
                let (id, needed, until) = (*review, *needed, *until);
                self.review = Some(ReviewView { id, needed, until, approvals: vec![] });
            }
            E::ReviewApproved { by, .. } => {
                if let Some(review) = &mut self.review {
                    review.approvals.push(by.clone());
                }
            }
            E::ReviewDecided { verdict, by, reason, .. } => {
                self.review = None;
                let (verdict, by, reason) = (*verdict, by.clone(), reason.clone());
                self.decided = Some(DecidedView { verdict, by, reason, at });
            }
            E::NodeRetried { generation, jobs, .. } => {
                self.status = NodeStatus::Ready;
                self.generation = *generation;
                (self.failure, self.ended_at) = (None, None);
                for job in self.jobs.iter_mut().filter(|job| jobs.contains(&job.id)) {
                    job.reset();
                }
            }
            _ => {}
        }
    }

    fn settle(&mut self, status: NodeStatus, at: Timestamp) {
        self.review = None;
        self.status = status;
        self.ended_at = Some(at);
    }
}

impl JobView {
    fn pending(id: JobId) -> Self {
        Self {
            id,
            status: JobStatus::Pending,
            attempt: 0,
            started_at: None,
            ended_at: None,
            retry_at: None,
            failure: None,
            lost: 0,
            bill: Bill::default(),
            answered_by: None,
        }
    }

    /// What was paid stays on the bill.
    fn reset(&mut self) {
        *self = Self { bill: self.bill, ..Self::pending(self.id) };
    }
}

impl EdgeView {
    fn pending(id: &EdgeId) -> Self {
        Self { id: id.clone(), state: EdgeState::Pending }
    }
}

fn apply_job(job: &mut JobView, at: Timestamp, kind: &EventKind) {
    use EventKind as E;
    match kind {
        E::JobStarted { attempt, .. } => {
            job.status = JobStatus::Running;
            job.attempt = *attempt;
            job.started_at = Some(at);
            (job.retry_at, job.failure) = (None, None);
        }
        E::JobCompleted { .. } => {
            job.status = JobStatus::Completed;
            job.ended_at = Some(at);
        }
        E::JobFailed { failure, .. } => {
            job.status = JobStatus::Failed;
            job.ended_at = Some(at);
            job.failure = Some(failure.clone());
        }
        E::JobRetryScheduled { at_time, failure, attempt, .. } => {
            job.status = JobStatus::Pending;
            // The one that comes has not begun.
            job.attempt = *attempt - 1;
            job.retry_at = Some(*at_time);
            job.failure = Some(failure.clone());
        }
        E::JobLimited { at_time, failure, .. } => {
            job.status = JobStatus::Pending;
            job.attempt -= 1;
            job.retry_at = Some(*at_time);
            job.failure = Some(failure.clone());
        }
        E::JobLost { .. } => {
            job.status = JobStatus::Pending;
            job.lost += 1;
            // A lost attempt does not count against the policy.
            job.attempt -= 1;
        }
        E::JobCancelled { .. } => {
            job.status = JobStatus::Cancelled;
            job.ended_at = Some(at);
        }
        E::CostAdded { charge, .. } => {
            job.bill = job.bill.plus(Bill::from(charge));
            job.answered_by = Some(format!("{} · {}", charge.provider, charge.model));
        }
        _ => {}
    }
}

impl From<&Charge> for Bill {
    fn from(charge: &Charge) -> Self {
        Self {
            input_tokens: charge.input_tokens,
            output_tokens: charge.output_tokens,
            cost_micros: charge.cost_micros.unwrap_or(0),
            unpriced_calls: i64::from(charge.cost_micros.is_none()),
            sample_calls: i64::from(charge.sample),
        }
    }
}

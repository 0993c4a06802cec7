//! How an event changes one node and its jobs.

use crate::{
    execution::{
        event::{Charge, EventKind, LaunchedNode},
        question::{CallAnswered, CallAsked, LastAnswer, OpenQuestion},
        state::{JobStatus, NodeStatus, RoundState},
        view::{Bill, DecidedView, JobView, NodeView, ReviewView},
    },
    id::JobId,
    nodes::NodeKind,
    review::{Approved, Verdict},
    time::Timestamp,
};

impl NodeView {
    /// A pending node, as a launch or the start of a round creates it.
    pub(super) fn from_launched(node: &LaunchedNode) -> Self {
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
            reused_from: None,
            inside: node.inside.clone(),
            rounds: vec![],
            left_out: 0,
            started_at: None,
            ended_at: None,
            past_bill: Bill::default(),
            past_children: Bill::default(),
            began: 0,
            has_given: false,
            jobs: vec![],
            artifacts: vec![],
            past: vec![],
        }
    }

    pub(super) fn apply(&mut self, at: Timestamp, kind: &EventKind) {
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
                self.waiting = Some(message.clone());
                (self.until, self.hold) = (*until, *hold);
                self.wait(at);
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
            E::NodeReused { origin, skipped, .. } => {
                let status = skipped.map_or(NodeStatus::Completed, |_| NodeStatus::Skipped);
                self.settle(status, at);
                (self.skipped, self.reused_from) = (*skipped, Some(*origin));
            }
            E::NodeReset { generation, .. } => self.reset(*generation),
            E::NodeEdited { .. } => self.edited = true,
            E::NodeAwaitingReview { .. } | E::ReviewApproved { .. } | E::ReviewDecided { .. } => {
                self.apply_review(at, kind);
            }
            E::NodeRetried { generation, jobs, .. } => {
                self.has_given |= self.status == NodeStatus::Completed;
                self.status = NodeStatus::Ready;
                self.generation = *generation;
                // What it took before, and how long nobody looked at its failure, is not its time.
                (self.failure, self.started_at, self.ended_at) = (None, None, None);
                let failed = self.rounds.iter_mut().filter(|round| **round == RoundState::Failed);
                failed.for_each(|round| *round = RoundState::Waiting);
                for job in self.jobs.iter_mut().filter(|job| jobs.contains(&job.id)) {
                    job.reset();
                }
            }
            _ => {}
        }
    }

    fn wait(&mut self, at: Timestamp) {
        self.status = NodeStatus::Waiting;
        // A `wait` node works by waiting: its time starts here.
        if self.kind == NodeKind::Wait.key() && self.hold.is_none() {
            self.started_at.get_or_insert(at);
        }
    }

    /// Puts the node back to pending; what was paid stays on its bill.
    fn reset(&mut self, generation: i32) {
        self.has_given = false;
        (self.past_bill, self.past_children) = (self.bill(), self.children_bill());
        self.jobs.clear();
        self.status = NodeStatus::Pending;
        self.generation = generation;
        (self.failure, self.skipped, self.review) = (None, None, None);
        (self.started_at, self.ended_at) = (None, None);
        self.rounds.clear();
        self.began = 0;
    }

    fn apply_review(&mut self, at: Timestamp, kind: &EventKind) {
        use EventKind as E;
        match kind {
            E::NodeAwaitingReview { review, needed, until, .. } => {
                self.status = NodeStatus::AwaitingReview;
                self.started_at.get_or_insert(at);
                let (id, needed, until) = (*review, *needed, *until);
                self.review = Some(ReviewView { id, needed, until, approvals: vec![] });
            }
            E::ReviewApproved(given) => {
                if let Some(review) = &mut self.review {
                    let (by, comment) = (given.by.clone(), given.comment.clone());
                    let (at, changed) = (Some(at), given.changed);
                    review.approvals.push(Approved { by, at, comment, changed });
                }
            }
            E::ReviewDecided { verdict, by, reason, .. } => {
                let approvals = self.review.take().map_or(vec![], |review| review.approvals);
                let (verdict, by, reason) = (*verdict, by.clone(), reason.clone());
                let others = approvals.into_iter().map(|one| one.by).filter(|one| *one != by);
                let before = others.filter(|_| verdict == Verdict::Approved).collect();
                self.decided = Some(DecidedView { verdict, by, before, reason, at });
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
            began: 0,
            started_at: None,
            ended_at: None,
            retry_at: None,
            failure: None,
            lost: 0,
            question: None,
            said: None,
            bill: Bill::default(),
            answered_by: None,
            child: None,
            child_bill: Bill::default(),
        }
    }

    pub(super) fn ask(&mut self, at: Timestamp, asked: &CallAsked) {
        let (number, possible_cost_micros) = (asked.question, asked.possible_cost_micros);
        self.status = JobStatus::Pending;
        self.retry_at = None;
        self.failure = Some(asked.failure.clone());
        self.question = Some(OpenQuestion { number, at, possible_cost_micros });
    }

    pub(super) fn hear(&mut self, at: Timestamp, answered: &CallAnswered) {
        (self.failure, self.question) = (None, None);
        self.said = Some(LastAnswer { answer: answered.answer, by: answered.by.clone(), at });
    }

    /// Puts the job back to pending; what was paid stays on its bill.
    fn reset(&mut self) {
        let (bill, child_bill) = (self.bill, self.child_bill);
        *self = Self { bill, child_bill, ..Self::pending(self.id) };
    }
}

pub(super) fn apply_job(job: &mut JobView, at: Timestamp, kind: &EventKind) {
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
            (job.attempt, job.child) = (*attempt - 1, None);
            job.retry_at = Some(*at_time);
            job.failure = Some(failure.clone());
        }
        E::JobWaiting { child, .. } => {
            job.status = JobStatus::Pending;
            job.child = Some(*child);
        }
        E::JobChildEnded { bill, .. } => job.child_bill = job.child_bill.plus(*bill),
        E::JobLimited { at_time, failure, .. } => {
            job.status = JobStatus::Pending;
            job.attempt -= 1;
            job.retry_at = Some(*at_time);
            job.failure = Some(failure.clone());
        }
        E::JobLost { handed_back, .. } => {
            job.status = JobStatus::Pending;
            job.lost += i32::from(!handed_back);
            // A lost attempt does not count against the policy.
            job.attempt -= 1;
        }
        E::JobCancelled { .. } => {
            job.status = JobStatus::Cancelled;
            job.question = None;
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

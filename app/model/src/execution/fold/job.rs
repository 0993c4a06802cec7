//! How an event changes one job.

use crate::{
    execution::{
        agent_step::StepTaken,
        event::{
            Charge, EventKind, JobRef,
            groups::{
                execution_events, iteration_events, node_events, output_events, review_events,
            },
        },
        failure::Failure,
        question::{CallAnswered, CallAsked, LastAnswer, OpenQuestion},
        state::JobStatus,
        view::{Bill, ExecutionView, JobView},
    },
    id::ExecutionId,
    time::Timestamp,
};

pub(super) fn apply(view: &mut ExecutionView, at: Timestamp, kind: &EventKind) {
    use EventKind as E;
    let seq = view.seq;
    match kind {
        E::JobStarted { job, attempt } => change(view, job, |job| job.start(seq, at, *attempt)),
        E::JobCompleted { job } => change(view, job, |job| job.end(JobStatus::Completed, at)),
        E::JobFailed { job, failure } => change(view, job, |job| {
            job.end(JobStatus::Failed, at);
            job.failure = Some(failure.clone());
        }),
        E::JobRetryScheduled { job, at_time, failure, attempt, .. } => change(view, job, |job| {
            // The one that comes has not begun.
            (job.attempt, job.child) = (*attempt - 1, None);
            job.put_off(*at_time, failure);
        }),
        E::JobWaiting { job, child, .. } => change(view, job, |job| job.wait_for(*child)),
        E::JobChildEnded { job, bill, .. } => change(view, job, |job| job.outlive_child(*bill)),
        E::AgentStepped(taken) => change(view, &taken.job, |job| job.step(taken)),
        E::AgentLimited(_) => {}
        E::JobLimited { job, at_time, failure } => change(view, job, |job| {
            job.attempt -= 1;
            job.put_off(*at_time, failure);
        }),
        E::JobLost { job, handed_back, .. } => change(view, job, |job| job.lose(*handed_back)),
        E::JobAsks(asked) => change(view, &asked.job, |job| job.ask(at, asked)),
        E::JobAnswered(answered) => change(view, &answered.job, |job| job.hear(at, answered)),
        E::JobCancelled { job } => change(view, job, |job| {
            job.end(JobStatus::Cancelled, at);
            job.question = None;
        }),
        E::CostAdded { job, charge } => change(view, job, |job| job.add_cost(charge)),
        execution_events!()
        | iteration_events!()
        | node_events!()
        | review_events!()
        | output_events!() => {}
    }
}

fn change(view: &mut ExecutionView, job: &JobRef, change: impl FnOnce(&mut JobView)) {
    let Some(node) = view.nodes.get_mut(job.node.as_str()) else { return };
    // Jobs stand in the order of their items.
    let told = usize::try_from(job.item).ok();
    let place = told.filter(|place| node.jobs.get(*place).is_some_and(|view| view.id == job.job));
    let place = place.or_else(|| node.jobs.iter().position(|view| view.id == job.job));
    if let Some(view) = place.and_then(|place| node.jobs.get_mut(place)) {
        change(view);
    }
}

impl JobView {
    fn start(&mut self, seq: i64, at: Timestamp, attempt: i32) {
        self.status = JobStatus::Running;
        self.attempt = attempt;
        self.started_at = Some(at);
        (self.retry_at, self.failure) = (None, None);
        // An agent reads what came before it with its first step: its talk goes on from there.
        if self.talk.is_none() {
            self.began = seq;
        }
    }

    /// Adds a step of an agent; unless the attempt failed after it, that counts no more.
    fn step(&mut self, taken: &StepTaken) {
        self.talk = Some(taken.step.clone());
        if !taken.failed {
            self.status = JobStatus::Pending;
            (self.attempt, self.lost) = (0, 0);
            (self.child, self.failure) = (None, None);
        }
    }

    /// What it launched is over. An agent goes on by itself then.
    fn outlive_child(&mut self, bill: Bill) {
        self.child_bill = self.child_bill.plus(bill);
        if self.talk.is_some() {
            self.child = None;
        }
    }

    fn end(&mut self, status: JobStatus, at: Timestamp) {
        self.status = status;
        self.ended_at = Some(at);
    }

    /// Puts it back until it is looked at again.
    fn put_off(&mut self, until: Timestamp, failure: &Failure) {
        self.put_back();
        self.retry_at = Some(until);
        self.failure = Some(failure.clone());
    }

    fn wait_for(&mut self, child: ExecutionId) {
        self.put_back();
        self.child = Some(child);
    }

    /// Puts it back after an attempt that its worker has lived through.
    fn put_back(&mut self) {
        if self.status == JobStatus::Running {
            self.lost = 0;
        }
        self.status = JobStatus::Pending;
    }

    fn lose(&mut self, handed_back: bool) {
        self.status = JobStatus::Pending;
        self.lost += i32::from(!handed_back);
        // A lost attempt does not count against the policy.
        self.attempt -= 1;
    }

    fn ask(&mut self, at: Timestamp, asked: &CallAsked) {
        let (number, possible_cost_micros) = (asked.question, asked.possible_cost_micros);
        self.status = JobStatus::Pending;
        self.retry_at = None;
        self.failure = Some(asked.failure.clone());
        self.question = Some(OpenQuestion { number, at, possible_cost_micros });
    }

    fn hear(&mut self, at: Timestamp, answered: &CallAnswered) {
        (self.failure, self.question) = (None, None);
        self.said = Some(LastAnswer { answer: answered.answer, by: answered.by.clone(), at });
    }

    fn add_cost(&mut self, charge: &Charge) {
        self.bill = self.bill.plus(Bill::from(charge));
        self.answered_by = Some(format!("{} · {}", charge.provider, charge.model));
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

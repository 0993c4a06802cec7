//! An execution that lives: each step loads, decides, writes and checks what must hold.

use std::sync::Arc;

use model::{
    decide::{
        self, ArtifactOut, ArtifactOutBody, ClaimLimits, CompiledWorkflow, Context, DocumentOut,
        JobOutput, JobState, Outcome, Refused, Report, Snapshot, Transition,
    },
    execution::{
        event::{Charge, Event, EventKind},
        queue::Queued,
        state::{EndReason, ExecutionStatus, JobStatus},
        view::ExecutionView,
    },
    id::{
        ArtifactId, DocumentId, ExecutionId, JobId, NodeId, ReviewId, UserId, WorkerId, WorkspaceId,
    },
    nodes::NodeKind,
    review::{Approval, Decision, Reviewer, Verdict},
    time::Timestamp,
    workflow::Workflow,
};
use serde_json::{Map, json};
use uuid::Uuid;

use crate::decide::{
    calls::{self, Unsure},
    check, children,
    input::{Ending, Input, any_node, any_step, own},
    planned::Planned,
    store::Store,
    versions,
    workflows::{WANTED, listed},
};

/// Jobs of one execution that may run at once.
pub(crate) const PER_EXECUTION: usize = 5;

/// An execution with its rows, its view and its clock.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) view: ExecutionView,
    pub(crate) now: Timestamp,
    ids: u128,
    pub(crate) queued: Option<Queued>,
    unsure: Unsure,
    planned: Planned,
}

/// The `count`th id; scattered, so that no decision can lean on the order of ids.
fn scattered(count: u128) -> Uuid {
    Uuid::from_u128(count.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835))
}

impl World {
    /// Launches a workflow where there is a place for it or not; `wanted` is what its parameter says.
    pub(crate) fn launch(workflow: Workflow, wanted: u32, place: bool) -> Self {
        let compiled = Arc::new(CompiledWorkflow::new(workflow).unwrap());
        let parameters = Map::from_iter([(WANTED.to_owned(), json!(wanted))]);
        let (now, mut ids) = (Timestamp(1_000_000_000), 0);
        let mut next = || {
            ids += 1;
            scattered(ids)
        };
        let id = (ExecutionId(Uuid::from_u128(1)), WorkspaceId(Uuid::from_u128(2)));
        let row = Snapshot::before_launch(id.0, id.1, compiled, parameters, &mut next);
        let view = ExecutionView::empty();
        let (queued, unsure, planned) = (queued(place), Unsure::default(), Planned::default());
        let mut world = Self { store: Store::new(row), view, now, ids, queued, unsure, planned };
        world.decide(decide::launch);
        world
    }

    pub(crate) fn status(&self) -> ExecutionStatus {
        self.store.row.status
    }

    /// Takes the inputs of one step; those that need no decision first.
    pub(crate) fn step(&mut self, inputs: &[Input]) {
        let (outside, inside): (Vec<_>, Vec<_>) = inputs.iter().partition(|input| {
            matches!(
                input,
                Input::Clock { .. }
                    | Input::Sent { .. }
                    | Input::Late { .. }
                    | Input::Place { .. }
                    | Input::Restore { .. }
            )
        });
        for input in outside {
            self.happen(input);
        }
        if !inside.is_empty() {
            let held: Vec<_> = self.store.running().iter().map(|job| (job.id, job.fence)).collect();
            self.decide(|transition| {
                inside.into_iter().for_each(|input| take(transition, &held, input))
            });
        }
    }

    fn happen(&mut self, input: &Input) {
        match input {
            Input::Clock { ms } => self.now = Timestamp(self.now.0 + ms),
            Input::Sent { pick } => {
                if let Some(job) = picked(&self.store.running(), *pick).map(|job| job.id) {
                    self.store.sent(job);
                }
            }
            Input::Late { pick, ending } => self.late(*pick, ending),
            Input::Restore { pick, items } => self.restore(*pick, *items),
            Input::Place { free } => self.queued = queued(*free),
            _ => {}
        }
    }

    /// A report of an attempt that has ended is refused and changes nothing.
    fn late(&mut self, pick: usize, ending: &Ending) {
        let ended: Vec<_> = self.store.attempts.keys().copied().collect();
        let Some((job, fence)) = picked(&ended, pick).copied() else { return };
        let before = self.store.events.len();
        let answer =
            self.decide(|transition| children::settle(transition, report((job, fence), ending, 1)));
        assert!(
            matches!(answer, Err(Refused::Stale { .. } | Refused::UnknownJob(_))),
            "{answer:?}"
        );
        assert_eq!(self.store.events.len(), before, "a stale report changes nothing");
    }

    /// Loads, decides, writes, and checks everything.
    pub(crate) fn decide<T>(&mut self, decision: impl FnOnce(&mut Transition<'_>) -> T) -> T {
        let before = self.store.snapshot();
        let mut ids = self.ids;
        let mut next = || {
            ids += 1;
            scattered(ids)
        };
        let mut transition =
            Transition::new(before.clone(), Context { now: self.now, ids: &mut next });
        transition.set_queued(self.queued);
        let answer = decision(&mut transition);
        let (after, plan) = transition.finish();
        self.ids = ids;
        match plan {
            Some(plan) => {
                let over =
                    matches!(before.status, ExecutionStatus::Completed | ExecutionStatus::Stopped);
                assert!(!over || versions::only(&plan), "what is over for good stays: {plan:?}");
                assert!(!plan.events.is_empty(), "a change is an event: {plan:?}");
                self.store.apply(&plan);
                plan.events.iter().for_each(|event| self.watch(event));
            }
            None => check::same(&before, &after),
        }
        let runs = |snapshot: &Snapshot| snapshot.status == ExecutionStatus::Running;
        assert!(self.queued.is_none() || runs(&before) || !runs(&after), "no place to run in");
        self.check(&before, &after);
        answer
    }

    fn watch(&mut self, event: &Event) {
        let starts =
            matches!(event.kind, EventKind::JobStarted { .. } | EventKind::NodeStarted { .. });
        let running = self.view.status == ExecutionStatus::Running;
        assert!(running || !starts, "nothing starts unless it runs: {event:?}");
        self.unsure.watch(&event.kind, &self.store.compiled_workflow());
        self.planned.watch(&event.kind);
        assert!(self.view.apply(event));
    }

    fn check(&mut self, before: &Snapshot, after: &Snapshot) {
        check::same(&self.store.snapshot(), after);
        check::rows(&self.store);
        check::fences(before, &self.store);
        check::view(&self.store, &self.view);
        self.planned.check(after, self.now);
        assert!(self.store.running().len() <= PER_EXECUTION);
    }
}

fn queued(place: bool) -> Option<Queued> {
    (!place).then_some(Queued { position: 1, running: 10 })
}

pub(crate) fn picked<T>(of: &[T], pick: usize) -> Option<&T> {
    if of.is_empty() { None } else { of.get(pick % of.len()) }
}

/// The jobs that workers hold.
pub(crate) fn running(transition: &Transition<'_>) -> Vec<JobState> {
    let jobs = transition.snapshot().jobs.values();
    jobs.filter(|job| job.status == JobStatus::Running).cloned().collect()
}

fn lose(transition: &mut Transition<'_>, worker: u128) {
    decide::handle_worker_loss(transition, worker_id(worker)).unwrap();
}

/// Takes an input in; only what was handed out before this transaction can be answered in it.
fn take(transition: &mut Transition<'_>, held: &[(JobId, i64)], input: &Input) {
    match input {
        Input::Claim { worker, capacity } => claim(transition, *worker, *capacity),
        Input::Answer { pick, ending, charges } => {
            let mut answerable = running(transition);
            answerable.retain(|job| held.contains(&(job.id, job.fence)));
            if let Some(job) = picked(&answerable, *pick) {
                children::answer(transition, job, ending, *charges).unwrap();
            }
        }
        Input::Lost { worker } => lose(transition, *worker),
        Input::HandBack { pick } => {
            let running = running(transition);
            if let Some(job) = picked(&running, *pick) {
                decide::release_jobs(transition, &[(job.id, job.fence), (job.id, job.fence - 1)])
                    .unwrap();
            }
        }
        Input::Pause => refusable(transition, decide::pause),
        Input::Resume => refusable(transition, decide::resume),
        Input::Stop => {
            refusable(transition, |transition| decide::stop(transition, EndReason::User))
        }
        Input::Deadline => {
            decide::check_deadline(transition).unwrap();
            decide::check_reviews(transition).unwrap();
        }
        Input::ChildEnds { pick, well } => {
            let waiting = children::waiting(transition);
            if let Some(job) = picked(&waiting, *pick) {
                children::end_twice(transition, job, *well);
            }
        }
        Input::Parent { word } => decide::follow_parent(transition, *word).unwrap(),
        Input::AutoRun { auto_run } => {
            refusable(transition, |transition| decide::set_auto_run(transition, *auto_run))
        }
        Input::Budget { micros } => {
            refusable(transition, |transition| decide::set_budget(transition, *micros))
        }
        Input::Break { pick } => {
            let nodes = pick.map(|pick| any_node(transition, pick)).into_iter().collect();
            refusable(transition, |transition| decide::set_breakpoints(transition, nodes));
        }
        Input::Decide { pick, person, verdict } => {
            let open = open_reviews(transition);
            if let Some(review) = picked(&open, *pick) {
                refusable(transition, |transition| {
                    decide::decide_review(
                        transition,
                        *review,
                        decision(*verdict),
                        reviewer(*person),
                    )
                });
            }
        }
        Input::Tell { pick, way } => calls::tell(transition, *pick, *way),
        Input::Retry { pick }
        | Input::Skip { pick, .. }
        | Input::Trigger { pick }
        | Input::Redo { pick, .. } => {
            let node = any_node(transition, *pick);
            refusable(transition, |transition| of_node(transition, &node, input));
        }
        Input::Edit { pick, .. } => {
            let node = any_step(transition, *pick);
            refusable(transition, |transition| of_node(transition, &node, input));
        }
        Input::Start => decide::admit(transition).unwrap(),
        Input::ClockBack => decide::follow_clock_back(transition).unwrap(),
        Input::Clock { .. }
        | Input::Sent { .. }
        | Input::Late { .. }
        | Input::Place { .. }
        | Input::Restore { .. } => {}
    }
    decide::queue_if_full(transition);
}

fn of_node(transition: &mut Transition<'_>, node: &NodeId, input: &Input) -> Result<(), Refused> {
    match input {
        Input::Skip { value, .. } => {
            let output = value.then(|| own(transition, node));
            decide::skip_node(transition, node, output)
        }
        Input::Trigger { .. } => decide::trigger_node(transition, node, None),
        Input::Redo { dependents, .. } => decide::redo_node(transition, node, None, *dependents),
        Input::Edit { quantity, .. } => {
            let is_loop =
                transition.snapshot().compiled.node(node).unwrap().kind() == NodeKind::ForEach;
            let fields = if is_loop {
                json!({"items": listed(usize::try_from(*quantity).unwrap())})
            } else {
                json!({"quantity": quantity, "prompt": "Write better"})
            };
            decide::edit_node(transition, node, fields.as_object().unwrap(), &Map::new())
        }
        _ => decide::retry_node(transition, node, None),
    }
}

fn open_reviews(transition: &Transition<'_>) -> Vec<ReviewId> {
    let reviews = transition.snapshot().nodes.values().filter_map(|node| node.review.as_ref());
    reviews.map(|review| review.id).collect()
}

pub(crate) fn decision(verdict: Verdict) -> Decision {
    let reason = "Shorter".to_owned();
    match verdict {
        Verdict::Approved | Verdict::Cancelled => Decision::Approve(Approval::default()),
        Verdict::Changes => Decision::Changes { reason },
        Verdict::Rejected => Decision::Reject { reason },
    }
}

pub(crate) fn reviewer(person: u128) -> Reviewer {
    Reviewer { user: Some(UserId(Uuid::from_u128(person))), name: format!("Person {person}") }
}

/// Everybody approves everything that is open.
pub(crate) fn approve_all(transition: &mut Transition<'_>) {
    for person in 10..20 {
        for review in open_reviews(transition) {
            decide::decide_review(
                transition,
                review,
                decision(Verdict::Approved),
                reviewer(person),
            )
            .unwrap();
        }
    }
}

/// A command that is refused leaves no trace.
fn refusable<'a>(
    transition: &mut Transition<'a>,
    command: impl FnOnce(&mut Transition<'a>) -> Result<(), Refused>,
) {
    let before = transition.snapshot().event_seq;
    if command(transition).is_err() {
        assert_eq!(transition.snapshot().event_seq, before);
    }
}

/// A worker takes what it can.
pub(crate) fn claim(transition: &mut Transition<'_>, worker: u128, capacity: usize) {
    let mut limits = ClaimLimits { capacity, per_execution: PER_EXECUTION, alone: false };
    let mut taken = decide::claim_jobs(transition, worker_id(worker), limits, &|_| true);
    if taken.is_empty() && capacity > 0 {
        // One that has lost two workers.
        (limits.capacity, limits.alone) = (1, true);
        taken = decide::claim_jobs(transition, worker_id(worker), limits, &|_| true);
    }
    assert!(taken.len() <= capacity);
    for job in taken {
        assert_eq!((job.status, job.worker), (JobStatus::Running, Some(worker_id(worker))));
        assert_eq!(transition.snapshot().jobs[&job.id], job);
    }
}

fn worker_id(worker: u128) -> WorkerId {
    WorkerId(Uuid::from_u128(worker + 1))
}

/// What a worker reports of a claim.
pub(crate) fn report((job, fence): (JobId, i64), ending: &Ending, charges: usize) -> Report {
    let outcome = match ending {
        Ending::Done => Outcome::Done(output(job)),
        Ending::Failed(failure) => Outcome::Failed(failure.clone()),
    };
    let [provider, model] = ["sample", "writer"].map(str::to_owned);
    let charge = Charge {
        provider,
        model,
        input_tokens: 7,
        output_tokens: 11,
        cost_micros: (fence % 3 != 0).then_some(13),
        sample: fence % 2 == 0,
        estimated: fence % 5 == 0,
    };
    Report { job, fence, outcome, charges: vec![charge; charges], jitter: 0.5 }
}

/// Words as a document, or the value alone.
fn output(job: JobId) -> JobOutput {
    let values = Map::from_iter([("texts".to_owned(), json!(["Words"]))]);
    if job.0.as_u128().is_multiple_of(4) {
        return JobOutput { values, ..JobOutput::default() };
    }
    let [port, provider, model] = ["texts", "sample", "writer"].map(str::to_owned);
    let (id, body) = (ArtifactId(job.0), ArtifactOutBody::Text("Words".to_owned()));
    let artifact = ArtifactOut { id, port, body, inputs: json!({}), provider, model, sample: true };
    let document = DocumentOut {
        id: DocumentId(job.0),
        title: "Title".to_owned(),
        content: "Words".to_owned(),
        status: "draft".to_owned(),
        sample: true,
    };
    JobOutput { values, artifacts: vec![artifact], documents: vec![document], attachments: vec![] }
}

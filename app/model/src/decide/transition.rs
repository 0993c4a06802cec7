//! A transition: a snapshot being changed, with a record of everything that changes.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use uuid::Uuid;

use super::{
    CompiledWorkflow, EndedAttempt, Follow, JobChange, JobState, LoopChange, NewJob, NewNode,
    NodeChange, NodeState, Plan, RecordedOutput, Redrawn, Refused, ReviewChange, Snapshot, Wake,
};
use crate::{
    execution::{
        event::{Charge, Event, EventKind, JobRef, Paused},
        failure::Failure,
        queue::Queued,
        state::{EdgeState, ExecutionStatus, JobStatus, NodeStatus, PauseReason},
    },
    id::{EdgeId, JobId, NodeId},
    nodes::for_each::Rounds,
    review::Reviewer,
    time::Timestamp,
};

/// What a decision needs besides the snapshot.
pub struct Context<'a> {
    /// The instant the loading statement returned.
    pub now: Timestamp,
    /// Makes ids for new rows.
    pub ids: &'a mut (dyn FnMut() -> Uuid + Send),
}

/// A snapshot that takes inputs, one after the other, and yields one plan.
pub struct Transition<'a> {
    pub(super) snapshot: Snapshot,
    pub(super) now: Timestamp,
    pub(super) queue: VecDeque<NodeId>,
    pub(super) queued: Option<Queued>,
    /// Who asks for what is decided now, if anybody does.
    pub(super) by: Option<Reviewer>,
    /// Loops in whose rounds a node has begun or ended since `turn_rounds` last looked at them.
    pub(super) touched: BTreeSet<NodeId>,
    /// Loops whose plan was made or dropped, with the one they had.
    pub(super) plans: BTreeMap<NodeId, Option<Arc<Rounds>>>,
    pub(super) redrawn: Redrawn,
    ids: &'a mut (dyn FnMut() -> Uuid + Send),
    expected_seq: i64,
    expected_status: ExecutionStatus,
    nodes: BTreeMap<NodeId, NodeStatus>,
    edges: BTreeMap<EdgeId, EdgeState>,
    forgotten: BTreeMap<JobId, JobState>,
    new_nodes: Vec<(NodeId, Uuid)>,
    new_edges: Vec<EdgeId>,
    reopened: BTreeSet<EdgeId>,
    reviews: Vec<ReviewChange>,
    jobs: BTreeMap<JobId, Option<(JobStatus, i64)>>,
    attempts: Vec<EndedAttempt>,
    outputs: Vec<RecordedOutput>,
    charges: Vec<(JobId, Charge)>,
    events: Vec<Event>,
    wake: Wake,
    follow: Vec<Follow>,
}

impl<'a> Transition<'a> {
    /// Starts from what was loaded.
    pub fn new(snapshot: Snapshot, context: Context<'a>) -> Self {
        Self {
            expected_seq: snapshot.event_seq,
            expected_status: snapshot.status,
            snapshot,
            now: context.now,
            queue: VecDeque::new(),
            queued: None,
            by: None,
            touched: BTreeSet::new(),
            plans: BTreeMap::new(),
            redrawn: BTreeMap::new(),
            ids: context.ids,
            nodes: BTreeMap::new(),
            edges: BTreeMap::new(),
            forgotten: BTreeMap::new(),
            new_nodes: vec![],
            new_edges: vec![],
            reopened: BTreeSet::new(),
            reviews: vec![],
            jobs: BTreeMap::new(),
            attempts: vec![],
            outputs: vec![],
            charges: vec![],
            events: vec![],
            wake: Wake::default(),
            follow: vec![],
        }
    }

    /// The snapshot as it stands after the inputs so far.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// What to write, and the snapshot that will then be true. No plan when nothing changed.
    pub fn finish(mut self) -> (Snapshot, Option<Plan>) {
        if self.events.is_empty() && self.jobs.is_empty() && self.nodes.is_empty() {
            return (self.snapshot, None);
        }
        self.keep_time();
        self.tell_parent();
        let snapshot = self.snapshot;
        let (mut new_jobs, mut jobs) = (vec![], vec![]);
        for (id, before) in self.jobs {
            let state = snapshot.jobs.get(&id).or_else(|| self.forgotten.get(&id));
            let Some(state) = state.cloned() else { continue };
            match before {
                Some((expected, expected_fence)) => {
                    jobs.push(JobChange { expected, expected_fence, state });
                }
                None => new_jobs.extend(NewJob::from_state(&snapshot, state)),
            }
        }
        let plan = Plan {
            execution: snapshot.id,
            workspace: snapshot.workspace,
            expected_seq: self.expected_seq,
            expected_status: self.expected_status,
            status: snapshot.status,
            pause_reason: snapshot.pause_reason,
            end_reason: snapshot.end_reason,
            error: snapshot.error.clone(),
            output: snapshot.output.clone(),
            progress_percent: snapshot.progress_percent(),
            current_node: snapshot.current_node().cloned(),
            active_ms: snapshot.active_ms,
            running_since: snapshot.running_since,
            deadline: snapshot.deadline(),
            bill: snapshot.bill,
            jobs_running: i32::try_from(snapshot.jobs_running()).unwrap_or(i32::MAX),
            next_run_at: snapshot.next_due(),
            nodes: NodeChange::all(&snapshot, self.nodes),
            loops: LoopChange::all(&snapshot, self.plans),
            auto_run: snapshot.auto_run,
            budget: snapshot.budget,
            breakpoints: snapshot.breakpoints.iter().cloned().collect(),
            redrawn: self.redrawn,
            new_nodes: NewNode::all(&snapshot, self.new_nodes),
            new_edges: self.new_edges,
            reopened: self.reopened.into_iter().collect(),
            edges: self.edges.into_iter().collect(),
            reviews: self.reviews,
            new_jobs,
            jobs,
            attempts: self.attempts,
            outputs: self.outputs,
            charges: self.charges,
            events: self.events,
            // Other workers need not wake for jobs that were claimed in this transition.
            wake: Wake { jobs: self.wake.jobs && snapshot.has_pending_jobs(), ..self.wake },
            follow: self.follow,
        };
        (snapshot, Some(plan))
    }

    pub(super) fn compiled_workflow(&self) -> Arc<CompiledWorkflow> {
        self.snapshot.compiled.clone()
    }

    pub(super) fn record(&mut self, kind: EventKind) {
        self.snapshot.event_seq += 1;
        self.events.push(Event { seq: self.snapshot.event_seq, at: self.now, kind });
    }

    /// The node, marked as changed.
    pub(super) fn node_mut(&mut self, id: &NodeId) -> Result<&mut NodeState, Refused> {
        let node =
            self.snapshot.nodes.get_mut(id).ok_or_else(|| Refused::UnknownNode(id.clone()))?;
        self.nodes.entry(id.clone()).or_insert(node.status);
        Ok(node)
    }

    /// The job, marked as changed.
    pub(super) fn job_mut(&mut self, id: JobId) -> Result<&mut JobState, Refused> {
        let job = self.snapshot.jobs.get_mut(&id).ok_or(Refused::UnknownJob(id))?;
        self.jobs.entry(id).or_insert(Some((job.status, job.fence)));
        Ok(job)
    }

    pub(super) fn add_job(&mut self, job: JobState) {
        self.jobs.insert(job.id, None);
        self.snapshot.jobs.insert(job.id, job);
        self.wake.jobs = true;
    }

    pub(super) fn settle_edge(&mut self, id: &EdgeId, state: EdgeState) {
        self.snapshot.edges.insert(id.clone(), state);
        self.edges.insert(id.clone(), state);
    }

    /// Notes how the attempt of a job ended that was running until now.
    pub(super) fn end_attempt(
        &mut self,
        job: &JobState,
        status: &'static str,
        failure: Option<Failure>,
    ) {
        self.attempts.extend(EndedAttempt::from_job(job, status, failure, self.now));
    }

    pub(super) fn add_output(&mut self, output: RecordedOutput) {
        self.outputs.push(output);
    }

    pub(super) fn add_charge(&mut self, job: JobRef, charge: Charge) {
        let bill = (&charge).into();
        self.snapshot.bill = self.snapshot.bill.plus(bill);
        if let Some(state) = self.snapshot.jobs.get_mut(&job.job) {
            state.bill = state.bill.plus(bill);
        }
        self.charges.push((job.job, charge.clone()));
        self.record(EventKind::CostAdded { job, charge });
    }

    pub(super) fn wake_jobs(&mut self) {
        self.wake.jobs = true;
    }

    pub(super) fn wake_cancelled(&mut self) {
        self.wake.cancelled = true;
    }

    pub(super) fn set_status(&mut self, status: ExecutionStatus) {
        if matches!(status, ExecutionStatus::Running | ExecutionStatus::Pending) {
            self.snapshot.error = None;
        }
        self.tell_children(status);
        let pause = self.snapshot.pause_reason.take();
        self.tell_where_it_stands(pause.filter(|_| !status.is_over()));
        self.snapshot.status = status;
    }

    /// Tells another execution something after the commit.
    pub(super) fn follow(&mut self, follow: Follow) {
        if !self.follow.contains(&follow) {
            self.follow.push(follow);
        }
    }

    /// Tells the parent when this execution ends.
    fn tell_parent(&mut self) {
        let ended = self.snapshot.status.is_over() && !self.expected_status.is_over();
        if ended && self.snapshot.parent.is_some() {
            self.follow(Follow::Ended(self.snapshot.id));
        }
    }

    /// Starts or stops the clock of active time.
    fn keep_time(&mut self) {
        let active = self.snapshot.is_active(self.now);
        match (active, self.snapshot.running_since) {
            (true, None) => self.snapshot.running_since = Some(self.now),
            (false, Some(since)) => {
                self.snapshot.active_ms += self.now.ms_since(since);
                self.snapshot.running_since = None;
            }
            _ => {}
        }
    }

    /// Opens an edge again whose source is made again.
    pub(super) fn reopen_edge(&mut self, id: &EdgeId) {
        self.snapshot.edges.insert(id.clone(), EdgeState::Pending);
        self.edges.remove(id);
        self.reopened.insert(id.clone());
    }

    /// Opens an edge of a round, which may have been there before.
    pub(super) fn open_edge(&mut self, id: &EdgeId) {
        if self.snapshot.edges.contains_key(id) {
            return self.reopen_edge(id);
        }
        self.snapshot.edges.insert(id.clone(), EdgeState::Pending);
        self.new_edges.push(id.clone());
    }

    /// Adds a node of a round.
    pub(super) fn add_node(&mut self, id: &NodeId, row: Uuid) {
        self.snapshot.nodes.insert(id.clone(), NodeState::pending(row));
        self.new_nodes.push((id.clone(), row));
    }

    /// Every node there is, in the order of the graph, those of rounds among them.
    pub(super) fn all_nodes(&self) -> Vec<NodeId> {
        let mut all: Vec<NodeId> = self.snapshot.nodes.keys().cloned().collect();
        all.sort_by_key(|id| self.snapshot.compiled.rank(id));
        all
    }

    pub(super) fn change_review(&mut self, change: ReviewChange) {
        self.reviews.push(change);
    }

    pub(super) fn new_id(&mut self) -> Uuid {
        (self.ids)()
    }

    /// Forgets the jobs of a node that is made again; their rows stay.
    pub(super) fn forget_jobs(&mut self, id: &NodeId) {
        let jobs = std::mem::take(&mut self.snapshot.jobs);
        let (forgotten, kept) = jobs.into_iter().partition(|(_, job)| job.node == *id);
        self.snapshot.jobs = kept;
        self.forgotten.extend::<BTreeMap<_, _>>(forgotten);
        self.snapshot.partial = true;
    }

    /// Lets nothing new start from here on.
    pub(super) fn pause_for(&mut self, reason: PauseReason, message: Option<String>) {
        self.set_status(ExecutionStatus::Paused);
        self.snapshot.pause_reason = Some(reason);
        self.tell_where_it_stands(Some(reason));
        let by = self.by.clone().filter(|_| reason == PauseReason::User);
        self.record(EventKind::ExecutionPaused(Paused { reason, message, by }));
    }
}

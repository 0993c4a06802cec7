//! A transition: a snapshot being changed, with a record of everything that changes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::Value;
use uuid::Uuid;

use super::{
    AutoRun, CompiledWorkflow, EndedAttempt, Follow, HeardCalls, JobChange, JobState, LoopChange,
    NewNode, NodeChange, NodeState, Plan, RecordedOutput, Redrawn, Refused, ReviewChange, Snapshot,
    TalkAddition, Wake, worklist::Worklist,
};
use crate::{
    execution::{
        event::{Charge, Event, EventKind, JobRef},
        failure::Failure,
        queue::Queued,
        state::{EdgeState, EndReason, ExecutionStatus, JobStatus, NodeStatus, PauseReason},
    },
    id::{EdgeId, JobId, NodeId},
    nodes::{NodeConfig, for_each::Rounds},
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
///
/// It only keeps the books: what follows from an input is decided by functions that change the
/// snapshot through these methods alone, so that nothing changes without being written.
pub struct Transition<'a> {
    /// What has to be looked at before the input is worked off; nothing of it is written.
    pub(super) worklist: Worklist,
    snapshot: Snapshot,
    now: Timestamp,
    ids: &'a mut (dyn FnMut() -> Uuid + Send),
    queued: Option<Queued>,
    /// Who asks for what is decided now, if anybody does.
    requester: Option<Reviewer>,
    expected_seq: i64,
    expected_status: ExecutionStatus,
    nodes: BTreeMap<NodeId, NodeStatus>,
    edges: BTreeMap<EdgeId, EdgeState>,
    /// Loops whose plan was made or dropped, with the one they had.
    plans: BTreeMap<NodeId, Option<Arc<Rounds>>>,
    redrawn: Redrawn,
    forgotten: BTreeMap<JobId, JobState>,
    new_nodes: Vec<(NodeId, Uuid)>,
    new_edges: Vec<EdgeId>,
    reopened: BTreeSet<EdgeId>,
    reviews: Vec<ReviewChange>,
    jobs: BTreeMap<JobId, Option<(JobStatus, i64)>>,
    attempts: Vec<EndedAttempt>,
    outputs: Vec<RecordedOutput>,
    charges: Vec<(JobId, Charge)>,
    talks: Vec<TalkAddition>,
    heard: Vec<HeardCalls>,
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
            ids: context.ids,
            worklist: Worklist::default(),
            queued: None,
            requester: None,
            nodes: BTreeMap::new(),
            edges: BTreeMap::new(),
            plans: BTreeMap::new(),
            redrawn: BTreeMap::new(),
            forgotten: BTreeMap::new(),
            new_nodes: vec![],
            new_edges: vec![],
            reopened: BTreeSet::new(),
            reviews: vec![],
            jobs: BTreeMap::new(),
            attempts: vec![],
            outputs: vec![],
            charges: vec![],
            talks: vec![],
            heard: vec![],
            events: vec![],
            wake: Wake::default(),
            follow: vec![],
        }
    }

    /// The snapshot as it stands after the inputs so far.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Sets the place in line where the execution has to wait; none means that it may work.
    pub fn set_queued(&mut self, queued: Option<Queued>) {
        self.queued = queued;
    }

    /// Sets the person whom events recorded from here on name as the one who asked; none when
    /// nobody did.
    pub fn set_requester(&mut self, requester: Option<Reviewer>) {
        self.requester = requester;
    }

    /// What to write, and the snapshot that will then be true. No plan when nothing changed.
    pub fn finish(mut self) -> (Snapshot, Option<Plan>) {
        if self.events.is_empty() && self.jobs.is_empty() && self.nodes.is_empty() {
            return (self.snapshot, None);
        }
        self.snapshot.measure_active_time(self.now);
        let ended = self.snapshot.status.is_over() && !self.expected_status.is_over();
        if ended && self.snapshot.parent.is_some() {
            self.follow(Follow::Ended(self.snapshot.id));
        }
        let snapshot = self.snapshot;
        let (new_jobs, jobs) = JobChange::all(&snapshot, self.jobs, &self.forgotten);
        let plan = Plan {
            execution: snapshot.id,
            workspace: snapshot.workspace,
            expected_seq: self.expected_seq,
            expected_status: self.expected_status,
            status: snapshot.status,
            ends_calls: ended && snapshot.compiled.calls_tools(),
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
            talks: self.talks,
            heard: self.heard,
            events: self.events,
            // Other workers need not wake for jobs that were claimed in this transition.
            wake: Wake { jobs: self.wake.jobs && snapshot.has_pending_jobs(), ..self.wake },
            follow: self.follow,
        };
        (snapshot, Some(plan))
    }
}

/// What decisions read, besides the snapshot.
impl Transition<'_> {
    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    pub(super) fn new_id(&mut self) -> Uuid {
        (self.ids)()
    }

    pub(super) fn compiled_workflow(&self) -> Arc<CompiledWorkflow> {
        self.snapshot.compiled.clone()
    }

    /// The place in line where the execution has to wait; none where it may work.
    pub(super) fn queued(&self) -> Option<Queued> {
        self.queued
    }

    /// Who asks for what is decided now; none when nobody does.
    pub(super) fn requester(&self) -> Option<&Reviewer> {
        self.requester.as_ref()
    }
}

/// The log, and whom to tell after the commit.
impl Transition<'_> {
    pub(super) fn record(&mut self, kind: EventKind) {
        self.snapshot.event_seq += 1;
        self.events.push(Event { seq: self.snapshot.event_seq, at: self.now, kind });
    }

    pub(super) fn wake_jobs(&mut self) {
        self.wake.jobs = true;
    }

    pub(super) fn wake_cancelled(&mut self) {
        self.wake.cancelled = true;
    }

    /// Tells another execution something after the commit.
    pub(super) fn follow(&mut self, follow: Follow) {
        if !self.follow.contains(&follow) {
            self.follow.push(follow);
        }
    }
}

/// The execution's own row.
impl Transition<'_> {
    /// Sets where it stands, and why it is paused; only a paused one has a reason. What goes on or
    /// waits to go on has no error any more.
    pub(super) fn set_status(&mut self, status: ExecutionStatus, pause: Option<PauseReason>) {
        if matches!(status, ExecutionStatus::Running | ExecutionStatus::Pending) {
            self.snapshot.error = None;
        }
        self.snapshot.status = status;
        self.snapshot.pause_reason = pause;
    }

    pub(super) fn set_error(&mut self, message: String) {
        self.snapshot.error = Some(message);
    }

    pub(super) fn set_end_reason(&mut self, reason: EndReason) {
        self.snapshot.end_reason = Some(reason);
    }

    pub(super) fn set_result(&mut self, result: Value) {
        self.snapshot.output = Some(result);
    }

    pub(super) fn set_auto_run(&mut self, auto_run: AutoRun) {
        self.snapshot.auto_run = auto_run == AutoRun::On;
    }

    pub(super) fn set_breakpoints(&mut self, nodes: BTreeSet<NodeId>) {
        self.snapshot.breakpoints = nodes;
    }

    pub(super) fn set_budget(&mut self, micros: Option<i64>) {
        self.snapshot.budget = micros;
    }

    /// Sets up a step of a loop, as it was drawn, in another way for iterations to come.
    pub(super) fn redraw(&mut self, id: &NodeId, config: Arc<NodeConfig>) {
        self.snapshot.redrawn.insert(id.clone(), config.clone());
        self.redrawn.insert(id.clone(), config);
    }

    /// Lets active time count from now on at the latest: a clock that was set back takes none away.
    pub(super) fn rewind_active_time(&mut self) {
        let now = self.now;
        if let Some(since) = self.snapshot.running_since.as_mut() {
            *since = (*since).min(now);
        }
    }
}

/// Nodes, edges and reviews.
impl Transition<'_> {
    /// The node, marked as changed.
    pub(super) fn node_mut(&mut self, id: &NodeId) -> Result<&mut NodeState, Refused> {
        let node =
            self.snapshot.nodes.get_mut(id).ok_or_else(|| Refused::UnknownNode(id.clone()))?;
        self.nodes.entry(id.clone()).or_insert(node.status);
        Ok(node)
    }

    /// Adds a node of an iteration.
    pub(super) fn add_node(&mut self, id: &NodeId, row: Uuid) {
        self.snapshot.nodes.insert(id.clone(), NodeState::pending(row));
        self.new_nodes.push((id.clone(), row));
    }

    /// Keeps what the iterations of a loop go through, or drops it.
    pub(super) fn set_iteration_plan(&mut self, id: &NodeId, plan: Option<Arc<Rounds>>) {
        let Some(node) = self.snapshot.nodes.get_mut(id) else { return };
        if node.planned.is_some() || plan.is_some() {
            let before = std::mem::replace(&mut node.planned, plan);
            self.plans.entry(id.clone()).or_insert(before);
        }
    }

    pub(super) fn settle_edge(&mut self, id: &EdgeId, state: EdgeState) {
        self.snapshot.edges.insert(id.clone(), state);
        self.edges.insert(id.clone(), state);
    }

    /// Opens an edge again whose source is made again.
    pub(super) fn reopen_edge(&mut self, id: &EdgeId) {
        self.snapshot.edges.insert(id.clone(), EdgeState::Pending);
        self.edges.remove(id);
        self.reopened.insert(id.clone());
    }

    /// Opens an edge of an iteration, which may have been there before.
    pub(super) fn open_edge(&mut self, id: &EdgeId) {
        if self.snapshot.edges.contains_key(id) {
            return self.reopen_edge(id);
        }
        self.snapshot.edges.insert(id.clone(), EdgeState::Pending);
        self.new_edges.push(id.clone());
    }

    pub(super) fn change_review(&mut self, change: ReviewChange) {
        self.reviews.push(change);
    }
}

/// Jobs and what they made.
impl Transition<'_> {
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

    /// Forgets the jobs of a node that is made again; their rows stay.
    pub(super) fn forget_jobs(&mut self, id: &NodeId) {
        let jobs = std::mem::take(&mut self.snapshot.jobs);
        let (forgotten, kept) = jobs.into_iter().partition(|(_, job)| job.node == *id);
        self.snapshot.jobs = kept;
        self.forgotten.extend::<BTreeMap<_, _>>(forgotten);
        self.snapshot.partial = true;
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

    pub(super) fn add_to_talk(&mut self, talk: TalkAddition) {
        self.talks.push(talk);
    }

    pub(super) fn hear_of_calls(&mut self, heard: HeardCalls) {
        self.heard.push(heard);
    }

    /// Counts the versions of an item's output on, and returns the number of the next one.
    pub(super) fn next_version(&mut self, node: &NodeId, item: i32, port: &str) -> i32 {
        let key = (node.clone(), item, port.to_owned());
        let version = self.snapshot.versions.entry(key).or_insert(0);
        *version += 1;
        *version
    }

    /// Notes a version of an item's output that was numbered before.
    pub(super) fn set_version(&mut self, node: &NodeId, item: i32, port: &str, version: i32) {
        self.snapshot.versions.insert((node.clone(), item, port.to_owned()), version);
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
}

/// Leaves the attempt of a job that was not tried out of the active time, unless other work is
/// done or due: waiting for a limit does not count, nor does a clock that jumps while a provider
/// that is away is probed.
pub(super) fn leave_out_active_time(transition: &mut Transition<'_>, job: &JobState) {
    let now = transition.now;
    let Some(since) =
        transition.snapshot.running_since.filter(|_| !transition.snapshot.is_active(now))
    else {
        return;
    };
    transition.snapshot.active_ms += job.started_at.unwrap_or(now).ms_since(since);
    transition.snapshot.running_since = None;
}

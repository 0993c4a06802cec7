//! An execution as loaded under its lock: what decisions read and change.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{CompiledWorkflow, JobState, Replayed};
use crate::{
    access::Lacks,
    execution::{
        action_policy::{
            ActorScope,
            review_guard::{Guarded, missing_permission},
        },
        failure::Failure,
        state::{
            EdgeState, EndReason, ExecutionStatus, Hold, JobStatus, NodeStatus, PauseReason,
            RoundState,
        },
        view::Bill,
    },
    id::{EdgeId, ExecutionId, JobId, NodeId, WorkspaceId},
    nodes::{NodeConfig, for_each::Rounds},
    review::ReviewState,
    time::Timestamp,
    workflow::{Node, Workflow},
};

/// An execution, its nodes, its edges, and the jobs on which something may still depend.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub id: ExecutionId,
    /// The workspace it belongs to.
    pub workspace: WorkspaceId,
    /// The workflow as it was launched.
    pub compiled: Arc<CompiledWorkflow>,
    /// The parameters it was launched with.
    pub parameters: Arc<Map<String, Value>>,
    /// Further values of its launch: `${repo.owner}` and the like.
    pub context: Arc<Map<String, Value>>,
    /// The job that launched it.
    pub parent: Option<ParentJob>,
    /// What was recorded that its jobs and people give instead of being asked.
    pub replays: Option<Arc<Replayed>>,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// Why it is paused.
    pub pause_reason: Option<PauseReason>,
    /// Why it was stopped.
    pub end_reason: Option<EndReason>,
    /// What made it fail, in words.
    pub error: Option<String>,
    /// Its last event's number.
    pub event_seq: i64,
    /// Active time before `running_since`, in milliseconds.
    pub active_ms: u64,
    /// Since when its active time counts on.
    pub running_since: Option<Timestamp>,
    /// What its calls used and cost.
    pub bill: Bill,
    /// The result its end nodes returned.
    pub output: Option<Value>,
    /// Steps go on by themselves; if not, each waits for a person's word.
    pub auto_run: bool,
    /// Nodes before which it pauses.
    pub breakpoints: BTreeSet<NodeId>,
    /// What a person changed of the steps of loops: iterations that begin are set up so.
    pub redrawn: Redrawn,
    /// What it may cost, in millionths of a dollar; none is no cap of its own.
    pub budget: Option<i64>,
    /// Rows of what this transition has reset are not all here: it must be loaded anew to go on.
    pub partial: bool,
    /// All nodes that exist, those of begun iterations included.
    pub nodes: BTreeMap<NodeId, NodeState>,
    /// All edges that exist, with how each has settled.
    pub edges: BTreeMap<EdgeId, EdgeState>,
    /// Jobs of nodes that have not completed, or have without some of their items.
    pub jobs: BTreeMap<JobId, JobState>,
    /// The latest version of each output that exists: (node, item, port) → version.
    pub versions: BTreeMap<(NodeId, i32, String), i32>,
}

/// Whether steps go on by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AutoRun {
    /// Each step starts as soon as its inputs are there.
    On,
    /// Each step waits until a person lets it start.
    Off,
}

/// Steps of loops, as they were drawn, with how they are set up in the iterations to come.
pub type Redrawn = BTreeMap<NodeId, Arc<NodeConfig>>;

/// The job of another execution that waits for this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParentJob {
    pub execution: ExecutionId,
    /// The job itself.
    pub job: JobId,
}

/// A node's row.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeState {
    /// The id of the row.
    pub row: Uuid,
    /// Where it stands.
    pub status: NodeStatus,
    /// 1, raised by every retry.
    pub generation: i32,
    /// Why it does not start although its inputs are there.
    pub hold: Option<Hold>,
    /// The configuration of this execution, where a person changed it.
    pub config: Option<Arc<NodeConfig>>,
    /// What a reviewer asked to be different this time.
    pub feedback: Option<String>,
    /// The decision it waits for.
    pub review: Option<ReviewState>,
    /// How each of its iterations stands; empty unless it is a loop that has begun.
    pub iterations: Vec<RoundState>,
    /// What its iterations go through, as it was when they were planned; none once it is done, or
    /// where an earlier release has planned them.
    pub planned: Option<Arc<Rounds>>,
    /// Port → value, once it has completed (or failed on its error branch).
    pub output: Option<Arc<Map<String, Value>>>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// How many jobs it has.
    pub jobs_total: i32,
    /// How many of them have settled.
    pub jobs_settled: i32,
    /// When its first job was claimed.
    pub started_at: Option<Timestamp>,
    /// When it settled.
    pub ended_at: Option<Timestamp>,
}

impl Snapshot {
    /// The jobs of one node in the order of their items.
    pub fn jobs_of(&self, node: &NodeId) -> Vec<&JobState> {
        let mut jobs: Vec<_> = self.jobs.values().filter(|job| job.node == *node).collect();
        jobs.sort_by_key(|job| job.item);
        jobs
    }

    /// Whether a job goes on once the open review of its node is decided.
    pub fn awaits_decision(&self, job: &JobState) -> bool {
        let asks = self.nodes.get(&job.node).is_some_and(|node| node.review.is_some());
        asks && job.waits_for_word()
    }

    /// True when a worker may have something to claim, now or later.
    pub fn has_pending_jobs(&self) -> bool {
        self.jobs.values().any(|job| job.status == JobStatus::Pending)
    }

    /// Every node there is, in the order of the graph, those of iterations among them.
    pub(super) fn nodes_in_order(&self) -> Vec<NodeId> {
        let mut all: Vec<NodeId> = self.nodes.keys().cloned().collect();
        all.sort_by_key(|id| self.compiled.rank(id));
        all
    }

    /// Jobs of it that may run at once, as its author set it.
    pub(super) fn jobs_at_once(&self) -> usize {
        usize::try_from(self.compiled.workflow().settings.concurrency.max(1)).unwrap_or(usize::MAX)
    }

    /// When its next job may be claimed; none when none is pending, or as many run as may.
    pub fn next_due(&self) -> Option<Timestamp> {
        let pending = self.jobs.values().filter(|job| job.status == JobStatus::Pending);
        let room = self.jobs_running() < self.jobs_at_once();
        pending.map(|job| job.run_at).min().filter(|_| room)
    }

    /// Jobs a worker holds at the moment.
    pub fn jobs_running(&self) -> usize {
        self.jobs.values().filter(|job| job.status == JobStatus::Running).count()
    }

    /// The settled share of jobs averaged over nodes, in whole percent; 100 only when completed.
    pub fn progress_percent(&self) -> u8 {
        if self.status == ExecutionStatus::Completed {
            return 100;
        }
        // In the order of the view: the sum of floats in another may fall on another percent.
        let nodes = self.compiled.outermost().iter().filter_map(|id| self.nodes.get(id));
        let share: f64 = nodes.map(NodeState::settled_share).sum();
        let count = self.compiled.outermost().len();
        let mean = if count == 0 { 0.0 } else { share / count as f64 };
        ((mean * 100.0) as u8).min(99)
    }

    /// How a node is set up in this execution: what lies in a loop, as it was drawn, in the
    /// iterations to come.
    pub fn config(&self, id: &NodeId) -> Option<&NodeConfig> {
        let own = self.nodes.get(id).and_then(|node| node.config.as_deref());
        let own = own.or_else(|| self.redrawn.get(id).map(Arc::as_ref));
        own.or_else(|| self.compiled.node(id).map(|node| &node.data.config))
    }

    /// A node as it is in this execution.
    pub fn effective_node(&self, id: &NodeId) -> Option<Node> {
        let mut node = self.compiled.node(id)?.clone();
        if let Some(config) = self.config(id) {
            node.data.config = config.clone();
        }
        Some(node)
    }

    /// The definition with what people changed of its nodes on the way.
    pub fn effective_workflow(&self) -> Workflow {
        let mut workflow = self.compiled.workflow().clone();
        for node in &mut workflow.nodes {
            if let Some(config) = self.config(&node.id) {
                node.data.config = config.clone();
            }
        }
        workflow
    }

    /// Whether work is done or could be: waiting for people, times and limits does not count.
    pub fn is_active(&self, now: Timestamp) -> bool {
        let works = |job: &JobState| match job.status {
            JobStatus::Running => true,
            JobStatus::Pending => job.run_at <= now,
            JobStatus::Completed | JobStatus::Failed | JobStatus::Cancelled => false,
        };
        self.status == ExecutionStatus::Running && self.jobs.values().any(works)
    }

    /// Starts or stops the clock of active time.
    pub(super) fn measure_active_time(&mut self, now: Timestamp) {
        let active = self.is_active(now);
        match self.running_since {
            None if active => self.running_since = Some(now),
            Some(since) if !active => {
                self.active_ms += now.ms_since(since);
                self.running_since = None;
            }
            None | Some(_) => {}
        }
    }

    /// The earliest running node in topological order.
    pub fn current_node(&self) -> Option<&NodeId> {
        let running = |id: &&NodeId| {
            self.nodes.get(*id).is_some_and(|node| node.status == NodeStatus::Running)
        };
        self.compiled.order().iter().find(running)
    }

    /// The permission somebody lacks to skip a node, to change its configuration or to say what it
    /// gives; none where that gets past no review which they may not decide.
    pub fn missing_permission(&self, id: &NodeId, scope: &ActorScope) -> Option<Lacks> {
        missing_permission(self, id, scope)
    }

    /// When its time of active work is used up; none while that time does not count.
    pub fn deadline(&self) -> Option<Timestamp> {
        let limit = self.compiled.workflow().settings.timeout_ms;
        self.running_since.map(|since| since.plus_ms(limit.saturating_sub(self.active_ms)))
    }
}

impl Guarded for Snapshot {
    fn workflow(&self) -> &Workflow {
        self.compiled.workflow()
    }

    fn config_of(&self, id: &NodeId) -> Option<&NodeConfig> {
        self.config(id)
    }

    fn status_of(&self, id: &NodeId) -> Option<NodeStatus> {
        self.nodes.get(id).map(|node| node.status)
    }

    fn changed_nodes(&self) -> Vec<&NodeId> {
        // Iterations that began before a change keep the old configuration, which may ask somebody.
        let otherwise = |(id, node): &(&NodeId, &NodeState)| {
            node.config.is_some() || self.redrawn.contains_key(id.without_round())
        };
        self.nodes.iter().filter(otherwise).map(|(id, _)| id).collect()
    }
}

impl NodeState {
    /// The row of a node before anything happened to it.
    pub(super) fn pending(row: Uuid) -> Self {
        Self {
            row,
            status: NodeStatus::Pending,
            generation: 1,
            hold: None,
            config: None,
            feedback: None,
            review: None,
            iterations: vec![],
            planned: None,
            output: None,
            failure: None,
            jobs_total: 0,
            jobs_settled: 0,
            started_at: None,
            ended_at: None,
        }
    }

    /// Whether it is a loop whose iterations go on.
    pub(super) fn is_open_loop(&self) -> bool {
        let open = matches!(self.status, NodeStatus::Ready | NodeStatus::Running);
        open && !self.iterations.is_empty()
    }

    fn settled_share(&self) -> f64 {
        if let Some(share) = self.status.settled_share() {
            return share;
        }
        let (settled, total) = match self.iterations.len() {
            0 => (self.jobs_settled, self.jobs_total),
            iterations => {
                let over = self.iterations.iter().filter(|iteration| iteration.is_over()).count();
                (count(over), count(iterations))
            }
        };
        if total == 0 { 0.0 } else { f64::from(settled) / f64::from(total) }
    }
}

fn count(iterations: usize) -> i32 {
    i32::try_from(iterations).unwrap_or(i32::MAX)
}

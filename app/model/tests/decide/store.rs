//! Rows in memory, written as the engine's store writes them: every guard is checked.

use std::{collections::BTreeMap, sync::Arc};

use model::{
    agent::talk::Message,
    decide::{
        CompiledWorkflow, HeardCalls, JobOutput, JobState, NewJob, NodeState, Plan, ReviewChange,
        Snapshot,
    },
    execution::{
        event::{Event, EventKind},
        state::{EdgeState, Effect, JobStatus, NodeStatus},
        view::Bill,
    },
    id::{EdgeId, JobId, NodeId, ReviewId},
    review::Verdict,
    time::Timestamp,
};
use serde_json::Value;

/// Everything that is stored of one execution.
#[derive(Debug)]
pub(crate) struct Store {
    /// The execution's own row, as a snapshot without rows below.
    pub(crate) row: Snapshot,
    pub(crate) progress_percent: u8,
    pub(crate) current_node: Option<NodeId>,
    pub(crate) deadline: Option<Timestamp>,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) nodes: BTreeMap<NodeId, NodeState>,
    pub(crate) edges: BTreeMap<EdgeId, EdgeState>,
    pub(crate) jobs: BTreeMap<JobId, JobState>,
    /// Claims by job and fence, with how they ended.
    pub(crate) attempts: BTreeMap<(JobId, i64), &'static str>,
    pub(crate) charged: BTreeMap<JobId, Bill>,
    pub(crate) events: Vec<Event>,
    pub(crate) versions: BTreeMap<(NodeId, i32, String), i32>,
    /// The talks of agents by job and generation: each message with its turn.
    pub(crate) talks: BTreeMap<(JobId, i32), Vec<(u32, Message)>>,
    /// What people said of calls of agents.
    pub(crate) heard: Vec<HeardCalls>,
    /// A node before anything happened to it.
    blank: NodeState,
    /// Reviews with how they ended.
    reviews: BTreeMap<ReviewId, Option<Verdict>>,
}

impl Store {
    /// What launching inserts before its plan is written.
    pub(crate) fn new(mut row: Snapshot) -> Self {
        Self {
            blank: row.nodes.values().next().cloned().expect("a node"),
            nodes: std::mem::take(&mut row.nodes),
            edges: std::mem::take(&mut row.edges),
            row,
            progress_percent: 0,
            current_node: None,
            deadline: None,
            ended_at: None,
            jobs: BTreeMap::new(),
            attempts: BTreeMap::new(),
            charged: BTreeMap::new(),
            events: vec![],
            versions: BTreeMap::new(),
            talks: BTreeMap::new(),
            heard: vec![],
            reviews: BTreeMap::new(),
        }
    }

    pub(crate) fn compiled_workflow(&self) -> Arc<CompiledWorkflow> {
        self.row.compiled.clone()
    }

    /// What the engine would load.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let open =
            |id: &NodeId| self.nodes[id].status != NodeStatus::Completed || self.lacks_items(id);
        let current = |job: &JobState| job.generation == self.nodes[&job.node].generation;
        let jobs = self.jobs.iter().filter(|(_, job)| open(&job.node) && current(job));
        let versions = self.versions.iter().filter(|((node, ..), _)| open(node));
        Snapshot {
            nodes: self.nodes.clone(),
            edges: self.edges.clone(),
            jobs: jobs.map(|(id, job)| (*id, job.clone())).collect(),
            versions: versions.map(|(key, version)| (key.clone(), *version)).collect(),
            ..self.row.clone()
        }
    }

    fn lacks_items(&self, id: &NodeId) -> bool {
        self.jobs.values().any(|job| job.node == *id && job.status == JobStatus::Failed)
    }

    /// The jobs a worker holds, oldest id first.
    pub(crate) fn running(&self) -> Vec<&JobState> {
        self.jobs.values().filter(|job| job.status == JobStatus::Running).collect()
    }

    /// A worker notes that the job's outside call has left.
    pub(crate) fn sent(&mut self, id: JobId) {
        let job = self.jobs.get_mut(&id).unwrap();
        assert_eq!(job.status, JobStatus::Running);
        job.effect = Effect::Sent;
    }

    /// Writes a plan; panics where the engine would roll back.
    pub(crate) fn apply(&mut self, plan: &Plan) {
        self.write_execution(plan);
        for new in &plan.new_nodes {
            assert_eq!(new.rank, self.compiled_workflow().rank(&new.node));
            let row = NodeState { row: new.row, ..self.blank.clone() };
            assert!(self.nodes.insert(new.node.clone(), row).is_none(), "a node is added once");
        }
        for edge in &plan.new_edges {
            assert!(self.edges.insert(edge.clone(), EdgeState::Pending).is_none());
        }
        self.write_nodes(plan);
        for id in &plan.reopened {
            self.edges.insert(id.clone(), EdgeState::Pending);
        }
        for (id, state) in &plan.edges {
            let edge = self.edges.get_mut(id).expect("an edge that exists");
            assert_eq!(*edge, EdgeState::Pending, "edge {id} settles once");
            *edge = *state;
        }
        for new in &plan.new_jobs {
            self.insert_job(new);
        }
        for change in &plan.jobs {
            let job = self.jobs.get_mut(&change.state.id).expect("a job that exists");
            assert_eq!((job.status, job.fence), (change.expected, change.expected_fence));
            *job = change.state.clone();
        }
        self.write_attempts(plan);
        self.write_outputs(plan);
        self.write_reviews(plan);
        self.write_talks(plan);
        for event in &plan.events {
            self.append(event);
        }
    }

    fn write_execution(&mut self, plan: &Plan) {
        assert_eq!((plan.execution, plan.workspace), (self.row.id, self.row.workspace));
        assert_eq!(
            (self.row.event_seq, self.row.status),
            (plan.expected_seq, plan.expected_status)
        );
        self.row.event_seq = plan.events.last().map_or(plan.expected_seq, |event| event.seq);
        self.row.status = plan.status;
        self.row.pause_reason = plan.pause_reason;
        self.row.end_reason = plan.end_reason;
        self.row.error = plan.error.clone();
        self.row.output = plan.output.clone();
        self.row.active_ms = plan.active_ms;
        self.row.running_since = plan.running_since;
        self.row.bill = plan.bill;
        self.row.auto_run = plan.auto_run;
        self.row.budget = plan.budget;
        self.row.breakpoints = plan.breakpoints.iter().cloned().collect();
        self.row.redrawn.extend(plan.redrawn.clone());
        self.progress_percent = plan.progress_percent;
        self.current_node = plan.current_node.clone();
        self.deadline = plan.deadline;
        let end = plan.events.iter().rfind(|event| event.kind.is_end()).map(|event| event.at);
        self.ended_at = end.or(self.ended_at).filter(|_| plan.status.is_over());
    }

    fn write_nodes(&mut self, plan: &Plan) {
        for change in &plan.nodes {
            let node = self.nodes.get_mut(&change.node).expect("a node that exists");
            assert_eq!((node.row, node.status), (change.state.row, change.expected));
            *node = NodeState { planned: node.planned.take(), ..change.state.clone() };
        }
        for change in &plan.loops {
            let mut nodes = self.nodes.values_mut();
            let node = nodes.find(|node| node.row == change.node_row).expect("a loop that exists");
            assert_ne!(node.planned, change.planned, "only what has changed is written");
            node.planned = change.planned.clone();
        }
    }

    fn insert_job(&mut self, new: &NewJob) {
        let job = &new.state;
        assert_eq!(new.node_row, self.nodes[&job.node].row);
        let compiled = self.compiled_workflow();
        assert_eq!(new.kind, compiled.node(&job.node).unwrap().kind().key());
        let unanswered = (&job.values, &job.failure, job.bill, job.effect);
        assert_eq!(unanswered, (&None, &None, Bill::default(), Effect::Intent));
        assert!(self.jobs.insert(job.id, job.clone()).is_none(), "a job is inserted once");
    }

    fn write_attempts(&mut self, plan: &Plan) {
        for ended in &plan.attempts {
            let before = self.attempts.insert((ended.job, ended.fence), ended.status);
            assert!(before.is_none(), "a fence names one attempt, which ends once");
        }
    }

    fn write_outputs(&mut self, plan: &Plan) {
        for made in &plan.outputs {
            let nothing = JobOutput::default();
            let is_something = made.output != nothing || !made.external_refs.is_empty();
            assert!(is_something, "what made nothing is written in one statement");
            assert_eq!(made.versions.len(), made.output.artifacts.len());
            for (artifact, version) in made.output.artifacts.iter().zip(&made.versions) {
                let key = (made.node.clone(), made.item, artifact.port.clone());
                let before = self.versions.insert(key, *version).unwrap_or(0);
                assert_eq!(*version, before + 1, "versions are numbered without gaps");
            }
        }
        for (job, charge) in &plan.charges {
            let bill = self.charged.entry(*job).or_default();
            *bill = bill.plus(charge.into());
        }
    }

    /// A talk grows at its end, and its job knows how far it has come.
    fn write_talks(&mut self, plan: &Plan) {
        for added in &plan.talks {
            let talk = self.talks.entry((added.job, added.generation)).or_default();
            assert_eq!(usize::try_from(added.first), Ok(talk.len()));
            talk.extend(added.messages.clone());
        }
        self.heard.extend(plan.heard.clone());
        for ((id, generation), talk) in &self.talks {
            let job = &self.jobs[id];
            let known = usize::try_from(job.talk.messages).unwrap();
            assert!(job.generation != *generation || known == talk.len(), "{job:?}");
        }
    }

    /// A review begins once, ends once, and gains approvals in between.
    fn write_reviews(&mut self, plan: &Plan) {
        for change in &plan.reviews {
            match change {
                ReviewChange::Opened { state, .. } => {
                    assert!(self.reviews.insert(state.id, None).is_none());
                }
                ReviewChange::Approved { review, .. }
                | ReviewChange::Reassigned { review, .. }
                | ReviewChange::BroughtForward { review, .. } => {
                    assert_eq!(self.reviews[review], None);
                }
                ReviewChange::Decided { review, verdict, .. } => {
                    assert_eq!(self.reviews.insert(*review, Some(*verdict)), Some(None));
                }
            }
        }
        let open = self.reviews.iter().filter(|(_, verdict)| verdict.is_none());
        let open: Vec<_> = open.map(|(id, _)| *id).collect();
        let mut waited: Vec<_> =
            self.nodes.values().filter_map(|node| node.review.as_ref()).map(|r| r.id).collect();
        waited.sort();
        assert_eq!(open, waited, "every open review is waited for");
    }

    /// Events are kept as JSON: what is read back is what was written.
    fn append(&mut self, event: &Event) {
        let last = self.events.last().map_or(0, |event| event.seq);
        assert_eq!(event.seq, last + 1, "events are numbered without gaps");
        let stored: Value = serde_json::to_value(&event.kind).unwrap();
        let kind: EventKind = serde_json::from_value(stored).unwrap();
        assert_eq!(kind, event.kind);
        if let EventKind::ArtifactCreated { artifact } = &kind
            && artifact.restored.is_some()
        {
            let key = (artifact.node.clone(), artifact.item, artifact.port.clone());
            let before = self.versions.insert(key, artifact.version);
            assert_eq!(before, Some(artifact.version - 1), "versions are numbered without gaps");
        }
        self.events.push(Event { kind, ..*event });
    }
}

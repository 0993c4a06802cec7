//! What an executor is given for one attempt.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use model::{
    connect,
    decide::{Frozen, JobState, Snapshot},
    execution::state::NodeStatus,
    expr::Scope,
    id::{ExecutionId, JobId, NodeId, WorkspaceId},
    time::Timestamp,
    workflow::Node,
};
use serde_json::Value;
use sqlx::PgPool;

use super::streamed_text::StreamedText;
use crate::{
    error::{Doing, Result},
    limits::Limits,
    store::{
        executions::{self, Held},
        library::titles::claim_title,
    },
};

/// One attempt of one job, with everything it may read.
pub struct JobContext {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Of which execution.
    pub execution: ExecutionId,
    /// The job.
    pub job: JobId,
    /// The claim it is held under.
    pub fence: i64,
    /// 1 for the first try that counts.
    pub attempt: i32,
    /// Its place among the node's jobs, from 0.
    pub item: u32,
    /// How many jobs the node has.
    pub count: u32,
    /// The node's generation.
    pub generation: i32,
    /// What expressions may read, `${index}` and `${count}` included.
    pub scope: Scope,
    /// What a reviewer asked to be different this time.
    pub feedback: Option<String>,
    /// The execution whose recorded answer it gives instead of working.
    pub replays: Option<ExecutionId>,
    /// The node, of its round.
    pub node_id: NodeId,
    node: Option<Node>,
    frozen: Arc<Frozen>,
    pool: PgPool,
    limits: Limits,
    called: AtomicBool,
}

impl JobContext {
    /// The context of a job just claimed.
    pub(crate) fn new(pool: PgPool, limits: Limits, snapshot: &Snapshot, job: &JobState) -> Self {
        let count = snapshot.nodes.get(&job.node).map_or(1, |node| node.jobs_total);
        let (item, count) = (positive(job.item), positive(count));
        // The instant of the claim: a repeated attempt may see another one.
        let now = job.started_at.unwrap_or(job.run_at);
        Self {
            workspace: snapshot.workspace,
            execution: snapshot.id,
            job: job.id,
            fence: job.fence,
            attempt: job.attempt,
            item,
            count,
            generation: job.generation,
            scope: scope(snapshot, job, now, item, count),
            feedback: snapshot.nodes.get(&job.node).and_then(|node| node.feedback.clone()),
            replays: snapshot.replays.as_ref().map(|replayed| replayed.origin),
            node_id: job.node.clone(),
            node: snapshot.effective_node(&job.node),
            frozen: snapshot.frozen.clone(),
            pool,
            limits,
            called: AtomicBool::new(false),
        }
    }

    /// Whether an outside call has left in this attempt, or was about to.
    pub fn has_called(&self) -> bool {
        self.called.load(Ordering::Relaxed)
    }

    /// The node as it was frozen at launch, with what was changed for this execution.
    pub fn node(&self) -> Option<&Node> {
        self.node.as_ref()
    }

    /// What comes in by a port of the node: what an input without a reference takes.
    pub fn input(&self, port: &str) -> Option<Value> {
        connect::input(self.frozen.workflow(), &self.node.as_ref()?.id, port, &self.scope)
    }

    /// Whether its policy allows no other after this attempt.
    pub fn is_last_attempt(&self) -> bool {
        let policy = |node| self.frozen.workflow().retry_policy(node).max_attempts;
        u32::try_from(self.attempt).unwrap_or(0) >= self.node.as_ref().map_or(1, policy)
    }

    /// How much active time its execution may take, in milliseconds.
    pub fn time_limit_ms(&self) -> u64 {
        self.frozen.workflow().settings.timeout_ms
    }

    /// The database, for what an executor reads besides (documents, prices).
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// A title for the document that it will make, which no other of its project has.
    ///
    /// # Errors
    /// A database failure.
    pub async fn claim_title(&self, wanted: String) -> Result<String> {
        claim_title(&self.pool, (self.job, self.fence), wanted).await
    }

    /// How much may happen at once.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The same for every try of this item in this generation: lets the other side tell a repeat.
    pub fn idempotency_key(&self) -> String {
        format!("atl-{}-{}", self.job, self.generation)
    }

    /// Commits the note that an outside call is about to leave. False when the job is no longer
    /// ours: then the call must not be made.
    ///
    /// # Errors
    /// A database failure.
    pub async fn call_leaves(&self, input: &Value) -> Result<bool> {
        let mut conn = self.pool.acquire().await.doing("opening a connection to note a call")?;
        self.called.store(true, Ordering::Relaxed);
        executions::mark_sent(&mut conn, (self.job, self.fence), input, Held::default()).await
    }

    /// Starts the streamed text of this attempt.
    pub fn stream_text(&self) -> StreamedText {
        StreamedText::start(self.pool.clone(), self.execution, self.job, self.fence)
    }
}

/// In a loop a node with one job sees its round as `${index}`, one with several their own.
fn scope(snapshot: &Snapshot, job: &JobState, now: Timestamp, item: u32, count: u32) -> Scope {
    // Its items were there when it was made ready; should they be gone, what refers to them says so.
    let scope = snapshot.scope_at(&job.node, now).unwrap_or_else(|_| snapshot.scope(now));
    let scope = Scope { skipped: Arc::new(skipped(snapshot, &job.node)), ..scope };
    match scope.item {
        Some(_) if count < 2 => scope,
        _ => scope.for_item(item.into(), count.into()),
    }
}

/// The skipped steps that gave nothing, of those that a node can refer to: outside of loops, and in each
/// round that it is in.
fn skipped(snapshot: &Snapshot, node: &NodeId) -> BTreeMap<NodeId, String> {
    let frozen = &snapshot.frozen;
    let is_skipped = |id: &NodeId| {
        let state = snapshot.nodes.get(id);
        state.is_some_and(|node| node.status == NodeStatus::Skipped && node.output.is_none())
    };
    let mut found: Vec<&NodeId> = frozen.outermost().iter().filter(|id| is_skipped(id)).collect();
    let mut inside = node.clone();
    while let Some(owner) = inside.owner() {
        let mates = frozen.body(&owner).map_or(&[][..], |body| &body.nodes);
        let round = inside.round();
        found.extend(mates.iter().filter(|drawn| is_skipped(&drawn.in_round(round))));
        inside = owner;
    }
    let workflow = frozen.workflow();
    let called = |id: &NodeId| Some((id.clone(), workflow.node(id)?.title().to_owned()));
    found.into_iter().filter_map(called).collect()
}

fn positive(count: i32) -> u32 {
    u32::try_from(count).unwrap_or(0)
}

//! The context of one attempt, as its executor gets it.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use model::{
    connect,
    decide::{CompiledWorkflow, JobState, Snapshot},
    execution::state::NodeStatus,
    expr::Scope,
    id::{ExecutionId, JobId, NodeId, ToolCallId, WorkspaceId},
    time::Timestamp,
    workflow::Node,
};
use serde_json::Value;
use sqlx::PgPool;
use store::{
    calls::{
        agent_calls::{self, AgentCall},
        tool_calls::{self, ToolCall},
    },
    error::{Doing, Result},
    executions::{self, CallReservation, Claim},
    library::titles::claim_title,
};

use super::streamed_text::StreamedText;
use crate::limits::Limits;

/// One attempt of one job, with everything it may read.
pub struct JobContext {
    /// The workspace that owns the execution; everything an executor reads must belong to it.
    pub workspace: WorkspaceId,
    /// The execution that the job belongs to.
    pub execution: ExecutionId,
    /// The id of the job, the same for all its attempts.
    pub job: JobId,
    /// The number of the claim under which the job is held; a later claim has a higher one.
    pub fence: i64,
    /// The number of the attempt, from 1; attempts that only had to wait are not counted.
    pub attempt: i32,
    /// The index of the job among the jobs of its node, from 0.
    pub item: u32,
    /// How many jobs the node has.
    pub count: u32,
    /// The generation of the node: 1 at first, one more each time that the node is made again.
    pub generation: i32,
    /// The variables of expressions, `${index}` and `${count}` included.
    pub scope: Scope,
    /// The changes that a reviewer has asked for; none if the node is not made again for a review.
    pub feedback: Option<String>,
    /// The execution whose recorded answer replaces the work; none outside a replay.
    pub replays: Option<ExecutionId>,
    /// The id of the node, with its iteration if it is in a loop.
    pub node_id: NodeId,
    node: Option<Node>,
    compiled: Arc<CompiledWorkflow>,
    pool: PgPool,
    limits: Limits,
    called: AtomicBool,
}

impl JobContext {
    /// The context of a job that was just claimed.
    pub(crate) fn new(pool: PgPool, limits: Limits, snapshot: &Snapshot, job: &JobState) -> Self {
        let count = snapshot.nodes.get(&job.node).map_or(1, |node| node.jobs_total);
        let (item, count) = (positive(job.item), positive(count));
        // The time of the claim: a later attempt sees another one.
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
            compiled: snapshot.compiled.clone(),
            pool,
            limits,
            called: AtomicBool::new(false),
        }
    }

    /// Whether this attempt has made an outside call, or was about to.
    pub fn has_called(&self) -> bool {
        self.called.load(Ordering::Relaxed)
    }

    /// The node as it was launched, with the changes that people made in this execution.
    pub fn node(&self) -> Option<&Node> {
        self.node.as_ref()
    }

    /// The value at an input port of the node, for a field without an expression.
    pub fn input(&self, port: &str) -> Option<Value> {
        connect::input(self.compiled.workflow(), &self.node.as_ref()?.id, port, &self.scope)
    }

    /// Whether the retry policy of the node allows no attempt after this one, which failed so.
    pub fn is_last_attempt(&self, failure: &model::execution::failure::Failure) -> bool {
        let policy = |node| self.compiled.workflow().retry_policy(node);
        let policy = self.node.as_ref().map(policy);
        policy.is_none_or(|policy| policy.is_last(self.attempt, &failure.code))
    }

    /// The limit of the execution's active time, in milliseconds.
    pub fn time_limit_ms(&self) -> u64 {
        self.compiled.workflow().settings.timeout_ms
    }

    /// The database, for what an executor reads itself, such as documents and prices.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Reserves a title for the document that the attempt will make: `wanted`, with a number if
    /// another document of the project has it.
    ///
    /// # Errors
    /// A database failure.
    pub async fn claim_title(&self, wanted: String) -> Result<String> {
        claim_title(&self.pool, self.job, self.fence, wanted).await
    }

    /// How much may happen at the same time.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The idempotency key of outside calls: the same for every attempt of this job in this
    /// generation.
    pub fn idempotency_key(&self) -> String {
        format!("atl-{}-{}", self.job, self.generation)
    }

    /// Commits a note that an outside call is about to be made. False when the job was taken over:
    /// then the call must not be made.
    ///
    /// # Errors
    /// A database failure.
    pub async fn note_call(&self, input: &Value) -> Result<bool> {
        let mut conn = self.pool.acquire().await.doing("opening a connection to note a call")?;
        self.called.store(true, Ordering::Relaxed);
        executions::mark_sent(&mut conn, self.job, self.fence, input, CallReservation::default())
            .await
    }

    /// The same for the call of a tool, whose row is in the same commit.
    ///
    /// # Errors
    /// A database failure.
    pub async fn note_tool_call(&self, call: ToolCall<'_>, input: &Value) -> Result<bool> {
        self.called.store(true, Ordering::Relaxed);
        tool_calls::note(&self.pool, self.claim(), call, input).await
    }

    /// The same for a call that an agent's model asks for; gives its row, and none when the job was
    /// taken over. A call that must not be repeated blindly has an `input`: until
    /// [`JobContext::note_answer`] its loss is a question to a person.
    ///
    /// # Errors
    /// A database failure.
    pub async fn note_agent_call(
        &self,
        call: AgentCall<'_>,
        input: Option<&Value>,
    ) -> Result<Option<ToolCallId>> {
        if input.is_some() {
            self.called.store(true, Ordering::Relaxed);
        }
        agent_calls::begin(&self.pool, self.claim(), call, input).await
    }

    /// The end of the call that was noted last is recorded.
    pub fn note_answer(&self) {
        self.called.store(false, Ordering::Relaxed);
    }

    /// The claim under which this attempt holds its job.
    pub fn claim(&self) -> Claim {
        Claim {
            workspace: self.workspace,
            execution: self.execution,
            job: self.job,
            fence: self.fence,
        }
    }

    /// Starts the streamed text of this attempt.
    pub fn stream_text(&self) -> StreamedText {
        StreamedText::start(self.pool.clone(), self.execution, self.job, self.fence)
    }
}

/// The variables of a job's expressions. In a loop `${index}` is the iteration for a node with one
/// job, and the job's own index for a node with several.
fn scope(snapshot: &Snapshot, job: &JobState, now: Timestamp, item: u32, count: u32) -> Scope {
    // The items existed when the job was made ready; if they are gone, expressions that read them
    // fail.
    let scope = snapshot.scope_at(&job.node, now).unwrap_or_else(|_| snapshot.scope(now));
    let scope = Scope { skipped: Arc::new(skipped_nodes(snapshot, &job.node)), ..scope };
    match scope.item {
        Some(_) if count < 2 => scope,
        _ => scope.for_item(item.into(), count.into()),
    }
}

/// The titles of skipped nodes without output among those that a node can refer to: outside of
/// loops, and in each iteration that the node is in.
fn skipped_nodes(snapshot: &Snapshot, node: &NodeId) -> BTreeMap<NodeId, String> {
    let compiled = &snapshot.compiled;
    let is_skipped = |id: &NodeId| {
        let state = snapshot.nodes.get(id);
        state.is_some_and(|node| node.status == NodeStatus::Skipped && node.output.is_none())
    };
    let mut found: Vec<&NodeId> = compiled.outermost().iter().filter(|id| is_skipped(id)).collect();
    let mut inside = node.clone();
    while let Some(owner) = inside.owner() {
        let mates = compiled.body(&owner).map_or(&[][..], |body| &body.nodes);
        let iteration = inside.round();
        found.extend(mates.iter().filter(|drawn| is_skipped(&drawn.in_round(iteration))));
        inside = owner;
    }
    let workflow = compiled.workflow();
    let called = |id: &NodeId| Some((id.clone(), workflow.node(id)?.title().to_owned()));
    found.into_iter().filter_map(called).collect()
}

fn positive(count: i32) -> u32 {
    u32::try_from(count).unwrap_or(0)
}

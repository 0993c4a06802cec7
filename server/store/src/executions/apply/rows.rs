//! The rows that plans write, as composite types of the database (migration 0043): a struct's
//! fields are the columns of its type, in their order.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use model::{
    decide::{EndedAttempt, JobChange, NewJob, NodeChange, NodeState, Plan, Snapshot},
    execution::{
        event::EventKind,
        failure::Failure,
        state::{EdgeState, NodeStatus, RoundState},
    },
    id::{EdgeId, NodeId},
};
use serde_json::{Map, Value};
use sqlx::{
    Encode, Postgres, Type,
    postgres::{PgHasArrayType, PgTypeInfo},
    types::Json,
};
use uuid::Uuid;

use super::{instant, optional_instant};

/// The rows that plans write, one list per table.
#[derive(Default)]
pub(super) struct Rows<'a> {
    pub(super) executions: Vec<Execution<'a>>,
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) edges: Vec<Edge<'a>>,
    pub(super) new_jobs: Vec<NewJobRow<'a>>,
    pub(super) jobs: Vec<Job<'a>>,
    pub(super) attempts: Vec<Attempt<'a>>,
    pub(super) events: Vec<Events<'a>>,
}

impl<'a> Rows<'a> {
    /// The rows that these plans change or add.
    pub(super) fn from_plans(plans: &'a [Plan]) -> Self {
        let mut rows = Self::default();
        for plan in plans {
            rows.executions.push(Execution::from_plan(plan));
            rows.nodes.extend(plan.nodes.iter().map(Node::from_change));
            rows.edges.extend(plan.edges.iter().map(|(edge, state)| Edge::new(plan, edge, *state)));
            rows.new_jobs.extend(plan.new_jobs.iter().map(|new| NewJobRow::new(plan, new)));
            rows.jobs.extend(plan.jobs.iter().map(Job::from_change));
            rows.attempts.extend(plan.attempts.iter().map(|ended| Attempt::new(plan, ended)));
            rows.events.extend(event_rows(plan));
        }
        rows
    }

    /// The rows of an execution that begins with this plan: all its nodes as they are `after` it.
    pub(super) fn for_new_execution(plan: &'a Plan, after: &'a Snapshot) -> Self {
        Self {
            nodes: after.nodes.values().map(Node::new).collect(),
            edges: Edge::for_new_execution(plan),
            ..Self::from_plans(std::slice::from_ref(plan))
        }
    }

    /// How many rows the statement must find as expected: executions, nodes, edges, jobs; and no
    /// claimant that was declared lost.
    pub(super) fn expected_counts(&self) -> Vec<i64> {
        let counts =
            [self.executions.len(), self.nodes.len(), self.edges.len(), self.jobs.len(), 0];
        counts.into_iter().map(|count| i64::try_from(count).unwrap_or(i64::MAX)).collect()
    }
}

/// The number of the last event of an execution once its plan is written.
pub(super) fn last_seq(plan: &Plan) -> i64 {
    plan.events.last().map_or(plan.expected_seq, |event| event.seq)
}

/// Makes a row type, and arrays of it, a composite type of the database.
macro_rules! composite_types {
    ($($row:ident as $name:literal),+ $(,)?) => {$(
        impl Type<Postgres> for $row<'_> {
            fn type_info() -> PgTypeInfo {
                PgTypeInfo::with_name($name)
            }
        }

        impl PgHasArrayType for $row<'_> {
            fn array_type_info() -> PgTypeInfo {
                PgTypeInfo::array_of($name)
            }
        }
    )+};
}

composite_types! {
    Execution as "written_execution",
    Node as "written_node",
    Edge as "written_edge",
    NewJobRow as "written_new_job",
    Job as "written_job",
    Attempt as "written_attempt",
    Events as "written_events",
}

#[derive(Encode)]
pub(super) struct Execution<'a> {
    id: Uuid,
    expected_seq: i64,
    expected: &'static str,
    seq: i64,
    status: &'static str,
    pause_reason: Option<&'static str>,
    end_reason: Option<&'static str>,
    error: Option<&'a str>,
    output: Option<Json<&'a Value>>,
    percent: i16,
    current_node: Option<&'a str>,
    active: i64,
    since: Option<DateTime<Utc>>,
    deadline: Option<DateTime<Utc>>,
    over: bool,
    ended: Option<DateTime<Utc>>,
    input_tokens: i64,
    output_tokens: i64,
    cost: i64,
    unpriced: i64,
    samples: i64,
    auto_run: bool,
    breakpoints: Json<&'a [NodeId]>,
    budget: Option<i64>,
    jobs_running: i32,
    next_run: Option<DateTime<Utc>>,
    decided: Option<DateTime<Utc>>,
    clock_back: bool,
}

impl<'a> Execution<'a> {
    fn from_plan(plan: &'a Plan) -> Self {
        let mut ends = plan.events.iter().filter(|event| event.kind.is_end());
        let end = ends.next_back().filter(|_| plan.status.is_over());
        Self {
            id: plan.execution.0,
            expected_seq: plan.expected_seq,
            expected: plan.expected_status.as_str(),
            seq: last_seq(plan),
            status: plan.status.as_str(),
            pause_reason: plan.pause_reason.map(|reason| reason.as_str()),
            end_reason: plan.end_reason.map(|reason| reason.as_str()),
            error: plan.error.as_deref(),
            output: plan.output.as_ref().filter(|output| !output.is_null()).map(Json),
            percent: plan.progress_percent.into(),
            current_node: plan.current_node.as_ref().map(NodeId::as_str),
            active: i64::try_from(plan.active_ms).unwrap_or(i64::MAX),
            since: optional_instant(plan.running_since),
            deadline: optional_instant(plan.deadline),
            over: plan.status.is_over(),
            ended: end.map(|event| instant(event.at)),
            input_tokens: plan.bill.input_tokens,
            output_tokens: plan.bill.output_tokens,
            cost: plan.bill.cost_micros,
            unpriced: plan.bill.unpriced_calls,
            samples: plan.bill.sample_calls,
            auto_run: plan.auto_run,
            breakpoints: Json(&plan.breakpoints),
            budget: plan.budget,
            jobs_running: plan.jobs_running,
            next_run: optional_instant(plan.next_run_at),
            decided: plan.events.last().map(|event| instant(event.at)),
            clock_back: plan.clock_back(),
        }
    }
}

#[derive(Encode)]
pub(super) struct Node<'a> {
    id: Uuid,
    expected: &'static str,
    status: &'static str,
    generation: i32,
    total: i32,
    settled: i32,
    output: Option<Json<&'a Map<String, Value>>>,
    failure: Option<Json<&'a Failure>>,
    started: Option<DateTime<Utc>>,
    ended: Option<DateTime<Utc>>,
    hold: Option<&'static str>,
    config: Option<Json<Value>>,
    feedback: Option<&'a str>,
    rounds: String,
}

impl<'a> Node<'a> {
    fn from_change(change: &'a NodeChange) -> Self {
        Self { expected: change.expected.as_str(), ..Self::new(&change.state) }
    }

    /// A node that has no row yet.
    fn new(state: &'a NodeState) -> Self {
        Self {
            id: state.row,
            expected: NodeStatus::Pending.as_str(),
            status: state.status.as_str(),
            generation: state.generation,
            total: state.jobs_total,
            settled: state.jobs_settled,
            output: state.output.as_deref().map(Json),
            failure: state.failure.as_ref().map(Json),
            started: optional_instant(state.started_at),
            ended: optional_instant(state.ended_at),
            hold: state.hold.map(|hold| hold.as_str()),
            config: state.config.as_deref().map(|config| Json(config.to_value())),
            feedback: state.feedback.as_deref(),
            rounds: RoundState::letters(&state.iterations),
        }
    }
}

#[derive(Encode)]
pub(super) struct Edge<'a> {
    execution: Uuid,
    edge: &'a str,
    state: &'static str,
}

impl<'a> Edge<'a> {
    /// The edges that have a row when an execution begins: all edges of an iteration that begins,
    /// and of the others those that are settled.
    fn for_new_execution(plan: &'a Plan) -> Vec<Self> {
        let settled: BTreeSet<&EdgeId> = plan.edges.iter().map(|(edge, _)| edge).collect();
        let pending =
            plan.new_edges.iter().filter(|edge| !settled.contains(edge)).map(|edge| Self {
                execution: plan.execution.0,
                edge: edge.as_str(),
                state: EdgeState::Pending.as_str(),
            });
        pending
            .chain(plan.edges.iter().map(|(edge, state)| Self::new(plan, edge, *state)))
            .collect()
    }

    fn new(plan: &Plan, edge: &'a EdgeId, state: EdgeState) -> Self {
        Self { execution: plan.execution.0, edge: edge.as_str(), state: state.as_str() }
    }
}

#[derive(Encode)]
pub(super) struct NewJobRow<'a> {
    id: Uuid,
    workspace: Uuid,
    execution: Uuid,
    node_row: Uuid,
    node: &'a str,
    item: i32,
    generation: i32,
    kind: &'static str,
    status: &'static str,
    attempt: i32,
    lost: i32,
    fence: i64,
    worker: Option<Uuid>,
    run_at: DateTime<Utc>,
    started: Option<DateTime<Utc>>,
    ended: Option<DateTime<Utc>>,
}

impl<'a> NewJobRow<'a> {
    fn new(plan: &Plan, new: &'a NewJob) -> Self {
        let job = &new.state;
        Self {
            id: job.id.0,
            workspace: plan.workspace.0,
            execution: plan.execution.0,
            node_row: new.node_row,
            node: job.node.as_str(),
            item: job.item,
            generation: job.generation,
            kind: new.kind,
            status: job.status.as_str(),
            attempt: job.attempt,
            lost: job.lost,
            fence: job.fence,
            worker: job.worker.map(|worker| worker.0),
            run_at: instant(job.run_at),
            started: optional_instant(job.started_at),
            ended: optional_instant(job.ended_at),
        }
    }
}

#[derive(Encode)]
pub(super) struct Job<'a> {
    id: Uuid,
    expected: &'static str,
    expected_fence: i64,
    generation: i32,
    status: &'static str,
    attempt: i32,
    lost: i32,
    fence: i64,
    worker: Option<Uuid>,
    run_at: DateTime<Utc>,
    effect: &'static str,
    output: Option<Json<&'a Map<String, Value>>>,
    failure: Option<Json<&'a Failure>>,
    input_tokens: i64,
    output_tokens: i64,
    cost: i64,
    unpriced: i64,
    samples: i64,
    started: Option<DateTime<Utc>>,
    ended: Option<DateTime<Utc>>,
    child: Option<Uuid>,
}

impl<'a> Job<'a> {
    fn from_change(change: &'a JobChange) -> Self {
        let job = &change.state;
        Self {
            id: job.id.0,
            expected: change.expected.as_str(),
            expected_fence: change.expected_fence,
            generation: job.generation,
            status: job.status.as_str(),
            attempt: job.attempt,
            lost: job.lost,
            fence: job.fence,
            worker: job.worker.map(|worker| worker.0),
            run_at: instant(job.run_at),
            effect: job.effect.as_str(),
            output: job.values.as_ref().map(Json),
            failure: job.failure.as_ref().map(Json),
            input_tokens: job.bill.input_tokens,
            output_tokens: job.bill.output_tokens,
            cost: job.bill.cost_micros,
            unpriced: job.bill.unpriced_calls,
            samples: job.bill.sample_calls,
            started: optional_instant(job.started_at),
            ended: optional_instant(job.ended_at),
            child: job.child.map(|child| child.0),
        }
    }
}

#[derive(Encode)]
pub(super) struct Attempt<'a> {
    job: Uuid,
    fence: i64,
    execution: Uuid,
    attempt: i32,
    worker: Uuid,
    status: &'static str,
    failure: Option<Json<&'a Failure>>,
    started: DateTime<Utc>,
    ended: DateTime<Utc>,
}

impl<'a> Attempt<'a> {
    fn new(plan: &Plan, attempt: &'a EndedAttempt) -> Self {
        Self {
            job: attempt.job.0,
            fence: attempt.fence,
            execution: plan.execution.0,
            attempt: attempt.attempt,
            worker: attempt.worker.0,
            status: attempt.status,
            failure: attempt.failure.as_ref().map(Json),
            started: instant(attempt.started_at),
            ended: instant(attempt.ended_at),
        }
    }
}

#[derive(Encode)]
pub(super) struct Events<'a> {
    execution: Uuid,
    seq: i64,
    at: DateTime<Utc>,
    events: Json<Vec<&'a EventKind>>,
}

/// Events of one moment share a row, under the number of the last.
fn event_rows(plan: &Plan) -> impl Iterator<Item = Events<'_>> {
    plan.events.chunk_by(|one, next| one.at == next.at).filter_map(|moment| {
        let last = moment.last()?;
        Some(Events {
            execution: plan.execution.0,
            seq: last.seq,
            at: instant(last.at),
            events: Json(moment.iter().map(|event| &event.kind).collect()),
        })
    })
}

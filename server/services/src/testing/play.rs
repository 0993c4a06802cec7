//! Workflows of text nodes, and executors that end their attempts as a test says.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use backend::actor::Actor;
use model::{
    access::Role,
    decide::{ArtifactOut, ArtifactOutBody, DocumentOut, JobOutput, Outcome},
    execution::{failure::Failure, question::QuestionCard},
    id::{ArtifactId, DocumentId, ExecutionId, JobId, NodeId, UserId},
    nodes::NodeKind,
    workflow::Workflow,
};
use serde_json::{Map, Value, json};
use store::accounts::{self, NewUser};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::world::{GIVE_UP, World, hear, quick, workspace};
use engine::{
    exec::{Worker, WorkerConfig, WorkerDeps, advance::Advance, event_bus::EventBus},
    executors::{Attempt, Executor, Executors},
    job::JobContext,
};

const HOUR: Duration = Duration::from_secs(3600);

/// A workflow of text nodes (id, quantity) and connections; it has a `start` and an `end`.
pub fn workflow(steps: &[(&str, u32)], edges: &[(&str, &str)]) -> Workflow {
    let bare = |id: &str| node(id, id, &json!({}));
    let text = |(id, quantity): &(&str, u32)| {
        let config = json!({
            "prompt": format!("Write one sentence about {id}."),
            "quantity": quantity,
            "save_as_document": true,
        });
        node(id, "generate_copy", &config)
    };
    let nodes = [bare("start")].into_iter().chain(steps.iter().map(text)).chain([bare("end")]);
    let edges = edges.iter().map(|(source, target)| {
        let handle = if *source == "start" { "all" } else { "texts" };
        json!({
            "id": format!("{source}_{target}"), "source": source, "sourceHandle": handle,
            "target": target, "targetHandle": "input",
        })
    });
    let (nodes, edges): (Vec<_>, Vec<_>) = (nodes.collect(), edges.collect());
    serde_json::from_value(json!({"name": "Play", "nodes": nodes, "edges": edges})).unwrap()
}

/// A workflow of nodes (id, type, configuration) and connections (`node` or `node.port`, node),
/// with a `start` and an `end`.
pub fn graph(nodes: &[(&str, &str, Value)], edges: &[(&str, &str)]) -> Workflow {
    let ends = [node("start", "start", &json!({})), node("end", "end", &json!({}))];
    let nodes = nodes.iter().map(|(id, kind, config)| node(id, kind, config)).chain(ends);
    let edges = edges.iter().map(|(from, target)| {
        let (source, port) = from.split_once('.').unwrap_or((from, ""));
        let mut edge =
            json!({"id": format!("{from}-{target}"), "source": source, "target": target});
        if !port.is_empty() {
            edge["sourceHandle"] = port.into();
        }
        edge
    });
    let (nodes, edges): (Vec<_>, Vec<_>) = (nodes.collect(), edges.collect());
    serde_json::from_value(json!({"name": "Graph", "nodes": nodes, "edges": edges})).unwrap()
}

fn node(id: &str, kind: &str, config: &Value) -> Value {
    let data = json!({"label": id, "config": config});
    json!({"id": id, "type": kind, "position": {"x": 0, "y": 0}, "data": data})
}

/// The same with these of its nodes inside a loop of it.
pub fn inside(mut workflow: Workflow, around: &str, nodes: &[&str]) -> Workflow {
    for id in nodes {
        let node = workflow.nodes.iter_mut().find(|node| node.id.as_str() == *id).unwrap();
        node.parent_id = Some(around.into());
    }
    workflow
}

/// `start`, one text node `write` with so many jobs, `end`.
pub fn copies(quantity: u32) -> Workflow {
    workflow(&[("write", quantity)], &[("start", "write"), ("write", "end")])
}

/// An attempt that makes a document of this title.
pub fn wrote(title: &str) -> Attempt {
    let document = DocumentOut {
        id: DocumentId(Uuid::now_v7()),
        title: title.to_owned(),
        content: title.to_owned(),
        status: "draft".to_owned(),
        sample: true,
    };
    let values = Map::from_iter([("texts".to_owned(), json!([title]))]);
    Attempt::from_output(JobOutput { values, documents: vec![document], ..JobOutput::default() })
}

/// The same, with its text as an artifact.
pub fn with_artifact(mut attempt: Attempt, told: &str) -> Attempt {
    if let Outcome::Done(output) = &mut attempt.outcome {
        output.artifacts.push(ArtifactOut {
            id: ArtifactId(Uuid::now_v7()),
            port: "texts".to_owned(),
            body: ArtifactOutBody::Text(told.to_owned()),
            inputs: json!({}),
            provider: "sample".to_owned(),
            model: "echo".to_owned(),
            sample: true,
        });
    }
    attempt
}

/// An attempt that failed for good.
pub fn failed(words: &str) -> Attempt {
    Attempt::from_failure(Failure::permanent("refused", words))
}

/// Text nodes are worked on by this.
pub fn writing(executor: impl Executor + 'static) -> Executors {
    Executors::default().with_executor(NodeKind::GenerateCopy, executor)
}

/// A worker that never notices by itself that time passes.
pub fn patient() -> WorkerConfig {
    WorkerConfig { lease: HOUR, ..quick() }
}

/// A worker that notices nothing, as if its process were frozen.
pub fn frozen() -> WorkerConfig {
    WorkerConfig { lease: HOUR, heartbeat: HOUR, sweep: HOUR, ..quick() }
}

/// A worker that works on nothing and takes nothing over: through it a process hears the news.
pub fn listening() -> WorkerConfig {
    WorkerConfig { only: Some(vec!["nothing".to_owned()]), sweep: HOUR, ..quick() }
}

/// Ends every attempt at once, as the function says.
pub struct Answering<F>(pub F);

#[async_trait]
impl<F: Fn(&JobContext) -> Attempt + Send + Sync> Executor for Answering<F> {
    fn time_limit(&self) -> Duration {
        HOUR
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        (self.0)(context)
    }
}

/// An attempt that is under way until the test answers it.
pub struct Call {
    /// Of which node.
    pub node: NodeId,
    /// The job that the attempt is of.
    pub job: JobId,
    /// Its place among the node's jobs, from 0.
    pub item: u32,
    answer: oneshot::Sender<Attempt>,
    dropped: CancellationToken,
}

impl Call {
    /// Ends the attempt; without effect when it was dropped.
    pub fn answer(self, attempt: Attempt) {
        self.answer.send(attempt).ok();
    }

    /// Waits until the worker has dropped the attempt.
    pub async fn dropped(&self) {
        self.dropped.cancelled().await;
    }
}

/// Leaves every attempt to the test.
pub struct Held(mpsc::UnboundedSender<Call>);

/// An executor and the attempts it begins.
pub fn held() -> (Held, mpsc::UnboundedReceiver<Call>) {
    let (sender, calls) = mpsc::unbounded_channel();
    (Held(sender), calls)
}

#[async_trait]
impl Executor for Held {
    fn time_limit(&self) -> Duration {
        HOUR
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        let dropped = CancellationToken::new();
        let (answer, answered) = oneshot::channel();
        let call = Call {
            node: context.node().unwrap().id.clone(),
            job: context.job,
            item: context.item,
            answer,
            dropped: dropped.clone(),
        };
        let _guard = dropped.drop_guard();
        self.0.send(call).ok();
        match answered.await {
            Ok(attempt) => attempt,
            // The test does not care for this one: it stays under way.
            Err(_) => std::future::pending().await,
        }
    }
}

/// The next calls.
pub async fn take(calls: &mut mpsc::UnboundedReceiver<Call>, count: usize) -> Vec<Call> {
    let taking = async {
        let mut taken = vec![];
        while taken.len() < count {
            taken.push(calls.recv().await.expect("the executor is there"));
        }
        taken
    };
    tokio::time::timeout(GIVE_UP, taking).await.expect("so many calls begin in time")
}

/// Between two looks at what no news tell of: who looks without a rest takes the processor from what they
/// wait for, of everybody's tests.
pub async fn rest() {
    tokio::time::sleep(Duration::from_millis(5)).await;
}

impl World {
    /// The owner of another workspace on the same server.
    pub async fn neighbour(&self) -> Actor {
        workspace(&self.services).await
    }

    /// One more member of the workspace.
    pub async fn join(&self, name: &str, role: Role) -> Actor {
        let user = UserId(Uuid::now_v7());
        let mut conn = self.db.pool.acquire().await.unwrap();
        let email = format!("{user}@example.org");
        let new = NewUser { id: user, email: &email, name, password_hash: "x" };
        accounts::insert_user(&mut conn, new).await.unwrap();
        accounts::insert_membership(&mut conn, self.owner.workspace, user, role).await.unwrap();
        Actor { user, role, ..self.owner.clone() }
    }

    /// The question that an execution asks; it asks no other.
    pub async fn only_question(&self, execution: ExecutionId) -> QuestionCard {
        let open = self.services.reviews.questions(&self.owner, Some(execution)).await;
        let mut open = open.unwrap();
        assert_eq!(open.len(), 1);
        open.remove(0)
    }

    /// A worker that shares nothing but the database, as in a process of its own.
    pub fn worker_elsewhere(&self, executors: Executors, config: WorkerConfig) -> Worker {
        let (pool, bus) = (self.db.pool.clone(), EventBus::default());
        let limits = self.services.context().deps.limits;
        let deps = WorkerDeps {
            advance: Arc::new(Advance::new(pool.clone(), bus, limits)),
            pool,
            options: store::connect_options(&self.db.url, "atelier test worker").unwrap(),
            executors,
        };
        Worker::start(deps, config).unwrap()
    }

    /// Gives up every worker there is, as a sweep does when their leases have ended.
    pub async fn give_up_workers(&self) {
        let sql = "UPDATE workers SET gone_at = engine_now() WHERE gone_at IS NULL";
        sqlx::query(sql).execute(&self.db.pool).await.unwrap();
    }

    /// Makes everybody look for themselves, e.g. after the clock was moved.
    pub async fn nudge(&self) {
        sqlx::query("SELECT pg_notify('atelier_events', '')").execute(&self.db.pool).await.unwrap();
    }

    /// The number a query yields.
    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.db.pool).await.unwrap()
    }

    /// Waits until all of these are over, whose events nobody reads meanwhile. Gives up when nothing happens
    /// to any execution any more.
    pub async fn wait_all_over(&self, executions: &[ExecutionId]) {
        let ids: Vec<Uuid> = executions.iter().map(|id| id.0).collect();
        let sql = "SELECT count(*) FROM workflow_executions
                    WHERE id = ANY($1) AND status NOT IN ('completed', 'failed', 'stopped')";
        let mut news = self.services.context().bus.subscribe();
        let mut heard_at = Instant::now();
        loop {
            let open = sqlx::query_scalar(sql).bind(&ids).fetch_one(&self.db.pool);
            let open: i64 = open.await.unwrap();
            if open == 0 {
                return;
            }
            assert!(heard_at.elapsed() < GIVE_UP, "gave up waiting for {open} of {executions:?}");
            // What comes together is looked at once.
            rest().await;
            hear(&mut news, &mut heard_at, |_| true).await;
        }
    }

    /// Waits until a query yields at least that.
    pub async fn until(&self, sql: &'static str, least: i64) {
        self.look(sql, async || (self.count(sql).await >= least).then_some(())).await;
    }

    /// Looks at all news, and every second, until there is something to see.
    pub async fn look<T>(&self, what: &str, mut seen: impl AsyncFnMut() -> Option<T>) -> T {
        let mut news = self.services.context().bus.subscribe();
        let looking = async {
            loop {
                if let Some(seen) = seen().await {
                    return seen;
                }
                tokio::time::timeout(Duration::from_secs(1), news.next()).await.ok();
            }
        };
        tokio::time::timeout(GIVE_UP, looking).await.expect(what)
    }

    /// How the attempts of each job ended, in their order.
    pub async fn attempts(&self, execution: ExecutionId) -> BTreeMap<JobId, Vec<String>> {
        let sql = "SELECT job_id, status FROM job_attempts WHERE execution_id = $1
                    ORDER BY job_id, fence";
        let rows: Vec<(Uuid, String)> =
            sqlx::query_as(sql).bind(execution.0).fetch_all(&self.db.pool).await.unwrap();
        let mut attempts: BTreeMap<JobId, Vec<String>> = BTreeMap::new();
        for (job, status) in rows {
            attempts.entry(JobId(job)).or_default().push(status);
        }
        attempts
    }
}

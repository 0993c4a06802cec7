//! A database, services on a real pool, and executions whose end is awaited without asking.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use backend::actor::Actor;
use engine::{
    exec::{
        Worker, WorkerConfig, WorkerDeps,
        event_bus::{BusEvent, EventBus},
    },
    executors::{Attempt, Executors},
    limits::Limits,
};
use model::{
    decide::JobOutput,
    id::{ExecutionId, TemplateId},
    pages::LaunchRequest,
    workflow::Workflow,
};
use serde_json::json;
use services::{
    Services,
    testing::{
        play::{Answering, workflow, writing},
        world::{World, sample, services, with_limits},
    },
};
use sqlx::PgPool;
use store::{PoolSettings, templates::SystemTemplateRow};
use tempfile::TempDir;
use tokio::sync::oneshot;
use uuid::Uuid;

/// Executions in flight of one workspace, which may have ten before others wait.
const PER_WORKSPACE: usize = 8;
/// For so long nothing may happen of what is awaited, and no execution may take longer.
const GIVE_UP: Duration = Duration::from_secs(120);
/// How many processes have begun to work.
pub const WORKERS: &str = "SELECT count(*) FROM workers";

/// Where something is measured.
pub struct Stage {
    pub world: World,
    pub services: Services,
    pub ends: Ends,
    _blobs: TempDir,
}

impl Stage {
    pub async fn new() -> Self {
        let world = World::new().await;
        // Too much happens here to be looked through afterwards.
        world.db.leave_unexamined();
        let blobs = TempDir::new().unwrap();
        let services = services(pool(&world.db.url).await, &sample(), blobs.path()).await;
        // The limits of the product: who wants more at once has more workspaces.
        let services = with_limits(&services, Limits::default());
        let ends = Ends::listen(&services.context().bus);
        Self { world, services, ends, _blobs: blobs }
    }

    /// A worker of this process.
    pub fn worker(&self, executors: Executors, config: WorkerConfig) -> Worker {
        let deps = WorkerDeps {
            pool: self.services.context().pool.clone(),
            options: store::connect_options(&self.world.db.url, "bench worker").unwrap(),
            executors,
            advance: self.services.context().advance.clone(),
        };
        Worker::start(deps, config).unwrap()
    }

    /// Workspaces for so many executions at once, each with the workflow as a template.
    pub async fn places(&self, in_flight: usize, workflow: &Workflow) -> Vec<Place> {
        let mut places = vec![];
        while places.len() < in_flight {
            let owner = self.world.neighbour().await;
            let template = self.publish(&owner, workflow).await;
            let room = PER_WORKSPACE.min(in_flight - places.len());
            places.extend((0..room).map(|_| Place { owner: owner.clone(), template }));
        }
        places
    }

    async fn publish(&self, owner: &Actor, workflow: &Workflow) -> TemplateId {
        let id = TemplateId(Uuid::now_v7());
        let key = id.to_string();
        let row = SystemTemplateRow {
            key: &key,
            name: &key,
            description: "",
            category: "other",
            example_output: "",
            definition: serde_json::to_value(workflow).unwrap(),
        };
        let mut conn = self.services.context().pool.acquire().await.unwrap();
        store::templates::put_system_template(&mut conn, owner.workspace, id, row).await.unwrap();
        id
    }

    pub async fn launch(&self, place: &Place) -> ExecutionId {
        let request = LaunchRequest::for_template(place.template);
        self.services.executions.launch(&place.owner, request).await.unwrap().execution_id
    }

    /// Launches and waits for the end; how long that took.
    pub async fn run(&self, place: &Place) -> Duration {
        let begun = Instant::now();
        let id = self.launch(place).await;
        self.ends.of(id).await - begun
    }

    /// Tells how many events an execution of the workflow has when it is over.
    pub async fn learn(&self, place: &Place) {
        let id = self.launch(place).await;
        let sql =
            "SELECT event_seq FROM workflow_executions WHERE id = $1 AND status = 'completed'";
        let begun = Instant::now();
        loop {
            let query = sqlx::query_scalar(sql).bind(id.0);
            if let Some(last) = query.fetch_optional(&self.services.context().pool).await.unwrap() {
                return self.ends.expect(last);
            }
            if begun.elapsed() > GIVE_UP {
                let standing = self.standing().await;
                panic!("the first execution does not complete; {standing}");
            }
            tokio::task::yield_now().await;
        }
    }

    /// Looks every so often until a query yields at least that. Gives up when the number stays as it is.
    pub async fn until(&self, sql: &'static str, least: i64, every: Duration) {
        let (mut last, mut changed) = (-1, Instant::now());
        loop {
            let now = self.world.count(sql).await;
            if now >= least {
                return;
            }
            if now != last {
                (last, changed) = (now, Instant::now());
            }
            if changed.elapsed() > GIVE_UP {
                let standing = self.standing().await;
                panic!("it stays at {now} of {least}: {sql}; {standing}");
            }
            tokio::time::sleep(every).await;
        }
    }

    /// How many executions stand where, and an error of one that failed.
    async fn standing(&self) -> String {
        let sql = "SELECT coalesce(string_agg(concat_ws(' ', count, status, error), ', '), 'none')
                     FROM (SELECT count(*), status, min(error) AS error
                             FROM workflow_executions GROUP BY status) AS of_status";
        sqlx::query_scalar(sql).fetch_one(&self.world.db.pool).await.unwrap()
    }
}

/// A workspace's owner and a template in it.
pub struct Place {
    pub owner: Actor,
    pub template: TemplateId,
}

pub async fn pool(url: &str) -> PgPool {
    let settings = PoolSettings { application_name: "bench".to_owned(), max_connections: 20 };
    store::connect(url, settings).await.unwrap()
}

/// Steps that do nothing, each a real job.
pub fn no_op() -> Executors {
    writing(Answering(|_: &_| Attempt::from_output(JobOutput::default())))
}

/// A workflow whose steps follow each other.
pub fn chain(steps: usize) -> Workflow {
    let names: Vec<String> = (0..steps).map(|step| format!("s{step}")).collect();
    let nodes: Vec<(&str, u32)> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let stops: Vec<&str> =
        ["start"].into_iter().chain(names.iter().map(String::as_str)).chain(["end"]).collect();
    let edges: Vec<(&str, &str)> = stops.windows(2).map(|pair| (pair[0], pair[1])).collect();
    without_results(&workflow(&nodes, &edges))
}

/// The ends ask for nothing: a step that does nothing gives nothing.
pub fn without_results(workflow: &Workflow) -> Workflow {
    let mut value = serde_json::to_value(workflow).unwrap();
    for node in value["nodes"].as_array_mut().unwrap() {
        if node["type"] == "generate_copy" {
            node["data"]["config"]["save_as_document"] = json!(false);
        }
    }
    serde_json::from_value(value).unwrap()
}

/// When executions end, by the engine's own news.
#[derive(Clone)]
pub struct Ends(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    last: i64,
    over: HashMap<ExecutionId, Instant>,
    waiting: HashMap<ExecutionId, oneshot::Sender<Instant>>,
}

impl Ends {
    fn listen(bus: &EventBus) -> Self {
        let ends = Self(Arc::default());
        let (heard, mut news) = (ends.clone(), bus.subscribe());
        tokio::spawn(async move {
            while let Some(news) = news.next().await {
                if let BusEvent::Advanced(advanced) = news {
                    heard.hear(advanced.execution, advanced.seq);
                }
            }
        });
        ends
    }

    fn hear(&self, id: ExecutionId, seq: i64) {
        let now = Instant::now();
        let mut inner = self.lock();
        if inner.last == 0 || seq < inner.last {
            return;
        }
        match inner.waiting.remove(&id) {
            Some(waiter) => {
                waiter.send(now).ok();
            }
            None => {
                inner.over.insert(id, now);
            }
        }
    }

    fn expect(&self, last: i64) {
        self.lock().last = last;
    }

    pub async fn of(&self, id: ExecutionId) -> Instant {
        let receiver = {
            let mut inner = self.lock();
            if let Some(at) = inner.over.remove(&id) {
                return at;
            }
            let (sender, receiver) = oneshot::channel();
            inner.waiting.insert(id, sender);
            receiver
        };
        let waiting = tokio::time::timeout(GIVE_UP, receiver);
        waiting.await.expect("the execution ends").expect("the listener is there")
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

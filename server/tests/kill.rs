//! Worker processes that are killed at any moment: others go on, and nothing is lost or doubled.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{
    collections::BTreeSet,
    process::{Child, Command, Stdio},
    time::Duration,
};

use engine::{
    exec::{Worker, WorkerConfig, hub::News},
    executors::Executors,
    testing::{
        play::workflow,
        world::{World, none, quick},
    },
};
use model::{
    execution::state::{ExecutionStatus, NodeStatus},
    id::{ExecutionId, TemplateId},
    pages::Control,
};
use tempfile::TempDir;
use uuid::Uuid;

const HOUR: Duration = Duration::from_secs(3600);
const EXECUTIONS: usize = 60;
const KILLS: usize = 12;
/// Documents that one execution makes.
const DOCUMENTS: i64 = 5;

/// A worker process and the id it works under; killed when dropped.
struct Process {
    child: Child,
    id: Uuid,
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Worker processes on one database, and when (in milliseconds of its clock) some were killed.
struct Fleet {
    world: World,
    files: TempDir,
    known: BTreeSet<Uuid>,
    killed: Vec<(Uuid, i64)>,
    ear: Worker,
}

impl Fleet {
    async fn new() -> Self {
        let world = World::new().await;
        // Works on nothing and takes nothing over: it only hears the news for the test.
        let deaf = WorkerConfig { only: Some(vec!["nothing".to_owned()]), sweep: HOUR, ..quick() };
        let ear = world.worker_with(Executors::default(), deaf);
        let files = TempDir::new().unwrap();
        let mut fleet = Self { world, files, known: BTreeSet::new(), killed: vec![], ear };
        fleet.newcomer().await;
        fleet
    }

    /// The worker that has come since the last look.
    async fn newcomer(&mut self) -> Uuid {
        loop {
            let sql = "SELECT id FROM workers";
            let ids: Vec<Uuid> =
                sqlx::query_scalar(sql).fetch_all(&self.world.db.pool).await.unwrap();
            if let Some(id) = ids.into_iter().find(|id| !self.known.contains(id)) {
                self.known.insert(id);
                return id;
            }
            tokio::task::yield_now().await;
        }
    }

    async fn start(&mut self) -> Process {
        let child = Command::new(env!("CARGO_BIN_EXE_atelier"))
            .arg("worker")
            .env("DATABASE_URL", &self.world.db.url)
            .env("ATELIER_DATA_DIR", self.files.path())
            .env("ATELIER_SAMPLE_PACE", "500")
            .env("ATELIER_LOG", "error")
            .env_remove("ATELIER_OPENAI_BASE_URL")
            .env_remove("ATELIER_OPENAI_API_KEY")
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut process = Process { child, id: Uuid::nil() };
        let coming = tokio::time::timeout(Duration::from_secs(60), self.newcomer());
        process.id = coming.await.expect("the worker registers");
        process
    }

    /// As `kill -9` does it.
    async fn kill(&mut self, mut process: Process) {
        let sql = "SELECT (extract(epoch FROM engine_now()) * 1000)::bigint";
        let now = self.world.count(sql).await;
        process.child.kill().unwrap();
        process.child.wait().unwrap();
        self.killed.push((process.id, now));
    }

    /// Milliseconds from each kill until the last of its jobs was taken from the dead.
    async fn takeovers(&self) -> Vec<i64> {
        let mut all = vec![];
        for (worker, at) in &self.killed {
            let sql = "SELECT (extract(epoch FROM max(ended_at)) * 1000)::bigint
                         FROM job_attempts WHERE worker_id = $1 AND status = 'lost'";
            let lost: Option<i64> =
                sqlx::query_scalar(sql).bind(worker).fetch_one(&self.world.db.pool).await.unwrap();
            all.extend(lost.map(|lost| lost - at));
        }
        all.sort_unstable();
        all
    }

    /// Waits for so much news, or until there is none for a moment.
    async fn hear(&self, mut count: u32) {
        let mut news = self.world.services.hub.subscribe();
        while count > 0 {
            let next = tokio::time::timeout(Duration::from_millis(500), news.next()).await;
            let Ok(Some(news)) = next else { return };
            count -= u32::from(matches!(news, News::Advanced(_)));
        }
    }

    /// Waits for the end. A job that lost three workers in a row is left to a person: here it is.
    async fn complete(&self, id: ExecutionId) {
        loop {
            let view = self.world.wait_over(id).await;
            if view.status == ExecutionStatus::Completed {
                return;
            }
            let failed = view.nodes.iter().find(|node| node.status == NodeStatus::Failed);
            let failed = failed.unwrap_or_else(|| panic!("{view:#?}"));
            let code = failed.failure.as_ref().map(|failure| failure.code.as_str());
            assert_eq!(code, Some("worker_lost_repeatedly"), "{view:#?}");
            let retry = Control::RetryNode { node_id: failed.id.clone(), config: None };
            self.world.services.control(&self.world.owner, id, retry).await.unwrap();
        }
    }

    /// Everything is there once, whatever was killed meanwhile.
    async fn assert_complete(&self, executions: &[ExecutionId]) {
        for id in executions {
            self.complete(*id).await;
            let events = self.world.events(*id).await;
            let gapless = (1..).zip(&events).all(|(seq, event)| event.seq == seq);
            assert!(gapless, "{events:#?}");
        }
        self.world.assert_sound().await;
        let made = self.world.count("SELECT count(*) FROM documents").await;
        assert_eq!(made, DOCUMENTS * i64::try_from(executions.len()).unwrap());
        let doubled = "SELECT count(*) FROM (SELECT FROM documents GROUP BY origin_job
                        HAVING count(*) > 1) AS doubled";
        assert_eq!(self.world.count(doubled).await, 0);
    }
}

/// Two steps side by side, and one that needs both.
async fn template(world: &World) -> TemplateId {
    let edges = [("start", "a"), ("start", "b"), ("a", "c"), ("b", "c"), ("c", "end")];
    world.publish(&workflow(&[("a", 2), ("b", 1), ("c", 2)], &edges)).await
}

#[tokio::test]
async fn rel_e1_whatever_worker_is_killed_every_execution_completes_with_each_result_once() {
    let mut fleet = Fleet::new().await;
    let template = template(&fleet.world).await;
    let mut processes = vec![];
    for _ in 0..3 {
        processes.push(fleet.start().await);
    }
    let mut executions = vec![];
    for _ in 0..KILLS {
        for _ in 0..EXECUTIONS / KILLS {
            executions.push(fleet.world.launch(template, none()).await);
        }
        fleet.hear(rand::random_range(1..20)).await;
        let victim = processes.swap_remove(rand::random_range(0..processes.len()));
        fleet.kill(victim).await;
        processes.push(fleet.start().await);
    }

    fleet.assert_complete(&executions).await;

    // rel_e1b: the aim is 3.5 s for 95 of 100 and 5 s for all, measured by `make soak`; among
    // other tests on a busy machine only a stall fails.
    let takeovers = fleet.takeovers().await;
    let p95 = takeovers.get(takeovers.len() * 95 / 100).or(takeovers.last());
    println!("{} kills hit running jobs; taken over in {p95:?} ms (p95)", takeovers.len());
    assert!(!takeovers.is_empty(), "no kill hit a running job");
    assert!(takeovers.iter().all(|ms| *ms <= 30_000), "{takeovers:?}");
    drop(processes);
    fleet.ear.stop().await;
}

#[tokio::test]
async fn rel_e1b_the_only_worker_goes_on_where_it_was_killed_when_it_is_started_again() {
    let mut fleet = Fleet::new().await;
    let template = template(&fleet.world).await;
    let process = fleet.start().await;
    let mut executions = vec![];
    for _ in 0..5 {
        executions.push(fleet.world.launch(template, none()).await);
    }
    let begun = |view: &model::execution::view::ExecutionView| !view.documents.is_empty();
    fleet.world.wait(executions[0], begun).await;
    fleet.kill(process).await;
    let kept = fleet.world.count("SELECT count(*) FROM documents").await;

    let process = fleet.start().await;
    fleet.assert_complete(&executions).await;

    let before = "SELECT count(DISTINCT worker_id) FROM job_attempts WHERE status = 'completed'";
    assert_eq!(fleet.world.count(before).await, 2, "{kept} documents were there before");
    drop(process);
    fleet.ear.stop().await;
}

//! Worker processes on one database, which tests kill, freeze and starve.

use std::{
    collections::BTreeSet,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use engine::{
    exec::{Worker, event_bus::BusEvent},
    executors::Executors,
    limits::Limits,
};
use model::{
    execution::state::{ExecutionStatus, NodeStatus},
    id::{ExecutionId, TemplateId},
    pages::Control,
};
use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};
use rand::{RngExt, rngs::StdRng};
use services::testing::{
    dice::dice,
    play::{listening, rest},
    world::{GIVE_UP, ROOMY, World, none},
};
use tempfile::TempDir;
use uuid::Uuid;

/// Words a second that the sample provider writes, where nothing else is wanted.
pub const PACE: u32 = 500;
/// Who works on anything.
pub const AT_WORK: &str = "SELECT DISTINCT worker_id FROM agent_jobs WHERE status = 'running'";

/// A worker process and the id it works under; killed when dropped.
pub struct Process {
    child: Child,
    pub id: Uuid,
}

impl Process {
    /// Freezes it, lets it go on, or asks it to leave.
    pub fn send(&self, signal: Signal) {
        signal::kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal).unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Worker processes on one database, and when (in milliseconds of its clock) some were lost.
pub struct Fleet {
    pub world: World,
    files: TempDir,
    known: BTreeSet<Uuid>,
    lost: Vec<(Uuid, i64)>,
    ear: Worker,
    way: String,
    /// Who is hit, and after how much news.
    dice: StdRng,
}

impl Fleet {
    pub async fn new() -> Self {
        Self::of(World::new().await).await
    }

    /// Where so many executions of a workspace run at once.
    pub async fn with_places(running_per_workspace: u32) -> Self {
        let limits = Limits { running_per_workspace, ..ROOMY };
        Self::of(World::new().await.limited(limits)).await
    }

    /// In a world of its own making.
    pub async fn of(world: World) -> Self {
        let way = world.db.url.clone();
        let ear = world.worker_with(Executors::default(), listening());
        let files = TempDir::new().unwrap();
        let (known, lost) = (BTreeSet::new(), vec![]);
        let mut fleet = Self { world, files, known, lost, ear, way, dice: dice() };
        fleet.newcomer().await;
        fleet
    }

    /// The worker that has come since the last look.
    pub async fn newcomer(&mut self) -> Uuid {
        loop {
            let ids = self.workers().await;
            if let Some(id) = ids.into_iter().find(|id| self.known.insert(*id)) {
                return id;
            }
            rest().await;
        }
    }

    async fn workers(&self) -> Vec<Uuid> {
        let all = sqlx::query_scalar("SELECT id FROM workers").fetch_all(&self.world.db.pool);
        all.await.unwrap()
    }

    /// The blobs that the processes have stored, and what they left half-written.
    pub fn blobs(&self) -> Vec<PathBuf> {
        files(&self.files.path().join("blobs"))
    }

    /// Processes that are started from now on reach the database by this URL.
    pub fn reach_by(&mut self, url: &str) {
        url.clone_into(&mut self.way);
    }

    /// A worker that serves only these types.
    pub async fn start_only(&mut self, types: &str) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_atelier"));
        command.args(["worker", "--only", types]);
        self.spawn(command, 0).await
    }

    /// A worker that may call this address although it is a private one.
    pub async fn start_calling(&mut self, address: SocketAddr) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_atelier"));
        command.env("ATELIER_OUTBOUND_ALLOW", address.to_string());
        self.run(command, 0).await
    }

    /// A worker whose sample provider writes so many words a second.
    pub async fn start(&mut self, pace: u32) -> Process {
        self.run(Command::new(env!("CARGO_BIN_EXE_atelier")), pace).await
    }

    /// A server, which works too, and where it is reached.
    pub async fn start_serving(&mut self, pace: u32) -> (Process, SocketAddr) {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        (self.start_serving_at(address, pace).await, address)
    }

    /// A server where another one was, with its database and its files.
    pub async fn start_serving_at(&mut self, address: SocketAddr, pace: u32) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_atelier"));
        command.arg("serve").env_remove("ATELIER_PUBLIC_URL");
        command.env("ATELIER_LISTEN", address.to_string());
        command.env("LEPTOS_SITE_ROOT", self.files.path());
        self.spawn(command, pace).await
    }

    /// A worker that cannot write a file of more than 512 bytes, as on a disk that is full.
    pub async fn start_without_room(&mut self) -> Process {
        let mut command = Command::new("sh");
        // The signal is ignored, so that the write fails instead of ending the process.
        command.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""]);
        command.arg(env!("CARGO_BIN_EXE_atelier"));
        self.run(command, 0).await
    }

    async fn run(&mut self, mut command: Command, pace: u32) -> Process {
        command.arg("worker");
        self.spawn(command, pace).await
    }

    async fn spawn(&mut self, mut command: Command, pace: u32) -> Process {
        let places = self.world.services.context().deps.limits.running_per_workspace;
        // Who was given up meanwhile has come back under another name, and is none that comes.
        let met = self.workers().await;
        self.known.extend(met);
        let child = command
            .env("DATABASE_URL", &self.way)
            .env("ATELIER_DATA_DIR", self.files.path())
            .env("ATELIER_SAMPLE_PACE", pace.to_string())
            .env("ATELIER_RUNNING_PER_WORKSPACE", places.to_string())
            .env("ATELIER_LOG", "error")
            .env_remove("ATELIER_OPENAI_BASE_URL")
            .env_remove("ATELIER_OPENAI_API_KEY")
            .env_remove("ATELIER_ANTHROPIC_BASE_URL")
            .env_remove("ATELIER_ANTHROPIC_API_KEY")
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut process = Process { child, id: Uuid::nil() };
        let coming = tokio::time::timeout(GIVE_UP, self.newcomer());
        process.id = coming.await.expect("the worker registers");
        process
    }

    /// What the database's clock says, in milliseconds.
    pub async fn now(&self) -> i64 {
        let sql = "SELECT (extract(epoch FROM engine_now()) * 1000)::bigint";
        self.world.count(sql).await
    }

    /// As `kill -9` does it.
    pub async fn kill(&mut self, mut process: Process) {
        let now = self.now().await;
        process.child.kill().unwrap();
        process.child.wait().unwrap();
        self.lost.push((process.id, now));
    }

    /// Asks a worker to leave, and waits until it has.
    pub async fn dismiss(&self, mut process: Process) {
        process.send(Signal::SIGTERM);
        let left = tokio::task::spawn_blocking(move || process.child.wait().unwrap());
        assert!(left.await.unwrap().success(), "a worker leaves without an error");
    }

    /// Freezes a worker and waits until nothing of it is under way in the database, as nothing is when
    /// its lease ends by itself: what it had locked the database has let go of before.
    pub async fn freeze(&self, process: &Process) {
        process.send(Signal::SIGSTOP);
        let frozen = self.now().await;
        let sql = "SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND backend_type = 'client backend'
                      AND xact_start <= to_timestamp($1::float8 / 1000)";
        let none = async || {
            let under_way = sqlx::query_scalar::<_, i64>(sql).bind(frozen as f64);
            (under_way.fetch_one(&self.world.db.pool).await.unwrap() == 0).then_some(())
        };
        self.world.look("transactions end", none).await;
    }

    /// Ends a worker's lease at once, instead of waiting for it to end.
    pub async fn end_lease(&mut self, worker: Uuid) {
        self.lost.push((worker, self.now().await));
        let sql = "UPDATE workers SET lease_until = engine_now() WHERE id = $1";
        sqlx::query(sql).bind(worker).execute(&self.world.db.pool).await.unwrap();
    }

    /// Notes when a frozen worker's lease ends by itself.
    pub async fn leave_lease(&mut self, worker: Uuid) {
        let sql =
            "SELECT (extract(epoch FROM lease_until) * 1000)::bigint FROM workers WHERE id = $1";
        let until = sqlx::query_scalar(sql).bind(worker).fetch_one(&self.world.db.pool).await;
        self.lost.push((worker, until.unwrap()));
    }

    /// Workers that were lost so far.
    pub fn lost(&self) -> Vec<Uuid> {
        self.lost.iter().map(|(worker, _)| *worker).collect()
    }

    /// Milliseconds from each loss of a worker until others had all of its jobs that have ended since,
    /// the shortest first; losses of idle workers are none.
    pub async fn takeovers(&self) -> Vec<i64> {
        let mut all = vec![];
        for (worker, at) in &self.lost {
            // What a person had to start again waited for that person.
            let sql = "SELECT (extract(epoch FROM max(again.started_at)) * 1000)::bigint
                         FROM job_attempts a
                         JOIN agent_jobs j ON j.execution_id = a.execution_id AND j.id = a.job_id
                         JOIN LATERAL (SELECT min(later.started_at) AS started_at
                                         FROM job_attempts later
                                        WHERE later.execution_id = a.execution_id
                                          AND later.job_id = a.job_id
                                          AND later.fence > a.fence) AS again ON true
                        WHERE a.worker_id = $1 AND a.status = 'lost' AND j.generation = 1";
            let again: Option<i64> =
                sqlx::query_scalar(sql).bind(worker).fetch_one(&self.world.db.pool).await.unwrap();
            all.extend(again.map(|again| again - at));
        }
        all.sort_unstable();
        all
    }

    /// When the first job began after that moment, in milliseconds of the database's clock.
    pub async fn begun_after(&self, moment: i64) -> i64 {
        let sql = "SELECT (extract(epoch FROM min(started_at)) * 1000)::bigint FROM job_attempts
                    WHERE started_at > to_timestamp($1::float8 / 1000)";
        let first = async || {
            let first = sqlx::query_scalar(sql).bind(moment as f64);
            first.fetch_one(&self.world.db.pool).await.unwrap()
        };
        self.world.look("a job begins", first).await
    }

    /// Launches it so many times.
    pub async fn launch(&self, template: TemplateId, count: usize) -> Vec<ExecutionId> {
        let mut executions = vec![];
        for _ in 0..count {
            executions.push(self.world.launch(template, none()).await);
        }
        executions
    }

    /// One of them, by chance; it is no longer among them.
    pub fn pick(&mut self, processes: &mut Vec<Process>) -> Process {
        processes.swap_remove(self.dice.random_range(0..processes.len()))
    }

    /// One of those that a query finds at work, as long as anything is under way, and else one by
    /// chance; it is no longer among them.
    pub async fn pick_at_work(
        &mut self,
        at_work: &'static str,
        processes: &mut Vec<Process>,
    ) -> Process {
        let open =
            "SELECT count(*) FROM workflow_executions WHERE status IN ('pending', 'running')";
        loop {
            let is_over = self.world.count(open).await == 0;
            let busy = sqlx::query_scalar(at_work).fetch_all(&self.world.db.pool);
            let busy: Vec<Uuid> = busy.await.unwrap();
            if let Some(at) = processes.iter().position(|process| busy.contains(&process.id)) {
                return processes.swap_remove(at);
            }
            if is_over {
                return self.pick(processes);
            }
            rest().await;
        }
    }

    /// Waits for some news, by chance.
    pub async fn hear_some(&mut self) {
        let count = self.dice.random_range(1..20);
        self.hear(count).await;
    }

    /// Waits for so much news, or until there is none for a moment.
    pub async fn hear(&self, mut count: u32) {
        let mut news = self.world.services.context().bus.subscribe();
        while count > 0 {
            let next = tokio::time::timeout(Duration::from_millis(500), news.next()).await;
            let Ok(Some(news)) = next else { return };
            count -= u32::from(matches!(news, BusEvent::Advanced(_)));
        }
    }

    /// Waits until a query yields at least that.
    pub async fn until(&self, sql: &'static str, least: i64) {
        self.world.until(sql, least).await;
    }

    /// Waits for the end. A job that lost four workers in a row is left to a person: here it is.
    pub async fn complete(&self, id: ExecutionId) {
        loop {
            let view = self.world.wait_over(id).await;
            if view.status == ExecutionStatus::Completed {
                return;
            }
            let failed = view.nodes.iter().find(|node| node.status == NodeStatus::Failed);
            let failed = failed.unwrap_or_else(|| panic!("{view:#?}"));
            // What a failed loop or child says of its cause has these words in it, too.
            let words = failed.failure.as_ref().map_or("", |failure| failure.message.as_str());
            assert!(words.contains("Its worker was lost 4 times in a row"), "{view:#?}");
            let retry =
                Control::RetryNode { node_id: failed.id.clone(), config: None, generation: None };
            self.world.services.executions.control(&self.world.owner, id, retry).await.unwrap();
        }
    }

    /// Everything is there once, whatever happened meanwhile; so many documents an execution, with
    /// those of what it runs.
    pub async fn assert_complete(&self, executions: &[ExecutionId], documents: usize) {
        self.world.wait_all_over(executions).await;
        for id in executions {
            self.complete(*id).await;
            let events = self.world.events(*id).await;
            let gapless = (1..).zip(&events).all(|(seq, event)| event.seq == seq);
            assert!(gapless, "{events:#?}");
        }
        self.world.assert_sound().await;
        let retried = "SELECT count(*) FROM audit_log WHERE action = 'execution.retry_node'";
        let retried = self.world.count(retried).await;
        println!("{retried} steps lost four workers in a row and were started again by a person");
        let sql = "SELECT count(*) FROM documents
                    WHERE (execution_id = ANY($1)) IS NOT TRUE";
        let made = sqlx::query_scalar(sql).bind(self.replaced().await);
        let made: i64 = made.fetch_one(&self.world.db.pool).await.unwrap();
        assert_eq!(made, i64::try_from(documents * executions.len()).unwrap());
        let doubled = "SELECT count(*) FROM (SELECT FROM documents GROUP BY origin_job
                        HAVING count(*) > 1) AS doubled";
        assert_eq!(self.world.count(doubled).await, 0);
    }

    /// Executions that others ran, and ran anew after a person's word: the documents of both stay.
    pub async fn replaced(&self) -> Vec<Uuid> {
        let sql = "SELECT e.id FROM workflow_executions e
                     JOIN execution_nodes n ON n.execution_id = e.parent_execution_id
                                           AND n.node_id = e.parent_node_id
                    WHERE e.parent_generation < n.generation";
        sqlx::query_scalar(sql).fetch_all(&self.world.db.pool).await.unwrap()
    }

    pub async fn close(self) {
        self.ear.stop().await;
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return vec![] };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

//! A worker: everything a process needs to work on jobs, started and stopped together.

use std::{num::NonZero, sync::Arc, time::Duration};

use model::id::WorkerId;
use sqlx::{PgPool, postgres::PgConnectOptions};
use tokio::sync::{Semaphore, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    advance::Advance,
    claim_loop, hand_back,
    heartbeat::{self, Pulse},
    hub::{Hub, News},
    listen,
    slots::Slots,
    sweeper::{self, SweepSettings},
    turns::Turns,
    writer::Writer,
};
use crate::{
    error::{Doing, EngineError, Result},
    executors::Executors,
    limits::Limits,
};

/// How a worker works.
#[derive(Debug, Clone)]
pub struct WorkerConfig {
    /// Jobs it works on at once. They mostly wait for others, so this is far above the cores.
    pub places: usize,
    /// Jobs of one execution that may run at once.
    pub per_execution: usize,
    /// The node types it serves; all, if none.
    pub only: Option<Vec<String>>,
    /// How long others wait for it when it does not renew.
    pub lease: Duration,
    /// How often it renews.
    pub heartbeat: Duration,
    /// How often it looks for lost workers and passed deadlines.
    pub sweep: Duration,
    /// How long a worker's connection may be away before its jobs are taken over.
    pub grace: Duration,
    /// Transactions that may be written at once.
    pub lanes: usize,
    /// How long running jobs may take to finish when the worker stops, before others get them.
    pub drain: Duration,
}

impl Default for WorkerConfig {
    fn default() -> Self {
        Self {
            places: 128,
            per_execution: 20,
            only: None,
            lease: Duration::from_secs(30),
            heartbeat: Duration::from_secs(5),
            sweep: Duration::from_secs(1),
            grace: Duration::from_secs(2),
            lanes: lanes(),
            drain: Duration::from_millis(500),
        }
    }
}

/// One each processor, at least two and at most four: more lanes write the same inputs in smaller
/// commits, fewer leave a processor idle while a commit waits for the disk.
fn lanes() -> usize {
    std::thread::available_parallelism().map_or(2, NonZero::get).clamp(2, 4)
}

/// What a worker is made of.
pub struct WorkerParts {
    /// The database.
    pub pool: PgPool,
    /// How the heartbeat reaches it on a connection of its own.
    pub options: PgConnectOptions,
    /// What does the work, by node type.
    pub executors: Executors,
    /// Advances executions; shared with the process's commands, like its hub.
    pub advance: Arc<Advance>,
}

pub(super) struct Shared {
    pub pool: PgPool,
    pub steps: PgPool,
    pub executors: Executors,
    pub writer: Writer,
    pub hub: Hub,
    pub slots: Slots,
    pub places: Arc<Semaphore>,
    pub turns: Turns,
    pub limits: Limits,
    pub per_execution: usize,
    pub kinds: Option<Arc<[String]>>,
    pub tasks: TaskTracker,
    pub stop_taking: CancellationToken,
}

impl Shared {
    pub(super) fn takes_jobs(&self) -> bool {
        !self.stop_taking.is_cancelled()
    }
}

/// A running worker. Stop it with [`Worker::stop`]; dropping it leaves its jobs to the others.
pub struct Worker {
    shared: Arc<Shared>,
    drain: Duration,
    stop: CancellationToken,
    loops: TaskTracker,
    pulse: Option<std::thread::JoinHandle<()>>,
    id: watch::Receiver<Option<WorkerId>>,
}

/// How long a worker that stops tries to reach the database for its jobs.
const FAREWELL: Duration = Duration::from_secs(5);

impl Worker {
    /// Starts working on due jobs. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// The heartbeat's thread cannot be made.
    pub fn start(parts: WorkerParts, config: WorkerConfig) -> Result<Self> {
        let stop = CancellationToken::new();
        let shared = Arc::new(Shared {
            writer: Writer::start(&parts.advance, config.lanes, &stop),
            pool: parts.pool.clone(),
            steps: parts.advance.steps().clone(),
            executors: parts.executors,
            hub: parts.advance.hub().clone(),
            slots: Slots::default(),
            places: Arc::new(Semaphore::new(config.places)),
            turns: Turns::default(),
            limits: parts.advance.limits(),
            per_execution: config.per_execution,
            kinds: config.only.clone().map(Into::into),
            tasks: TaskTracker::new(),
            stop_taking: CancellationToken::new(),
        });
        let (id, id_seen) = watch::channel(None);
        let pulse = Pulse {
            options: parts.options,
            serves: config.only,
            lease: config.lease,
            every: config.heartbeat,
        };
        let pulse = spawn_pulse(pulse, shared.slots.clone(), id, stop.clone())?;
        // Among the jobs: what a claim that is under way takes has to be waited for like them.
        shared.tasks.spawn(claim_loop::run(shared.clone(), id_seen.clone()));
        let loops = TaskTracker::new();
        loops.spawn(listen::run(parts.pool, shared.hub.clone(), stop.clone()));
        loops.spawn(drop_cancelled(shared.clone(), id_seen.clone(), stop.clone()));
        loops.spawn(hand_back::orphans(
            shared.clone(),
            id_seen.clone(),
            config.sweep,
            stop.clone(),
        ));
        let running = parts.advance.limits().running_per_workspace;
        let settings = SweepSettings { every: config.sweep, grace: config.grace, running };
        let look_on = shared.steps.clone();
        loops.spawn(sweeper::run(look_on, shared.writer.clone(), settings, stop.clone()));
        Ok(Self { shared, drain: config.drain, stop, loops, pulse: Some(pulse), id: id_seen })
    }

    /// Takes no more jobs, lets running ones finish for a while, hands the rest back, and leaves.
    pub async fn stop(mut self) {
        self.shared.stop_taking.cancel();
        self.shared.tasks.close();
        if tokio::time::timeout(self.drain, self.shared.tasks.wait()).await.is_err() {
            self.shared.slots.cancel_all();
        }
        let worker = *self.id.borrow();
        let handing = hand_back::all(&self.shared, worker);
        if tokio::time::timeout(FAREWELL, handing).await.is_err() {
            tracing::warn!("jobs could not be handed back; others take them over");
        }
        // What was taken meanwhile is handed back by who took it. What is still to be written while the
        // database is away would wait for it.
        tokio::time::timeout(FAREWELL, self.shared.tasks.wait()).await.ok();
        self.stop.cancel();
        self.loops.close();
        self.loops.wait().await;
        if let Some(pulse) = self.pulse.take() {
            // Joining would block the runtime; the thread ends as soon as it has signed off.
            tokio::task::spawn_blocking(move || pulse.join().ok()).await.ok();
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Or the heartbeat's thread would call for its database for as long as the process lives.
        self.shared.stop_taking.cancel();
        self.stop.cancel();
    }
}

fn spawn_pulse(
    pulse: Pulse,
    slots: Slots,
    id: watch::Sender<Option<WorkerId>>,
    stop: CancellationToken,
) -> Result<std::thread::JoinHandle<()>> {
    let doing = "starting the heartbeat's thread";
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| EngineError::internal(doing, error))?;
    std::thread::Builder::new()
        .name("heartbeat".into())
        .spawn(move || runtime.block_on(heartbeat::run(pulse, slots, id, stop)))
        .map_err(|error| EngineError::internal(doing, error))
}

/// Drops the calls of jobs that were cancelled, as soon as the news of it comes.
async fn drop_cancelled(
    shared: Arc<Shared>,
    id: watch::Receiver<Option<WorkerId>>,
    stop: CancellationToken,
) {
    let mut news = shared.hub.subscribe();
    loop {
        let news = tokio::select! {
            () = stop.cancelled() => return,
            news = news.next() => news,
        };
        let concerns_us = match news {
            Some(News::Advanced(advanced)) => advanced.cancelled,
            Some(News::Missed) => true,
            Some(News::Text(_) | News::Draft(_)) => false,
            None => return,
        };
        let worker = *id.borrow();
        let Some(worker) = worker.filter(|_| concerns_us) else { continue };
        let dropping = async {
            let mut conn = shared.steps.acquire().await.doing("opening a connection to look")?;
            heartbeat::drop_lost(&mut conn, worker, &shared.slots).await
        };
        // The next heartbeat finds them too.
        if let Err(error) = dropping.await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "cancelled jobs run on for now"
            );
        }
    }
}

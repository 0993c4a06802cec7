//! A worker: everything a process needs to work on jobs, started and stopped together.

use std::{
    num::NonZero,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use model::id::WorkerId;
use sqlx::{PgPool, postgres::PgConnectOptions};
use store::error::{Doing, EngineError, Result};
use tokio::sync::{Semaphore, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    advance::Advance,
    claim_loop,
    event_bus::BusEvent,
    fairness::FairQueue,
    heartbeat::{self, Pulse},
    listen, release,
    slots::Slots,
    sweeper::{self, SweepSettings},
    worker_state::WorkerState,
    writer::Writer,
};
use crate::executors::Executors;

/// The limits and periods of a worker.
#[derive(Debug, Clone)]
pub struct WorkerConfig {
    /// How many jobs it works on at the same time. They mostly wait for others, so this is far
    /// above the number of processors.
    pub max_jobs: usize,
    /// How many jobs of one execution may run at the same time.
    pub per_execution: usize,
    /// The node types it serves; all, if none.
    pub only: Option<Vec<String>>,
    /// After this time without a renewal others take its jobs over.
    pub lease: Duration,
    /// The time between two renewals.
    pub heartbeat: Duration,
    /// The time between two sweeps for lost workers and passed deadlines.
    pub sweep: Duration,
    /// How long a worker's connection may be away before its jobs are taken over.
    pub grace: Duration,
    /// How many transactions may be written at the same time.
    pub lanes: usize,
    /// How long running jobs may take to finish when the worker stops, before others get them.
    pub drain: Duration,
}

impl Default for WorkerConfig {
    fn default() -> Self {
        Self {
            max_jobs: 128,
            per_execution: 20,
            only: None,
            lease: Duration::from_secs(30),
            heartbeat: Duration::from_secs(5),
            sweep: Duration::from_secs(1),
            grace: Duration::from_secs(2),
            lanes: default_lanes(),
            drain: Duration::from_millis(500),
        }
    }
}

/// One lane for each processor, at least two and at most four: more lanes write the same inputs in
/// smaller commits, fewer leave a processor idle while a commit waits for the disk.
fn default_lanes() -> usize {
    std::thread::available_parallelism().map_or(2, NonZero::get).clamp(2, 4)
}

/// The dependencies of a worker.
pub struct WorkerDeps {
    /// The connections of executors and of LISTEN; executions are written on those of `advance`.
    pub pool: PgPool,
    /// How the heartbeat connects to the same database, on a connection of its own.
    pub options: PgConnectOptions,
    /// The executors by node type; jobs of other types fail.
    pub executors: Executors,
    /// Advances executions; shared with the commands of this process, like its event bus.
    pub advance: Arc<Advance>,
}

/// A running worker. Stop it with [`Worker::stop`]; dropping it leaves its jobs to other workers.
pub struct Worker {
    state: Arc<WorkerState>,
    drain: Duration,
    stop: CancellationToken,
    loops: TaskTracker,
    pulse: Option<std::thread::JoinHandle<()>>,
    id: watch::Receiver<Option<WorkerId>>,
}

/// How long a worker that stops tries to reach the database to release its jobs.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(5);

impl Worker {
    /// Starts working on due jobs. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// The heartbeat's thread cannot be made.
    pub fn start(deps: WorkerDeps, config: WorkerConfig) -> Result<Self> {
        let stop = CancellationToken::new();
        let state = Arc::new(WorkerState {
            writer: Writer::start(&deps.advance, config.lanes, &stop),
            pool: deps.pool.clone(),
            steps: deps.advance.steps().clone(),
            executors: deps.executors,
            bus: deps.advance.bus().clone(),
            slots: Slots::default(),
            free_slots: Arc::new(Semaphore::new(config.max_jobs)),
            max_jobs: config.max_jobs,
            drains: AtomicBool::new(false),
            fair_queue: FairQueue::default(),
            limits: deps.advance.limits(),
            per_execution: config.per_execution,
            kinds: config.only.clone().map(Into::into),
            tasks: TaskTracker::new(),
            stop_taking: CancellationToken::new(),
        });
        let (id, id_seen) = watch::channel(None);
        let pulse = Pulse {
            options: deps.options,
            serves: config.only,
            lease: config.lease,
            every: config.heartbeat,
        };
        let pulse = spawn_pulse(pulse, state.slots.clone(), id, stop.clone())?;
        // Tracked with the jobs: those that a pending claim takes have to be waited for, too.
        state.tasks.spawn(claim_loop::run(state.clone(), id_seen.clone()));
        let loops = TaskTracker::new();
        loops.spawn(listen::run(deps.pool, state.bus.clone(), stop.clone()));
        loops.spawn(cancel_stopped(state.clone(), id_seen.clone(), stop.clone()));
        loops.spawn(release::release_orphans(
            state.clone(),
            id_seen.clone(),
            config.sweep,
            stop.clone(),
        ));
        let running = deps.advance.limits().running_per_workspace;
        let settings = SweepSettings { every: config.sweep, grace: config.grace, running };
        let steps = state.steps.clone();
        loops.spawn(sweeper::run(steps, state.writer.clone(), settings, stop.clone()));
        Ok(Self { state, drain: config.drain, stop, loops, pulse: Some(pulse), id: id_seen })
    }

    /// Takes no more jobs, lets running ones finish for a while, releases the rest, and
    /// unregisters.
    pub async fn stop(mut self) {
        self.state.stop_taking.cancel();
        self.state.tasks.close();
        if tokio::time::timeout(self.drain, self.state.tasks.wait()).await.is_err() {
            self.state.slots.cancel_all();
        }
        let worker = *self.id.borrow();
        let releasing = release::release_all(&self.state, worker);
        if tokio::time::timeout(RELEASE_TIMEOUT, releasing).await.is_err() {
            tracing::warn!("jobs could not be handed back; others take them over");
        }
        // Jobs that were claimed meanwhile are released by their own tasks. The timeout is for
        // tasks that have something to write while the database is away.
        tokio::time::timeout(RELEASE_TIMEOUT, self.state.tasks.wait()).await.ok();
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
        // Otherwise the heartbeat's thread would keep its connection for as long as the process
        // lives.
        self.state.stop_taking.cancel();
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

/// Cancels the jobs of stopped executions as soon as an event tells of them.
async fn cancel_stopped(
    state: Arc<WorkerState>,
    id: watch::Receiver<Option<WorkerId>>,
    stop: CancellationToken,
) {
    let mut events = state.bus.subscribe();
    loop {
        let event = tokio::select! {
            () = stop.cancelled() => return,
            event = events.next() => event,
        };
        let concerns_us = match event {
            Some(BusEvent::Advanced(advanced)) => advanced.cancelled,
            Some(BusEvent::Missed) => true,
            Some(BusEvent::Text(_) | BusEvent::Draft(_) | BusEvent::Comments(_)) => false,
            None => return,
        };
        let worker = *id.borrow();
        let Some(worker) = worker.filter(|_| concerns_us) else { continue };
        let cancelling = async {
            let mut conn = state.steps.acquire().await.doing("opening a connection to look")?;
            heartbeat::cancel_lost(&mut conn, worker, &state.slots).await
        };
        // The next heartbeat finds them too.
        if let Err(error) = cancelling.await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "cancelled jobs run on for now"
            );
        }
    }
}

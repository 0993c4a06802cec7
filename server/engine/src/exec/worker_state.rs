//! What the tasks of a worker share: its connections, its executors and the slots of its jobs.

use std::sync::{Arc, atomic::AtomicBool};

use sqlx::PgPool;
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{event_bus::EventBus, fairness::FairQueue, slots::Slots, writer::Writer};
use crate::{executors::Executors, limits::Limits};

pub(super) struct WorkerState {
    pub pool: PgPool,
    pub steps: PgPool,
    pub executors: Executors,
    pub writer: Writer,
    pub bus: EventBus,
    pub slots: Slots,
    /// One permit for each job that the worker may take besides those it works on.
    pub free_slots: Arc<Semaphore>,
    /// How many permits there are.
    pub max_jobs: usize,
    /// Set while a job that runs alone waits for the others to end: nothing new is taken.
    pub drains: AtomicBool,
    pub fair_queue: FairQueue,
    pub limits: Limits,
    pub per_execution: usize,
    pub kinds: Option<Arc<[String]>>,
    pub tasks: TaskTracker,
    pub stop_taking: CancellationToken,
}

impl WorkerState {
    /// Whether it still claims jobs; a worker that stops only ends those it has.
    pub(super) fn takes_jobs(&self) -> bool {
        !self.stop_taking.is_cancelled()
    }
}

//! A machine whose processors are all busy.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use engine::{
    exec::{Worker, WorkerConfig, WorkerDeps, advance::Advance, event_bus::EventBus},
    executors::{Attempt, Executor, Executors},
    job::JobContext,
    limits::Limits,
};
use model::execution::state::ExecutionStatus;
use services::testing::{
    play::{copies, patient, rest, writing, wrote},
    soak::soaking,
    world::{World, none, quick},
};
use tokio_util::sync::CancellationToken;

/// Threads that do nothing but keep each processor busy.
const SPINNERS_OF_EACH: usize = 4;
/// Jobs that keep every thread of the worker's runtime from doing anything else.
const JOBS: u32 = 2;
const LEASE: Duration = Duration::from_secs(3);

/// How long nothing but the heartbeat gets through: longer than a lease; 28 minutes in `make soak`, for no
/// execution may take more than 30.
fn busy() -> Duration {
    if soaking() { LEASE * 420 } else { LEASE + LEASE / 4 }
}

/// Never lets go of its thread while it works.
struct Spinning(Duration);

#[async_trait]
impl Executor for Spinning {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(3600)
    }

    async fn run(&self, _: &JobContext) -> Attempt {
        let begun = Instant::now();
        while begun.elapsed() < self.0 {
            std::hint::spin_loop();
        }
        wrote("copy")
    }
}

/// Another process: it sweeps all the time and would take over whatever looks lost.
fn vulture(url: String, stop: CancellationToken) -> JoinHandle<()> {
    let watching = async move {
        let options = store::connect_options(&url, "atelier test worker").unwrap();
        let pool = sqlx::PgPool::connect_with(options.clone()).await.unwrap();
        let advance = Arc::new(Advance::new(pool.clone(), EventBus::default(), Limits::default()));
        let deps = WorkerDeps { pool, options, executors: Executors::default(), advance };
        let only = Some(vec!["nothing".to_owned()]);
        let worker = Worker::start(deps, WorkerConfig { only, ..patient() }).unwrap();
        stop.cancelled().await;
        worker.stop().await;
    };
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        runtime.unwrap().block_on(watching);
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e6_a_worker_whose_processors_are_all_busy_loses_nothing() {
    let world = World::new().await;
    let template = world.publish(&copies(JOBS)).await;
    let stop = CancellationToken::new();
    let vulture = vulture(world.db.url.clone(), stop.clone());
    let calm = Arc::new(AtomicBool::new(false));
    let spin = |calm: Arc<AtomicBool>| move || while !calm.load(Ordering::Relaxed) {};
    let spinners = SPINNERS_OF_EACH * thread::available_parallelism().unwrap().get();
    let spinners: Vec<_> = (0..spinners).map(|_| thread::spawn(spin(calm.clone()))).collect();
    let config = WorkerConfig { lease: LEASE, ..quick() };
    let worker = world.worker_elsewhere(writing(Spinning(busy())), config);

    let id = world.launch(template, none()).await;
    let over = tokio::time::timeout(busy() * 40, async {
        while !world.view(id).await.status.is_over() {
            rest().await;
        }
    });
    over.await.expect("it ends");

    calm.store(true, Ordering::Relaxed);
    spinners.into_iter().for_each(|spinner| spinner.join().unwrap());
    let attempts = world.attempts(id).await;
    assert!(attempts.len() == JOBS as usize, "{attempts:?}");
    assert!(attempts.values().all(|ends| ends == &["completed"]), "{attempts:?}");
    assert_eq!(world.view(id).await.status, ExecutionStatus::Completed);
    assert_eq!(world.count("SELECT count(*) FROM workers WHERE gone_at IS NOT NULL").await, 0);
    worker.stop().await;
    stop.cancel();
    vulture.join().unwrap();
    world.assert_sound().await;
}

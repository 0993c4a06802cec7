//! A job that kills its workers ends with the reason.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use async_trait::async_trait;
use engine::{
    exec::{Worker, WorkerConfig, WorkerDeps, advance::Advance, event_bus::EventBus},
    executors::{Attempt, Executor, Executors},
    job::JobContext,
};
use model::execution::state::{ExecutionStatus, NodeStatus};
use rand::RngExt;
use services::testing::{
    dice::dice,
    play::{workflow, writing, wrote},
    world::{ROOMY, World, none, quick},
};
use store::PoolSettings;

const POISON: &str = "ATELIER_TEST_POISON";
const POISON_ABORTS: &str = "ATELIER_TEST_POISON_ABORTS";

/// Kills its process while it works on the first step, each time in another way.
struct Poison;

#[async_trait]
impl Executor for Poison {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        match context.node().unwrap().id.as_str() {
            "a" if std::env::var(POISON_ABORTS).is_ok() => std::process::abort(),
            // No machine has so much, not even on paper: nothing else is put out of its place.
            "a" => Attempt::from_failure(model::execution::failure::Failure::permanent(
                "survived",
                vec![1_u8; 1 << 62].len().to_string(),
            )),
            _ => wrote("fine"),
        }
    }
}

/// What the test below runs as a process of its own.
#[tokio::test]
async fn a_worker_of_poison_when_asked_for() {
    let Ok(url) = std::env::var(POISON) else { return };
    let settings = PoolSettings { application_name: "poison".to_owned(), max_connections: 5 };
    let pool = store::connect(&url, settings).await.unwrap();
    let deps = WorkerDeps {
        options: store::connect_options(&url, "poison heartbeat").unwrap(),
        executors: writing(Poison),
        advance: std::sync::Arc::new(Advance::new(pool.clone(), EventBus::default(), ROOMY)),
        pool,
    };
    let _worker = Worker::start(deps, WorkerConfig { max_jobs: 1, ..quick() }).unwrap();
    std::future::pending().await
}

#[tokio::test]
async fn rel_e1_a_job_that_kills_its_workers_ends_with_the_reason_after_four_of_them() {
    let world = World::new().await;
    let observer = WorkerConfig { only: Some(vec!["nothing".to_owned()]), ..quick() };
    let observer = world.worker_with(Executors::default(), observer);
    let edges = [("start", "a"), ("start", "b"), ("a", "end"), ("b", "end")];
    let template = world.publish(&workflow(&[("b", 1), ("a", 1)], &edges)).await;
    let id = world.launch(template, none()).await;
    let url = world.db.url.clone();
    let mut dice = dice();
    let dying = tokio::task::spawn_blocking(move || {
        for _ in 0..4 {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command
                .args(["--exact", "fleet::poison::a_worker_of_poison_when_asked_for"])
                .env(POISON, &url);
            if dice.random() {
                command.env(POISON_ABORTS, "yes");
            }
            let died = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
            assert!(!died.success());
        }
    });
    dying.await.unwrap();

    let failed = |view: &model::execution::view::ExecutionView| {
        view.nodes.iter().any(|node| node.id.as_str() == "a" && node.status == NodeStatus::Failed)
    };
    let view = world.wait(id, failed).await;

    let node = view.nodes.iter().find(|node| node.id.as_str() == "a").unwrap();
    let failure = node.failure.as_ref().unwrap();
    assert_eq!(failure.code, "worker_lost_repeatedly", "{view:#?}");
    assert!(failure.message.contains("4 times"), "{failure:?}");
    assert_ne!(view.status, ExecutionStatus::Completed);
    observer.stop().await;
    world.assert_sound().await;
}

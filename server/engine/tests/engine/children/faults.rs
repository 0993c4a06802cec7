//! A process that dies at the worst moment, and words between executions that are lost.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use engine::{
    exec::{Worker, WorkerConfig},
    executors::{Attempt, Executor, Executors},
    job::JobContext,
};
use model::{
    execution::{state::ExecutionStatus, view::ExecutionView},
    id::ExecutionId,
    nodes::NodeKind,
    pages::Control,
};
use services::testing::{
    play::{frozen, held, rest, take, wrote},
    world::{World, none, quick},
};
use sqlx::{Postgres, Transaction};
use tokio::sync::Notify;

use super::graph::{Held, control, echoing, family, held_family, id};

const CHILDREN: &str = "SELECT count(*) FROM workflow_executions WHERE parent_job_id IS NOT NULL";

/// Holds the lock of an execution, so that whoever wants to tell it something waits.
async fn lock(world: &World, id: ExecutionId) -> Transaction<'static, Postgres> {
    let mut holder = world.db.pool.begin().await.unwrap();
    let lock = "SELECT id FROM workflow_executions WHERE id = $1 FOR UPDATE";
    sqlx::query(lock).bind(id.0).execute(&mut *holder).await.unwrap();
    holder
}

/// Cuts the connections of those who wait for a lock, once there are any.
async fn cut_who_waits(world: &World) {
    let cut = "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while world.count(cut).await == 0 {
        rest().await;
    }
}

/// Does its work and dies before it can say so.
struct Mute {
    inner: Arc<dyn Executor>,
    done: Arc<Notify>,
}

#[async_trait]
impl Executor for Mute {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(3600)
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        self.inner.run(context).await;
        self.done.notify_one();
        std::future::pending().await
    }
}

/// A worker that launches a child and is lost before it can say so.
async fn lose_after_launch(world: &World) -> Worker {
    let done = Arc::new(Notify::new());
    let inner = Executors::internal().get("sub_workflow").unwrap().clone();
    let mute = Mute { inner, done: done.clone() };
    // It must not take the child's own jobs: it could not do them.
    let only = Some(vec![NodeKind::SubWorkflow.key().to_owned()]);
    let config = WorkerConfig { only, sweep: quick().sweep, ..frozen() };
    let lost = world
        .worker_elsewhere(Executors::default().with_executor(NodeKind::SubWorkflow, mute), config);
    done.notified().await;
    assert_eq!(world.count(CHILDREN).await, 1);
    world.give_up_workers().await;
    lost
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e1_a_worker_lost_after_launching_a_child_and_before_saying_so_launches_one() {
    let world = World::new().await;
    let (parent, _) = family(&world).await;
    let execution = world.launch(parent, none()).await;
    let _lost = lose_after_launch(&world).await;

    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());
    let view = world.wait_over(execution).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    assert_eq!(world.count(CHILDREN).await, 1);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e1_a_child_whose_launch_lost_four_workers_is_stopped_and_a_retry_runs_another() {
    let world = World::new().await;
    let (parent, _) = family(&world).await;
    let execution = world.launch(parent, none()).await;
    for _ in 0..4 {
        drop(lose_after_launch(&world).await);
    }

    let (executor, mut calls) = held();
    let executors = Executors::internal().with_executor(NodeKind::GenerateCopy, executor);
    let _worker = world.worker_with(executors, quick());
    let first = take(&mut calls, 1).await.remove(0);
    let failed = world.wait_over(execution).await;
    let node = failed.node(&id("sub")).unwrap();
    assert_eq!(node.failure.as_ref().unwrap().code, "worker_lost_repeatedly");
    first.dropped().await;
    let stopped = "SELECT count(*) FROM workflow_executions
                    WHERE parent_job_id IS NOT NULL AND status = 'stopped'";
    world.until(stopped, 1).await;

    let retry = Control::RetryNode { node_id: id("sub"), config: None, generation: None };
    control(&world, execution, retry).await;
    take(&mut calls, 1).await.remove(0).answer(wrote("done"));
    let view = world.wait_over(execution).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    assert_eq!((world.count(CHILDREN).await, world.count(stopped).await), (2, 1));
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e1_the_end_of_a_child_that_nobody_told_of_is_found_by_the_sweeper() {
    let world = World::new().await;
    let Held { execution, child, call, worker: _worker } = held_family(&world).await;

    // Whoever wants to tell the parent waits for its lock, and is cut off while it does.
    let holder = lock(&world, execution).await;
    call.answer(wrote("done"));
    world.wait(child, |view: &ExecutionView| view.status.is_over()).await;
    cut_who_waits(&world).await;
    holder.commit().await.unwrap();

    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Completed);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e1_a_child_whose_parent_was_stopped_while_it_could_not_be_told_is_stopped() {
    let world = World::new().await;
    let Held { execution, child, call, worker: _worker } = held_family(&world).await;

    let holder = lock(&world, child).await;
    let services = world.services.clone();
    let owner = world.owner.clone();
    let stop =
        tokio::spawn(
            async move { services.executions.control(&owner, execution, Control::STOP).await },
        );
    world.wait_over(execution).await;
    cut_who_waits(&world).await;
    holder.commit().await.unwrap();

    stop.await.unwrap().unwrap();
    call.dropped().await;
    assert_eq!(world.wait_over(child).await.status, ExecutionStatus::Stopped);
    world.assert_sound().await;
}

//! How many commits work costs: what ends at the same moment is written together, and so are a step's
//! end and the next one's beginning.

use engine::{exec::WorkerConfig, executors::Attempt};
use model::{decide::JobOutput, execution::state::ExecutionStatus, id::ExecutionId};
use services::testing::{
    db::LOCK_WAITS,
    play::{Answering, copies, held, patient, rest, take, workflow, writing, wrote},
    world::{World, none},
};
use sqlx::PgPool;

/// Executions that end while another transaction is under way.
const COUNT: usize = 32;
/// Steps of a chain.
const STEPS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// Waits until somebody waits for a lock, and whoever else is at work has done what it can.
async fn somebody_waits(pool: &PgPool) {
    while sqlx::query_scalar::<_, i64>(LOCK_WAITS).fetch_one(pool).await.unwrap() == 0 {
        rest().await;
    }
}

/// One execution's row is locked, and its end therefore keeps the only lane; meanwhile the others end,
/// each with this. How many transactions wrote the ends of these.
async fn commits(end: impl Fn() -> Attempt) -> i64 {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let config = WorkerConfig { lanes: 1, max_jobs: COUNT + 1, ..patient() };
    let worker = world.worker_with(writing(executor), config);
    let template = world.publish(&copies(1)).await;
    let first = world.launch(template, none()).await;
    let blocked = take(&mut calls, 1).await.remove(0);
    let mut others: Vec<ExecutionId> = vec![];
    for _ in 0..COUNT {
        others.push(world.launch(template, none()).await);
    }
    let under_way = take(&mut calls, COUNT).await;

    let mut lock = world.db.pool.begin().await.unwrap();
    let sql = "SELECT FROM workflow_executions WHERE id = $1 FOR UPDATE";
    sqlx::query(sql).bind(first.0).execute(&mut *lock).await.unwrap();
    blocked.answer(end());
    somebody_waits(&world.db.pool).await;
    under_way.into_iter().for_each(|call| call.answer(end()));
    somebody_waits(&world.db.pool).await;
    lock.rollback().await.unwrap();

    world.wait_all_over(&others).await;
    for id in others.iter().chain([&first]) {
        assert_eq!(world.wait_over(*id).await.status, ExecutionStatus::Completed);
    }
    let ids: Vec<_> = others.iter().map(|id| id.0).collect();
    let sql = "SELECT count(*), count(DISTINCT xmin::text) FROM job_attempts
                WHERE execution_id = ANY($1) AND status = 'completed'";
    let (ends, commits): (i64, i64) =
        sqlx::query_as(sql).bind(&ids).fetch_one(&world.db.pool).await.unwrap();
    assert_eq!(ends, i64::try_from(COUNT).unwrap());
    worker.stop().await;
    world.assert_sound().await;
    commits
}

#[tokio::test]
async fn executions_that_end_while_a_transaction_is_under_way_share_the_next_one() {
    let plain = || Attempt::from_output(JobOutput::default());
    for (what, commits) in [
        ("in one statement", commits(plain).await),
        ("with documents", commits(|| wrote("A")).await),
    ] {
        println!("{COUNT} ends {what}: {commits} commits");
        // One; on a busy machine some may have come too late for it.
        assert!(commits <= 4, "{what}: {commits}");
    }
}

/// How many transactions wrote the beginnings and ends of a chain's steps, each of which ends with this.
async fn commits_of_a_chain(end: impl Fn() -> Attempt + Send + Sync + 'static) -> i64 {
    let world = World::new().await;
    let stops = [&["start"][..], &STEPS[..], &["end"][..]].concat();
    let edges: Vec<(&str, &str)> = stops.windows(2).map(|pair| (pair[0], pair[1])).collect();
    let chain = world.publish(&workflow(&STEPS.map(|step| (step, 1)), &edges)).await;
    let worker = world.worker_with(writing(Answering(move |_: &_| end())), patient());

    let id = world.launch(chain, none()).await;

    let view = world.wait_over(id).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    worker.stop().await;
    world.assert_sound().await;
    // A row of events is what one transaction says of an execution.
    let sql = r#"SELECT count(DISTINCT xmin::text) FROM execution_events
                  WHERE events @? '$[*] ? (@.kind == "job.started" || @.kind == "job.completed")'"#;
    world.count(sql).await
}

#[tokio::test]
async fn a_chain_costs_one_commit_a_step() {
    let plain = || Attempt::from_output(JobOutput::default());
    for (what, commits) in [
        ("in one statement", commits_of_a_chain(plain).await),
        ("with documents", commits_of_a_chain(|| wrote("A")).await),
    ] {
        // The first step begins with one, and each ends with the next one's beginning.
        assert_eq!(commits, STEPS.len() as i64 + 1, "{what}");
    }
}

use std::{collections::BTreeSet, time::Instant};

use engine::{exec::WorkerConfig, limits::Limits};
use model::{
    execution::{
        event::{Event, EventKind},
        state::ExecutionStatus,
    },
    id::TemplateId,
    pages::LaunchRequest,
    workflow::Workflow,
};
use services::testing::{
    play::{Call, copies, held, patient, take, workflow, writing, wrote},
    soak::{STALL, judge, soaking},
    world::{ROOMY, World, none},
};
use tokio::sync::mpsc::UnboundedReceiver;

const PLACES: usize = 4;
/// Jobs of others that may begin before a small execution's only one: every place ends its turn.
const BOUND: usize = 40;

/// Fifty jobs for each of these steps, all at once.
fn big(steps: &[&str]) -> Workflow {
    let edges = steps.iter().flat_map(|step| [("start", *step), (*step, "end")]);
    let steps: Vec<_> = steps.iter().map(|step| (*step, 50)).collect();
    workflow(&steps, &edges.collect::<Vec<_>>())
}

/// Two hundred jobs.
fn large() -> Workflow {
    big(&["big", "more", "again", "still"])
}

fn few() -> WorkerConfig {
    WorkerConfig { max_jobs: PLACES, ..patient() }
}

/// Answers the oldest call again and again; how many of others began before the one of `write`.
async fn until_small(calls: &mut UnboundedReceiver<Call>, mut under_way: Vec<Call>) -> usize {
    let mut others = 0;
    loop {
        under_way.remove(0).answer(wrote("copy"));
        let next = take(calls, 1).await.remove(0);
        if next.node.as_str() == "write" {
            next.answer(wrote("small"));
            return others;
        }
        others += 1;
        under_way.push(next);
    }
}

fn request(template_id: TemplateId) -> LaunchRequest {
    LaunchRequest::for_template(template_id)
}

#[tokio::test]
async fn rel_e9_a_large_execution_starves_no_small_one_of_its_own_workspace() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let worker = world.worker_with(writing(executor), few());
    let (large, small) = (world.publish(&large()).await, world.publish(&copies(1)).await);
    world.launch(large, none()).await;
    let under_way = take(&mut calls, PLACES).await;

    let id = world.launch(small, none()).await;
    let others = until_small(&mut calls, under_way).await;

    assert!(others <= BOUND, "{others} jobs of the large one came first");
    assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Completed);
    drop(worker);
}

#[tokio::test]
async fn rel_e9_a_large_execution_starves_no_small_one_of_another_workspace() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let worker = world.worker_with(writing(executor), few());
    let large = world.publish(&large()).await;
    for _ in 0..5 {
        world.launch(large, none()).await;
    }
    let under_way = take(&mut calls, PLACES).await;

    let neighbour = world.neighbour().await;
    let small = world.publish_for(&neighbour, &copies(1)).await;
    world.services.executions.launch(&neighbour, request(small)).await.unwrap();
    let others = until_small(&mut calls, under_way).await;

    assert!(others <= BOUND, "{others} jobs of the large ones came first");
    drop(worker);
}

/// Executions that one workspace has launched before another comes.
fn queued() -> usize {
    if soaking() { 1_000 } else { 100 }
}

#[tokio::test]
async fn rel_e9_a_workspace_with_very_many_executions_keeps_no_other_waiting() {
    // Once with all but ten of them in the queue, once with all of them running.
    for limits in [Limits::default(), ROOMY] {
        let world = World::new().await.limited(limits);
        let (executor, mut calls) = held();
        let worker = world.worker_with(writing(executor), few());
        let edges = [("start", "big"), ("big", "end")];
        let template = world.publish(&workflow(&[("big", 1)], &edges)).await;
        for _ in 0..queued() {
            world.launch(template, none()).await;
        }
        let under_way = take(&mut calls, PLACES).await;

        let neighbour = world.neighbour().await;
        let small = world.publish_for(&neighbour, &copies(1)).await;
        let launched = Instant::now();
        world.services.executions.launch(&neighbour, request(small)).await.unwrap();
        let others = until_small(&mut calls, under_way).await;

        let waited = i64::try_from(launched.elapsed().as_millis()).unwrap();
        judge("from a neighbour's launch to its first step", waited, 2_000, STALL);
        assert!(others <= BOUND, "{others} jobs of the other workspace came first");
        drop(worker);
    }
}

/// Jobs of one execution that may be under way at once.
const TOGETHER: usize = 20;

/// The most jobs that were under way at once, as the log tells it.
fn most_at_once(events: &[Event]) -> usize {
    let (mut under_way, mut most) = (BTreeSet::new(), 0);
    for event in events {
        match &event.kind {
            EventKind::JobStarted { job, .. } => drop(under_way.insert(job.job)),
            kind => drop(kind.job().map(|job| under_way.remove(&job.job))),
        }
        most = most.max(under_way.len());
    }
    most
}

/// Ends whatever begins, for as long as there is a worker.
async fn end_all(mut calls: UnboundedReceiver<Call>) {
    while let Some(call) = calls.recv().await {
        call.answer(wrote("copy"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e9_no_execution_ever_has_more_than_twenty_jobs_under_way() {
    let world = World::new().await;
    let template = world.publish(&big(&["big", "more"])).await;
    let mut executions = vec![];
    for _ in 0..3 {
        executions.push(world.launch(template, none()).await);
    }
    let (all, half) = (executions.len() * TOGETHER, executions.len() * TOGETHER / 2);
    let (first, mut ones) = held();
    let one = world.worker_with(writing(first), WorkerConfig { max_jobs: half, ..patient() });
    let mut under_way = take(&mut ones, half).await;
    // The other one has places for everything, and shares nothing with the first but the database.
    let (second, mut others) = held();
    let config = WorkerConfig { max_jobs: 2 * all, ..patient() };
    let two = world.worker_elsewhere(writing(second), config);
    under_way.extend(take(&mut others, all - half).await);

    under_way.remove(0).answer(wrote("copy"));
    // One takes the place of what has ended, and nothing else begins.
    under_way.extend(take(&mut ones, 1).await);
    assert!(ones.try_recv().is_err() && others.try_recv().is_err(), "more than {all} have begun");
    under_way.into_iter().for_each(|call| call.answer(wrote("copy")));
    tokio::spawn(end_all(ones));
    tokio::spawn(end_all(others));

    for id in executions {
        assert_eq!(world.wait_over(id).await.documents.len(), 100);
        assert_eq!(most_at_once(&world.events(id).await), TOGETHER);
    }
    one.stop().await;
    two.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn an_execution_runs_no_more_jobs_at_once_than_its_author_wants() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let worker = world.worker_with(writing(executor), patient());
    let mut narrow = copies(9);
    narrow.settings.concurrency = 2;
    let template = world.publish(&narrow).await;
    let id = world.launch(template, none()).await;

    for _ in 0..9 {
        let call = take(&mut calls, 1).await.remove(0);
        let sql = "SELECT count(*) FROM agent_jobs WHERE status = 'running'";
        assert!(world.count(sql).await <= 2);
        call.answer(wrote("copy"));
    }
    assert_eq!(world.wait_over(id).await.documents.len(), 9);
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn the_search_for_due_jobs_reads_by_an_index_however_many_executions_there_were() {
    let world = World::new().await;
    let mut tx = world.db.pool.begin().await.unwrap();
    sqlx::query("SET LOCAL enable_seqscan = off").execute(&mut *tx).await.unwrap();
    let sql = include_str!("../../../../store/sql/due_executions.sql");
    let sql = sql.replace("$1", "NULL").replace("$2", "32").replace("$3", "'{}'");
    let explain = format!("EXPLAIN\n{sql}");
    let plan = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(explain));
    let plan = plan.fetch_all(&mut *tx).await.unwrap().join("\n");

    assert!(plan.contains("executions_due"), "{plan}");
    assert!(!plan.contains("Seq Scan"), "{plan}");
}

//! What a provider takes and asks for holds over workers that share nothing but the database.

use std::time::Duration;

use engine::{
    exec::{Worker, WorkerConfig},
    executors::Executors,
    limits::Limits,
};
use model::{
    execution::{
        event::{Event, EventKind},
        state::ExecutionStatus,
        view::ExecutionView,
    },
    id::{ExecutionId, TemplateId},
    workflow::{Backoff, Jitter, RetryPolicy, Workflow},
};
use services::testing::{
    play::{patient, rest},
    world::{World, none},
};
use sqlx::{Connection, PgConnection};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::engine::limits::{
    desk::{Call, answer_until, calls, desk, texts},
    waits::waits,
};

/// Places of each worker.
const PLACES: u32 = 3;
/// What both workers work on at once.
const CROWD: u32 = 2 * PLACES;
const MINUTE: Duration = Duration::from_secs(60);

/// Calls under way.
const CALLING: &str = "SELECT count(*) FROM agent_jobs WHERE calling IS NOT NULL";
/// Jobs that were put back because they had to wait.
const PUT_BACK: &str = "SELECT count(DISTINCT job_id) FROM job_attempts WHERE status = 'limited'";
/// Workers that have put some back.
const HELD_BACK: &str =
    "SELECT count(DISTINCT worker_id) FROM job_attempts WHERE status = 'limited'";

/// Attempts that the provider refused.
const REFUSED: &str = "SELECT count(*) FROM job_attempts WHERE status = 'failed'";

/// Two workers with few places; the test hears what both do.
fn two(world: &World) -> [Worker; 2] {
    let config = || WorkerConfig { max_jobs: PLACES as usize, ..patient() };
    let elsewhere = Executors::standard(&world.services.context().deps);
    [world.worker(config()), world.worker_elsewhere(elsewhere, config())]
}

/// Launches a crowd of jobs that ask for the provider at the same moment: nobody can read whether it
/// may be asked before each worker has its hands full of them.
async fn ask_together(world: &World, templates: &[TemplateId]) -> Vec<ExecutionId> {
    // Those of the pool may all be waiting.
    let mut watching = PgConnection::connect(&world.db.url).await.unwrap();
    let mut locking = PgConnection::connect(&world.db.url).await.unwrap();
    let mut lock = locking.begin().await.unwrap();
    let sql = "LOCK TABLE provider_cooldowns IN ACCESS EXCLUSIVE MODE";
    sqlx::query(sql).execute(&mut *lock).await.unwrap();
    let mut executions = vec![];
    for template in templates {
        executions.push(world.launch(*template, none()).await);
    }
    let busy = "SELECT count(*) FROM (SELECT FROM agent_jobs WHERE status = 'running'
                 GROUP BY worker_id HAVING count(*) = $1) AS busy";
    loop {
        let busy = sqlx::query_scalar::<_, i64>(busy).bind(i64::from(PLACES));
        if busy.fetch_one(&mut watching).await.unwrap() == 2 {
            break;
        }
        rest().await;
    }
    lock.rollback().await.unwrap();
    executions
}

/// Lets time pass, and everybody look.
async fn later(world: &World, seconds: u64) {
    world.db.advance(Duration::from_secs(seconds)).await;
    world.nudge().await;
}

/// Answers whatever is asked until all are complete; how many calls there were.
async fn complete(
    world: &World,
    desk: &mut UnboundedReceiver<Call>,
    executions: &[ExecutionId],
) -> usize {
    let over = |view: &ExecutionView| view.status.is_over();
    let mut count = 0;
    for id in executions {
        let (more, view) = answer_until(world, desk, *id, over).await;
        assert_eq!(view.status, ExecutionStatus::Completed);
        count += more;
    }
    count
}

async fn leave(world: &World, workers: [Worker; 2]) {
    for worker in workers {
        worker.stop().await;
    }
    world.assert_sound().await;
}

/// One text that is tried again a minute after it was refused, then two minutes after.
fn patiently() -> Workflow {
    let mut workflow = texts(1, 3, None);
    workflow.nodes[1].data.retry = Some(RetryPolicy {
        max_attempts: 3,
        backoff: Backoff::Exponential,
        initial_delay_ms: 60_000,
        max_delay_ms: 600_000,
        multiplier: 2.0,
        jitter: Jitter::None,
        on: vec![],
    });
    workflow
}

/// Milliseconds from each refusal until the job is due again. Panics when one has begun before.
fn delays(events: &[Event]) -> Vec<i64> {
    let (mut delays, mut due) = (vec![], 0);
    for event in events {
        match &event.kind {
            EventKind::JobRetryScheduled { at_time, .. } => {
                due = at_time.0;
                delays.push(due - event.at.0);
            }
            EventKind::JobStarted { .. } => assert!(event.at.0 >= due, "{events:#?}"),
            _ => {}
        }
    }
    delays
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e9_two_workers_together_make_no_more_calls_to_a_provider_than_it_may_get() {
    // Each of them alone has more to ask.
    let at_once = PLACES - 1;
    let limits = Limits { calls_per_provider: at_once, ..Limits::default() };
    let (world, mut desk) = desk(limits).await;
    let workers = two(&world);
    let template = world.publish(&texts(PLACES, 3, None)).await;

    let executions = ask_together(&world, &[template; 2]).await;
    world.until(PUT_BACK, i64::from(CROWD - at_once)).await;

    assert_eq!(world.count(HELD_BACK).await, 2, "both have asked for more");
    // As some end, as many others leave.
    for _ in 0..CROWD / at_once {
        let under_way = calls(&mut desk, at_once as usize).await;
        assert_eq!(world.count(CALLING).await, i64::from(at_once));
        assert!(desk.try_recv().is_err(), "no more were sent");
        under_way.into_iter().for_each(Call::write);
    }
    assert_eq!(complete(&world, &mut desk, &executions).await, 0, "all have been answered");
    leave(&world, workers).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_m2_when_a_provider_asks_one_worker_to_wait_no_worker_calls_it_before() {
    let (world, mut desk) = desk(Limits::default()).await;
    let workers = two(&world);
    let one = world.publish(&texts(1, 3, None)).await;
    let crowd = world.publish(&texts(CROWD, 3, None)).await;
    let first = world.launch(one, none()).await;
    calls(&mut desk, 1).await.remove(0).refuse("300");
    world.wait(first, waits).await;

    let second = ask_together(&world, &[crowd]).await.remove(0);
    world.until(PUT_BACK, i64::from(CROWD)).await;
    assert_eq!(world.count(HELD_BACK).await, 2, "both have asked");
    later(&world, 60).await;
    let third = world.launch(one, none()).await;
    world.wait(third, waits).await;
    assert!(desk.try_recv().is_err(), "nothing was sent");
    later(&world, 250).await;

    let all = CROWD as usize + 2;
    assert_eq!(complete(&world, &mut desk, &[first, second, third]).await, all);
    leave(&world, workers).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_m2_when_a_provider_does_not_say_how_long_no_worker_calls_it_for_a_moment() {
    let (world, mut desk) = desk(Limits::default()).await;
    world.db.advance(MINUTE).await;
    let workers = two(&world);
    let crowd = world.publish(&texts(CROWD, 3, None)).await;
    let first = world.launch(world.publish(&patiently()).await, none()).await;
    calls(&mut desk, 1).await.remove(0).refuse_for_a_while();
    world.wait(first, waits).await;

    // The moment ends a minute later, however slow the machine.
    world.db.turn_back(MINUTE).await;
    let second = ask_together(&world, &[crowd]).await.remove(0);
    world.until(PUT_BACK, i64::from(CROWD)).await;
    assert_eq!(world.count(HELD_BACK).await, 2, "both have asked");
    assert!(desk.try_recv().is_err(), "nothing was sent");
    later(&world, 130).await;

    let all = CROWD as usize + 1;
    assert_eq!(complete(&world, &mut desk, &[first, second]).await, all);
    leave(&world, workers).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_m2_a_refused_call_is_made_again_when_the_policy_says_whichever_worker_makes_it() {
    let (world, mut desk) = desk(Limits::default()).await;
    let executors = Executors::standard(&world.services.context().deps);
    let one = world.worker_elsewhere(executors, patient());
    let id = world.launch(world.publish(&patiently()).await, none()).await;
    calls(&mut desk, 1).await.remove(0).refuse_for_a_while();
    world.until(REFUSED, 1).await;
    one.stop().await;
    let two = world.worker(patient());

    later(&world, 61).await;
    calls(&mut desk, 1).await.remove(0).refuse_for_a_while();
    world.until(REFUSED, 2).await;
    // So long it waited the first time.
    later(&world, 61).await;
    assert!(desk.try_recv().is_err(), "nothing was sent");
    later(&world, 60).await;

    assert_eq!(complete(&world, &mut desk, &[id]).await, 1);
    assert_eq!(delays(&world.events(id).await), [60_000, 120_000]);
    let workers = "SELECT count(DISTINCT worker_id) FROM job_attempts";
    assert_eq!(world.count(workers).await, 2);
    two.stop().await;
    world.assert_sound().await;
}

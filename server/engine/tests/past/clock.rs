//! The database's clock is the only one; when it jumps, nothing is lost, doubled or put off for long.

use std::{fs, path::PathBuf, time::Duration};

use engine::{
    exec::WorkerConfig,
    executors::{Attempt, Executors},
    job::JobContext,
};
use model::{
    execution::{
        event::EventKind,
        failure::{Failure, FailureClass},
        state::{ExecutionStatus, NodeStatus},
        view::ExecutionView,
    },
    id::ExecutionId,
    nodes::NodeKind,
    time::Timestamp,
    workflow::Workflow,
};
use serde_json::{Value, json};
use services::testing::{
    play::{Answering, Call, copies, frozen, graph, held, rest, take, workflow, writing, wrote},
    soak::{STALL, judge, soaking},
    world::{GIVE_UP, World, none, quick},
};
use tokio::sync::mpsc::UnboundedReceiver;

/// Far more than a lease, less than an execution may take.
const JUMP: Duration = Duration::from_secs(600);
/// Ends by no clock but one that jumps, however busy the machine.
const LEASE: Duration = Duration::from_secs(60);
/// Jobs that each of two workers works on at once: together fewer than there are.
const PLACES: usize = 6;
const TWO_HOURS: Duration = Duration::from_secs(7200);
/// Jobs that were begun before they were due.
const EARLY: &str = "SELECT count(*) FROM job_attempts a JOIN agent_jobs j ON j.id = a.job_id
                      WHERE a.status = 'completed' AND a.started_at < j.run_at";

/// Executions that are launched one after the other, four times: 48 in all, in `make soak` 500.
fn several() -> usize {
    if soaking() { 125 } else { 12 }
}

/// Ends whatever begins, for as long as there is a worker.
async fn end_all(mut calls: UnboundedReceiver<Call>) {
    while let Some(call) = calls.recv().await {
        call.answer(wrote("once"));
    }
}

#[tokio::test]
async fn rel_e5_a_clock_that_jumps_ahead_and_back_costs_attempts_but_no_results() {
    let world = World::new().await;
    let ((first, mut ones), (second, mut others)) = (held(), held());
    let config = || WorkerConfig { max_jobs: PLACES, lease: LEASE, ..quick() };
    let workers = [first, second].map(|works| world.worker_elsewhere(writing(works), config()));
    let edges = [("start", "a"), ("start", "b"), ("a", "c"), ("b", "c"), ("c", "end")];
    let template = world.publish(&workflow(&[("a", 2), ("b", 1), ("c", 2)], &edges)).await;
    let mut executions = vec![];
    for round in 0..3 {
        for _ in 0..several() {
            executions.push(world.launch(template, none()).await);
        }
        // Both have their hands full, and nothing of it ends before the clock has jumped.
        let mut under_way = take(&mut ones, PLACES).await;
        under_way.extend(take(&mut others, PLACES).await);
        match round {
            0 => world.db.advance(JUMP).await,
            1 => world.db.turn_back(JUMP).await,
            _ => {}
        }
        let running = world.count("SELECT count(*) FROM agent_jobs WHERE status = 'running'").await;
        assert_eq!(running, 2 * PLACES as i64, "in round {round}");
        world.nudge().await;
        under_way.into_iter().for_each(|call| call.answer(wrote("once")));
    }
    tokio::spawn(end_all(ones));
    tokio::spawn(end_all(others));

    world.wait_all_over(&executions).await;
    for id in &executions {
        let view = world.view(*id).await;
        assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    }
    for worker in workers {
        worker.stop().await;
    }

    world.assert_sound().await;
    let made = world.count("SELECT count(*) FROM documents").await;
    assert_eq!(made, i64::try_from(executions.len() * 5).unwrap());
    let twice = "SELECT count(*) FROM (SELECT FROM documents GROUP BY origin_job
                  HAVING count(*) > 1) AS twice";
    assert_eq!(world.count(twice).await, 0);
    let twice = "SELECT count(*) FROM (SELECT FROM job_attempts WHERE status = 'completed'
                  GROUP BY job_id HAVING count(*) > 1) AS twice";
    assert_eq!(world.count(twice).await, 0);
}

/// start → one node of this type → end.
fn one(kind: &str, config: &Value) -> Workflow {
    let node = |id: &str, kind: &str, config: &Value| {
        json!({"id": id, "type": kind, "position": {"x": 0, "y": 0},
               "data": {"label": id, "config": config}})
    };
    let drawn = json!({
        "name": "One",
        "nodes": [
            node("start", "start", &json!({})),
            node("only", kind, config),
            node("end", "end", &json!({})),
        ],
        "edges": [
            {"id": "a", "source": "start", "target": "only"},
            {"id": "b", "source": "only", "target": "end"},
        ],
    });
    serde_json::from_value(drawn).unwrap()
}

fn waits(view: &ExecutionView) -> bool {
    until(view).is_some()
}

/// Until when it waits, for a time or a decision.
fn until(view: &ExecutionView) -> Option<Timestamp> {
    let of_review = |node: &model::execution::view::NodeView| node.review.as_ref()?.until;
    view.nodes.iter().find_map(|node| node.until.or_else(|| of_review(node)))
}

#[tokio::test]
async fn rel_e5_timers_fire_once_when_the_clock_jumps_two_hours_ahead() {
    let world = World::new().await;
    let workers = [(); 2].map(|()| world.worker_elsewhere(Executors::internal(), quick()));
    let template = world.publish(&one("wait", &json!({"seconds": 3600}))).await;
    let mut executions = vec![];
    for _ in 0..several() {
        executions.push(world.launch(template, none()).await);
    }
    for id in &executions {
        world.wait(*id, waits).await;
    }
    assert_eq!(world.count("SELECT count(*) FROM job_attempts").await, 0, "none fires early");

    world.db.advance(TWO_HOURS).await;
    world.nudge().await;

    world.wait_all_over(&executions).await;
    for id in &executions {
        let view = world.view(*id).await;
        assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
        let fired = |kind: &EventKind| match kind {
            EventKind::NodeCompleted { node, .. } => node.as_str() == "only",
            _ => false,
        };
        let fired = world.events(*id).await.into_iter().filter(|event| fired(&event.kind)).count();
        assert_eq!(fired, 1);
    }
    assert_eq!(world.count(EARLY).await, 0, "none fires early");
    for worker in workers {
        worker.stop().await;
    }
    world.assert_sound().await;
}

/// The moment so long from now, by the clock that everything goes by.
async fn moment_in(world: &World, later: Duration) -> Timestamp {
    let now = "SELECT (extract(epoch FROM engine_now()) * 1000)::bigint";
    Timestamp(world.count(now).await).plus_ms(u64::try_from(later.as_millis()).unwrap())
}

#[tokio::test]
async fn a_wait_until_a_named_moment_ends_when_that_has_come_and_not_before() {
    let world = World::new().await;
    let worker = world.worker_elsewhere(Executors::internal(), quick());
    let mut waiting: Vec<(ExecutionId, Timestamp)> = vec![];
    for later in [JUMP, TWO_HOURS] {
        let moment = moment_in(&world, later).await;
        let named = world.publish(&one("wait", &json!({"until": moment.to_iso8601()}))).await;
        let id = world.launch(named, none()).await;
        // Not the minute that it would wait without one.
        assert_eq!(until(&world.wait(id, waits).await), Some(moment));
        waiting.push((id, moment));
    }
    let [(near, _), (far, later)] = waiting[..] else { panic!("two wait") };
    assert_eq!(world.count("SELECT count(*) FROM job_attempts").await, 0, "none fires early");

    world.db.advance(JUMP).await;
    world.nudge().await;

    let view = world.wait_over(near).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    assert_eq!(until(&world.view(far).await), Some(later), "its moment has not come");
    world.db.advance(TWO_HOURS).await;
    world.nudge().await;
    let view = world.wait_over(far).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    assert!(view.nodes.iter().all(|node| node.status == NodeStatus::Completed), "{view:#?}");
    assert_eq!(world.count(EARLY).await, 0, "none fires early");
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e5_a_wait_ends_neither_early_nor_late_by_the_clock_of_a_database_that_is_hours_behind()
{
    let seconds = [0.5, 1.0, 1.5];
    let names = ["a", "b", "c"];
    let nodes = [0, 1, 2].map(|at| (names[at], "wait", json!({"seconds": seconds[at]})));
    let edges = names.map(|name| [("start", name), (name, "end")]).concat();
    let world = World::new().await;
    world.db.turn_back(TWO_HOURS).await;
    let worker = world.worker_elsewhere(Executors::internal(), quick());

    let id = world.launch(world.publish(&graph(&nodes, &edges)).await, none()).await;

    let view = world.wait_over(id).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    worker.stop().await;
    assert_eq!(world.count(EARLY).await, 0, "none fires early");
    let waited = "SELECT n.node_id, (extract(epoch FROM j.run_at - e.started_at) * 1000)::bigint,
                         (extract(epoch FROM a.started_at - j.run_at) * 1000)::bigint
                    FROM job_attempts a
                    JOIN agent_jobs j ON j.id = a.job_id
                    JOIN execution_nodes n ON n.id = j.node_row_id
                    JOIN workflow_executions e ON e.id = a.execution_id
                   ORDER BY n.node_id";
    let waited: Vec<(String, i64, i64)> =
        sqlx::query_as(waited).fetch_all(&world.db.pool).await.unwrap();
    let due: Vec<(&str, i64)> = waited.iter().map(|(node, due, _)| (node.as_str(), *due)).collect();
    assert_eq!(due, [("a", 500), ("b", 1000), ("c", 1500)], "each is due when its author said");
    let latest = waited.iter().map(|(.., late)| *late).max().unwrap();
    judge("from when a wait is due to its end", latest, 1_000, STALL);
    world.assert_sound().await;
}

/// The other side asks for half a minute.
fn busy() -> Failure {
    let class = FailureClass::Transient { retry_after_ms: Some(30_000) };
    Failure { class, ..Failure::transient("busy", "try again") }
}

/// Texts are written at the second attempt.
fn busy_at_first() -> Executors {
    let works = Answering(move |job: &JobContext| match job.attempt {
        1 => Attempt::from_failure(busy()),
        _ => wrote("once"),
    });
    Executors::internal().with_executor(NodeKind::GenerateCopy, works)
}

#[tokio::test]
async fn rel_e5_what_waits_by_a_clock_that_was_ahead_waits_no_longer_than_it_was_told_to() {
    let world = World::new().await;
    let timed = world.publish(&one("wait", &json!({"seconds": 30}))).await;
    let retried = world.publish(&copies(1)).await;
    let decided = world.publish(&one("review", &json!({"auto_approve_minutes": 1}))).await;
    world.db.advance(TWO_HOURS).await;
    let worker = world.worker_elsewhere(busy_at_first(), quick());
    let mut waiting: Vec<(ExecutionId, Option<Timestamp>)> = vec![];
    for template in [timed, retried, decided] {
        let id = world.launch(template, none()).await;
        waiting.push((id, until(&world.wait(id, waits).await)));
    }
    worker.stop().await;
    let fresh = world.launch(timed, none()).await;

    world.db.turn_back(TWO_HOURS).await;
    let worker = world.worker_elsewhere(busy_at_first(), quick());

    for (id, ahead) in &waiting {
        let view = world.wait(*id, |view| waits(view) && until(view) != *ahead).await;
        assert!(until(&view) < *ahead, "{view:#?}");
    }
    waiting.push((fresh, None));
    // Twice what they were told to wait at most, a small part of the jump.
    world.db.advance(Duration::from_secs(120)).await;
    world.nudge().await;
    for (id, _) in waiting {
        let view = world.wait_over(id).await;
        assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
        let told = |kind: &EventKind| matches!(kind, EventKind::ExecutionClockBack(_));
        let told = world.events(id).await.into_iter().filter(|event| told(&event.kind)).count();
        assert_eq!(told, 1, "it is taken in once");
        assert!(view.nodes.iter().all(|node| node.status == NodeStatus::Completed));
    }
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e5_the_lease_of_a_frozen_worker_ends_although_the_clock_was_set_back() {
    let world = World::new().await;
    let template = world.publish(&copies(1)).await;
    world.db.advance(TWO_HOURS).await;
    let (holding, mut calls) = held();
    let asleep = world.worker_elsewhere(writing(holding), frozen());
    let id = world.launch(template, none()).await;
    let call = take(&mut calls, 1).await.remove(0);

    world.db.turn_back(TWO_HOURS).await;
    let works = || writing(Answering(|_: &_| wrote("once")));
    let worker = world.worker_elsewhere(works(), quick());

    let long = "SELECT count(*) FROM workers WHERE gone_at IS NULL
                   AND lease_until > engine_now() + interval '1 minute'";
    let shortened = async {
        while world.count(long).await > 0 {
            rest().await;
        }
    };
    tokio::time::timeout(GIVE_UP, shortened).await.expect("a shorter lease");
    // To who has looked at the clock before, this minute would be a jump.
    worker.stop().await;
    world.db.advance(Duration::from_secs(61)).await;
    let worker = world.worker_elsewhere(works(), quick());
    let view = world.wait_over(id).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    call.answer(wrote("too late"));
    worker.stop().await;
    asleep.stop().await;
    world.assert_sound().await;
    assert_eq!(world.count("SELECT count(*) FROM documents").await, 1);
}

#[test]
fn rel_e5_the_engine_reads_no_clock_but_the_databases() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let mut read = vec![];
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with("testing") {
                continue;
            } else if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                let reads = ["SystemTime::now", "Utc::now", "Local::now"];
                read.extend(reads.iter().any(|clock| text.contains(clock)).then_some(path));
            }
        }
    }
    assert!(read.is_empty(), "{read:?}");
}

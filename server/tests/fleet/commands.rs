//! Commands at random while two processes work: what they take and start is what they may.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use backend::actor::Actor;
use model::{
    execution::{
        event::{Event, EventKind},
        state::PauseReason,
    },
    id::{ExecutionId, TemplateId},
    pages::{Control, LaunchRequest},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use services::{
    Services,
    testing::{
        dice::dice,
        play::{rest, workflow},
        soak::soaking,
    },
};
use sqlx::PgPool;
use store::error::EngineError;

use crate::fleet::processes::Fleet;

const CLIENTS: usize = 8;
/// Words a second: so few that commands meet texts that are under way.
const SLOW: u32 = 100;
/// Executions of a workspace that may run at once.
const PLACES: u32 = 10;
/// What is launched by all clients.
type Executions = Arc<Mutex<Vec<ExecutionId>>>;

/// What is launched at first, more than may run at once; and how many commands each client gives, 2,000
/// in all in `make soak`.
fn figures() -> (usize, usize) {
    if soaking() { (30, 250) } else { (15, 20) }
}

/// One client's commands at random; most executions are stopped late or never.
async fn client(
    services: Services,
    mut dice: StdRng,
    actor: Actor,
    template: TemplateId,
    executions: Executions,
) {
    let (_, commands) = figures();
    for _ in 0..commands {
        let id = {
            let executions = executions.lock().unwrap();
            executions[dice.random_range(0..executions.len())]
        };
        let control = match dice.random_range(0..40) {
            39 => {
                let launched = services
                    .executions
                    .launch(&actor, LaunchRequest::for_template(template))
                    .await
                    .unwrap();
                executions.lock().unwrap().push(launched.execution_id);
                continue;
            }
            0 => Control::STOP,
            1..20 => Control::Pause,
            _ => Control::Resume,
        };
        match services.executions.control(&actor, id, control).await {
            Ok(()) => {}
            // What is over or has not begun may refuse; nothing else may.
            Err(EngineError::Refused(problem)) => assert_eq!(problem.status(), 409, "{problem:?}"),
            Err(error) => panic!("{error}"),
        }
    }
}

/// Job starts that events say should not have been.
fn forbidden_starts(events: &[Event]) -> Vec<i64> {
    let (mut open, mut forbidden) = (false, vec![]);
    for event in events {
        match &event.kind {
            EventKind::ExecutionPaused { .. } | EventKind::ExecutionStopped { .. } => open = false,
            EventKind::ExecutionStarted | EventKind::ExecutionResumed => open = true,
            EventKind::JobStarted { .. } if !open => forbidden.push(event.seq),
            _ => {}
        }
    }
    forbidden
}

/// How often a person's pause came while a job was at work.
fn pauses_at_work(events: &[Event]) -> usize {
    let (mut at_work, mut pauses) = (BTreeSet::new(), 0);
    for event in events {
        match &event.kind {
            EventKind::ExecutionPaused(paused) if paused.reason == PauseReason::User => {
                pauses += usize::from(!at_work.is_empty())
            }
            EventKind::JobStarted { job, .. } => drop(at_work.insert(job.job)),
            kind => drop(kind.job().map(|job| at_work.remove(&job.job))),
        }
    }
    pauses
}

/// Looks at all executions every few milliseconds until it is told to end: the most that ran at once, and
/// how often it looked.
async fn watch(pool: PgPool, ended: Arc<AtomicBool>) -> (i64, usize) {
    let (mut most, mut looks) = (0, 0);
    let sql = "SELECT count(*) FROM workflow_executions WHERE status = 'running'";
    while !ended.load(Ordering::SeqCst) {
        most = most.max(sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap());
        looks += 1;
        rest().await;
    }
    (most, looks)
}

/// Lets all go on to their ends and judges their histories; how often a pause came while one was at work.
async fn end(fleet: &Fleet, executions: &[ExecutionId]) -> usize {
    let world = &fleet.world;
    for id in executions {
        world.services.executions.control(&world.owner, *id, Control::Resume).await.ok();
    }
    world.wait_all_over(executions).await;
    let mut pauses = 0;
    for id in executions {
        pauses += judged(&world.events(*id).await);
    }
    pauses
}

/// Judges a history; how often a pause came in it while a job was at work.
fn judged(events: &[Event]) -> usize {
    assert_eq!(forbidden_starts(events), [0; 0], "{events:#?}");
    let stopped = |event: &Event| matches!(event.kind, EventKind::ExecutionStopped { .. });
    if let Some(place) = events.iter().position(stopped) {
        assert_eq!(place + 1, events.len(), "{events:#?}");
    }
    pauses_at_work(events)
}

/// Of rel_e9 it proves that no two processes let in together what one of them alone may.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e8_nothing_starts_after_a_pause_or_a_stop_whoever_asks_meanwhile() {
    let mut fleet = Fleet::with_places(PLACES).await;
    let steps = [("a", 4), ("b", 4), ("c", 4)];
    let edges = [("start", "a"), ("a", "b"), ("b", "c"), ("c", "end")];
    let template = fleet.world.publish(&workflow(&steps, &edges)).await;
    let processes = [fleet.start(SLOW).await, fleet.start(SLOW).await];
    let executions = Arc::new(Mutex::new(fleet.launch(template, figures().0).await));
    let ended = Arc::new(AtomicBool::new(false));
    let watching = tokio::spawn(watch(fleet.world.db.pool.clone(), ended.clone()));

    let (services, owner) = (&fleet.world.services, &fleet.world.owner);
    let mut dice = dice();
    let clients = (0..CLIENTS).map(|_| {
        let own = (services.clone(), StdRng::from_rng(&mut dice));
        tokio::spawn(client(own.0, own.1, owner.clone(), template, executions.clone()))
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
    let executions = executions.lock().unwrap().clone();
    let pauses = end(&fleet, &executions).await;
    assert!(pauses > 0, "no pause met a job at work");

    ended.store(true, Ordering::SeqCst);
    let (most, looks) = watching.await.unwrap();
    println!("{most} ran at once, in {looks} looks");
    assert_eq!(most, i64::from(PLACES), "as many run as may, and no more");
    fleet.world.assert_sound().await;
    drop(processes);
    fleet.close().await;
}

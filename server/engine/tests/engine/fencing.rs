//! Workers that are late, and commands that meet: whoever comes second finds the other's work.

use std::time::Duration;

use engine::{
    exec::advance::{Advance, Answer, Input},
    executors::Attempt,
    limits::Limits,
    store::workers,
    testing::{
        play::{Answering, Call, copies, failed, frozen, held, take, workflow, writing, wrote},
        world::{World, none, quick},
    },
};
use model::{
    decide::{ClaimLimits, JobState, Report},
    execution::{
        failure::{Failure, HoldReason},
        state::{ExecutionStatus, JobStatus},
        view::{ExecutionView, JobView},
    },
    id::{ExecutionId, NodeId, TemplateId, WorkerId},
    pages::Control,
};
use sqlx::PgPool;
use uuid::Uuid;

const ITEMS: u32 = 10;
const THEFTS: usize = 50;

/// How a late attempt ends: well, badly, or with a reason to pause.
fn late(call: &Call) -> Attempt {
    match call.item % 3 {
        0 => wrote("late"),
        1 => failed("late"),
        _ => Attempt::failed(Failure::hold(HoldReason::Provider, "late", "late")),
    }
}

fn report_late(call: Call) {
    let attempt = late(&call);
    call.answer(attempt);
}

/// Who reports first.
#[derive(PartialEq)]
enum First {
    Thief,
    Owner,
}

/// A worker is given up while it works; another one takes its jobs over; both report.
async fn thefts(first: First) {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let thief = world.worker_elsewhere(writing(executor), frozen());
    let template = world.publish(&copies(ITEMS)).await;
    let mut executions = vec![];
    for _ in 0..THEFTS / ITEMS as usize {
        executions.push(world.launch(template, none()).await);
    }
    let stolen = take(&mut calls, THEFTS).await;
    world.give_up_workers().await;
    let (executor, mut calls) = held();
    let owner = world.worker_with(writing(executor), quick());
    let owned = take(&mut calls, THEFTS).await;

    if first == First::Owner {
        owned.into_iter().for_each(|call| call.answer(wrote("in time")));
        for id in &executions {
            world.wait_over(*id).await;
        }
        stolen.into_iter().for_each(report_late);
        thief.stop().await;
    } else {
        stolen.into_iter().for_each(report_late);
        thief.stop().await;
        owned.into_iter().for_each(|call| call.answer(wrote("in time")));
    }
    for id in executions {
        let view = world.wait_over(id).await;
        assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
        let attempts = world.attempts(id).await;
        assert!(attempts.values().all(|ends| ends == &["lost", "completed"]), "{attempts:?}");
    }
    owner.stop().await;
    world.assert_sound().await;
    let in_time = "SELECT count(*) FROM documents WHERE title = 'in time'";
    assert_eq!(world.count(in_time).await, THEFTS as i64);
    assert_eq!(world.count("SELECT count(*) FROM documents").await, THEFTS as i64);
}

#[tokio::test]
async fn rel_e2_a_worker_that_reports_after_its_job_was_done_by_another_changes_nothing() {
    thefts(First::Owner).await;
}

#[tokio::test]
async fn rel_e2_a_worker_that_reports_while_another_has_its_job_changes_nothing() {
    thefts(First::Thief).await;
}

#[tokio::test]
async fn rel_e2_a_worker_that_was_given_up_is_handed_nothing_even_before_it_notices() {
    let world = World::new().await;
    let template = world.publish(&copies(1)).await;
    let id = world.launch(template, none()).await;
    let worker = WorkerId(Uuid::now_v7());
    let mut conn = world.db.pool.acquire().await.unwrap();
    workers::register(&mut conn, worker, None, Duration::from_secs(3600)).await.unwrap();
    let limits = ClaimLimits { capacity: 1, per_execution: 1 };
    let claim = || Input::Claim { worker, limits, kinds: None };

    world.give_up_workers().await;
    let given_up = run(&world.db.pool, id, claim()).await;

    assert!(matches!(given_up, Answer::Claimed(jobs, _) if jobs.is_empty()));
    assert_eq!(world.count("SELECT count(*) FROM job_attempts").await, 0);
    world.assert_sound().await;
}

/// What may meet.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Move {
    Settle,
    Reap,
    Pause,
    Stop,
    Retry,
    Skip,
}

const MOVES: [Move; 6] =
    [Move::Settle, Move::Reap, Move::Pause, Move::Stop, Move::Retry, Move::Skip];

/// A running execution: one node has failed, `slow` and `other` are worked on.
struct Scene {
    id: ExecutionId,
    worker: WorkerId,
    slow: JobState,
}

impl Scene {
    async fn set(world: &World, template: TemplateId) -> Self {
        let id = world.launch(template, none()).await;
        let worker = WorkerId(Uuid::now_v7());
        let limits = ClaimLimits { capacity: 3, per_execution: 3 };
        let claim = Input::Claim { worker, limits, kinds: None };
        let Answer::Claimed(jobs, _) = run(&world.db.pool, id, claim).await else {
            panic!("nothing was claimed");
        };
        let of = |node: &str| jobs.iter().find(|job| job.node.as_str() == node).unwrap().clone();
        let settled = run(&world.db.pool, id, settle(&of("broken"), failed("broken"))).await;
        assert!(matches!(settled, Answer::Done));
        Self { id, worker, slow: of("slow") }
    }

    fn input(&self, wanted: Move) -> Input {
        match wanted {
            Move::Settle => settle(&self.slow, wrote("slow")),
            Move::Reap => Input::WorkerLost(self.worker),
            Move::Pause => Input::Control(Control::Pause),
            Move::Stop => Input::Control(Control::Stop),
            Move::Retry => {
                Input::Control(Control::RetryNode { node_id: "broken".into(), config: None })
            }
            Move::Skip => {
                Input::Control(Control::SkipNode { node_id: "broken".into(), output: None })
            }
        }
    }

    /// Both have begun and wait for the execution's lock before the first of them gets it.
    async fn meet(&self, pool: &PgPool, first: Move, second: Move) -> (Answer, Answer) {
        let mut lock = pool.begin().await.unwrap();
        let sql = "SELECT id FROM workflow_executions WHERE id = $1 FOR UPDATE";
        sqlx::query(sql).bind(self.id.0).execute(&mut *lock).await.unwrap();
        let one = tokio::spawn(owned(pool.clone(), self.id, self.input(first)));
        waiting(pool, 1).await;
        let two = tokio::spawn(owned(pool.clone(), self.id, self.input(second)));
        waiting(pool, 2).await;
        lock.rollback().await.unwrap();
        (one.await.unwrap(), two.await.unwrap())
    }

    fn slow_in(&self, view: &ExecutionView) -> JobView {
        view.node(&NodeId::from("slow")).unwrap().jobs[0].clone()
    }
}

fn settle(job: &JobState, attempt: Attempt) -> Input {
    let Attempt { outcome, charges } = attempt;
    Input::Settle(Report { job: job.id, fence: job.fence, outcome, charges, jitter: 0.0 })
}

/// As a process of its own would do it, without a memory of the execution.
async fn run(pool: &PgPool, id: ExecutionId, input: Input) -> Answer {
    let mut answers =
        Advance::new(pool.clone(), Limits::default()).run(&[(id, vec![input])]).await.unwrap();
    answers.pop().unwrap().pop().unwrap()
}

async fn owned(pool: PgPool, id: ExecutionId, input: Input) -> Answer {
    run(&pool, id, input).await
}

async fn waiting(pool: &PgPool, wanted: i64) {
    let sql = "SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(sql).fetch_one(pool).await.unwrap() < wanted {
        tokio::task::yield_now().await;
    }
}

/// Whether the second of two finds that there is nothing left for it to do.
fn comes_too_late(first: Move, second: Move) -> bool {
    use Move::{Pause, Reap, Retry, Settle, Skip, Stop};
    matches!(
        (first, second),
        (Settle | Reap | Stop, Settle)
            | (Stop, Pause | Retry | Skip)
            | (Retry | Skip, Retry)
            | (Skip, Skip)
    )
}

fn assert_first_stands(scene: &Scene, view: &ExecutionView, (first, second): (Move, Move)) {
    let slow = scene.slow_in(view);
    let told = format!("{first:?} before {second:?}: {view:#?}");
    let both = [first, second];
    assert_eq!(view.status == ExecutionStatus::Stopped, both.contains(&Move::Stop), "{told}");
    match first {
        Move::Settle => assert_eq!((slow.status, slow.lost), (JobStatus::Completed, 0), "{told}"),
        Move::Reap => assert!(slow.lost == 1 && slow.status != JobStatus::Completed, "{told}"),
        Move::Stop => assert_eq!((slow.status, slow.lost), (JobStatus::Cancelled, 0), "{told}"),
        Move::Pause | Move::Retry | Move::Skip => {}
    }
}

/// Whoever is at work goes on, and everything ends.
async fn finish(world: &World, scenes: Vec<(Scene, bool)>) {
    for (scene, _) in &scenes {
        run(&world.db.pool, scene.id, Input::WorkerLost(scene.worker)).await;
        run(&world.db.pool, scene.id, Input::Control(Control::Resume)).await;
    }
    let worker = world.worker_with(writing(Answering(|_: &_| wrote("after"))), quick());
    for (scene, retried) in &scenes {
        let view = world.wait_over(scene.id).await;
        let open_end = view.status == ExecutionStatus::Stopped;
        let end = if *retried { ExecutionStatus::Completed } else { ExecutionStatus::Failed };
        assert!(open_end || view.status == end, "{view:#?}");
    }
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e3_of_two_moves_that_meet_the_second_finds_what_the_first_has_done() {
    let world = World::new().await;
    let edges = [("start", "broken"), ("start", "slow"), ("start", "other")];
    let steps = [("broken", 1), ("slow", 1), ("other", 1)];
    let ends = steps.map(|(step, _)| (step, "end"));
    let template = world.publish(&workflow(&steps, &[edges, ends].concat())).await;
    let pool = world.db.pool.clone();
    let mut scenes = vec![];
    for round in 0..2 * MOVES.len() * MOVES.len() {
        let count = MOVES.len();
        let (first, second) = (MOVES[round / count % count], MOVES[round % count]);
        let scene = Scene::set(&world, template).await;

        let (one, two) = scene.meet(&pool, first, second).await;

        assert!(matches!(one, Answer::Done), "{first:?} before {second:?}: {one:?}");
        let refused = matches!(two, Answer::Refused(_));
        assert_eq!(refused, comes_too_late(first, second), "{first:?} before {second:?}: {two:?}");
        assert_first_stands(&scene, &world.view(scene.id).await, (first, second));
        let cures = |of| matches!(of, Move::Retry | Move::Skip);
        scenes.push((scene, cures(first) || cures(second)));
    }
    world.assert_sound().await;
    finish(&world, scenes).await;
    world.assert_sound().await;
}

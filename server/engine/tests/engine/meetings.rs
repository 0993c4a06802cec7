//! Moves that meet at an execution's lock: whoever comes second finds the other's work.

use std::sync::Arc;

use engine::{
    exec::{
        advance::{Advance, Input, InputOutcome},
        event_bus::EventBus,
    },
    executors::Attempt,
    limits::Limits,
};
use model::{
    access::Role,
    decide::{ClaimLimits, JobState, Report},
    execution::{
        action_policy::ActorScope,
        state::{ExecutionStatus, JobStatus, NodeStatus, PauseReason},
        view::ExecutionView,
    },
    id::{ExecutionId, NodeId, ReviewId, TemplateId, WorkerId},
    pages::{Control, LaunchRequest},
    review::{Approval, Decision, Reviewer, assignment::ReviewActor},
    workflow::Workflow,
};
use serde_json::json;
use services::testing::{
    db::LOCK_WAITS,
    play::{Answering, failed, graph, rest, writing, wrote},
    world::{World, quick},
};
use sqlx::PgPool;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// What may meet.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Move {
    Settle,
    /// By a process that remembers the execution, and therefore locks and reads nothing before.
    SettleByHeart,
    Reap,
    Pause,
    Stop,
    Retry,
    Skip,
    Decide,
}

const MOVES: [Move; 8] = [
    Move::Settle,
    Move::SettleByHeart,
    Move::Reap,
    Move::Pause,
    Move::Stop,
    Move::Retry,
    Move::Skip,
    Move::Decide,
];

/// How far the first of two has come when the second begins.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Point {
    /// It waits for the execution's lock.
    Begun,
    /// It has the lock and has read, and has written nothing.
    Read,
    /// All is written.
    Done,
}

/// A running execution: one node has failed, `slow` and `other` are worked on, `check` waits for a
/// decision.
struct Scene {
    id: ExecutionId,
    memory: Arc<Advance>,
    worker: WorkerId,
    slow: JobState,
    review: ReviewId,
}

fn by_owner(control: Control) -> Input {
    let by = Reviewer { user: None, name: "Ada".to_owned() };
    Input::Control(control, ActorScope::for_role(Role::Owner), by)
}

impl Scene {
    async fn set(world: &World, template: TemplateId) -> Self {
        let launch = LaunchRequest::for_template(template);
        let launched = world.services.executions.launch(&world.owner, launch).await.unwrap();
        let id = launched.execution_id;
        let worker = WorkerId(Uuid::now_v7());
        let memory = newcomer(&world.db.pool);
        let limits = ClaimLimits { capacity: 4, per_execution: 4, alone: false };
        let claim = Input::Claim { worker, limits, kinds: None };
        let InputOutcome::Claimed(jobs, _) = run(&memory, id, claim).await else {
            panic!("nothing was claimed");
        };
        let of = |node: &str| jobs.iter().find(|job| job.node.as_str() == node).unwrap().clone();
        for (node, attempt) in [("broken", failed("broken")), ("draft", wrote("draft"))] {
            let settled = run(&memory, id, settle(&of(node), attempt)).await;
            assert!(matches!(settled, InputOutcome::Done));
        }
        let check = world.view(id).await.node(&NodeId::from("check")).cloned().unwrap();
        Self { id, memory, worker, slow: of("slow"), review: check.review.unwrap().id }
    }

    fn approve(&self) -> Input {
        let by = Reviewer { user: None, name: "Somebody".to_owned() };
        let actor = ReviewActor { user: None, role: Role::Owner, is_author: false };
        Input::Decide(self.review, Decision::Approve(Approval::default()), by, actor)
    }

    fn input(&self, wanted: Move) -> Input {
        match wanted {
            Move::Settle | Move::SettleByHeart => settle(&self.slow, wrote("slow")),
            Move::Reap => Input::WorkerLost(self.worker),
            Move::Decide => self.approve(),
            Move::Pause => by_owner(Control::Pause),
            Move::Stop => by_owner(Control::STOP),
            Move::Retry => by_owner(Control::RetryNode {
                node_id: "broken".into(),
                config: None,
                generation: None,
            }),
            Move::Skip => by_owner(Control::SkipNode {
                node_id: "broken".into(),
                output: None,
                generation: None,
            }),
        }
    }

    /// The second begins when the first has come so far, and both end.
    async fn meet(
        &self,
        pool: &PgPool,
        point: Point,
        pair: (Move, Move),
    ) -> (InputOutcome, InputOutcome) {
        let mut holding = pool.begin().await.unwrap();
        match point {
            Point::Begun => {
                let sql = "SELECT id FROM workflow_executions WHERE id = $1 FOR UPDATE";
                sqlx::query(sql).bind(self.id.0).execute(&mut *holding).await.unwrap();
            }
            Point::Read => {
                let sql = "LOCK TABLE execution_events IN SHARE MODE";
                sqlx::query(sql).execute(&mut *holding).await.unwrap();
            }
            Point::Done => {}
        }
        let one = self.begin(pool, pair.0);
        if point == Point::Done {
            let one = one.await.unwrap();
            return (one, self.begin(pool, pair.1).await.unwrap());
        }
        waiting(pool, 1).await;
        let two = self.begin(pool, pair.1);
        waiting(pool, 2).await;
        holding.rollback().await.unwrap();
        (one.await.unwrap(), two.await.unwrap())
    }

    fn begin(&self, pool: &PgPool, wanted: Move) -> JoinHandle<InputOutcome> {
        let by_heart = wanted == Move::SettleByHeart;
        let process = if by_heart { self.memory.clone() } else { newcomer(pool) };
        let (id, input) = (self.id, self.input(wanted));
        tokio::spawn(async move { run(&process, id, input).await })
    }
}

fn settle(job: &JobState, attempt: Attempt) -> Input {
    let Attempt { outcome, charges } = attempt;
    Input::Settle(Report { job: job.id, fence: job.fence, outcome, charges, jitter: 0.0 })
}

/// As in a process of its own, without a memory of any execution.
fn newcomer(pool: &PgPool) -> Arc<Advance> {
    Arc::new(Advance::new(pool.clone(), EventBus::default(), Limits::default()))
}

async fn run(process: &Advance, id: ExecutionId, input: Input) -> InputOutcome {
    let mut answers = process.run(&(id, vec![input])).await.unwrap();
    answers.pop().unwrap()
}

/// Waits until so many wait for a lock.
async fn waiting(pool: &PgPool, wanted: i64) {
    while sqlx::query_scalar::<_, i64>(LOCK_WAITS).fetch_one(pool).await.unwrap() < wanted {
        rest().await;
    }
}

/// Whether the second of two finds that there is nothing left for it to do.
fn comes_too_late(first: Move, second: Move) -> bool {
    use Move::{Decide, Pause, Reap, Retry, Settle, SettleByHeart, Skip, Stop};
    matches!(
        (first, second),
        (Settle | SettleByHeart | Reap | Stop, Settle | SettleByHeart)
            | (Stop, Pause | Retry | Skip | Decide)
            | (Retry | Skip, Retry)
            | (Skip, Skip)
            | (Decide, Decide)
    )
}

/// How an execution stands after both.
fn stands(first: Move, second: Move) -> (ExecutionStatus, Option<PauseReason>) {
    let both = [first, second];
    if both.contains(&Move::Stop) {
        (ExecutionStatus::Stopped, None)
    } else if both.contains(&Move::Pause) {
        (ExecutionStatus::Paused, Some(PauseReason::User))
    } else {
        (ExecutionStatus::Running, None)
    }
}

/// How the step that has failed stands after both, and how often it has been begun.
fn broken_stands(first: Move, second: Move) -> (NodeStatus, i32) {
    let counts = |of| first == of || (second == of && !comes_too_late(first, second));
    let status = match (counts(Move::Skip), counts(Move::Retry)) {
        (true, _) => NodeStatus::Skipped,
        (false, true) if second == Move::Stop => NodeStatus::Cancelled,
        (false, true) => NodeStatus::Ready,
        (false, false) => NodeStatus::Failed,
    };
    (status, if counts(Move::Retry) { 2 } else { 1 })
}

/// How the job of `slow` stands when only this has happened to it; how often its worker was lost.
fn slow_stands(after: Move) -> (JobStatus, i32) {
    match after {
        Move::Settle | Move::SettleByHeart => (JobStatus::Completed, 0),
        Move::Reap => (JobStatus::Pending, 1),
        Move::Stop => (JobStatus::Cancelled, 0),
        Move::Pause | Move::Retry | Move::Skip | Move::Decide => (JobStatus::Running, 0),
    }
}

fn assert_first_stands(view: &ExecutionView, first: Move, second: Move) {
    let node = |node: &str| view.node(&NodeId::from(node)).unwrap();
    let (slow, check) = (&node("slow").jobs[0], node("check").status);
    let slow = (slow.status, slow.lost);
    let broken = (node("broken").status, node("broken").generation);
    let told = format!("{first:?} before {second:?}: {view:#?}");
    assert_eq!((view.status, view.pause_reason), stands(first, second), "{told}");
    assert_eq!(broken, broken_stands(first, second), "{told}");
    match first {
        Move::Settle | Move::SettleByHeart => assert_eq!(slow, slow_stands(first), "{told}"),
        Move::Reap => assert!(slow.1 == 1 && slow.0 != JobStatus::Completed, "{told}"),
        Move::Stop => {
            assert_eq!(slow, slow_stands(first), "{told}");
            assert_eq!(check, NodeStatus::Cancelled, "{told}");
        }
        Move::Decide => assert_eq!(check, NodeStatus::Completed, "{told}"),
        Move::Pause | Move::Retry | Move::Skip => {
            assert_eq!(slow, slow_stands(second), "{told}");
            let decided = match second {
                Move::Decide => NodeStatus::Completed,
                Move::Stop => NodeStatus::Cancelled,
                _ => NodeStatus::AwaitingReview,
            };
            assert_eq!(check, decided, "{told}");
        }
    }
}

/// Whoever is at work goes on, and everything ends.
async fn finish(world: &World, scenes: Vec<(Scene, bool)>) {
    let process = newcomer(&world.db.pool);
    for (scene, _) in &scenes {
        let resume = by_owner(Control::Resume);
        for input in [Input::WorkerLost(scene.worker), scene.approve(), resume] {
            run(&process, scene.id, input).await;
        }
    }
    let worker = world.worker_with(writing(Answering(|_: &_| wrote("after"))), quick());
    let all: Vec<_> = scenes.iter().map(|(scene, _)| scene.id).collect();
    world.wait_all_over(&all).await;
    for (scene, retried) in &scenes {
        let view = world.view(scene.id).await;
        let open_end = view.status == ExecutionStatus::Stopped;
        let end = if *retried { ExecutionStatus::Completed } else { ExecutionStatus::Failed };
        assert!(open_end || view.status == end, "{view:#?}");
    }
    worker.stop().await;
}

/// Every pair that can meet so; who writes by heart does not read before.
fn pairs(point: Point) -> Vec<(Move, Move)> {
    let pairs = MOVES.iter().flat_map(|first| MOVES.map(|second| (*first, second)));
    let reads = |(first, _): &_| point != Point::Read || *first != Move::SettleByHeart;
    pairs.filter(reads).collect()
}

/// start → four texts, of which one is reviewed → end.
fn workflow() -> Workflow {
    let steps = ["broken", "slow", "other", "draft"];
    let texts = steps.map(|step| (step, "generate_copy", json!({"prompt": step})));
    let nodes = [&texts[..], &[("check", "review", json!({}))]].concat();
    let starts = steps.map(|step| ("start", step));
    let ends = ["broken", "slow", "other", "check.approved"].map(|step| (step, "end"));
    graph(&nodes, &[&starts[..], &[("draft.texts", "check")], &ends[..]].concat())
}

/// Every pair meets at that point.
async fn all_meet(point: Point) {
    let world = World::new().await;
    let template = world.publish(&workflow()).await;
    let pool = world.db.pool.clone();
    let mut scenes = vec![];
    for (first, second) in pairs(point) {
        let told = format!("{second:?} begins when {first:?} is {point:?}");
        let scene = Scene::set(&world, template).await;

        let (one, two) = scene.meet(&pool, point, (first, second)).await;

        assert!(matches!(one, InputOutcome::Done), "{told}: {one:?}");
        let refused = matches!(two, InputOutcome::Refused(_));
        assert_eq!(refused, comes_too_late(first, second), "{told}: {two:?}");
        assert_first_stands(&world.view(scene.id).await, first, second);
        let cures = |of| matches!(of, Move::Retry | Move::Skip);
        scenes.push((scene, cures(first) || cures(second)));
    }
    finish(&world, scenes).await;
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e3_of_two_moves_that_wait_for_the_lock_the_second_finds_what_the_first_has_done() {
    all_meet(Point::Begun).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e3_a_move_that_comes_while_another_has_read_finds_what_that_has_done() {
    all_meet(Point::Read).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e3_a_move_that_comes_after_another_finds_what_that_has_done() {
    all_meet(Point::Done).await;
}

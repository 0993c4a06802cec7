//! What a release left in every state goes on under this one.
//!
//! Before a release its own executions, and what it asks of its database, are kept for the tests of all
//! that follow:
//!
//! ```sh
//! ATELIER_KEEP_RELEASE=yes tools/with-postgres cargo test -p engine --test all \
//!   what_this_release_leaves -- --nocapture
//! ```

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use backend::actor::Actor;
use engine::{
    executors::{Attempt, Executors},
    job::JobContext,
};
use model::{
    decide::JobOutput,
    execution::{
        question::{CallAnswer, Way},
        state::{ExecutionStatus as Status, NodeStatus, PauseReason},
    },
    external_ref::ExternalRef,
    id::{ExecutionId, UserId, WorkspaceId},
    nodes::{NodeConfig, NodeKind},
    pages::Control,
    review::{Approval, Decision},
};
use serde_json::{Map, Value, json};
use services::testing::{
    db,
    play::Answering,
    world::{self, ROOMY, World, quick, sample},
};
use uuid::Uuid;

use crate::proof::{
    calls::{BROKEN, REDRAWN, SILENT, issue, read},
    doubles::Doubles,
    drawn::documents,
    left::{leave, written},
    people::{assert_told, seen, wanted},
    releases::{Release, keep, kept, release},
};

/// Rounds of executions that are kept, 24 in each.
const ROUNDS: usize = 9;
/// The first kept release that had agents and tools, comments, notices and the like.
const WITH_CALLS: i64 = 100;
/// How often executions may ask anything of people before they are over.
const MOST_ASKED: usize = 4;

/// Less than none while an execution works or is about to; what waits for its time or for people does
/// not.
const AT_REST: &str = "SELECT -count(*) FROM workflow_executions
                        WHERE status = 'pending'
                           OR status = 'running'
                              AND (jobs_running > 0 OR next_run_at <= engine_now())";
const OUTPUTS: &str = "SELECT count(*) FROM artifacts WHERE is_latest";

/// An execution as it was left: the name of its workflow, where it stands, how many documents it has
/// made.
type Left = (String, String, i64);

async fn left(world: &World) -> BTreeMap<Uuid, Left> {
    let sql = "SELECT e.id, e.run_definition ->> 'name', e.status, count(d.id)
                 FROM workflow_executions e
                 LEFT JOIN documents d ON d.execution_id = e.id
                GROUP BY e.id";
    let rows: Vec<(Uuid, String, String, i64)> =
        sqlx::query_as(sql).fetch_all(&world.db.pool).await.unwrap();
    rows.into_iter().map(|(id, name, status, made)| (id, (name, status, made))).collect()
}

/// The words in a column.
async fn words(world: &World, sql: &'static str) -> BTreeSet<String> {
    let words: Vec<String> = sqlx::query_scalar(sql).fetch_all(&world.db.pool).await.unwrap();
    words.into_iter().collect()
}

async fn owner(db: &db::TestDb) -> Actor {
    let sql = "SELECT user_id, workspace_id FROM memberships WHERE role = 'owner'";
    let (user, workspace): (Uuid, Uuid) = sqlx::query_as(sql).fetch_one(&db.pool).await.unwrap();
    world::owner(UserId(user), WorkspaceId(workspace))
}

/// What a text is asked for by.
fn prompt(job: &JobContext) -> String {
    let NodeConfig::GenerateCopy(config) = &job.node().unwrap().data.config else {
        return String::new();
    };
    config.prompt.render(&job.scope).unwrap()
}

/// Every call is answered at once, whatever it asks for.
fn answering(world: &World) -> Executors {
    Executors::standard(&world.services.context().deps)
        .with_executor(NodeKind::GenerateCopy, Answering(|job: &JobContext| written(&prompt(job))))
        .with_executor(
            NodeKind::HttpRequest,
            Answering(|_: &JobContext| {
                let answer = json!({ "status": 200, "headers": {}, "body": "taken" });
                let values = Map::from_iter([("output".to_owned(), answer)]);
                Attempt::from_output(JobOutput { values, ..JobOutput::default() })
            }),
        )
}

/// A world on a migrated dump, as its owner.
async fn taken_over(dump: &str) -> World {
    let db = db::restored(dump).await;
    store::migrate(&db.url).await.unwrap();
    let owner = owner(&db).await;
    let mut world = World::on(db, sample()).await;
    world.owner = owner;
    world
}

/// What the executions of a name have ended with.
async fn outputs(world: &World, name: &str) -> (Value, Vec<ExternalRef>, Vec<String>) {
    let sql = "SELECT id FROM workflow_executions WHERE run_definition ->> 'name' = $1";
    let id: Uuid = sqlx::query_scalar(sql).bind(name).fetch_one(&world.db.pool).await.unwrap();
    let World { services, owner, .. } = world;
    let output = services.executions.output(owner, ExecutionId(id)).await.unwrap();
    let page = services.executions.monitor(owner, ExecutionId(id)).await.unwrap();
    let view = world.view(ExecutionId(id)).await;
    let titles = view.documents.into_iter().map(|document| document.title).collect();
    (output.unwrap_or_default(), page.external_refs, titles)
}

/// Decides what is reviewed, answers what is asked, resumes what is paused, retries what has failed
/// and lets go what goes step by step; how many there were.
async fn answer_all(world: &World) -> usize {
    let World { services, owner, .. } = world;
    let reviews = services.reviews.list_open(owner).await.unwrap();
    for card in &reviews {
        let approve = Decision::Approve(Approval::default());
        services.reviews.decide(owner, card.id, approve).await.unwrap();
    }
    let questions = services.reviews.questions(owner, None).await.unwrap();
    for card in &questions {
        let (job_id, question) = (card.job_id, card.question);
        let again = CallAnswer { job_id, question, answer: Way::Again, output: None };
        services.reviews.answer_call(owner, card.execution_id, again).await.unwrap();
    }
    let sql = "SELECT id, status FROM workflow_executions
                WHERE status = 'failed' OR status = 'running' AND NOT auto_run
                   OR status = 'paused' AND pause_reason NOT IN ('review', 'parent')";
    let others: Vec<(Uuid, String)> = sqlx::query_as(sql).fetch_all(&world.db.pool).await.unwrap();
    for (id, status) in &others {
        let word = match status.as_str() {
            "paused" => Control::Resume,
            "running" => Control::AutoRun { on: true },
            _ => Control::RetryNode { node_id: "write".into(), config: None, generation: None },
        };
        services.executions.control(owner, ExecutionId(*id), word).await.unwrap();
    }
    reviews.len() + questions.len() + others.len()
}

/// Sees to executions until those that are not over only wait for their time.
async fn see_to_all(world: &World) {
    for _ in 0..MOST_ASKED {
        world.until(AT_REST, 0).await;
        if answer_all(world).await == 0 {
            return;
        }
    }
    panic!("executions ask again and again");
}

/// What becomes of what was left.
fn end((name, status, made): Left) -> Left {
    if status == Status::Stopped.as_str() {
        return (name, status, made);
    }
    let made = documents(&name);
    (name, Status::Completed.as_str().to_owned(), made)
}

/// Finishes what was left in a world, and whose worker is gone.
async fn assert_finished(world: &World) {
    let left_there = left(world).await;
    let outputs = world.count(OUTPUTS).await;
    for status in Status::ALL {
        let stands = |left: &Left| left.1 == status.as_str();
        assert!(left_there.values().any(stands), "none is {status}");
    }

    let worker = world.worker_elsewhere(answering(world), quick());
    see_to_all(world).await;
    // Time that is waited counts for no deadline.
    world.db.advance(Duration::from_secs(3600)).await;
    world.nudge().await;
    for id in left_there.keys() {
        world.wait_over(ExecutionId(*id)).await;
    }
    worker.stop().await;

    let ends: BTreeMap<Uuid, Left> =
        left_there.into_iter().map(|(id, left)| (id, end(left))).collect();
    assert_eq!(left(world).await, ends);
    assert!(world.count(OUTPUTS).await > outputs);
    let lost = "SELECT count(*) FROM job_attempts WHERE status = 'lost'";
    assert!(world.count(lost).await > 0, "the worker that is gone held jobs");
    world.assert_sound().await;
}

/// What calls others goes on where it stood, and what people have done is still there.
async fn assert_went_on(world: &mut World, doubles: &Doubles) {
    // Each of six agents asks its model for the turn that was to come, and only what had no answer is
    // called again.
    let numbers = vec![2, SILENT, SILENT + 1, SILENT + 2, SILENT + 3, BROKEN];
    assert_eq!(doubles.called(), (6, numbers));
    assert_eq!(doubles.painted(), 0, "an image was paid for again");
    assert_eq!(world.count("SELECT count(*) FROM images").await, 1);
    assert_eq!(world.count("SELECT count(*) FROM paid_images").await, 0);
    let (given, refs, _) = outputs(world, "Reads").await;
    assert_eq!((given, refs), (read(), vec![issue()]));
    let (_, _, titles) = outputs(world, "Redrawn").await;
    assert_eq!(titles, ["hold", REDRAWN]);
    assert_eq!(seen(world).await, wanted(true));
    assert_told(world).await;
    let wrong = world.services.admin.diagnose().await.unwrap();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What the release of this newest migration left in every state is finished by this one.
async fn assert_finishes(newest_migration: i64) {
    let mut world = taken_over(&release(newest_migration).dump).await;
    let doubles = Doubles::answering();
    doubles.install(&mut world);
    world.assert_sound().await;
    let has_calls = newest_migration >= WITH_CALLS;
    if has_calls {
        assert_eq!(seen(&world).await, wanted(false));
    }
    assert_finished(&world).await;
    if has_calls {
        assert_went_on(&mut world, &doubles).await;
    }
}

/// Every release that was kept.
const RELEASES: [i64; 3] = [15, 54, 100];

#[test]
fn rel_e14_every_release_that_was_kept_is_finished_by_this_one() {
    let kept: Vec<i64> = kept().into_iter().collect();
    assert_eq!(kept, RELEASES, "each has a test here");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e14_what_the_release_of_migration_15_left_in_every_state_is_finished_by_this_one() {
    assert_finishes(15).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e14_what_the_release_of_migration_54_left_in_every_state_is_finished_by_this_one() {
    assert_finishes(54).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e14_what_the_release_of_migration_100_left_in_every_state_is_finished_by_this_one() {
    assert_finishes(100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e14_what_this_release_leaves_in_every_state_is_sound_and_can_be_finished() {
    let keeps = std::env::var_os("ATELIER_KEEP_RELEASE").is_some();
    let (world, worker) = leave(World::new().await, if keeps { ROUNDS } else { 1 }).await;
    world.assert_sound().await;
    // A job that is ready is taken at once.
    let nodes = NodeStatus::ALL.iter().filter(|status| **status != NodeStatus::Ready);
    let nodes: BTreeSet<String> = nodes.map(|status| status.to_string()).collect();
    assert_eq!(words(&world, "SELECT DISTINCT status FROM execution_nodes").await, nodes);
    let pauses: BTreeSet<String> = PauseReason::ALL.iter().map(|why| why.to_string()).collect();
    let sql = "SELECT DISTINCT pause_reason FROM workflow_executions WHERE status = 'paused'";
    assert_eq!(words(&world, sql).await, pauses);
    if keeps {
        keep(&world).await;
    }

    world.give_up_workers().await;
    drop(worker);
    let (mut world, doubles) = (world.limited(ROOMY), Doubles::answering());
    doubles.install(&mut world);
    assert_finished(&world).await;
    assert_went_on(&mut world, &doubles).await;
}

/// What a migration could change: tables, rows of the log, and which migrations have run when.
async fn content(db: &db::TestDb) -> String {
    let sql = "SELECT concat_ws(' ',
                 (SELECT md5(string_agg(c::text, '' ORDER BY table_name, ordinal_position))
                    FROM information_schema.columns c WHERE table_schema = 'public'),
                 (SELECT md5(string_agg(v::text, '' ORDER BY execution_id, seq))
                    FROM execution_events v),
                 (SELECT string_agg(m::text, ' ' ORDER BY version) FROM _sqlx_migrations m))";
    sqlx::query_scalar(sql).fetch_one(&db.pool).await.unwrap()
}

#[tokio::test]
async fn rel_e14_migrating_again_changes_nothing_of_what_was_taken_over() {
    for Release { newest_migration, dump, .. } in kept().into_iter().map(release) {
        let db = db::restored(&dump).await;
        let old = content(&db).await;
        store::migrate(&db.url).await.unwrap();
        let migrated = content(&db).await;

        store::migrate(&db.url).await.unwrap();

        let is_older = newest_migration < store::newest_migration();
        assert_eq!(old != migrated, is_older, "migration {newest_migration}");
        assert_eq!(content(&db).await, migrated, "migration {newest_migration}");
    }
}

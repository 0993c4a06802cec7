//! What an older release left in every state goes on under this one.
//!
//! `fifteen_migrations.dump` was written by `pg_dump` on the engine as it was when the newest
//! migration was 15, with two executions in each state and a worker at work.

use std::time::Duration;

use engine::{
    executors::{Attempt, Executors},
    job::JobContext,
    services::actor::{Actor, Credential},
    store,
    testing::{
        db,
        play::{Answering, wrote},
        world::{World, quick, sample},
    },
};
use model::{
    access::Role,
    decide::{ArtifactOut, ArtifactOutBody, Outcome},
    execution::{
        state::{ExecutionStatus as Status, NodeStatus},
        view::NodeView,
    },
    id::{ArtifactId, ExecutionId, ReviewId, UserId, WorkspaceId},
    nodes::NodeKind,
    pages::Control,
    review::{Approval, Decision},
};
use serde_json::json;
use uuid::Uuid;

const DUMP: &str = include_str!("fifteen_migrations.dump");
/// What all executions of the dump make, what they had made already among it.
const DOCUMENTS: i64 = 47;

/// The executions of the dump by where they stand.
async fn standing(world: &World, status: &str) -> Vec<ExecutionId> {
    let sql = "SELECT id FROM workflow_executions WHERE status = $1 ORDER BY id";
    let ids = sqlx::query_scalar::<_, Uuid>(sql).bind(status).fetch_all(&world.db.pool);
    ids.await.unwrap().into_iter().map(ExecutionId).collect()
}

async fn owner(db: &db::TestDb) -> Actor {
    let sql = "SELECT user_id, workspace_id FROM memberships";
    let (user, workspace): (Uuid, Uuid) = sqlx::query_as(sql).fetch_one(&db.pool).await.unwrap();
    let (user, workspace) = (UserId(user), WorkspaceId(workspace));
    Actor { user, workspace, role: Role::Owner, credential: Credential::CommandLine }
}

/// Text nodes that answer at once, as the older release's did.
fn answering() -> Executors {
    let answer = Answering(|_: &JobContext| {
        let mut attempt = wrote("after");
        if let Attempt { outcome: Outcome::Done(output), .. } = &mut attempt {
            output.artifacts.push(ArtifactOut {
                id: ArtifactId(Uuid::now_v7()),
                port: "texts".to_owned(),
                body: ArtifactOutBody::Text("after".to_owned()),
                inputs: json!({}),
                provider: "sample".to_owned(),
                model: "echo".to_owned(),
                sample: true,
            });
        }
        attempt
    });
    Executors::inside().with(NodeKind::GenerateCopy, answer)
}

/// A world on the migrated dump, as its owner.
async fn taken_over() -> World {
    let db = db::restored(DUMP).await;
    store::migrate(&db.url).await.unwrap();
    let owner = owner(&db).await;
    let mut world = World::on(db, sample()).await;
    world.owner = owner;
    world
}

async fn control(world: &World, id: ExecutionId, control: Control) {
    world.services.control(&world.owner, id, control).await.unwrap();
}

/// Decides what is reviewed, resumes what is paused and retries what has failed.
async fn push_on(world: &World) {
    let sql = "SELECT id, execution_id FROM reviews WHERE status = 'open'";
    let open: Vec<(Uuid, Uuid)> = sqlx::query_as(sql).fetch_all(&world.db.pool).await.unwrap();
    assert_eq!(open.len(), 2);
    for id in standing(world, "paused").await {
        match open.iter().find(|(_, execution)| *execution == id.0) {
            Some((review, _)) => {
                let approve = Decision::Approve(Approval::default());
                let decided = world.services.decide(&world.owner, ReviewId(*review), approve);
                decided.await.unwrap();
            }
            None => control(world, id, Control::Resume).await,
        }
    }
    for id in standing(world, "failed").await {
        control(
            world,
            id,
            Control::RetryNode { node_id: "write".into(), config: None, generation: None },
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e14_what_an_older_release_left_in_every_state_is_finished_by_this_one() {
    let world = taken_over().await;
    world.assert_sound().await;
    let mut left = vec![];
    for status in Status::ALL {
        let ids = standing(&world, status.as_str()).await;
        assert!(ids.len() >= 2, "{status}: {ids:?}");
        left.push((*status, ids));
    }
    let kept = "SELECT count(*) FROM artifacts WHERE is_latest";
    let before = world.count(kept).await;

    let worker = world.worker_elsewhere(answering(), quick());
    push_on(&world).await;
    // Only what waits for a time is left then: time that is waited counts for no deadline.
    for id in left.iter().flat_map(|(_, ids)| ids) {
        let waits = |node: &NodeView| node.status == NodeStatus::Waiting;
        world.wait(*id, |view| view.status.is_over() || view.nodes.iter().any(waits)).await;
    }
    world.db.advance(Duration::from_secs(3600)).await;
    world.nudge().await;

    for (status, ids) in left {
        let end = if status == Status::Stopped { Status::Stopped } else { Status::Completed };
        for id in ids {
            assert_eq!(world.wait_over(id).await.status, end, "it was {status}");
        }
    }
    worker.stop().await;
    assert_eq!(world.count("SELECT count(*) FROM documents").await, DOCUMENTS);
    assert!(world.count(kept).await > before);
    let lost = "SELECT count(*) FROM job_attempts WHERE status = 'lost'";
    assert!(world.count(lost).await > 0, "the older release's worker held jobs");
    world.assert_sound().await;
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
    let db = db::restored(DUMP).await;
    let old = content(&db).await;
    store::migrate(&db.url).await.unwrap();
    let migrated = content(&db).await;

    store::migrate(&db.url).await.unwrap();

    assert_ne!(old, migrated);
    assert_eq!(content(&db).await, migrated);
}

//! A database whose disk is full.

use model::{execution::state::ExecutionStatus, pages::LaunchRequest};
use services::testing::{
    play::{copies, held, rest, take, writing, wrote},
    world::{World, none, quick},
};

/// What PostgreSQL says when it cannot make a table larger, for every step and every launch. A
/// sequence outlives the rollback: it counts how often it was said.
const FULL: &str = "
    CREATE SEQUENCE refused;
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM nextval('refused');
        RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full';
    END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON execution_events
        FOR EACH STATEMENT EXECUTE FUNCTION no_room()";

/// Refusals that are enough to know that it is tried again and again.
const REFUSALS: i64 = 4;

#[tokio::test]
async fn rel_e7_a_database_without_room_loses_nothing_and_goes_on_by_itself_with_room() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let _worker = world.worker_with(writing(executor), quick());
    let template = world.publish(&copies(2)).await;
    let id = world.launch(template, none()).await;
    let begun = take(&mut calls, 2).await;
    sqlx::raw_sql(FULL).execute(&world.db.pool).await.unwrap();

    for (number, call) in begun.into_iter().enumerate() {
        call.answer(wrote(&format!("copy {number}")));
    }
    let refused = "SELECT last_value FROM refused";
    while world.count(refused).await < REFUSALS {
        rest().await;
    }
    let before = world.count("SELECT count(*) FROM workflow_executions").await;
    let launch =
        world.services.executions.launch(&world.owner, LaunchRequest::for_template(template)).await;
    let problem = launch.map(drop).unwrap_err().into_problem();

    assert_eq!((problem.status(), problem.code.as_str()), (503, "database_full"), "{problem:#?}");
    assert_eq!(world.count("SELECT count(*) FROM workflow_executions").await, before);
    assert_eq!(world.view(id).await.status, ExecutionStatus::Running);
    let attention = world.services.overview.attention(&world.owner).await.unwrap();
    assert!(attention.without_room, "it waits, and people are told for what");
    let mut news = world.services.context().bus.subscribe();
    sqlx::raw_sql("DROP TRIGGER full_disk ON execution_events")
        .execute(&world.db.pool)
        .await
        .unwrap();
    let view = world.wait_over(id).await;
    assert_eq!((view.status, view.documents.len()), (ExecutionStatus::Completed, 2), "{view:#?}");
    while world.services.context().bus.is_disk_full() {
        news.next().await.unwrap();
    }
    let attempts = "SELECT count(*) FROM job_attempts";
    assert_eq!(world.count(attempts).await, 2, "no call was made again");
    world.assert_sound().await;
}

//! The doctor names what cannot go on or was lost, and ends it where asked; results stay.

use std::time::Duration;

use bytes::Bytes;
use engine::{
    services::upkeep::doctor::{Ailment, Cure},
    testing::{
        play::{copies, frozen, held, take, writing, wrote},
        world::{World, none, quick},
    },
};
use model::{
    execution::{
        state::{EndReason, ExecutionStatus, JobStatus},
        view::JobView,
    },
    pages::{Control, RerunRequest},
};

/// Damages what is there.
async fn run(world: &World, sql: &'static str) {
    world.db.leave_unexamined();
    sqlx::raw_sql(sql).execute(&world.db.pool).await.unwrap();
}

async fn found(world: &World) -> Vec<Ailment> {
    world.services.diagnose().await.unwrap()
}

#[tokio::test]
async fn rel_e3_a_sound_database_has_no_ailments() {
    let world = World::new().await;
    let template = world.template("Facebook Ads Campaign").await;
    let worker = world.worker(quick());
    let id = world.launch(template, none()).await;
    world.wait_over(id).await;
    worker.stop().await;

    assert_eq!(found(&world).await, []);
}

#[tokio::test]
async fn rel_e3_jobs_of_a_type_nobody_knows_are_named_and_ended_with_results_kept() {
    let world = World::new().await;
    let template = world.publish(&copies(3)).await;
    let id = world.launch(template, none()).await;
    run(&world, "UPDATE agent_jobs SET job_type = 'teleport' WHERE item = 0").await;

    let ailments = found(&world).await;
    let list = world.services.stuck_executions(&world.owner).await.unwrap();

    assert_eq!((ailments.len(), list.len()), (1, 1), "{ailments:#?}");
    assert!(list[0].wrong.contains("teleport") && list[0].execution_id == id, "{list:#?}");
    let elsewhere = world.neighbour().await;
    assert_eq!(world.services.stuck_executions(&elsewhere).await.unwrap(), []);
    assert!(world.services.cure(&ailments[0]).await.unwrap());
    let view = world.view(id).await;
    assert_eq!(view.status, ExecutionStatus::Stopped);
    assert_eq!(view.end_reason, Some(EndReason::Unreadable), "nobody stopped it");
    assert_eq!(found(&world).await, []);
    let noted = "SELECT count(*) FROM audit_log WHERE action = 'execution.repair'";
    assert_eq!(world.count(noted).await, 1);
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e3_an_execution_whose_rows_cannot_be_read_is_named() {
    let world = World::new().await;
    let template = world.publish(&copies(1)).await;
    let id = world.launch(template, none()).await;
    let damage = "UPDATE execution_nodes
                     SET output = jsonb_build_object('all', (repeat('[', 200) || repeat(']', 200))::jsonb)
                   WHERE node_id = 'start'";
    run(&world, damage).await;

    let ailments = found(&world).await;

    let [Ailment { execution: Some(place), words, cure: Cure::Advice(_) }] = &ailments[..] else {
        panic!("{ailments:#?}")
    };
    assert!(place.1 == id && words.contains("its rows cannot be read"), "{words}");
}

#[tokio::test]
async fn rel_e3_an_execution_that_nothing_wakes_is_found_and_ended() {
    let world = World::new().await;
    let template = world.publish(&copies(1)).await;
    let id = world.launch(template, none()).await;
    run(&world, "DELETE FROM agent_jobs; UPDATE execution_nodes SET jobs_total = 0").await;

    let ailments = found(&world).await;

    let nothing = |a: &&Ailment| a.cure == Cure::Stop && a.words.contains("nothing will ever wake");
    let ailment = ailments.iter().find(nothing).unwrap_or_else(|| panic!("{ailments:#?}"));
    assert!(world.services.cure(ailment).await.unwrap());
    assert_eq!(world.view(id).await.status, ExecutionStatus::Stopped);
}

#[tokio::test]
async fn rel_e3_jobs_of_a_worker_that_nobody_gave_up_are_taken_over() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let gone = world.worker_elsewhere(writing(executor), frozen());
    let template = world.publish(&copies(2)).await;
    world.launch(template, none()).await;
    let held = take(&mut calls, 2).await;
    world.give_up_workers().await;
    world.db.advance(Duration::from_secs(120)).await;

    let ailments = found(&world).await;

    assert!(matches!(ailments[..], [Ailment { cure: Cure::TakeOver(_), .. }]), "{ailments:#?}");
    assert!(world.services.cure(&ailments[0]).await.unwrap());
    assert_eq!(world.count("SELECT count(*) FROM agent_jobs WHERE status = 'pending'").await, 2);
    assert_eq!(found(&world).await, []);
    drop(held);
    gone.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e3_a_missing_file_is_named_and_one_nobody_needs_is_deleted() {
    let world = World::new().await;
    let template = world.template("Facebook Ads Campaign").await;
    let worker = world.worker(quick());
    let id = world.launch(template, none()).await;
    world.wait_over(id).await;
    worker.stop().await;
    let text = Bytes::from_static(b"Nobody needs this.");
    world.services.upload(&world.owner, "brief.txt", text).await.unwrap();
    run(&world, "DELETE FROM uploads").await;
    let lost: String = sqlx::query_scalar("SELECT digest FROM images LIMIT 1")
        .fetch_one(&world.db.pool)
        .await
        .unwrap();
    world.services.parts.blobs.delete(lost.parse().unwrap()).await.unwrap();
    world.db.advance(Duration::from_secs(7200)).await;

    let ailments = found(&world).await;

    let missing: Vec<_> = ailments.iter().filter(|a| a.words.contains("is missing")).collect();
    assert!(missing.len() == 1 && missing[0].words.contains(&lost), "{ailments:#?}");
    assert!(!missing[0].cure.can_be_done() && !world.services.cure(missing[0]).await.unwrap());
    let stray: Vec<_> = ailments.iter().filter(|a| a.cure.can_be_done()).collect();
    assert_eq!(stray.len(), 1, "{ailments:#?}");
    assert!(world.services.cure(stray[0]).await.unwrap());
    assert_eq!(found(&world).await.len(), 1);
}

fn is_done(job: &JobView) -> bool {
    job.status == JobStatus::Completed
}

#[tokio::test]
async fn rel_e3_an_execution_whose_definition_cannot_be_read_is_found_and_ended_with_results_kept()
{
    let world = World::new().await;
    let (executor, mut calls) = held();
    let worker = world.worker_elsewhere(writing(executor), quick());
    let template = world.publish(&copies(3)).await;
    let id = world.launch(template, none()).await;
    let mut called = take(&mut calls, 3).await;
    called.remove(0).answer(wrote("Kept"));
    world.wait(id, |view| view.nodes.iter().flat_map(|node| &node.jobs).any(is_done)).await;
    worker.stop().await;
    let broken = "UPDATE workflow_executions SET run_definition = '{\"nodes\": [{\"id\": 7}]}'";
    run(&world, broken).await;

    let ailments = found(&world).await;

    let unread = ailments.iter().find(|a| a.cure == Cure::Abandon).expect("it is found");
    assert!(unread.words.contains("can read"), "{ailments:#?}");
    assert!(world.services.cure(unread).await.unwrap());
    let view = world.view(id).await;
    assert_eq!(view.status, ExecutionStatus::Stopped);
    assert_eq!(view.end_reason, Some(EndReason::Unreadable));
    assert_eq!(world.count("SELECT count(*) FROM documents").await, 1, "what was made stays");
    let (services, owner) = (&world.services, &world.owner);
    for refused in [
        services.monitor(owner, id).await.unwrap_err(),
        services.rerun(owner, id, RerunRequest::default()).await.unwrap_err(),
    ] {
        let problem = refused.into_problem();
        assert_eq!((problem.status(), problem.code.as_str()), (409, "definition_unreadable"));
        assert!(problem.detail.contains("outputs"), "{problem}");
    }
    services.artifacts(owner, id).await.unwrap();
    assert_eq!(services.jobs(owner, id).await.unwrap().len(), 3);
    assert_eq!(found(&world).await, []);
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e3_a_person_stops_an_execution_whose_definition_cannot_be_read() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let worker = world.worker_elsewhere(writing(executor), quick());
    let id = world.launch(world.publish(&copies(2)).await, none()).await;
    let mut called = take(&mut calls, 2).await;
    called.remove(0).answer(wrote("Kept"));
    world.wait(id, |view| view.nodes.iter().flat_map(|node| &node.jobs).any(is_done)).await;
    worker.stop().await;
    run(&world, "UPDATE workflow_executions SET run_definition = '{\"nodes\": [{\"id\": 7}]}'")
        .await;

    world.services.control(&world.owner, id, Control::Stop).await.unwrap();

    let view = world.view(id).await;
    assert_eq!((view.status, view.end_reason), (ExecutionStatus::Stopped, Some(EndReason::User)));
    assert_eq!(world.count("SELECT count(*) FROM documents").await, 1, "what was made stays");
    assert_eq!(found(&world).await, []);
    world.assert_sound().await;
}

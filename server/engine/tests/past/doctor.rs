//! The doctor names what cannot go on or was lost, and ends it where asked; results stay.

use std::{fs, sync::Arc, time::Duration};

use blobs::FileBlobs;
use bytes::Bytes;
use engine::{exec::WorkerConfig, executors::Attempt};
use model::{
    api::executions::StuckRepair,
    decide::{ArtifactOut, ArtifactOutBody, Outcome},
    execution::{
        state::{EndReason, ExecutionStatus, JobStatus},
        view::JobView,
    },
    id::{ArtifactId, ExecutionId},
    pages::{Control, RerunRequest},
};
use serde_json::json;
use services::{
    admin::doctor::{Diagnosis, Repair},
    testing::{
        play::{copies, frozen, graph, held, take, writing, wrote},
        world::{World, none, quick},
    },
};
use uuid::Uuid;

/// Damages what is there.
pub async fn run(world: &World, sql: &'static str) {
    world.db.leave_unexamined();
    sqlx::raw_sql(sql).execute(&world.db.pool).await.unwrap();
}

pub async fn found(world: &World) -> Vec<Diagnosis> {
    world.services.admin.diagnose().await.unwrap()
}

/// Asserts that somebody has repaired once, and that it is known who.
pub async fn assert_signed(world: &World) {
    let noted = "SELECT count(*) FROM audit_log
                  WHERE action = 'execution.repair' AND user_id IS NOT NULL";
    assert_eq!(world.count(noted).await, 1, "who did it is known");
}

fn is_done(job: &JobView) -> bool {
    job.status == JobStatus::Completed
}

/// An attempt that makes a document, and an output of the same words.
fn kept() -> Attempt {
    let mut attempt = wrote("Kept");
    if let Outcome::Done(output) = &mut attempt.outcome {
        output.artifacts.push(ArtifactOut {
            id: ArtifactId(Uuid::now_v7()),
            port: "texts".to_owned(),
            body: ArtifactOutBody::Text("Kept".to_owned()),
            inputs: json!({}),
            provider: "sample".to_owned(),
            model: "echo".to_owned(),
            sample: true,
        });
    }
    attempt
}

/// An execution of three texts of which one is written; nobody is there to write the others.
pub async fn one_of_three(world: &World) -> ExecutionId {
    let (executor, mut calls) = held();
    let config = WorkerConfig { drain: Duration::ZERO, ..quick() };
    let worker = world.worker_elsewhere(writing(executor), config);
    let id = world.launch(world.publish(&copies(3)).await, none()).await;
    let mut called = take(&mut calls, 3).await;
    called.remove(0).answer(kept());
    world.wait(id, |view| view.nodes.iter().flat_map(|node| &node.jobs).any(is_done)).await;
    worker.stop().await;
    id
}

/// What the one text was written with is there: its document, its output, and what its job gave.
pub async fn assert_kept(world: &World, id: ExecutionId) {
    let (services, owner) = (&world.services, &world.owner);
    assert_eq!(world.count("SELECT count(*) FROM documents").await, 1, "what was made stays");
    let made = services.artifacts.list(owner, id).await.unwrap();
    let [made] = &made[..] else { panic!("{made:#?}") };
    assert!(made.is_latest, "{made:#?}");
    assert_eq!(services.artifacts.artifact(owner, id, made.id).await.unwrap().text(), "Kept");
    let jobs = services.executions.jobs(owner, id).await.unwrap();
    let done: Vec<_> = jobs.iter().filter(|job| job.status == JobStatus::Completed).collect();
    let [done] = &done[..] else { panic!("{jobs:#?}") };
    let gave = done.output.as_ref().map(|gave| &gave["texts"]);
    assert_eq!((done.id, gave), (made.job_id, Some(&json!(["Kept"]))));
}

#[tokio::test]
async fn rel_e3_a_sound_database_has_no_diagnoses() {
    let world = World::new().await;
    let template = world.template("Facebook Ads Campaign").await;
    let worker = world.worker(quick());
    let id = world.launch(template, none()).await;
    world.wait_over(id).await;
    worker.stop().await;

    assert_eq!(found(&world).await, []);
}

#[tokio::test]
async fn what_cannot_be_written_is_found_although_all_of_it_can_be_read() {
    let mut world = World::new().await;
    let damage = "CREATE FUNCTION damaged() RETURNS trigger LANGUAGE plpgsql AS
                      $$ BEGIN RAISE EXCEPTION 'could not open file \"base/1\"'; END $$;
                  CREATE TRIGGER damaged BEFORE UPDATE ON job_attempts
                      FOR EACH STATEMENT EXECUTE FUNCTION damaged()";
    run(&world, damage).await;
    let folder = tempfile::TempDir::new().unwrap();
    let blobs = FileBlobs::open(folder.path()).unwrap();
    world.change_deps(|deps| deps.blobs = Arc::new(blobs));
    fs::remove_dir(folder.path().join("incoming")).unwrap();
    fs::write(folder.path().join("incoming"), "no folder").unwrap();

    let diagnoses = found(&world).await;

    let words: Vec<_> = diagnoses.iter().map(|diagnosis| diagnosis.words.as_str()).collect();
    assert_eq!(words.len(), 2, "{words:#?}");
    assert_eq!(words[0], "Can't write to the database: could not open file \"base/1\".");
    assert!(words[1].starts_with("Can't write to the file store: "), "{words:#?}");
}

#[tokio::test]
async fn rel_e3_jobs_of_a_type_nobody_knows_are_named_and_ended_with_results_kept() {
    let world = World::new().await;
    let id = one_of_three(&world).await;
    run(&world, "UPDATE agent_jobs SET job_type = 'teleport' WHERE status = 'pending'").await;

    let diagnoses = found(&world).await;
    let list = world.services.admin.stuck_executions(&world.owner).await.unwrap();

    assert_eq!((diagnoses.len(), list.len()), (1, 1), "{diagnoses:#?}");
    assert!(list[0].wrong.contains("teleport") && list[0].execution_id == id, "{list:#?}");
    let elsewhere = world.neighbour().await;
    assert_eq!(world.services.admin.stuck_executions(&elsewhere).await.unwrap(), []);
    assert_eq!(list[0].repair, Some(StuckRepair::End));
    world.services.admin.repair_stuck(&world.owner, id).await.unwrap();
    let view = world.view(id).await;
    assert_eq!(view.status, ExecutionStatus::Stopped);
    assert_eq!(view.end_reason, Some(EndReason::Unreadable), "nobody stopped it");
    assert_kept(&world, id).await;
    assert_eq!(found(&world).await, []);
    assert_signed(&world).await;
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e3_an_execution_that_nothing_wakes_is_found_and_ended() {
    let world = World::new().await;
    let id = one_of_three(&world).await;
    let damage = "DELETE FROM agent_jobs WHERE status = 'pending';
                  UPDATE execution_nodes SET jobs_total = jobs_settled";
    run(&world, damage).await;

    let diagnoses = found(&world).await;

    let nothing = |a: &&Diagnosis| {
        a.repair == Repair::End(EndReason::Stuck) && a.words.contains("nothing will wake")
    };
    let diagnosis = diagnoses.iter().find(nothing).unwrap_or_else(|| panic!("{diagnoses:#?}"));
    assert!(world.services.admin.repair(diagnosis).await.unwrap());
    let view = world.view(id).await;
    assert_eq!((view.status, view.end_reason), (ExecutionStatus::Stopped, Some(EndReason::Stuck)));
    let words = view.end_reason.map(EndReason::words);
    assert_eq!(words, Some("Ended: the run was stuck"), "no person stopped it");
    assert_kept(&world, id).await;
}

/// What is said of an execution of three texts that is done, and then damaged; that nobody but a person
/// can help is said with it. In angle brackets: the ids of outputs and jobs.
async fn said_of_three(damage: &'static str) -> Vec<String> {
    let world = World::new().await;
    let worker = world.worker(quick());
    let id = world.launch(world.publish(&copies(3)).await, none()).await;
    let view = world.wait_over(id).await;
    worker.stop().await;
    assert_eq!(found(&world).await, []);
    run(&world, damage).await;

    let diagnoses = found(&world).await;

    for diagnosis in &diagnoses {
        assert_eq!(diagnosis.execution, Some((world.owner.workspace, id)));
        assert!(diagnosis.repair.words().starts_with("Restore a backup"), "{diagnosis:#?}");
        assert!(
            !diagnosis.repair.can_be_done()
                && !world.services.admin.repair(diagnosis).await.unwrap()
        );
    }
    assert_eq!(found(&world).await, diagnoses, "nothing was changed");
    let write = view.node(&"write".into()).unwrap();
    let made = write.artifacts.iter().map(|made| (made.id.to_string(), format!("<{}>", made.item)));
    let jobs = (0..).zip(&write.jobs).map(|(item, job)| (job.id.to_string(), format!("<{item}>")));
    let ids: Vec<_> = made.chain(jobs).collect();
    let named = |words: &str| {
        ids.iter().fold(words.to_owned(), |words, (id, place)| words.replace(id, place))
    };
    let mut said: Vec<_> = diagnoses.iter().map(|diagnosis| named(&diagnosis.words)).collect();
    said.sort();
    said
}

#[tokio::test]
async fn rel_e3_outputs_that_are_not_those_of_the_events_are_named() {
    let damage = "DELETE FROM artifacts WHERE item = 0;
                  UPDATE artifacts SET version = 2 WHERE item = 1;
                  UPDATE artifacts SET is_latest = false WHERE item = 2";

    let said = said_of_three(damage).await;

    let expected = [
        "a version of what write gave is missing.",
        "texts of write, item 0 is missing in its rows but version 1, <0> in its events.",
        "texts of write, item 1 is version 2, <1> in its rows but version 1, <1> in its events.",
        "texts of write, item 2 is missing in its rows but version 1, <2> in its events.",
    ];
    assert_eq!(said, expected);
}

#[tokio::test]
async fn rel_e3_costs_that_are_not_those_of_the_events_are_named() {
    // As if an attempt had been written without its event.
    let damage = "UPDATE spend_ledger l SET cost = l.cost + 7
                    FROM agent_jobs j WHERE j.id = l.job_id AND j.item = 1;
                  UPDATE agent_jobs SET cost = cost + 7 WHERE item = 1;
                  UPDATE workflow_executions SET total_cost = total_cost + 7";

    let said = said_of_three(damage).await;

    let cost = |words: &str| -> i64 {
        let before = words.split(" millionths").next().unwrap();
        before.rsplit(' ').next().unwrap().parse().unwrap()
    };
    let [of_job, of_all] = &said[..] else { panic!("{said:#?}") };
    for (words, of, calls) in [(of_job, "<1>", 1), (of_all, "all", 3)] {
        let (rows, events) = words.split_once(" in its rows but ").unwrap();
        assert!(rows.starts_with(&format!("the bill of {of} is ")), "{words}");
        assert!(events.ends_with(&format!(" {calls} sample calls in its events.")), "{words}");
        assert_eq!(cost(rows) - cost(events), 7, "{words}");
    }
}

#[tokio::test]
async fn rel_e3_completed_jobs_and_steps_without_an_output_are_named() {
    let damage = "UPDATE agent_jobs SET output = NULL WHERE item = 2;
                  UPDATE execution_nodes SET output = NULL WHERE node_id = 'write'";

    let said = said_of_three(damage).await;

    let expected = [
        "a completed job of write has no output.",
        "write has completed its jobs but has no output.",
    ];
    assert_eq!(said, expected);
}

#[tokio::test]
async fn what_only_waits_or_orders_needs_no_output() {
    let world = World::new().await;
    let nodes = [("later", "wait", json!({"seconds": 0})), ("both", "merge", json!({}))];
    let edges = [("start", "later"), ("later", "both"), ("both", "end")];
    let worker = world.worker(quick());
    let id = world.launch(world.publish(&graph(&nodes, &edges)).await, none()).await;
    assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Completed);
    worker.stop().await;
    run(&world, "UPDATE agent_jobs SET output = NULL; UPDATE execution_nodes SET output = NULL")
        .await;

    assert_eq!(world.count("SELECT count(*) FROM agent_jobs WHERE status = 'completed'").await, 1);
    assert_eq!(found(&world).await, []);
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

    let diagnoses = found(&world).await;

    assert!(
        matches!(diagnoses[..], [Diagnosis { repair: Repair::TakeOver(_), .. }]),
        "{diagnoses:#?}"
    );
    let list = world.services.admin.stuck_executions(&world.owner).await.unwrap();
    assert_eq!(
        list.iter().map(|one| one.repair).collect::<Vec<_>>(),
        [Some(StuckRepair::TakeOver)]
    );
    world.services.admin.repair_stuck(&world.owner, list[0].execution_id).await.unwrap();
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
    world.services.uploads.upload(&world.owner, "brief.txt", text).await.unwrap();
    run(&world, "DELETE FROM uploads").await;
    let lost: String = sqlx::query_scalar("SELECT digest FROM images LIMIT 1")
        .fetch_one(&world.db.pool)
        .await
        .unwrap();
    world.services.context().deps.blobs.delete(lost.parse().unwrap()).await.unwrap();
    world.db.advance(Duration::from_secs(7200)).await;

    let diagnoses = found(&world).await;

    let missing: Vec<_> = diagnoses.iter().filter(|a| a.words.contains("is missing")).collect();
    assert!(missing.len() == 1 && missing[0].words.contains(&lost), "{diagnoses:#?}");
    assert!(
        !missing[0].repair.can_be_done() && !world.services.admin.repair(missing[0]).await.unwrap()
    );
    let stray: Vec<_> = diagnoses.iter().filter(|a| a.repair.can_be_done()).collect();
    assert_eq!(stray.len(), 1, "{diagnoses:#?}");
    assert!(world.services.admin.repair(stray[0]).await.unwrap());
    assert_eq!(found(&world).await.len(), 1);
}

#[tokio::test]
async fn rel_e3_an_execution_whose_definition_cannot_be_read_is_found_and_ended_with_results_kept()
{
    let world = World::new().await;
    let id = one_of_three(&world).await;
    let broken = "UPDATE workflow_executions SET run_definition = '{\"nodes\": [{\"id\": 7}]}'";
    run(&world, broken).await;

    let diagnoses = found(&world).await;

    let unread = diagnoses
        .iter()
        .find(|a| a.repair == Repair::End(EndReason::Unreadable))
        .expect("it is found");
    assert!(unread.words.contains("can't read its workflow"), "{diagnoses:#?}");
    assert!(world.services.admin.repair(unread).await.unwrap());
    let view = world.view(id).await;
    assert_eq!(view.status, ExecutionStatus::Stopped);
    assert_eq!(view.end_reason, Some(EndReason::Unreadable));
    assert_kept(&world, id).await;
    let (services, owner) = (&world.services, &world.owner);
    for refused in [
        services.executions.monitor(owner, id).await.unwrap_err(),
        services.executions.rerun(owner, id, RerunRequest::default()).await.unwrap_err(),
    ] {
        let problem = refused.into_problem();
        assert_eq!((problem.status(), problem.code.as_str()), (409, "definition_unreadable"));
        assert!(problem.detail.contains("outputs"), "{problem}");
    }
    assert_eq!(services.executions.jobs(owner, id).await.unwrap().len(), 3);
    assert_eq!(found(&world).await, []);
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e3_a_person_stops_an_execution_whose_definition_cannot_be_read() {
    let world = World::new().await;
    let id = one_of_three(&world).await;
    run(&world, "UPDATE workflow_executions SET run_definition = '{\"nodes\": [{\"id\": 7}]}'")
        .await;

    world.services.executions.control(&world.owner, id, Control::STOP).await.unwrap();

    let view = world.view(id).await;
    assert_eq!((view.status, view.end_reason), (ExecutionStatus::Stopped, Some(EndReason::User)));
    assert_kept(&world, id).await;
    assert_eq!(found(&world).await, []);
    world.assert_sound().await;
}

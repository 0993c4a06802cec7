//! History that is old enough goes; summaries, documents, images and outputs stay.

use std::{path::Path, time::Duration};

use bytes::Bytes;
use model::{
    api::{documents::NewDocument, executions::HistorySettings},
    execution::state::ExecutionStatus,
    id::{ExecutionId, NodeId},
    pages::{Control, LaunchRequest, RerunRequest},
};
use services::testing::world::{World, none, quick};

const DAY: Duration = Duration::from_secs(24 * 3600);
const HISTORY: &str = "SELECT (SELECT count(*) FROM execution_events)
    + (SELECT count(*) FROM job_attempts)
    + (SELECT count(*) FROM agent_jobs WHERE input IS NOT NULL OR output IS NOT NULL)";

async fn finished(world: &World) -> ExecutionId {
    let template = world.template("Facebook Ads Campaign").await;
    let worker = world.worker(quick());
    let id = world.launch(template, none()).await;
    assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Completed);
    worker.stop().await;
    id
}

async fn kept(world: &World) -> Vec<i64> {
    let mut counts = vec![];
    for sql in [
        "SELECT count(*) FROM documents",
        "SELECT count(*) FROM images",
        "SELECT count(*) FROM document_attachments",
        "SELECT count(*) FROM artifacts WHERE is_latest",
        "SELECT sum(cost)::bigint FROM spend_ledger",
    ] {
        counts.push(world.count(sql).await);
    }
    counts
}

#[tokio::test]
async fn rel_e16_what_is_past_its_retention_opens_with_its_summary_and_keeps_its_results() {
    let world = World::new().await;
    let id = finished(&world).await;
    let before = world.services.executions.monitor(&world.owner, id).await.unwrap().view;
    let results = kept(&world).await;
    let jobs = world.services.executions.jobs(&world.owner, id).await.unwrap();
    assert!(jobs.iter().all(|job| job.input.is_some() || job.output.is_some()), "{jobs:#?}");
    assert!(jobs.iter().all(|job| !job.attempts.is_empty()), "{jobs:#?}");
    world.db.advance(89 * DAY).await;
    assert_eq!(world.services.admin.forget_history().await.unwrap(), 0);
    assert!(world.count(HISTORY).await > 8);
    world.db.advance(2 * DAY).await;

    assert_eq!(world.services.admin.forget_history().await.unwrap(), 1);

    assert_eq!(world.count(HISTORY).await, 0);
    let after = world.services.executions.monitor(&world.owner, id).await.unwrap().view;
    assert_eq!(after, before);
    assert_eq!(kept(&world).await, results);
    assert!(
        world
            .services
            .executions
            .jobs(&world.owner, id)
            .await
            .unwrap()
            .iter()
            .all(|j| j.attempts.is_empty())
    );
    assert_eq!(world.services.admin.forget_history().await.unwrap(), 0);
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e16_each_workspace_keeps_its_history_as_long_as_its_admins_say() {
    let world = World::new().await;
    let id = finished(&world).await;
    let wrong = world.services.admin.keep_history(&world.owner, HistorySettings { days: 0 }).await;
    assert!(wrong.is_err());
    world.services.admin.keep_history(&world.owner, HistorySettings { days: 7 }).await.unwrap();
    world.db.advance(8 * DAY).await;
    let expired = async |days| {
        let settings = HistorySettings { days };
        world.services.admin.count_expired(&world.owner, settings).await.unwrap()
    };
    assert_eq!((expired(7).await, expired(9).await), (1, 0));

    assert_eq!(world.services.admin.forget_history().await.unwrap(), 1);

    assert_eq!(expired(7).await, 0, "it is gone");
    let settings = world.services.admin.history_settings(&world.owner).await.unwrap();
    assert_eq!(settings, HistorySettings { days: 7 });
    let retry = Control::RetryNode { node_id: "start".into(), config: None, generation: None };
    let refused = world.services.executions.control(&world.owner, id, retry).await.unwrap_err();
    assert_eq!(refused.into_problem().code, "history_gone");
    let (services, owner) = (&world.services, &world.owner);
    services.executions.stop(owner, id, None, None).await.unwrap();
    for again in [
        services.executions.rerun(owner, id, RerunRequest::default()).await,
        services.executions.rerun_stale(owner, id, None).await,
        services.executions.replay(owner, id, None).await,
    ] {
        let problem = again.unwrap_err().into_problem();
        assert_eq!((problem.status(), problem.code.as_str()), (410, "history_gone"), "{problem}");
    }
    let node = NodeId::from("start");
    for gone in [
        services.executions.events_page(owner, id, 0).await.map(drop),
        services.executions.node_input(owner, id, &node).await.map(drop),
        services.executions.node_output(owner, id, &node).await.map(drop),
    ] {
        let problem = gone.unwrap_err().into_problem();
        assert_eq!((problem.status(), problem.code.as_str()), (410, "history_gone"), "{problem}");
    }
    let noted = "SELECT count(*) FROM audit_log WHERE action = 'history.kept'";
    assert_eq!(world.count(noted).await, 1);
}

#[tokio::test]
async fn of_two_workspaces_one_has_forgotten_what_the_other_keeps_for_longer() {
    let mut world = World::new().await;
    let (us, them) = (world.owner.clone(), world.neighbour().await);
    let ours = finished(&world).await;
    world.owner = them.clone();
    let theirs = finished(&world).await;
    let services = &world.services;
    services.admin.keep_history(&us, HistorySettings { days: 7 }).await.unwrap();
    services.admin.keep_history(&them, HistorySettings { days: 90 }).await.unwrap();
    world.db.advance(30 * DAY).await;

    assert_eq!(services.admin.forget_history().await.unwrap(), 1);

    let gone =
        services.executions.events_page(&us, ours, 0).await.map(drop).unwrap_err().into_problem();
    assert_eq!((gone.status(), gone.code.as_str()), (410, "history_gone"), "{gone}");
    let jobs = services.executions.jobs(&us, ours).await.unwrap();
    assert!(jobs.iter().all(|j| j.input.is_none() && j.output.is_none()), "{jobs:#?}");
    assert!(jobs.iter().all(|job| job.attempts.is_empty()), "{jobs:#?}");
    assert!(!services.executions.events_page(&them, theirs, 0).await.unwrap().items.is_empty());
    let jobs = services.executions.jobs(&them, theirs).await.unwrap();
    assert!(jobs.iter().all(|j| j.input.is_some() || j.output.is_some()), "{jobs:#?}");
    assert!(jobs.iter().all(|job| !job.attempts.is_empty()), "{jobs:#?}");
    world.db.advance(61 * DAY).await;
    assert_eq!(services.admin.forget_history().await.unwrap(), 1);
    assert_eq!(world.count(HISTORY).await, 0);
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e16_an_execution_that_is_not_over_keeps_its_history_however_old() {
    let world = World::new().await;
    let template = world.template("Facebook Ads Campaign").await;
    world.launch(template, none()).await;
    let before = world.count(HISTORY).await;
    world.db.advance(400 * DAY).await;

    assert_eq!(world.services.admin.forget_history().await.unwrap(), 0);

    assert_eq!(world.count(HISTORY).await, before);
}

fn files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}

/// A launch of the Facebook campaign with its examples.
async fn campaign(world: &World) -> LaunchRequest {
    let template = world.template("Facebook Ads Campaign").await;
    let page = world.services.templates.template(&world.owner, template).await.unwrap();
    let parameters = page.card.workflow.parameters.iter();
    let parameters = parameters
        .filter_map(|p| Some((p.name.clone(), p.default.clone().or(p.example.clone())?)))
        .collect();
    LaunchRequest { parameters, ..LaunchRequest::for_template(template) }
}

/// Launches and works until it is over.
async fn launched(world: &World, request: LaunchRequest) -> ExecutionId {
    let id = world.services.executions.launch(&world.owner, request).await.unwrap().execution_id;
    worked(world, id).await;
    id
}

async fn worked(world: &World, id: ExecutionId) {
    let worker = world.worker(quick());
    world.wait_over(id).await;
    worker.stop().await;
}

#[tokio::test]
async fn rel_e16_files_that_only_an_old_execution_needed_are_deleted_from_the_store() {
    let world = World::new().await;
    let text = Bytes::from_static(b"A bottle that filters while you ride.");
    let upload = world.services.uploads.upload(&world.owner, "brief.txt", text).await.unwrap();
    let request = LaunchRequest { upload_ids: vec![upload.id], ..campaign(&world).await };
    launched(&world, request).await;
    let (before, images) = (files(world.blobs()), kept(&world).await[1]);
    world.db.advance(91 * DAY).await;

    world.services.admin.forget_history().await.unwrap();

    assert_eq!(files(world.blobs()), before - 1);
    assert_eq!(world.count("SELECT count(*) FROM uploads").await, 0);
    assert_eq!(world.count("SELECT count(*) FROM blobs").await, images);
    assert!(world.services.admin.diagnose().await.unwrap().is_empty());
}

#[tokio::test]
async fn rel_e16_a_file_stays_for_the_execution_that_ran_again_with_it() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let text = Bytes::from_static(b"A bottle that filters while you ride.");
    let file = services.uploads.upload(owner, "brief.txt", text).await.unwrap().id;
    let request = LaunchRequest { upload_ids: vec![file], ..campaign(&world).await };
    let first = launched(&world, request).await;
    world.db.advance(60 * DAY).await;
    let again = services
        .executions
        .rerun(owner, first, RerunRequest::default())
        .await
        .unwrap()
        .execution_id;
    worked(&world, again).await;
    world.db.advance(31 * DAY).await;

    assert_eq!(services.admin.forget_history().await.unwrap(), 1);

    let along = services.executions.monitor(owner, again).await.unwrap().brought;
    assert_eq!(along.files.iter().map(|file| file.id).collect::<Vec<_>>(), [file]);
    let before = services.executions.monitor(owner, first).await.unwrap().brought;
    assert_eq!(before, along, "it is there for the first one, too");
    world.db.advance(60 * DAY).await;
    assert_eq!(services.admin.forget_history().await.unwrap(), 1);
    assert_eq!(world.count("SELECT count(*) FROM uploads").await, 0);
    assert!(services.admin.diagnose().await.unwrap().is_empty());
}

#[tokio::test]
async fn rel_e16_a_file_of_a_document_outlives_the_executions_that_were_given_it() {
    let world = World::new().await;
    let new = NewDocument { content: "How we write.".into(), ..NewDocument::default() };
    let document = world.services.library.create_document(&world.owner, new).await.unwrap().id;
    let file = ("guide.txt", Bytes::from_static(b"We say \"ride\", never \"cycle\"."));
    let file = world
        .services
        .library
        .add_document_file(&world.owner, document, file.0, file.1)
        .await
        .unwrap()
        .id;
    let request = LaunchRequest { upload_ids: vec![file], ..campaign(&world).await };
    launched(&world, request).await;
    assert_eq!(world.count("SELECT count(*) FROM execution_uploads").await, 1);
    world.db.advance(91 * DAY).await;

    world.services.admin.forget_history().await.unwrap();

    assert_eq!(world.count("SELECT count(*) FROM execution_uploads").await, 0);
    let read = world.services.library.document_file(&world.owner, document, file).await.unwrap();
    assert_eq!(read.name, "guide.txt");
    assert!(world.services.admin.diagnose().await.unwrap().is_empty());
}

/// How many rows there are below executions.
async fn below(world: &World) -> Vec<i64> {
    let mut counts = vec![];
    for sql in [
        "SELECT count(*) FROM execution_nodes",
        "SELECT count(*) FROM execution_edges",
        "SELECT count(*) FROM agent_jobs",
        "SELECT count(*) FROM job_attempts",
        "SELECT count(*) FROM execution_events",
    ] {
        counts.push(world.count(sql).await);
    }
    counts
}

#[tokio::test]
async fn an_execution_that_is_deleted_takes_along_what_is_below_it_and_nothing_else() {
    let world = World::new().await;
    let kept = finished(&world).await;
    let alone = below(&world).await;
    assert!(alone.iter().all(|count| *count > 0), "{alone:?}");
    let gone = finished(&world).await;
    let pool = &world.services.context().pool;

    let delete = "DELETE FROM workflow_executions WHERE id = $1";
    sqlx::query(delete).bind(gone.0).execute(pool).await.unwrap();

    assert_eq!(below(&world).await, alone);
    assert!(world.services.executions.monitor(&world.owner, kept).await.is_ok());
    world.assert_sound().await;
}

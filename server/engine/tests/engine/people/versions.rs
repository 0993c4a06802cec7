//! Versions: an older one made current, what is stale then, and running only that again.

use std::time::Duration;

use model::{
    api::{executions::VersionRow, lineage::Subject},
    execution::{
        event::ArtifactBody,
        stale::stale,
        state::{ExecutionStatus, PauseReason},
        view::ExecutionView,
    },
    id::{ArtifactId, ExecutionId},
    review::{Approval, Decision},
    workflow::Workflow,
};
use serde_json::json;
use services::testing::{
    play::graph,
    world::{World, none, quick},
};
use store::error::EngineError;

use super::graph::{echoing, id, text};

const DAY: Duration = Duration::from_secs(24 * 3600);
const TEXT_CALLS: &str = "SELECT count(*) FROM job_attempts a JOIN agent_jobs j ON j.id = a.job_id
                           WHERE j.job_type IN ('generate_copy', 'generate_image')";
const ATTACHINGS: &str = "SELECT count(*) FROM job_attempts a JOIN agent_jobs j ON j.id = a.job_id
                           WHERE j.job_type = 'attach_to_document'";
const ENDED: &str = "SELECT (extract(epoch FROM completed_at) * 1000)::bigint
                       FROM workflow_executions";

/// A text is reviewed and quoted; another one has nothing to do with it.
fn quoting() -> Workflow {
    graph(
        &[
            ("write", "generate_copy", text("Hello")),
            ("other", "generate_copy", text("Other")),
            ("check", "review", json!({})),
            ("quote", "generate_copy", text("After ${nodes.write.texts}")),
        ],
        &[
            ("start", "write"),
            ("start", "other"),
            ("write.texts", "check"),
            ("check.approved", "quote"),
            ("quote", "end"),
            ("other", "end"),
        ],
    )
}

/// Two texts get two images; the texts are also reviewed.
fn campaign() -> Workflow {
    let attach =
        json!({"documents": "${nodes.write.documents}", "images": "${nodes.image.images}"});
    graph(
        &[
            ("write", "generate_copy", json!({"prompt": "An ad for tea", "quantity": 2})),
            ("image", "generate_image", json!({"prompt": "A cup of tea", "quantity": 2})),
            ("check", "review", json!({})),
            ("attach", "attach_to_document", attach),
        ],
        &[
            ("start", "write"),
            ("start", "image"),
            ("write.texts", "check"),
            ("write", "attach"),
            ("image", "attach"),
            ("check.approved", "end"),
            ("attach", "end"),
        ],
    )
}

async fn decide(world: &World, execution: ExecutionId, decision: Decision) {
    let waits = |view: &ExecutionView| view.pause_reason == Some(PauseReason::Review);
    world.wait(execution, waits).await;
    let review = world.services.reviews.list_open(&world.owner).await.unwrap().remove(0);
    assert_eq!(review.execution_id, execution);
    world.services.reviews.decide(&world.owner, review.id, decision).await.unwrap();
}

fn approve() -> Decision {
    Decision::Approve(Approval::default())
}

/// Runs the workflow to its end, its text made twice.
async fn twice_written(world: &World, workflow: &Workflow) -> ExecutionId {
    let template = world.publish(workflow).await;
    let execution = world.launch(template, none()).await;
    decide(world, execution, Decision::Changes { reason: "shorter".to_owned() }).await;
    decide(world, execution, approve()).await;
    assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Completed);
    execution
}

/// The versions of an item of the text node.
async fn versions(world: &World, execution: ExecutionId, item: usize) -> Vec<VersionRow> {
    let view = world.view(execution).await;
    let artifact = view.node(&id("write")).unwrap().artifacts[item].id;
    world.services.artifacts.versions(&world.owner, execution, artifact).await.unwrap()
}

async fn version(world: &World, execution: ExecutionId, number: usize) -> ArtifactId {
    versions(world, execution, 0).await[number - 1].row.id
}

async fn use_version(
    world: &World,
    execution: ExecutionId,
    number: usize,
) -> Result<(), EngineError> {
    let artifact = version(world, execution, number).await;
    world.services.artifacts.use_version(&world.owner, execution, artifact).await.map(drop)
}

async fn stale_now(world: &World, workflow: &Workflow, execution: ExecutionId) -> Vec<String> {
    let view = world.view(execution).await;
    stale(workflow, &view).iter().map(ToString::to_string).collect()
}

fn code(refused: Result<impl std::fmt::Debug, EngineError>) -> String {
    match refused {
        Err(EngineError::Refused(problem)) => problem.code,
        other => panic!("{other:?}"),
    }
}

fn excerpt(view: &ExecutionView, node: &str) -> String {
    match &view.node(&id(node)).unwrap().artifacts[0].body {
        ArtifactBody::Text { excerpt } => excerpt.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_version_counts_again_and_what_was_made_from_the_newer_is_stale() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let workflow = quoting();
    let execution = twice_written(&world, &workflow).await;
    let ended = world.count(ENDED).await;
    assert!(stale_now(&world, &workflow, execution).await.is_empty());

    use_version(&world, execution, 1).await.unwrap();

    let view = world.view(execution).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "how it ended stays");
    assert_eq!(world.count(ENDED).await, ended);
    assert_eq!(excerpt(&view, "write"), "Hello");
    assert_eq!(stale_now(&world, &workflow, execution).await, ["check", "end", "quote"]);
    let all = versions(&world, execution, 0).await;
    let told: Vec<_> = all.iter().map(|v| (v.row.version, v.made_as(), v.row.is_latest)).collect();
    assert_eq!(told, [(1, 1, false), (2, 2, false), (3, 1, true)]);
    assert_eq!(all[2].restored.as_ref().unwrap().by.user, Some(world.owner.user));
    let third =
        world.services.artifacts.artifact(&world.owner, execution, all[2].row.id).await.unwrap();
    assert_eq!(third.content, json!("Hello"));
    let audited = "SELECT count(*) FROM audit_log WHERE action = 'artifact.restore'";
    assert_eq!(world.count(audited).await, 1);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn versions_are_changed_as_often_as_somebody_likes_and_the_same_one_is_refused() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let workflow = quoting();
    let execution = twice_written(&world, &workflow).await;

    let same = use_version(&world, execution, 2).await;
    use_version(&world, execution, 1).await.unwrap();
    let repeated = use_version(&world, execution, 3).await;
    use_version(&world, execution, 2).await.unwrap();
    let fresh = stale_now(&world, &workflow, execution).await;
    let nothing = world.services.executions.rerun_stale(&world.owner, execution, None).await;
    use_version(&world, execution, 3).await.unwrap();

    assert_eq!((code(same), code(repeated)), ("current_already".into(), "current_already".into()));
    assert!(fresh.is_empty(), "what was made from version 2 is good again: {fresh:?}");
    assert_eq!(code(nothing), "nothing_stale");
    let all = versions(&world, execution, 0).await;
    assert_eq!(all.iter().map(VersionRow::made_as).collect::<Vec<_>>(), [1, 2, 1, 2, 1]);
    let neighbour = world.neighbour().await;
    let first = version(&world, execution, 1).await;
    let foreign = world.services.artifacts.use_version(&neighbour, execution, first).await;
    assert!(matches!(foreign, Err(EngineError::NotFound(_))), "{foreign:?}");
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_used_again_leads_to_what_was_made_from_it_before() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let execution = twice_written(&world, &quoting()).await;
    use_version(&world, execution, 1).await.unwrap();
    use_version(&world, execution, 2).await.unwrap();

    let mut made = vec![];
    for number in 1..=4 {
        let asked = version(&world, execution, number).await;
        let page =
            world.services.artifacts.lineage(&world.owner, Subject::Artifact(asked)).await.unwrap();
        let after = page.entries.iter().filter(|entry| entry.distance > 0);
        let after = after.map(|entry| (entry.row.node_id.to_string(), entry.made_from == [asked]));
        made.push(after.collect::<Vec<_>>());
    }

    let quote = vec![("quote".to_owned(), true)];
    assert_eq!(made, [vec![], quote.clone(), vec![], quote]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e16_a_version_that_is_kept_outlives_its_history_until_it_is_let_go() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let execution = twice_written(&world, &quoting()).await;
    use_version(&world, execution, 1).await.unwrap();
    let first = version(&world, execution, 1).await;
    let current = version(&world, execution, 3).await;
    let keep = |kept| world.services.artifacts.keep_version(&world.owner, execution, first, kept);
    keep(true).await.unwrap();
    keep(true).await.unwrap();
    worker.stop().await;
    world.db.advance(91 * DAY).await;

    assert_eq!(world.services.admin.forget_history().await.unwrap(), 1);

    let left = || async {
        let all =
            world.services.artifacts.versions(&world.owner, execution, current).await.unwrap();
        all.iter().map(|version| version.row.version).collect::<Vec<_>>()
    };
    assert_eq!(left().await, [1, 3], "the kept one and the one that counts");
    let kept = world.services.executions.monitor(&world.owner, execution).await.unwrap().kept;
    assert_eq!(kept.iter().map(|kept| kept.row.id).collect::<Vec<_>>(), [first]);
    assert!(kept[0].by.is_some() && kept[0].row.kept_at.is_some(), "{kept:?}");
    let page =
        world.services.artifacts.lineage(&world.owner, Subject::Artifact(first)).await.unwrap();
    let prompt = page.entries[0].input("prompt");
    assert!(prompt.is_some_and(|prompt| prompt.contains("Hello")), "{prompt:?}");
    keep(false).await.unwrap();
    world.services.admin.forget_history().await.unwrap();
    assert_eq!(left().await, [3]);
    let audited = "SELECT count(*) FROM audit_log
                    WHERE action IN ('artifact.keep', 'artifact.let_go')";
    assert_eq!(world.count(audited).await, 2, "what is so already is not told again");
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_workspace_that_has_a_version_keeps_it() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let execution = twice_written(&world, &quoting()).await;
    let first = version(&world, execution, 1).await;
    let neighbour = world.neighbour().await;

    let foreign = world.services.artifacts.keep_version(&neighbour, execution, first, true).await;

    assert!(matches!(foreign, Err(EngineError::NotFound(_))), "{foreign:?}");
    assert!(
        world.services.executions.monitor(&world.owner, execution).await.unwrap().kept.is_empty()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_is_stale_runs_again_with_the_version_that_counts() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let workflow = quoting();
    let execution = twice_written(&world, &workflow).await;
    use_version(&world, execution, 1).await.unwrap();
    let calls = world.count(TEXT_CALLS).await;

    let launched =
        world.services.executions.rerun_stale(&world.owner, execution, None).await.unwrap();
    decide(&world, launched.execution_id, approve()).await;
    let view = world.wait_over(launched.execution_id).await;

    assert_eq!(view.status, ExecutionStatus::Completed);
    assert_eq!(world.count(TEXT_CALLS).await, calls + 1, "only the quotation is made again");
    assert_eq!(
        (excerpt(&view, "write"), excerpt(&view, "quote")),
        ("Hello".into(), "After Hello".into())
    );
    let reused = view.nodes.iter().filter(|node| node.reused_from == Some(execution));
    let reused: Vec<_> = reused.map(|node| node.id.to_string()).collect();
    assert_eq!(reused.len(), 3, "{reused:?}");
    assert!(["start", "write", "other"].iter().all(|node| reused.contains(&(*node).to_owned())));
    assert!(stale_now(&world, &workflow, launched.execution_id).await.is_empty());
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_made_again_after_their_images_were_attached_only_need_the_attaching() {
    let world = World::new().await;
    let _worker = world.worker(quick());
    let workflow = campaign();
    let execution = twice_written(&world, &workflow).await;
    assert_eq!(stale_now(&world, &workflow, execution).await, ["attach", "end"]);
    let (calls, attachings) = (world.count(TEXT_CALLS).await, world.count(ATTACHINGS).await);

    let launched =
        world.services.executions.rerun_stale(&world.owner, execution, None).await.unwrap();
    let view = world.wait_over(launched.execution_id).await;

    assert_eq!(view.status, ExecutionStatus::Completed);
    assert_eq!(world.count(TEXT_CALLS).await, calls, "nobody is asked for texts or pictures");
    assert_eq!(world.count(ATTACHINGS).await, attachings + 1);
    let attached = "SELECT count(DISTINCT document_id) FROM document_attachments";
    assert_eq!(world.count(attached).await, 4, "both versions of both texts have their pictures");
    let feedback = versions(&world, execution, 0).await.pop().unwrap().feedback;
    assert_eq!(feedback.as_deref(), Some("shorter"));
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_text_rolled_back_makes_the_others_stay() {
    let world = World::new().await;
    let _worker = world.worker(quick());
    let workflow = campaign();
    let execution = twice_written(&world, &workflow).await;
    let before = world.view(execution).await;

    use_version(&world, execution, 1).await.unwrap();
    let launched =
        world.services.executions.rerun_stale(&world.owner, execution, None).await.unwrap();
    decide(&world, launched.execution_id, approve()).await;
    let view = world.wait_over(launched.execution_id).await;

    let texts = |view: &ExecutionView| {
        let node = view.node(&id("write")).unwrap();
        node.artifacts.iter().map(|artifact| artifact.body.clone()).collect::<Vec<_>>()
    };
    assert_ne!(texts(&view)[0], texts(&before)[0]);
    assert_eq!(texts(&view)[1], texts(&before)[1]);
    assert_eq!(texts(&view), texts(&world.view(execution).await));
    world.assert_sound().await;
}

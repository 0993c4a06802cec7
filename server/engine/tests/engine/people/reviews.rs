//! Reviews: approved, edited, made again, rejected, by several, by time, by two at once.

use std::time::Duration;

use backend::actor::Actor;
use engine::limits::Limits;
use model::{
    access::Role,
    api::{
        compare::{Comparison, ItemChange, Side},
        lineage::Subject,
    },
    execution::{
        event::{ArtifactBody, EventKind},
        state::{ExecutionStatus, NodeStatus, PauseReason},
        view::ExecutionView,
    },
    id::{ExecutionId, ReviewId},
    pages::{Control, ReviewCard},
    review::{Approval, Decision, Verdict},
    workflow::Workflow,
};
use serde_json::{Value, json};
use services::testing::{
    play::{copies, graph, held, patient, take, writing, wrote},
    soak::soaking,
    world::{World, none, quick},
};
use store::error::EngineError;

use super::graph::{echoing, id, status, text};

/// start → write → check → end, the review set up as `config` says.
fn reviewed(config: Value) -> Workflow {
    graph(
        &[("write", "generate_copy", text("Hello")), ("check", "review", config)],
        &[("start", "write"), ("write.texts", "check"), ("check.approved", "end")],
    )
}

/// The same, with a step for what is rejected.
fn with_a_way_out(config: Value) -> Workflow {
    let nodes = [
        ("write", "generate_copy", text("Hello")),
        ("check", "review", config),
        ("after", "generate_copy", text("Sorry")),
    ];
    let edges = [
        ("start", "write"),
        ("write.texts", "check"),
        ("check.approved", "end"),
        ("check.rejected", "after"),
    ];
    graph(&nodes, &edges)
}

async fn awaiting(world: &World, workflow: &Workflow) -> (ExecutionId, ReviewCard) {
    let template = world.publish(workflow).await;
    let execution = world.launch(template, none()).await;
    (execution, open(world, execution).await)
}

async fn open(world: &World, execution: ExecutionId) -> ReviewCard {
    let waits = |view: &ExecutionView| view.pause_reason == Some(PauseReason::Review);
    let view = world.wait(execution, waits).await;
    assert_eq!(view.node(&id("check")).unwrap().status, NodeStatus::AwaitingReview);
    let mut cards = world.services.reviews.list_open(&world.owner).await.unwrap();
    assert_eq!(cards.len(), 1);
    cards.pop().unwrap()
}

fn approve() -> Decision {
    Decision::Approve(Approval::default())
}

async fn decide(world: &World, review: ReviewId, decision: Decision) -> Result<(), EngineError> {
    world.services.reviews.decide(&world.owner, review, decision).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_review_is_called_like_its_step_and_listed_for_who_may_decide_it() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let mut workflow = reviewed(json!({}));
    let check = workflow.nodes.iter_mut().find(|node| node.id == id("check")).unwrap();
    check.data.label = "Final look".to_owned();
    let (_, card) = awaiting(&world, &workflow).await;
    assert_eq!(card.step, "Final look");
    assert!(card.sample, "the text was marked as a sample");

    let waiting = async |actor: &Actor| {
        let rows = world.services.overview.dashboard(actor).await.unwrap().waiting;
        rows.into_iter().map(|row| (row.id, row.step)).collect::<Vec<_>>()
    };
    assert_eq!(waiting(&world.owner).await, [(card.id, "Final look".to_owned())]);
    let viewer = Actor { role: Role::Viewer, ..world.owner.clone() };
    assert_eq!(waiting(&viewer).await, []);
    decide(&world, card.id, approve()).await.unwrap();
    assert_eq!(waiting(&world.owner).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edited_text_that_is_approved_goes_on() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let (execution, card) = awaiting(&world, &reviewed(json!({"instructions": "Be strict"}))).await;
    assert_eq!((card.items, card.instructions.as_str()), (vec![json!("Hello")], "Be strict"));

    let items = Some(vec![json!("Hello, dear")]);
    let approval = Approval { items, comment: Some("Nicer".to_owned()), ..Approval::default() };
    decide(&world, card.id, Decision::Approve(approval)).await.unwrap();

    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Completed);
    let decided = view.node(&id("check")).unwrap().decided.clone().unwrap();
    assert_eq!((decided.verdict, decided.reason.as_deref()), (Verdict::Approved, Some("Nicer")));
    let output = "SELECT (output = '[\"Hello, dear\"]')::int::bigint FROM workflow_executions";
    assert_eq!(world.count(output).await, 1);

    // What came and what was written are versions of what the review gives.
    let made = &view.node(&id("check")).unwrap().artifacts;
    assert_eq!(made.iter().map(|made| (made.item, made.version)).collect::<Vec<_>>(), [(0, 2)]);
    let by = made[0].edited_by.as_ref().and_then(|by| by.user);
    assert_eq!(by, Some(world.owner.user));
    let versions =
        world.services.artifacts.versions(&world.owner, execution, made[0].id).await.unwrap();
    let ids: Vec<_> = versions.iter().map(|version| version.row.id).collect();
    let pair = (ids[0], ids[1]);
    let compared = world
        .services
        .artifacts
        .compare_versions(&world.owner, execution, pair.0, pair.1)
        .await
        .unwrap();
    let Comparison::Text { pieces } = compared else { panic!("{compared:?}") };
    let new = pieces.iter().filter(|piece| piece.side == Side::After);
    assert!(new.map(|piece| piece.text.as_str()).collect::<String>().contains("dear"));
    let subject = Subject::Artifact(ids[1]);
    let lineage = world.services.artifacts.lineage(&world.owner, subject).await.unwrap();
    let from = lineage.entries.iter().find(|entry| entry.row.id == ids[1]).unwrap();
    let [source] = from.made_from.as_slice() else { panic!("{from:?}") };
    let source = lineage.entries.iter().find(|entry| entry.row.id == *source).unwrap();
    assert_eq!(source.row.node_id, id("write"));
    let again =
        world.services.artifacts.use_version(&world.owner, execution, ids[0]).await.unwrap();
    assert_eq!((again.version, again.restored.map(|restored| restored.version)), (3, Some(1)));
    let given = "SELECT (output->'approved' = '[\"Hello\"]')::int::bigint FROM execution_nodes
                  WHERE node_id = 'check'";
    assert_eq!(world.count(given).await, 1);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asking_for_changes_makes_the_text_again_with_the_reason() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let (execution, card) = awaiting(&world, &reviewed(json!({}))).await;

    decide(&world, card.id, Decision::Changes { reason: "shorter".to_owned() }).await.unwrap();
    let again = |view: &ExecutionView| {
        view.node(&id("check")).is_some_and(|node| node.generation == 2 && node.review.is_some())
    };
    let view = world.wait(execution, again).await;
    let second = open(&world, execution).await;

    assert_ne!(second.id, card.id);
    assert_eq!(second.items, [json!("Hello [shorter]")]);
    assert_eq!((card.earlier, second.earlier), (0, 1));
    assert_eq!((&card.no_changes, &second.no_changes), (&None, &None));
    let before = second.before.as_ref().unwrap();
    assert_eq!((&*before.by, before.reason.as_deref()), ("Ada", Some("shorter")));
    assert_eq!(card.before, None);
    assert_eq!(world.services.reviews.review_changes(&world.owner, card.id).await.unwrap(), []);
    let changes = world.services.reviews.review_changes(&world.owner, second.id).await.unwrap();
    let [ItemChange { place: 0, comparison: Comparison::Text { pieces } }] = changes.as_slice()
    else {
        panic!("{changes:?}");
    };
    let new = pieces.iter().filter(|piece| piece.side == Side::After);
    assert_eq!(new.map(|piece| piece.text.trim()).collect::<String>(), "[shorter]");
    assert!(!pieces.iter().any(|piece| piece.side == Side::Before), "{pieces:?}");
    let written = view.node(&id("write")).unwrap();
    assert_eq!(written.artifacts[0].version, 2);
    let excerpt = ArtifactBody::Text { excerpt: "Hello [shorter]".to_owned() };
    assert_eq!(written.artifacts[0].body, excerpt);
    decide(&world, second.id, approve()).await.unwrap();
    assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Completed);
    assert_eq!(world.count("SELECT count(*) FROM artifacts").await, 2);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rejection_takes_its_own_way_or_fails_the_node() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let reject = || Decision::Reject { reason: "off brand".to_owned() };

    let (branch, card) = awaiting(&world, &with_a_way_out(json!({}))).await;
    decide(&world, card.id, reject()).await.unwrap();
    let view = world.wait_over(branch).await;
    assert_eq!(view.status, ExecutionStatus::Completed);
    assert_eq!(view.node(&id("after")).unwrap().status, NodeStatus::Completed);

    let on_reject = json!({"on_reject": "fail"});
    for fails in [with_a_way_out(on_reject), reviewed(json!({}))] {
        let (fails, card) = awaiting(&world, &fails).await;
        decide(&world, card.id, reject()).await.unwrap();
        let view = world.wait_over(fails).await;
        assert_eq!(view.status, ExecutionStatus::Failed);
        assert!(view.error.unwrap().contains("off brand"));
    }
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rel_e11_of_many_who_decide_at_once_one_counts_and_the_others_hear_whose() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let races = if soaking() { 200 } else { 20 };
    for _ in 0..races {
        let (execution, card) = awaiting(&world, &reviewed(json!({}))).await;
        let decisions = (0..8).map(|turn| {
            let reason = format!("reason {turn}");
            let decision = if turn % 2 == 0 { approve() } else { Decision::Reject { reason } };
            decide(&world, card.id, decision)
        });
        let answers = futures::future::join_all(decisions).await;

        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        for error in answers.into_iter().filter_map(Result::err) {
            let EngineError::Refused(problem) = error else { panic!("{error}") };
            assert_eq!(problem.status(), 409);
            assert!(problem.detail.starts_with("You already decided: "), "{problem:?}");
        }
        world.wait_over(execution).await;
        let decided = |kind: &EventKind| matches!(kind, EventKind::ReviewDecided { .. });
        let events = world.events(execution).await;
        assert_eq!(events.iter().filter(|event| decided(&event.kind)).count(), 1);
    }
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_decides_after_a_stop_is_told_so_without_anybodys_name() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let (execution, card) = awaiting(&world, &reviewed(json!({}))).await;
    world.services.executions.control(&world.owner, execution, Control::STOP).await.unwrap();

    let late = decide(&world, card.id, approve()).await;

    let Err(EngineError::Refused(problem)) = late else { panic!("{late:?}") };
    assert_eq!(problem.detail, "The review ended before you decided: Canceled.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_approvals_come_from_two_people() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let (execution, card) = awaiting(&world, &reviewed(json!({"approvals": 2}))).await;

    decide(&world, card.id, approve()).await.unwrap();
    let again = decide(&world, card.id, approve()).await;

    let Err(EngineError::Refused(problem)) = again else { panic!("{again:?}") };
    assert_eq!(problem.code, "approved_before");
    let card = world.services.reviews.review(&world.owner, card.id).await.unwrap();
    assert_eq!((card.approvals.len(), card.end), (1, None));
    assert!(!world.view(execution).await.status.is_over());
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_decides_in_time_is_approved_by_itself() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let (execution, card) = awaiting(&world, &reviewed(json!({"auto_approve_minutes": 5}))).await;
    assert!(card.until.is_some());

    world.db.advance(Duration::from_secs(301)).await;

    assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Completed);
    let card = world.services.reviews.review(&world.owner, card.id).await.unwrap();
    assert_eq!(card.end.unwrap().by, "the time limit");
    world.assert_sound().await;
}

/// Lets the five minutes pass after which the check is approved; how it stands then.
async fn approved_in_time(
    world: &World,
    execution: ExecutionId,
    card: &ReviewCard,
) -> ExecutionView {
    world.db.advance(Duration::from_secs(301)).await;
    let done = |view: &ExecutionView| status(view, "check") == NodeStatus::Completed;
    let view = world.wait(execution, done).await;
    let card = world.services.reviews.review(&world.owner, card.id).await.unwrap();
    assert_eq!(card.end.unwrap().by, "the time limit");
    view
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_too_few_approve_in_time_is_approved_as_the_last_of_them_left_it() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let by_two = json!({"approvals": 2, "auto_approve_minutes": 5});
    let (execution, card) = awaiting(&world, &reviewed(by_two)).await;
    let items = Some(vec![json!("Hello, dear")]);
    let edited = Approval { items, ..Approval::default() };
    decide(&world, card.id, Decision::Approve(edited)).await.unwrap();
    assert_eq!(status(&world.view(execution).await, "check"), NodeStatus::AwaitingReview);

    approved_in_time(&world, execution, &card).await;

    assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Completed);
    let output = "SELECT (output = '[\"Hello, dear\"]')::int::bigint FROM workflow_executions";
    assert_eq!(world.count(output).await, 1);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_time_of_a_review_passes_while_a_person_has_paused_and_nothing_goes_on_by_it() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let nodes = [
        ("write", "generate_copy", text("Hello")),
        ("check", "review", json!({"auto_approve_minutes": 5})),
        ("after", "generate_copy", text("Next")),
    ];
    let edges = [
        ("start", "write"),
        ("write.texts", "check"),
        ("check.approved", "after"),
        ("after.texts", "end"),
    ];
    let (execution, card) = awaiting(&world, &graph(&nodes, &edges)).await;
    world.services.executions.control(&world.owner, execution, Control::Pause).await.unwrap();

    let view = approved_in_time(&world, execution, &card).await;

    assert_eq!(
        (view.pause_reason, status(&view, "after")),
        (Some(PauseReason::User), NodeStatus::Ready)
    );
    world.services.executions.control(&world.owner, execution, Control::Resume).await.unwrap();
    assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Completed);
    world.assert_sound().await;
}

#[tokio::test]
async fn the_time_of_a_review_passes_while_its_execution_waits_for_a_place() {
    let limits = Limits { running_per_workspace: 1, ..Limits::default() };
    let world = World::new().await.limited(limits);
    let (executor, mut calls) = held();
    let worker = world.worker_with(writing(executor), patient());
    let template = world.publish(&reviewed(json!({"auto_approve_minutes": 5}))).await;
    let execution = world.launch(template, none()).await;
    take(&mut calls, 1).await.remove(0).answer(wrote("Hello"));
    let card = open(&world, execution).await;
    world.services.executions.control(&world.owner, execution, Control::Pause).await.unwrap();
    let other = world.launch(world.publish(&copies(1)).await, none()).await;
    let busy = take(&mut calls, 1).await.remove(0);
    world.services.executions.control(&world.owner, execution, Control::Resume).await.unwrap();
    assert_eq!(world.position(execution).await, Some(1));

    let view = approved_in_time(&world, execution, &card).await;

    assert_eq!(view.status, ExecutionStatus::Pending, "the other one has the place");
    busy.answer(wrote("other"));
    for id in [other, execution] {
        assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Completed);
    }
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_review_of_another_workspace_is_not_there_and_a_reason_is_asked_for() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let (execution, card) = awaiting(&world, &reviewed(json!({}))).await;
    let neighbour = world.neighbour().await;

    let foreign = world.services.reviews.decide(&neighbour, card.id, approve()).await;
    let bare = decide(&world, card.id, Decision::Reject { reason: " ".to_owned() }).await;

    assert!(matches!(foreign, Err(EngineError::NotFound("review"))), "{foreign:?}");
    let looked = world.services.reviews.review_changes(&neighbour, card.id).await;
    assert!(matches!(looked, Err(EngineError::NotFound("review"))), "{looked:?}");
    let Err(EngineError::Refused(problem)) = bare else { panic!("{bare:?}") };
    assert_eq!(problem.status(), 422);
    assert!(!world.view(execution).await.status.is_over());
    assert!(world.services.reviews.list_open(&neighbour).await.unwrap().is_empty());
}

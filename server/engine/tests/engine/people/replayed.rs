//! A replay takes what people decided from what was recorded: it asks nobody.

use std::time::Duration;

use model::{
    execution::{
        event::ArtifactBody,
        state::{ExecutionStatus, NodeStatus, PauseReason},
        view::ExecutionView,
    },
    id::ExecutionId,
    pages::Control,
    review::{Approval, Decision, Verdict},
    workflow::Workflow,
};
use serde_json::{Value, json};
use services::testing::{
    play::graph,
    world::{World, quick},
};

use super::graph::{decide, echoing, id, launch, text};

/// start → write → check → end, with a step for what is rejected.
fn reviewed() -> Workflow {
    let nodes = [
        ("write", "generate_copy", text("Hello")),
        ("check", "review", json!({})),
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

async fn replayed(world: &World, origin: ExecutionId) -> (ExecutionId, ExecutionView) {
    let replay =
        world.services.executions.replay(&world.owner, origin, None).await.unwrap().execution_id;
    let view = world.wait_over(replay).await;
    assert!(
        world.services.reviews.list_open(&world.owner).await.unwrap().is_empty(),
        "nobody is asked"
    );
    (replay, view)
}

/// Every version, as the steps made them: of each its step, its item, and what it says.
async fn made(world: &World, execution: ExecutionId) -> Vec<(String, i32, Value)> {
    let sql = "SELECT node_id, item, content FROM artifacts
                WHERE execution_id = $1 AND repeats IS NULL
                ORDER BY node_id, item, port, version";
    sqlx::query_as(sql).bind(execution.0).fetch_all(&world.db.pool).await.unwrap()
}

fn ends(view: &ExecutionView) -> Vec<(NodeStatus, Option<Verdict>)> {
    let end = |node: &model::execution::view::NodeView| {
        (node.status, node.decided.as_ref().map(|decided| decided.verdict))
    };
    view.nodes.iter().map(end).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_asked_for_written_and_approved_comes_again_in_a_replay() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let origin = launch(&world, &reviewed()).await;
    decide(&world, origin, Decision::Changes { reason: "shorter".to_owned() }).await.unwrap();
    let again = |view: &ExecutionView| {
        view.node(&id("check")).is_some_and(|node| node.generation == 2 && node.review.is_some())
    };
    world.wait(origin, again).await;
    let items = Some(vec![json!("Hi")]);
    let approval = Approval { items, comment: Some("Fine".to_owned()), ..Approval::default() };
    decide(&world, origin, Decision::Approve(approval)).await.unwrap();
    let first = world.wait_over(origin).await;

    let (replay, view) = replayed(&world, origin).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    assert_eq!(ends(&view), ends(&first));
    assert_eq!(made(&world, replay).await, made(&world, origin).await);
    let decided = view.node(&id("check")).unwrap().decided.clone().unwrap();
    assert_eq!(
        (decided.by.user, decided.reason.as_deref()),
        (Some(world.owner.user), Some("Fine"))
    );
    let outputs = "SELECT count(*) FROM workflow_executions WHERE output = '[\"Hi\"]'";
    assert_eq!(world.count(outputs).await, 2);
    // A replay can be replayed as well.
    assert_eq!(ends(&replayed(&world, replay).await.1), ends(&first));
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_that_was_used_again_afterwards_changes_nothing_of_a_replay() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let nodes = [("write", "generate_copy", text("Hello")), ("check", "review", json!({}))];
    let nodes =
        [&nodes[..], &[("quote", "generate_copy", text("“${nodes.write.texts}”"))]].concat();
    let edges = [
        ("start", "write"),
        ("write.texts", "check"),
        ("check.approved", "quote"),
        ("quote.texts", "end"),
    ];
    let origin = launch(&world, &graph(&nodes, &edges)).await;
    decide(&world, origin, Decision::Changes { reason: "shorter".to_owned() }).await.unwrap();
    let again = |view: &ExecutionView| {
        view.node(&id("check")).is_some_and(|node| node.generation == 2 && node.review.is_some())
    };
    world.wait(origin, again).await;
    decide(&world, origin, Decision::Approve(Approval::default())).await.unwrap();
    let view = world.wait_over(origin).await;
    let write = view.node(&id("write")).unwrap().artifacts[0].id;
    let versions = world.services.artifacts.versions(&world.owner, origin, write).await.unwrap();
    world.services.artifacts.use_version(&world.owner, origin, versions[0].row.id).await.unwrap();

    let (replay, view) = replayed(&world, origin).await;

    assert_eq!(made(&world, replay).await, made(&world, origin).await);
    let counts = &view.node(&id("write")).unwrap().artifacts[0];
    let quoted = ArtifactBody::Text { excerpt: "Hello [shorter]".to_owned() };
    assert_eq!((counts.version, &counts.body), (2, &quoted));
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_rejected_is_rejected_in_a_replay_and_what_nobody_decided_fails_it() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let rejected = launch(&world, &reviewed()).await;
    decide(&world, rejected, Decision::Reject { reason: "off brand".to_owned() }).await.unwrap();
    let first = world.wait_over(rejected).await;
    assert_eq!(ends(&replayed(&world, rejected).await.1), ends(&first));

    let undecided = launch(&world, &reviewed()).await;
    let waits = |view: &ExecutionView| view.pause_reason == Some(PauseReason::Review);
    world.wait(undecided, waits).await;
    world.services.executions.control(&world.owner, undecided, Control::STOP).await.unwrap();
    let (_, view) = replayed(&world, undecided).await;
    let failure = view.node(&id("check")).unwrap().failure.clone().unwrap();
    assert_eq!((view.status, &*failure.code), (ExecutionStatus::Failed, "not_recorded"));
    assert_eq!(failure.message, "No one decided this in the original run.");
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_went_on_without_is_left_out_in_a_replay() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let nodes = [
        ("a", "generate_copy", text("fail")),
        ("b", "generate_copy", text("After ${nodes.a.texts ?? \"nothing\"}")),
    ];
    let workflow = graph(&nodes, &[("start", "a"), ("a", "b"), ("b", "end")]);
    for output in [None, json!({"texts": ["mine"]}).as_object().cloned()] {
        let origin = launch(&world, &workflow).await;
        world.wait_over(origin).await;
        let skip = Control::SkipNode { node_id: id("a"), output, generation: None };
        world.services.executions.control(&world.owner, origin, skip).await.unwrap();
        let done = |view: &ExecutionView| view.status == ExecutionStatus::Completed;
        let first = world.wait(origin, done).await;

        let (replay, view) = replayed(&world, origin).await;

        assert_eq!((view.status, ends(&view)), (first.status, ends(&first)));
        assert_eq!(made(&world, replay).await, made(&world, origin).await);
    }
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_lanes_that_race_the_same_one_wins_in_a_replay() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let nodes = [
        ("late", "wait", json!({"seconds": 3600})),
        ("early", "generate_copy", text("Early")),
        ("first", "merge", json!({"mode": "any"})),
    ];
    let edges = [
        ("start", "late"),
        ("start", "early"),
        ("late", "first"),
        ("early.texts", "first"),
        ("first", "end"),
    ];
    let origin = launch(&world, &graph(&nodes, &edges)).await;
    let won = |view: &ExecutionView| {
        view.node(&id("first")).is_some_and(|node| node.status == NodeStatus::Completed)
    };
    world.wait(origin, won).await;
    world.db.advance(Duration::from_secs(3601)).await;
    world.nudge().await;
    world.wait_over(origin).await;

    // A replay can be replayed as well.
    let mut last = origin;
    for _ in 0..5 {
        (last, _) = replayed(&world, last).await;
    }

    let same = "SELECT count(*) FROM execution_nodes
                 WHERE node_id = 'first' AND output = '{\"output\": [[\"Early\"]]}'";
    assert_eq!(world.count(same).await, 6);
    world.assert_sound().await;
}

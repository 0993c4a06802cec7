//! What a person is asked about is rolled back before they decide.

use engine::executors::Executors;
use model::{
    execution::{
        stale::stale,
        state::{ExecutionStatus, NodeStatus, PauseReason},
        view::ExecutionView,
    },
    id::ExecutionId,
    nodes::NodeKind,
    pages::ReviewCard,
    review::{Approval, Decision},
    workflow::Workflow,
};
use serde_json::json;
use services::testing::{
    play::{graph, held, inside, listening, take, with_artifact, wrote},
    world::{World, none, quick},
};

use super::graph::{decide, echoing, id, text};

/// A text, cut to its words, is reviewed and quoted.
fn reviewed() -> Workflow {
    let join = json!({"operations": [{"op": "join", "separator": " "}]});
    graph(
        &[
            ("write", "generate_copy", text("Hello")),
            ("joined", "transform", join),
            ("check", "review", json!({})),
            ("quote", "generate_copy", text("After ${nodes.write.texts}")),
        ],
        &[
            ("start", "write"),
            ("write.texts", "joined"),
            ("joined", "check"),
            ("check.approved", "quote"),
            ("quote", "end"),
        ],
    )
}

async fn asked(world: &World, execution: ExecutionId, generation: i32) -> ReviewCard {
    let waits = |view: &ExecutionView| {
        let check = view.node(&id("check")).is_some_and(|node| node.generation == generation);
        view.pause_reason == Some(PauseReason::Review) && check
    };
    world.wait(execution, waits).await;
    let mut open = world.services.reviews.list_open(&world.owner).await.unwrap();
    assert_eq!(open.len(), 1, "{open:?}");
    open.remove(0)
}

/// Asked about the second text.
async fn asked_twice(world: &World, workflow: &Workflow) -> (ExecutionId, ReviewCard) {
    let template = world.publish(workflow).await;
    let execution = world.launch(template, none()).await;
    let first = asked(world, execution, 1).await;
    let changes = Decision::Changes { reason: "shorter".to_owned() };
    world.services.reviews.decide(&world.owner, first.id, changes).await.unwrap();
    (execution, asked(world, execution, 2).await)
}

/// Makes the first text count again.
async fn roll_back(world: &World, execution: ExecutionId) {
    roll_back_item(world, execution, 0).await;
}

/// The same of one of several texts.
async fn roll_back_item(world: &World, execution: ExecutionId, item: usize) {
    let view = world.view(execution).await;
    let current = view.node(&id("write")).unwrap().artifacts[item].id;
    let versions =
        world.services.artifacts.versions(&world.owner, execution, current).await.unwrap();
    world
        .services
        .artifacts
        .use_version(&world.owner, execution, versions[0].row.id)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_asked_about_what_is_rolled_back_is_asked_anew() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let (execution, second) = asked_twice(&world, &reviewed()).await;
    assert_eq!(second.items, [json!("Hello [shorter]")]);

    roll_back(&world, execution).await;

    let third = asked(&world, execution, 3).await;
    assert_eq!(third.items, [json!("Hello")]);
    let approve = || Decision::Approve(Approval::default());
    let late = world.services.reviews.decide(&world.owner, second.id, approve()).await.unwrap_err();
    assert!(late.to_string().contains("The content changed after you opened it"), "{late}");
    world.services.reviews.decide(&world.owner, third.id, approve()).await.unwrap();
    assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Completed);
    let quoted = "SELECT count(*) FROM artifacts
                   WHERE node_id = 'quote' AND content = '\"After Hello\"'";
    assert_eq!(world.count(quoted).await, 1);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_execution_goes_on_when_what_is_rolled_back_needs_no_review() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let mut workflow = graph(
        &[
            ("write", "generate_copy", text("Hello")),
            ("other", "generate_copy", text("Other")),
            ("check", "review", json!({})),
        ],
        &[
            ("start", "write"),
            ("start", "other"),
            ("write.texts", "check"),
            ("other.texts", "check"),
            ("check.approved", "end"),
            ("write", "end"),
        ],
    );
    let check = workflow.nodes.iter_mut().find(|node| node.id == id("check")).unwrap();
    let alike = "size(nodes.write.texts[0]) == size(nodes.other.texts[0])";
    check.data.condition = Some(alike.to_owned());
    let (execution, _) = asked_twice(&world, &workflow).await;

    roll_back(&world, execution).await;

    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Completed);
    assert_eq!(view.node(&id("check")).unwrap().status, NodeStatus::Skipped);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_step_works_with_stays_when_what_it_came_from_is_rolled_back() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let executors = Executors::internal().with_executor(NodeKind::GenerateCopy, executor);
    let _worker = world.worker_with(executors, quick());
    let join = json!({"operations": [{"op": "join", "separator": " "}]});
    let workflow = graph(
        &[
            ("write", "generate_copy", text("Hello")),
            ("check", "review", json!({})),
            ("joined", "transform", join),
            ("quote", "generate_copy", text("After ${nodes.joined.output}")),
        ],
        &[
            ("start", "write"),
            ("write.texts", "check"),
            ("write.texts", "joined"),
            ("check.approved", "joined"),
            ("joined", "quote"),
            ("quote", "end"),
        ],
    );
    let template = world.publish(&workflow).await;
    let execution = world.launch(template, none()).await;
    for (generation, told) in [(1, "first"), (2, "second")] {
        let call = take(&mut calls, 1).await.remove(0);
        call.answer(with_artifact(wrote(told), told));
        let card = asked(&world, execution, generation).await;
        let decision = match generation {
            1 => Decision::Changes { reason: "shorter".to_owned() },
            _ => Decision::Approve(Approval::default()),
        };
        world.services.reviews.decide(&world.owner, card.id, decision).await.unwrap();
    }
    let quoting = take(&mut calls, 1).await.remove(0);
    let joined = async || {
        let output =
            world.services.executions.node_output(&world.owner, execution, &id("joined")).await;
        let view = world.view(execution).await;
        (output.unwrap(), view.node(&id("joined")).unwrap().generation)
    };
    let before = joined().await;

    roll_back(&world, execution).await;

    assert_eq!(joined().await, before);
    quoting.answer(with_artifact(wrote("quoted"), "quoted"));
    assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Completed);
    world.assert_sound().await;
}

/// Two texts are reviewed; then each is quoted, one after the other, and the quote reviewed.
fn quoting_each() -> Workflow {
    let each = json!({"items": "${nodes.write.texts}", "concurrency": 1});
    let nodes = [
        ("write", "generate_copy", json!({"prompt": "Hello", "quantity": 2})),
        ("check", "review", json!({})),
        ("each", "for_each", each),
        ("quote", "generate_copy", text("After ${item}")),
        ("ask", "review", json!({})),
    ];
    let edges = [
        ("start", "write"),
        ("write.texts", "check"),
        ("check.approved", "each"),
        ("each.item", "quote"),
        ("quote.texts", "ask"),
        ("ask.approved", "each"),
        ("each.output", "end"),
    ];
    inside(graph(&nodes, &edges), "each", &["quote", "ask"])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loop_goes_on_with_what_it_began_with_when_that_is_rolled_back() {
    let world = World::new().await;
    // Another process than that which decides: what either knows of the list comes from the database.
    let worker = world.worker_elsewhere(echoing(), quick());
    let _ears = world.worker_with(echoing(), listening());
    let workflow = quoting_each();
    let execution = world.launch(world.publish(&workflow).await, none()).await;
    let changes = Decision::Changes { reason: "shorter".to_owned() };
    decide(&world, execution, changes).await.unwrap();
    let approve = || Decision::Approve(Approval::default());
    decide(&world, execution, approve()).await.unwrap();
    let asks = |view: &ExecutionView| {
        let asked = view.node(&id("ask@each[0]")).is_some_and(|node| node.review.is_some());
        view.pause_reason == Some(PauseReason::Review) && asked
    };
    world.wait(execution, asks).await;

    roll_back_item(&world, execution, 1).await;

    for _ in 0..2 {
        let quoted = decide(&world, execution, approve()).await.unwrap();
        assert_eq!(quoted, [json!("After Hello [shorter]")]);
    }
    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    assert!(stale(&workflow, &view).contains(&id("each")));
    let kept = "SELECT count(*) FROM execution_nodes WHERE planned IS NOT NULL";
    assert_eq!(world.count(kept).await, 0, "it is forgotten with the last round");
    world.assert_sound().await;
    worker.stop().await;
}

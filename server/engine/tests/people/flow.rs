//! Conditions, waiting, and how many items are enough.

use std::time::Duration;

use engine::testing::{
    play::{Answering, failed, writing, wrote},
    world::{World, none, quick},
};
use model::execution::{
    state::{ExecutionStatus, JobStatus, NodeStatus},
    view::ExecutionView,
};
use serde_json::json;

use super::graph::{echoing, graph, id, text};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_branch_whose_condition_holds_is_taken() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let branches = json!({"branches": [
        {"id": "long", "when": "size(nodes.write.texts[0]) > 100"},
        {"id": "polite", "when": "nodes.write.texts[0].startsWith(\"Dear\")"},
        {"id": "any", "when": "true"},
    ]});
    let nodes = [
        ("write", "generate_copy", text("Dear reader")),
        ("choose", "conditional", branches),
        ("a", "generate_copy", text("A")),
        ("b", "generate_copy", text("B")),
        ("c", "generate_copy", text("C")),
    ];
    let edges = [
        ("start", "write"),
        ("write.texts", "choose"),
        ("choose.long", "a"),
        ("choose.polite", "b"),
        ("choose.else", "c"),
        ("a", "end"),
        ("b", "end"),
        ("c", "end"),
    ];
    let template = world.publish(&graph(&nodes, &edges)).await;

    let execution = world.launch(template, none()).await;

    let view = world.wait_over(execution).await;
    let status = |node: &str| view.node(&id(node)).unwrap().status;
    assert_eq!(
        [status("a"), status("b"), status("c"), status("end")],
        [NodeStatus::Skipped, NodeStatus::Completed, NodeStatus::Skipped, NodeStatus::Completed]
    );
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wait_survives_its_worker_and_takes_no_active_time() {
    let world = World::new().await;
    let nodes = [("pause", "wait", json!({"seconds": 3600}))];
    let template = world.publish(&graph(&nodes, &[("start", "pause"), ("pause", "end")])).await;
    let execution = world.launch(template, none()).await;
    {
        let _first = world.worker_with(echoing(), quick());
        let waits = |view: &ExecutionView| {
            view.node(&id("pause")).is_some_and(|node| node.status == NodeStatus::Waiting)
        };
        let view = world.wait(execution, waits).await;
        assert!(view.node(&id("pause")).unwrap().until.is_some());
    }
    let active = "SELECT count(*) FROM workflow_executions
                   WHERE running_since IS NOT NULL OR deadline_at IS NOT NULL";
    assert_eq!(world.count(active).await, 0, "waiting is no active time");

    world.db.advance(Duration::from_secs(3601)).await;
    let _second = world.worker_with(echoing(), quick());
    world.nudge().await;

    assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Completed);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn enough_items_are_enough_and_too_few_fail() {
    let world = World::new().await;
    let third_fails = Answering(|context: &engine::job::JobContext| match context.item {
        2 => failed("no third"),
        item => wrote(&format!("Text {item}")),
    });
    let _worker = world.worker_with(writing(third_fails), quick());
    for (enough, status) in [(2, ExecutionStatus::Completed), (3, ExecutionStatus::Failed)] {
        let mut workflow = graph(
            &[("write", "generate_copy", json!({"prompt": "Words", "quantity": 3}))],
            &[("start", "write"), ("write.texts", "end")],
        );
        let write = workflow.nodes.iter_mut().find(|node| node.id == id("write")).unwrap();
        write.data.min_items = Some(enough);
        let template = world.publish(&workflow).await;

        let execution = world.launch(template, none()).await;

        let view = world.wait_over(execution).await;
        assert_eq!(view.status, status);
        let jobs = &view.node(&id("write")).unwrap().jobs;
        assert_eq!(jobs.iter().filter(|job| job.status == JobStatus::Failed).count(), 1);
    }
    world.assert_sound().await;
}

//! Lanes and iterations that run side by side, each of which ends when the test says.

use std::collections::BTreeMap;

use model::{
    execution::{
        state::{ExecutionStatus, NodeStatus},
        view::{ExecutionView, NodeView},
    },
    id::{ExecutionId, NodeId},
    workflow::Workflow,
};
use serde_json::{Value, json};
use services::testing::{
    play::{Call, failed, graph, held, take, writing, wrote},
    world::{World, quick},
};
use tokio::sync::mpsc::UnboundedReceiver;

use super::graph::{id, launch, status, text, writing_each};
use crate::engine::children::graph::result;

/// start → fork → a, b and c → merge → end.
fn lanes(on_lane_failure: &str, merge: &Value) -> Workflow {
    let ports = ["a", "b", "c"].map(|lane| json!({ "id": lane }));
    let fork = json!({ "lanes": ports, "on_lane_failure": on_lane_failure });
    let nodes = [
        ("fork", "parallel", fork),
        ("a", "generate_copy", text("A")),
        ("b", "generate_copy", text("B")),
        ("c", "generate_copy", text("C")),
        ("merge", "merge", merge.clone()),
    ];
    let edges = [
        ("start", "fork"),
        ("fork.a", "a"),
        ("fork.b", "b"),
        ("fork.c", "c"),
        ("a.texts", "merge"),
        ("b.texts", "merge"),
        ("c.texts", "merge"),
        ("merge.output", "end"),
    ];
    graph(&nodes, &edges)
}

/// start → each (write) → end: an iteration for each of four items, two of them at once.
fn iterations() -> Workflow {
    let each = json!({ "items": "${[1, 2, 3, 4]}", "concurrency": 2 });
    writing_each(each, "Write")
}

/// What is under way, by its step.
async fn begun(calls: &mut UnboundedReceiver<Call>, count: usize) -> BTreeMap<NodeId, Call> {
    let calls = take(calls, count).await.into_iter();
    calls.map(|call| (call.node.clone(), call)).collect()
}

/// The same of steps in iterations, each with its iteration.
async fn iterations_begun(
    world: &World,
    execution: ExecutionId,
    calls: &mut UnboundedReceiver<Call>,
    count: usize,
) -> BTreeMap<NodeId, Call> {
    let calls = take(calls, count).await;
    let view = world.view(execution).await;
    let has = |node: &NodeView, call: &Call| node.jobs.iter().any(|job| job.id == call.job);
    let step = |call: &Call| view.nodes.iter().find(|node| has(node, call)).unwrap().id.clone();
    calls.into_iter().map(|call| (step(&call), call)).collect()
}

/// Ends what is under way of a step, with the step's name as its text.
fn end(under_way: &mut BTreeMap<NodeId, Call>, node: &str) {
    under_way.remove(&id(node)).expect("it is under way").answer(wrote(node));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lane_that_fails_leaves_the_others_alone_and_ends_the_whole_as_configured() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let _worker = world.worker_with(writing(executor), quick());
    for (on_lane_failure, continue_on_error, ends) in [
        ("fail", false, ExecutionStatus::Failed),
        ("continue", false, ExecutionStatus::Completed),
        ("fail", true, ExecutionStatus::Completed),
    ] {
        let case = format!("{on_lane_failure}, {continue_on_error}");
        let mut workflow = lanes(on_lane_failure, &json!({ "mode": "all" }));
        workflow.settings.continue_on_error = continue_on_error;
        let execution = launch(&world, &workflow).await;
        let mut under_way = begun(&mut calls, 3).await;

        under_way.remove(&id("b")).unwrap().answer(failed("No."));
        let view = world.wait(execution, |view| status(view, "b") == NodeStatus::Failed).await;
        let stand = [status(&view, "a"), status(&view, "c")];
        assert_eq!((view.status, stand), (ExecutionStatus::Running, [NodeStatus::Running; 2]));
        end(&mut under_way, "a");
        end(&mut under_way, "c");

        let view = world.wait_over(execution).await;
        assert_eq!(view.status, ends, "{case}: {:?}", view.error);
        let stand = [status(&view, "a"), status(&view, "c")];
        assert_eq!(stand, [NodeStatus::Completed; 2], "{case}");
        if ends == ExecutionStatus::Completed {
            assert_eq!(result(&world, execution).await, json!([["a"], ["c"]]), "{case}");
        }
    }
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merge_of_the_first_few_goes_on_with_them_while_another_lane_is_under_way() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let _worker = world.worker_with(writing(executor), quick());
    for (merge, first, late, merged) in [
        (json!({ "mode": "any" }), vec!["b"], vec!["a", "c"], json!([["b"]])),
        (json!({ "mode": "first", "count": 2 }), vec!["c", "a"], vec!["b"], json!([["a"], ["c"]])),
    ] {
        let execution = launch(&world, &lanes("fail", &merge)).await;
        let mut under_way = begun(&mut calls, 3).await;

        let mut view = world.view(execution).await;
        for lane in first {
            assert_eq!(status(&view, "merge"), NodeStatus::Pending, "{merge} {lane}");
            end(&mut under_way, lane);
            let done = |view: &ExecutionView| status(view, lane) == NodeStatus::Completed;
            view = world.wait(execution, done).await;
        }
        let stand = [status(&view, "merge"), status(&view, "end")];
        assert_eq!(stand, [NodeStatus::Completed; 2], "{merge}");
        assert_eq!(view.status, ExecutionStatus::Running, "{merge}");
        for lane in late {
            end(&mut under_way, lane);
        }

        let view = world.wait_over(execution).await;
        assert_eq!(view.status, ExecutionStatus::Completed, "{merge}: {:?}", view.error);
        assert_eq!(result(&world, execution).await, merged, "{merge}");
    }
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_plain_iterations_than_may_run_at_once_and_they_give_in_the_order_of_the_items() {
    const RUNNING: &str = "SELECT count(*) FROM agent_jobs WHERE status = 'running'";
    let world = World::new().await;
    let (executor, mut calls) = held();
    let _worker = world.worker_with(writing(executor), quick());
    let execution = launch(&world, &iterations()).await;
    let write = |iteration: usize| format!("write@each[{iteration}]");
    let mut under_way = iterations_begun(&world, execution, &mut calls, 2).await;

    // The first iteration ends last.
    for (ends, begins) in [(1, 2), (2, 3)] {
        assert_eq!(world.count(RUNNING).await, 2);
        end(&mut under_way, &write(ends));
        under_way.append(&mut iterations_begun(&world, execution, &mut calls, 1).await);
        assert!(under_way.contains_key(&id(&write(begins))), "round {begins} follows");
    }
    assert_eq!(world.count(RUNNING).await, 2);
    end(&mut under_way, &write(3));
    world.wait(execution, |view| status(view, &write(3)) == NodeStatus::Completed).await;
    end(&mut under_way, &write(0));

    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    let listed = [0, 1, 2, 3].map(|iteration| json!([write(iteration)]));
    assert_eq!(result(&world, execution).await, json!(listed));
    world.assert_sound().await;
}

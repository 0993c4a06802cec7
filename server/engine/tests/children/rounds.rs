//! A loop whose rounds run other templates.

use engine::{
    executors::Executors,
    testing::{
        play::{held, take, wrote},
        world::{World, none, quick},
    },
};
use model::{
    execution::{
        state::{ExecutionStatus, NodeStatus, RoundState},
        view::ExecutionView,
    },
    id::ExecutionId,
    nodes::NodeKind,
    pages::Control,
    validate::validate,
    workflow::Workflow,
};
use serde_json::{Value, json};

use super::graph::{chain, child_of, control, echoing, id, result, runs, text};

/// start → a loop over `items`, two rounds at once, each of which runs the template → end.
fn looped(sub: &Value, items: &str, on_round_failure: &str) -> Workflow {
    let node = |id: &str, kind: &str, config: &Value, parent: Option<&str>| {
        let mut node = json!({"id": id, "type": kind, "position": {"x": 0, "y": 0},
                              "data": {"label": id, "config": config}});
        if let Some(parent) = parent {
            node["parentId"] = json!(parent);
        }
        node
    };
    let each = json!({"items": items, "concurrency": 2, "on_round_failure": on_round_failure});
    let edge = |id: &str, source: &str, handle: Option<&str>, target: &str| json!({"id": id, "source": source, "sourceHandle": handle, "target": target});
    let workflow = json!({
        "name": "Rounds",
        "nodes": [
            node("start", "start", &json!({}), None),
            node("each", "for_each", &each, None),
            node("sub", "sub_workflow", sub, Some("each")),
            node("end", "end", &json!({}), None),
        ],
        "edges": [
            edge("a", "start", None, "each"),
            edge("b", "each", Some("item"), "sub"),
            edge("c", "sub", None, "each"),
            edge("d", "each", Some("output"), "end"),
        ],
    });
    let workflow = serde_json::from_value(workflow).unwrap();
    assert_eq!(validate(&workflow), []);
    workflow
}

async fn launched(world: &World, items: &str, on_round_failure: &str) -> ExecutionId {
    let child = chain("Child", &[("write", "generate_copy", text("About ${input.topic}"))]);
    let child = world.publish(&child).await;
    let workflow = looped(&runs(child, "${item}"), items, on_round_failure);
    let template = world.publish(&workflow).await;
    world.launch(template, none()).await
}

const CHILDREN: &str = "SELECT count(*) FROM workflow_executions WHERE parent_job_id IS NOT NULL";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_round_runs_its_own_and_the_results_come_in_the_order_of_the_items() {
    let world = World::new().await;
    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());
    let execution = launched(&world, "${[\"tea\", \"milk\", \"jam\"]}", "fail").await;

    let view = world.wait_over(execution).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    let all = json!([["About tea"], ["About milk"], ["About jam"]]);
    assert_eq!(result(&world, execution).await, all);
    assert_eq!(world.count(CHILDREN).await, 3);
    let page = world.services.monitor(&world.owner, execution).await.unwrap();
    assert_eq!(page.kin.children.len(), 3);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_rounds_than_may_run_theirs_at_once_and_a_stop_reaches_all_of_them() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let executors = Executors::inside().with(NodeKind::GenerateCopy, executor);
    let _worker = world.worker_with(executors, quick());
    let execution = launched(&world, "${[\"tea\", \"milk\", \"jam\"]}", "fail").await;
    let mut under_way = take(&mut calls, 2).await;
    let waits = |view: &ExecutionView, node: &str| {
        view.node(&id(node)).is_some_and(|node| node.status == NodeStatus::Waiting)
    };
    world.wait(execution, |view| waits(view, "sub@each[0]") && waits(view, "sub@each[1]")).await;
    assert_eq!(world.count(CHILDREN).await, 2);

    under_way.remove(0).answer(wrote("done"));
    let third = take(&mut calls, 1).await.remove(0);
    let child = child_of(&world, execution, "sub@each[2]").await;
    control(&world, execution, Control::Stop).await;

    third.dropped().await;
    under_way.remove(0).dropped().await;
    assert_eq!(world.wait_over(child).await.status, ExecutionStatus::Stopped);
    assert_eq!(world.view(execution).await.status, ExecutionStatus::Stopped);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_round_whose_workflow_fails_leaves_its_place_empty_or_fails_the_loop() {
    let world = World::new().await;
    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());
    let items = "${[\"tea\", \"fail\", \"jam\"]}";

    let lenient = launched(&world, items, "continue").await;
    let view = world.wait_over(lenient).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    let all = json!([["About tea"], null, ["About jam"]]);
    assert_eq!(result(&world, lenient).await, all);
    let rounds = &view.node(&id("each")).unwrap().rounds;
    assert_eq!(*rounds, [RoundState::Done, RoundState::Failed, RoundState::Done]);

    let strict = launched(&world, items, "fail").await;
    let view = world.wait_over(strict).await;
    assert_eq!(view.status, ExecutionStatus::Failed);
    assert!(view.error.as_ref().unwrap().contains("The model refused."), "{:?}", view.error);
    world.assert_sound().await;
}

//! Step by step and up to breakpoints: where several steps come at once, or one again and again.

use model::{
    execution::{
        state::{ExecutionStatus, Hold, NodeStatus, PauseReason},
        view::ExecutionView,
    },
    id::ExecutionId,
    pages::{Control, LaunchRequest},
    workflow::Workflow,
};
use serde_json::{Value, json};
use services::testing::{
    play::graph,
    world::{World, quick},
};

use super::graph::{echoing, id, status, text, writing_each};

/// start → fork → left and right → join → end.
fn lanes() -> Workflow {
    let nodes = [
        ("fork", "parallel", json!({})),
        ("left", "generate_copy", text("Left")),
        ("right", "generate_copy", text("Right")),
        ("join", "merge", json!({})),
    ];
    let edges = [
        ("start", "fork"),
        ("fork.lane_1", "left"),
        ("fork.lane_2", "right"),
        ("left.texts", "join"),
        ("right.texts", "join"),
        ("join", "end"),
    ];
    graph(&nodes, &edges)
}

/// start → each (write) → end: two iterations, so many of them at once.
fn iterations(at_once: u32) -> Workflow {
    let config = json!({"items": "${[\"a\", \"b\"]}", "concurrency": at_once});
    writing_each(config, "${item}")
}

async fn launch(
    world: &World,
    workflow: &Workflow,
    steered: impl FnOnce(LaunchRequest) -> LaunchRequest,
) -> ExecutionId {
    let template = world.publish(workflow).await;
    let request = steered(LaunchRequest::for_template(template));
    world.services.executions.launch(&world.owner, request).await.unwrap().execution_id
}

fn by_hand(request: LaunchRequest) -> LaunchRequest {
    LaunchRequest { auto_run: false, ..request }
}

async fn control(world: &World, execution: ExecutionId, control: Control) {
    world.services.executions.control(&world.owner, execution, control).await.unwrap();
}

async fn start(world: &World, execution: ExecutionId, node: &str) {
    let start = Control::TriggerNode {
        node_id: id(node),
        config: None,
        generation: None,
        dependents: None,
    };
    control(world, execution, start).await;
}

/// Waits until exactly these steps wait for a word.
async fn held(world: &World, execution: ExecutionId, hold: Hold, nodes: &[&str]) -> ExecutionView {
    let waits = |view: &ExecutionView| {
        let held = view.nodes.iter().filter(|node| node.hold == Some(hold));
        held.map(|node| node.id.as_str()).eq(nodes.iter().copied())
    };
    world.wait(execution, waits).await
}

async fn output(world: &World, execution: ExecutionId) -> Value {
    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    world.services.executions.output(&world.owner, execution).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn step_by_step_each_lane_waits_for_a_word_of_its_own() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let execution = launch(&world, &lanes(), by_hand).await;
    held(&world, execution, Hold::Step, &["left", "right"]).await;

    start(&world, execution, "right").await;

    let done = |view: &ExecutionView| status(view, "right") == NodeStatus::Completed;
    let view = world.wait(execution, done).await;
    let others = ["left", "join"].map(|node| status(&view, node));
    assert_eq!(others, [NodeStatus::Waiting, NodeStatus::Pending]);
    assert_eq!(world.count("SELECT count(*) FROM agent_jobs").await, 1, "nothing else has begun");
    start(&world, execution, "left").await;
    assert_eq!(output(&world, execution).await, json!([["Left"], ["Right"]]));
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn step_by_step_each_iteration_waits_for_a_word_of_its_own() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let side_by_side = launch(&world, &iterations(2), by_hand).await;
    held(&world, side_by_side, Hold::Step, &["each"]).await;
    start(&world, side_by_side, "each").await;
    held(&world, side_by_side, Hold::Step, &["write@each[0]", "write@each[1]"]).await;
    start(&world, side_by_side, "write@each[1]").await;
    held(&world, side_by_side, Hold::Step, &["write@each[0]"]).await;
    start(&world, side_by_side, "write@each[0]").await;
    assert_eq!(output(&world, side_by_side).await, json!([["a"], ["b"]]));

    let one_by_one = launch(&world, &iterations(1), by_hand).await;
    for node in ["each", "write@each[0]", "write@each[1]"] {
        held(&world, one_by_one, Hold::Step, &[node]).await;
        start(&world, one_by_one, node).await;
    }
    assert_eq!(output(&world, one_by_one).await, json!([["a"], ["b"]]));
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_breakpoint_in_a_loop_holds_in_each_iteration() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let at_write = |request| LaunchRequest { breakpoints: vec![id("write")], ..request };
    let one_by_one = launch(&world, &iterations(1), at_write).await;

    for iteration in ["write@each[0]", "write@each[1]"] {
        let view = held(&world, one_by_one, Hold::Breakpoint, &[iteration]).await;
        assert_eq!(view.pause_reason, Some(PauseReason::Breakpoint));
        control(&world, one_by_one, Control::Resume).await;
    }

    assert_eq!(output(&world, one_by_one).await, json!([["a"], ["b"]]));
    let side_by_side = launch(&world, &iterations(2), at_write).await;
    held(&world, side_by_side, Hold::Breakpoint, &["write@each[0]", "write@each[1]"]).await;
    start(&world, side_by_side, "write@each[1]").await;
    let done = |view: &ExecutionView| status(view, "write@each[1]") == NodeStatus::Completed;
    world.wait(side_by_side, done).await;
    held(&world, side_by_side, Hold::Breakpoint, &["write@each[0]"]).await;
    control(&world, side_by_side, Control::Resume).await;
    assert_eq!(output(&world, side_by_side).await, json!([["a"], ["b"]]));
    world.assert_sound().await;
}

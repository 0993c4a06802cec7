//! What people change of steps that have not begun.

use engine::testing::{
    play::graph,
    world::{World, quick},
};
use model::{
    execution::{
        state::{ExecutionStatus, NodeStatus, PauseReason},
        view::ExecutionView,
    },
    id::ExecutionId,
    pages::{Control, LaunchRequest},
    workflow::Workflow,
};
use serde_json::{Map, Value, json};

use super::graph::{echoing, id, status, text};

fn fields(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

fn edit(node: &str, config: Value, was: Value) -> Control {
    Control::EditNode { node_id: id(node), config: fields(config), was: fields(was) }
}

async fn control(world: &World, execution: ExecutionId, control: Control) {
    world.services.control(&world.owner, execution, control).await.unwrap();
}

/// Launches a workflow that pauses before a step.
async fn launch(world: &World, workflow: &Workflow, before: &str) -> ExecutionId {
    let template = world.publish(workflow).await;
    let request = LaunchRequest { breakpoints: vec![id(before)], ..LaunchRequest::of(template) };
    world.services.launch(&world.owner, request).await.unwrap().execution_id
}

fn stands(view: &ExecutionView) -> bool {
    view.pause_reason == Some(PauseReason::Breakpoint)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_edit_cuts_off_what_lies_behind_a_branch() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let branch = |id: &str| json!({"branches": [{"id": id, "when": "true"}]});
    let nodes = [("size", "conditional", branch("big")), ("write", "generate_copy", text("Hello"))];
    let edges = [("start", "size"), ("size.big", "write"), ("write.texts", "end")];
    let execution = launch(&world, &graph(&nodes, &edges), "size").await;
    let before = world.wait(execution, stands).await;

    let renamed = edit("size", branch("big2"), json!({}));
    let refused = world.services.control(&world.owner, execution, renamed).await;

    let refused = refused.unwrap_err().into_problem();
    assert_eq!((refused.status(), refused.code.as_str()), (422, "unfit"), "{refused}");
    assert_eq!(refused.errors[0].path.as_deref(), Some("config.branches"));
    assert!(refused.detail.starts_with("“size” to “write”: "), "{refused}");
    assert_eq!(world.view(execution).await, before, "what was refused has changed nothing");
    control(&world, execution, Control::Resume).await;
    let view = world.wait_over(execution).await;
    assert_eq!(
        (view.status, status(&view, "write")),
        (ExecutionStatus::Completed, NodeStatus::Completed)
    );
    world.assert_sound().await;
}

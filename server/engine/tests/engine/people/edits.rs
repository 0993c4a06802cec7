//! What people change of steps that have not begun.

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
use services::testing::{
    play::graph,
    world::{World, quick, sample, services},
};

use super::graph::{echoing, id, status, text, writing_each};

fn fields(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

fn edit(node: &str, config: Value, was: Value) -> Control {
    Control::EditNode { node_id: id(node), config: fields(config), was: fields(was) }
}

async fn control(world: &World, execution: ExecutionId, control: Control) {
    world.services.executions.control(&world.owner, execution, control).await.unwrap();
}

/// Launches a workflow that pauses before a step.
async fn launch(world: &World, workflow: &Workflow, before: &str) -> ExecutionId {
    let template = world.publish(workflow).await;
    let request =
        LaunchRequest { breakpoints: vec![id(before)], ..LaunchRequest::for_template(template) };
    world.services.executions.launch(&world.owner, request).await.unwrap().execution_id
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
    let refused = world.services.executions.control(&world.owner, execution, renamed).await;

    let refused = refused.unwrap_err().into_problem();
    assert_eq!((refused.status(), refused.code.as_str()), (422, "unfit"), "{refused}");
    assert_eq!(refused.errors[0].path.as_deref(), Some("config.branches"));
    assert!(refused.detail.contains("from “size” to “write”"), "{refused}");
    assert_eq!(world.view(execution).await, before, "what was refused has changed nothing");
    control(&world, execution, Control::Resume).await;
    let view = world.wait_over(execution).await;
    assert_eq!(
        (view.status, status(&view, "write")),
        (ExecutionStatus::Completed, NodeStatus::Completed)
    );
    world.assert_sound().await;
}

/// start → each (write) → end: three iterations, one after the other.
fn looped() -> Workflow {
    let iterations = json!({"items": "${[\"a\", \"b\", \"c\"]}", "concurrency": 1});
    writing_each(iterations, "Old ${item}")
}

/// What an execution returned.
async fn output(world: &World, execution: ExecutionId) -> Value {
    world.services.executions.output(&world.owner, execution).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_of_a_loop_is_changed_for_the_iterations_to_come() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let execution = launch(&world, &looped(), "write").await;
    world.wait(execution, stands).await;
    control(&world, execution, Control::Breakpoints { nodes: vec![] }).await;
    let [old, new] = ["Old ${item}", "New ${item}"].map(|prompt| json!({"prompt": prompt}));
    let to_new = || edit("write", new.clone(), old.clone());

    // Another process than that which lets the iterations begin.
    let elsewhere = services(world.db.pool.clone(), &sample(), world.blobs()).await;
    elsewhere.executions.control(&world.owner, execution, to_new()).await.unwrap();

    let late =
        world.services.executions.control(&world.owner, execution, to_new()).await.unwrap_err();
    let late = late.into_problem();
    assert_eq!(late.status(), 409, "of two who have seen the same, one changes it: {late}");
    let page = world.services.executions.monitor(&world.owner, execution).await.unwrap();
    let shown = page.workflow.node(&id("write")).unwrap().data.config.to_value();
    assert_eq!(shown["prompt"], "New ${item}");
    let edited = |view: &ExecutionView, node: &str| view.node(&id(node)).unwrap().edited;
    let first = edited(&page.view, "write@each[0]");
    assert_eq!((edited(&page.view, "write"), first), (true, false));
    control(&world, execution, Control::Resume).await;
    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Completed);
    assert_eq!(output(&world, execution).await, json!([["Old a"], ["New b"], ["New c"]]));
    assert!(edited(&view, "write@each[1]") && !edited(&view, "write@each[0]"));

    let again =
        world.services.executions.rerun(&world.owner, execution, Default::default()).await.unwrap();
    let again = world.wait_over(again.execution_id).await;
    assert_eq!(again.status, ExecutionStatus::Completed);
    let all_new = "SELECT count(*) FROM workflow_executions
                    WHERE output = '[[\"New a\"], [\"New b\"], [\"New c\"]]'";
    assert_eq!(world.count(all_new).await, 1, "what runs again is set up as it was in the end");
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_of_a_loop_whose_iterations_have_all_begun_is_changed_in_one_of_them() {
    let world = World::new().await;
    let mut workflow = looped();
    let each = workflow.nodes.iter_mut().find(|node| node.id == id("each")).unwrap();
    each.data.config = each.data.config.with_changes(&fields(json!({"concurrency": 3}))).unwrap();
    let execution = launch(&world, &workflow, "write").await;
    let before = world.wait(execution, stands).await;
    let change = |node: &str| edit(node, json!({"prompt": "New ${item}"}), json!({}));

    let refused = world.services.executions.control(&world.owner, execution, change("write")).await;

    let refused = refused.unwrap_err().into_problem();
    assert_eq!((refused.status(), refused.code.as_str()), (409, "wrong_state"), "{refused}");
    assert!(refused.detail.starts_with("All rounds have started"), "{refused}");
    assert_eq!(world.view(execution).await, before, "what was refused has changed nothing");
    control(&world, execution, change("write@each[1]")).await;
    let _worker = world.worker_with(echoing(), quick());
    control(&world, execution, Control::Resume).await;
    world.wait_over(execution).await;
    assert_eq!(output(&world, execution).await, json!([["Old a"], ["New b"], ["Old c"]]));
    world.assert_sound().await;
}

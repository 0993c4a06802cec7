//! Which version of a template a node runs, whatever is published meanwhile.

use engine::executors::Executors;
use model::{
    execution::state::ExecutionStatus,
    id::{ExecutionId, TemplateId},
    nodes::NodeKind,
    pages::{Control, RerunRequest},
    workflow::Workflow,
};
use serde_json::json;
use services::testing::{
    play::{held, take, wrote},
    world::{World, none, quick},
};

use super::graph::{
    chain, child_of, control, echoing, id, publish_newer, refused, result, runs, text,
};

/// A workflow that writes this.
fn writes(words: &str) -> Workflow {
    chain("Writes", &[("write", "generate_copy", text(words))])
}

/// A template that runs another one, in this version where one is named.
async fn running(world: &World, template: TemplateId, version: Option<i32>) -> TemplateId {
    let mut config = runs(template, "x");
    config["version"] = json!(version);
    world.publish(&chain("Runs", &[("sub", "sub_workflow", config)])).await
}

/// The versions in which a template was launched, in the order of the launches.
async fn launched_in(world: &World, template: TemplateId) -> Vec<i32> {
    let sql = "SELECT template_version FROM workflow_executions WHERE template_id = $1 ORDER BY started_at, id";
    sqlx::query_scalar(sql).bind(template.0).fetch_all(&world.db.pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_version_that_a_node_names_runs_whatever_was_published_since() {
    let world = World::new().await;
    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());
    let child = world.publish(&writes("One")).await;
    let early = running(&world, child, Some(1)).await;
    publish_newer(&world, child, &writes("Two")).await;
    publish_newer(&world, child, &writes("Three")).await;
    let named = running(&world, child, Some(2)).await;
    let newest = running(&world, child, None).await;

    for (template, words, version) in [(early, "One", 1), (named, "Two", 2), (newest, "Three", 3)] {
        let execution = world.launch(template, none()).await;
        let view = world.wait_over(execution).await;

        assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
        assert_eq!(result(&world, execution).await, json!([words]));
        assert_eq!(launched_in(&world, child).await.last(), Some(&version));
    }
    world.assert_sound().await;
}

#[tokio::test]
async fn a_version_that_there_is_not_is_refused_before_anything_runs() {
    let world = World::new().await;
    let child = world.publish(&writes("One")).await;
    let parent = running(&world, child, Some(2)).await;

    let problem = refused(&world, parent).await;

    let error = &problem.errors[0];
    assert_eq!((error.code.as_str(), error.node_id.as_deref()), ("unknown_template", Some("sub")));
    assert_eq!(error.message, format!("sub: {child} has no version 2."));
    assert_eq!(world.count("SELECT count(*) FROM workflow_executions").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_child_runs_is_pinned_when_the_child_is_launched_and_not_before() {
    let world = World::new().await;
    let below = world.publish(&writes("Old")).await;
    let child = running(&world, below, None).await;
    let execution = world.launch(running(&world, child, None).await, none()).await;
    publish_newer(&world, below, &writes("New")).await;
    publish_newer(&world, child, &writes("Nobody runs this")).await;

    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());
    let view = world.wait_over(execution).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    assert_eq!(result(&world, execution).await, json!(["New"]));
    assert_eq!(
        (launched_in(&world, child).await, launched_in(&world, below).await),
        (vec![1], vec![2])
    );
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_published_while_a_child_is_under_way_changes_nothing_of_what_it_runs() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let executors = Executors::internal().with_executor(NodeKind::GenerateCopy, executor);
    let _worker = world.worker_with(executors, quick());
    let below = world.publish(&writes("Old")).await;
    let steps =
        [("first", "generate_copy", text("First")), ("sub", "sub_workflow", runs(below, "x"))];
    let child = world.publish(&chain("Child", &steps)).await;
    let execution = world.launch(running(&world, child, None).await, none()).await;
    let first = take(&mut calls, 1).await.remove(0);

    publish_newer(&world, below, &writes("New")).await;
    first.answer(wrote("first"));
    take(&mut calls, 1).await.remove(0).answer(wrote("second"));

    assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Completed);
    assert_eq!(launched_in(&world, below).await, [1]);
    world.assert_sound().await;
}

/// Ends a parent whose child fails; which execution that is.
async fn failed(world: &World, execution: ExecutionId) -> ExecutionId {
    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Failed, "{view:#?}");
    child_of(world, execution, "sub").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_and_a_run_again_keep_the_version_that_a_new_launch_does_not() {
    let world = World::new().await;
    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());
    let child = world.publish(&writes("fail")).await;
    let parent = running(&world, child, None).await;
    let execution = world.launch(parent, none()).await;
    let first = failed(&world, execution).await;
    publish_newer(&world, child, &writes("Mended")).await;

    control(
        &world,
        execution,
        Control::RetryNode { node_id: id("sub"), config: None, generation: None },
    )
    .await;
    assert_ne!(failed(&world, execution).await, first);
    let request = RerunRequest::default();
    let again = world
        .services
        .executions
        .rerun(&world.owner, execution, request)
        .await
        .unwrap()
        .execution_id;
    failed(&world, again).await;
    let anew = world.launch(parent, none()).await;

    assert_eq!(world.wait_over(anew).await.status, ExecutionStatus::Completed);
    assert_eq!(result(&world, anew).await, json!(["Mended"]));
    assert_eq!(launched_in(&world, child).await, [1, 1, 1, 2]);
    world.assert_sound().await;
}

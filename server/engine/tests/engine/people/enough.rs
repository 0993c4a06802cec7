//! How many items of a step must come: where not one does that must, it is told and nothing goes on.

use engine::{executors::Executors, job::JobContext};
use model::{
    execution::state::{ExecutionStatus, NodeStatus},
    nodes::NodeKind,
    pages::Control,
    workflow::{OnError, Workflow},
};
use serde_json::{Value, json};
use services::testing::{
    play::{Answering, failed, graph, wrote},
    world::{World, none, quick},
};

use super::graph::{id, status};

/// Three texts of which one must come, and a step after them.
fn one_of_three(on_error: OnError) -> Workflow {
    let texts = json!({"prompt": "Words", "quantity": 3});
    let nodes = [("write", "generate_copy", texts), ("after", "wait", json!({"seconds": 0}))];
    let edges = [("start", "write"), ("write.texts", "after"), ("after", "end")];
    let mut workflow = graph(&nodes, &edges);
    let write = workflow.nodes.iter_mut().find(|node| node.id == id("write")).unwrap();
    (write.data.min_items, write.data.on_error) = (Some(1), on_error);
    workflow
}

/// Texts of which only those at these places come.
fn only(come: &'static [u32]) -> Executors {
    let some = Answering(move |context: &JobContext| match context.item {
        item if come.contains(&item) => wrote(&format!("Text {item}")),
        item => failed(&format!("Text {item} was refused.")),
    });
    Executors::internal().with_executor(NodeKind::GenerateCopy, some)
}

/// What the step gives.
async fn texts(world: &World) -> Option<Value> {
    let sql = "SELECT output -> 'texts' FROM execution_nodes WHERE node_id = 'write'";
    sqlx::query_scalar(sql).fetch_one(&world.db.pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_item_that_comes_is_enough_where_one_must_and_what_follows_gets_it_alone() {
    let world = World::new().await;
    let _worker = world.worker_with(only(&[1]), quick());
    let template = world.publish(&one_of_three(OnError::Fail)).await;

    let view = world.wait_over(world.launch(template, none()).await).await;

    assert_eq!(
        (view.status, status(&view, "after")),
        (ExecutionStatus::Completed, NodeStatus::Completed)
    );
    assert_eq!(texts(&world).await, Some(json!(["Text 1"])));
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_none_comes_although_one_must_the_step_fails_with_why_and_nothing_goes_on() {
    let world = World::new().await;
    let worker = world.worker_with(only(&[]), quick());
    let template = world.publish(&one_of_three(OnError::Fail)).await;
    let execution = world.launch(template, none()).await;

    let view = world.wait_over(execution).await;

    assert_eq!(view.status, ExecutionStatus::Failed);
    let words = view.error.as_deref().unwrap();
    assert_eq!(words, "write: 3 of 3 items failed. Text 0 was refused.");
    assert_eq!(view.node(&id("write")).unwrap().failure.as_ref().unwrap().code, "refused");
    let after = ["write", "after", "end"].map(|node| status(&view, node));
    assert_eq!(after, [NodeStatus::Failed, NodeStatus::Pending, NodeStatus::Pending]);
    assert_eq!(texts(&world).await, None, "no empty list, which others would take for a result");

    // The one that comes in the end lets the rest go on.
    worker.stop().await;
    let _worker = world.worker_with(only(&[2]), quick());
    let retry = Control::RetryNode { node_id: id("write"), config: None, generation: None };
    world.services.executions.control(&world.owner, execution, retry).await.unwrap();
    assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Completed);
    assert_eq!(texts(&world).await, Some(json!(["Text 2"])));
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_author_goes_on_all_the_same_what_follows_is_told_that_none_came() {
    let world = World::new().await;
    let _worker = world.worker_with(only(&[]), quick());
    let template = world.publish(&one_of_three(OnError::Continue)).await;

    let view = world.wait_over(world.launch(template, none()).await).await;

    assert_eq!(view.status, ExecutionStatus::Completed);
    assert_eq!(
        [status(&view, "write"), status(&view, "after")],
        [NodeStatus::Failed, NodeStatus::Completed]
    );
    let told = "SELECT count(*) FROM execution_nodes WHERE node_id = 'write'
                   AND output = '{\"error\": {\"code\": \"refused\", \"message\": \"Text 0 was refused.\"}}'";
    assert_eq!(world.count(told).await, 1);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_more_must_come_than_there_are_nobody_is_asked_and_the_step_says_so() {
    let world = World::new().await;
    let _worker = world.worker_with(only(&[0, 1]), quick());
    let mut workflow = one_of_three(OnError::Fail);
    let many = json!({"name": "many", "type": "integer", "default": 2});
    workflow.parameters.push(serde_json::from_value(many).unwrap());
    let write = workflow.nodes.iter_mut().find(|node| node.id == id("write")).unwrap();
    let quantity = json!({"quantity": "${input.many}"}).as_object().cloned().unwrap();
    write.data.config = write.data.config.with_changes(&quantity).unwrap();
    write.data.min_items = Some(3);
    let template = world.publish(&workflow).await;
    let execution = world.launch(template, none()).await;

    let first = world.wait_over(execution).await;
    let replay =
        world.services.executions.replay(&world.owner, execution, None).await.unwrap().execution_id;

    let words = "write: At least 3 items must succeed, but there are only 2.";
    for view in [first, world.wait_over(replay).await] {
        assert_eq!((view.status, view.error.as_deref()), (ExecutionStatus::Failed, Some(words)));
    }
    assert_eq!(world.count("SELECT count(*) FROM job_attempts").await, 0);
    world.assert_sound().await;
}

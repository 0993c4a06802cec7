//! What documents are called that executions make.

use std::{collections::BTreeSet, time::Duration};

use async_trait::async_trait;
use engine::{
    executors::{Attempt, Executor},
    job::JobContext,
};
use model::{execution::view::ExecutionView, id::ExecutionId, pages::LaunchRequest};
use serde_json::json;
use services::testing::{
    play::{copies, graph, rest, writing, wrote},
    world::{World, none, quick},
};

fn titles(view: &ExecutionView) -> BTreeSet<String> {
    view.documents.iter().map(|made| made.title.clone()).collect()
}

async fn stored(world: &World, execution: ExecutionId) -> BTreeSet<String> {
    let sql = "SELECT title FROM documents WHERE execution_id = $1";
    let found: Vec<String> =
        sqlx::query_scalar(sql).bind(execution.0).fetch_all(&world.db.pool).await.unwrap();
    found.into_iter().collect()
}

fn named(numbers: impl IntoIterator<Item = u32>) -> BTreeSet<String> {
    let name = |number| match number {
        1 => "On tea".to_owned(),
        number => format!("On tea ({number})"),
    };
    numbers.into_iter().map(name).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_of_one_name_in_a_project_are_told_apart_by_numbers() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let config = json!({"prompt": "A line on tea", "quantity": 3, "document_title": "On tea"});
    let workflow =
        graph(&[("write", "generate_copy", config)], &[("start", "write"), ("write", "end")]);
    let template = world.publish(&workflow).await;

    let first = world.launch(template, none()).await;
    let made = world.wait_over(first).await;
    assert_eq!(titles(&made), named(1..=3), "three at once");
    assert_eq!(stored(&world, first).await, titles(&made), "the log and the row agree");

    let second = world.launch(template, none()).await;
    let made = world.wait_over(second).await;
    assert_eq!(titles(&made), named(4..=6), "made by another execution");
    assert_eq!(stored(&world, second).await, titles(&made));

    let neighbour = world.neighbour().await;
    let theirs = world.publish_for(&neighbour, &workflow).await;
    let theirs = world
        .services
        .executions
        .launch(&neighbour, LaunchRequest::for_template(theirs))
        .await
        .unwrap();
    let over = "SELECT count(*) FROM workflow_executions WHERE completed_at IS NOT NULL";
    while world.count(over).await < 3 {
        rest().await;
    }
    assert_eq!(stored(&world, theirs.execution_id).await, named(1..=3), "another workspace");
    worker.stop().await;
    world.assert_sound().await;
}

/// Asks for its title as often as a job that is tried again.
struct Trying;

#[async_trait]
impl Executor for Trying {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(10)
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        let mut found = vec![];
        for _ in 0..3 {
            found.push(context.claim_title("On tea".to_owned()).await.unwrap());
        }
        assert!(found.iter().all(|title| *title == found[0]), "{found:?}");
        wrote(&found[0])
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_tries_again_finds_the_same_title_and_nobody_else_takes_it() {
    let world = World::new().await;
    let template = world.publish(&copies(8)).await;
    let execution = world.launch(template, none()).await;

    let worker = world.worker_with(writing(Trying), quick());
    let view = world.wait_over(execution).await;

    assert_eq!(titles(&view), named(1..=8));
    worker.stop().await;
    world.assert_sound().await;
}

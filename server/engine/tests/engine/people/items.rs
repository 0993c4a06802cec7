//! Items that a step had enough without are tried again.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use engine::{executors::Executors, job::JobContext};
use model::{
    execution::{
        state::{ExecutionStatus, JobStatus, PauseReason},
        view::ExecutionView,
    },
    id::{ExecutionId, ReviewId},
    nodes::NodeKind,
    pages::Control,
    review::{Approval, Decision},
    workflow::Workflow,
};
use serde_json::json;
use services::testing::{
    play::{Answering, failed, graph, wrote},
    world::{World, none, quick, sample, services},
};

use super::graph::id;

/// Three texts, of which two are enough for the review of them.
fn enough() -> Workflow {
    let mut workflow = graph(
        &[
            ("write", "generate_copy", json!({"prompt": "Words", "quantity": 3})),
            ("check", "review", json!({})),
        ],
        &[("start", "write"), ("write.texts", "check"), ("check.approved", "end")],
    );
    let write = workflow.nodes.iter_mut().find(|node| node.id == id("write")).unwrap();
    write.data.min_items = Some(2);
    workflow
}

/// The review that is open once so many items are there.
async fn asked(world: &World, execution: ExecutionId, items: usize) -> ReviewId {
    let waits = |view: &ExecutionView| {
        view.pause_reason == Some(PauseReason::Review)
            && view.node(&id("write")).is_some_and(|node| node.items_done() == (items, 3))
    };
    world.wait(execution, waits).await;
    let mut cards = world.services.reviews.list_open(&world.owner).await.unwrap();
    let card = cards.pop().unwrap();
    assert_eq!((cards.len(), card.items.len()), (0, items));
    card.id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_that_was_not_needed_is_tried_again_from_another_process() {
    let world = World::new().await;
    let broken = Arc::new(AtomicBool::new(true));
    let breaks = broken.clone();
    let third_fails = Answering(move |context: &JobContext| match context.item {
        2 if breaks.load(Ordering::SeqCst) => failed("no third"),
        item => wrote(&format!("Text {item}")),
    });
    let executors = Executors::internal().with_executor(NodeKind::GenerateCopy, third_fails);
    let _worker = world.worker_with(executors, quick());
    let template = world.publish(&enough()).await;
    let execution = world.launch(template, none()).await;
    let first = asked(&world, execution, 2).await;

    broken.store(false, Ordering::SeqCst);
    let elsewhere = services(world.db.pool.clone(), &sample(), world.blobs()).await;
    let retry = Control::RetryNode { node_id: id("write"), config: None, generation: None };
    elsewhere.executions.control(&world.owner, execution, retry).await.unwrap();

    let second = asked(&world, execution, 3).await;
    assert_ne!(first, second, "nobody approves what they did not see");
    let view = world.view(execution).await;
    let jobs = &view.node(&id("write")).unwrap().jobs;
    assert!(jobs.iter().all(|job| job.status == JobStatus::Completed));
    let attempts = world.attempts(execution).await;
    let tried: Vec<usize> = jobs.iter().map(|job| attempts[&job.id].len()).collect();
    assert_eq!(tried, [1, 1, 2], "what succeeded is not made again");

    let approve = Decision::Approve(Approval::default());
    assert!(world.services.reviews.decide(&world.owner, first, approve.clone()).await.is_err());
    world.services.reviews.decide(&world.owner, second, approve).await.unwrap();
    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Completed);
    world.assert_sound().await;
}

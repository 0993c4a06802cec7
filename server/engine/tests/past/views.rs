//! A long history is read once by whoever looks at its execution again, and no more of it than is needed.

use model::{
    execution::{state::ExecutionStatus, view::ExecutionView},
    id::ExecutionId,
    review::{Approval, Decision},
    workflow::Workflow,
};
use serde_json::json;
use services::testing::{
    play::{copies, graph},
    world::{World, none, quick},
};
use store::error::EngineError;

/// Two hundred iterations of ten steps that need no worker, and then a person's word.
fn long() -> Workflow {
    let inside = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let things: Vec<String> = (0..200).map(|thing| format!("\"{thing}\"")).collect();
    let items = format!("${{[{}]}}", things.join(", "));
    let mut nodes = vec![("each", "for_each", json!({"items": items}))];
    nodes.extend(inside.map(|id| (id, "merge", json!({}))));
    nodes.push(("check", "review", json!({"content": "Is it long?"})));
    let mut edges = vec![("start", "each"), ("each.item", "a")];
    edges.extend(inside.iter().zip(&inside[1..]).map(|(from, to)| (*from, *to)));
    edges.extend([("j", "each"), ("each.output", "check"), ("check", "end")]);
    let mut workflow = graph(&nodes, &edges);
    for node in &mut workflow.nodes {
        node.parent_id = inside.contains(&node.id.as_str()).then(|| "each".into());
    }
    workflow
}

#[tokio::test]
async fn rel_e16_who_looks_again_at_a_long_execution_reads_only_what_is_new() {
    let world = World::new().await;
    let _worker = world.worker(quick());
    let template = world.publish(&long()).await;
    let id = world.launch(template, none()).await;
    let waits = |view: &ExecutionView| view.nodes.iter().any(|node| node.review.is_some());
    let before = world.wait(id, waits).await;
    assert!(before.seq > 2_000, "{} events", before.seq);

    let look = async || world.services.executions.monitor(&world.owner, id).await.unwrap().view;
    let (first, second) = tokio::join!(look(), look());
    assert_eq!((&first, &second), (&before, &before));

    // What is read anew would be missed.
    let sql = "DELETE FROM execution_events WHERE seq <= 1000";
    sqlx::query(sql).execute(&world.db.pool).await.unwrap();
    world.db.leave_unexamined();
    let review = world.services.reviews.list_open(&world.owner).await.unwrap().remove(0).id;
    let approve = Decision::Approve(Approval::default());
    world.services.reviews.decide(&world.owner, review, approve).await.unwrap();
    let done = "SELECT count(*) FROM workflow_executions WHERE status = 'completed'";
    world.until(done, 1).await;

    let after = look().await;
    assert_eq!(after.status, ExecutionStatus::Completed);
    assert_eq!(after.nodes.len(), before.nodes.len());
    let other = world.neighbour().await;
    let refused = world.services.executions.monitor(&other, id).await;
    assert!(matches!(refused, Err(EngineError::NotFound(_))), "{refused:?}");
}

#[tokio::test]
async fn how_long_steps_usually_take_is_told_by_the_last_executions_and_by_one_that_is_very_long() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let template = world.publish(&copies(1)).await;
    let mut runs = vec![];
    for seconds in [1.0, 3.0, 9.0] {
        let id = world.launch(template, none()).await;
        world.wait_over(id).await;
        let took = "UPDATE execution_nodes SET ended_at = started_at + make_interval(secs => $2)
                     WHERE execution_id = $1 AND node_id = 'write'";
        sqlx::query(took).bind(id.0).bind(seconds).execute(&world.db.pool).await.unwrap();
        runs.push(id);
    }
    worker.stop().await;
    world.db.leave_unexamined();
    let usual = async || {
        let page = world.services.executions.monitor(&world.owner, runs[0]).await.unwrap();
        page.usual_ms.into_iter().find(|(node, _)| node.as_str() == "write").map(|(_, ms)| ms)
    };
    let long = async |id: ExecutionId| {
        let long = "UPDATE workflow_executions SET event_seq = 20000 WHERE id = $1";
        sqlx::query(long).bind(id.0).execute(&world.db.pool).await.unwrap();
    };

    assert_eq!(usual().await, Some(3_000));
    long(runs[1]).await;
    assert_eq!(usual().await, Some(6_000), "of the last two");
    long(runs[2]).await;
    assert_eq!(usual().await, Some(9_000), "of the last");
}

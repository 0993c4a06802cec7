use std::time::Duration;

use engine::exec::WorkerConfig;
use model::{
    execution::{
        state::{JobStatus, NodeStatus},
        view::ExecutionView,
    },
    id::ExecutionId,
    pages::LaunchRequest,
    workflow::Workflow,
};
use serde_json::json;
use services::testing::{
    play::{Answering, copies, held, take, writing, wrote},
    world::{World, none, quick},
};

/// start → an hour's wait → end.
pub fn pausing() -> Workflow {
    let node = |id: &str, kind: &str, config: serde_json::Value| {
        json!({"id": id, "type": kind, "position": {"x": 0, "y": 0},
               "data": {"label": format!("The {id}"), "config": config}})
    };
    let drawn = json!({
        "name": "Pausing",
        "nodes": [
            node("start", "start", json!({})),
            node("pause", "wait", json!({"seconds": 3600})),
            node("end", "end", json!({})),
        ],
        "edges": [
            {"id": "a", "source": "start", "target": "pause"},
            {"id": "b", "source": "pause", "target": "end"},
        ],
    });
    serde_json::from_value(drawn).unwrap()
}

/// What is said of an execution of [`copies`] that nobody works on.
const NOBODY: &str = "write: No running worker takes generate_copy: start one that does";

/// What the monitor and a list say that an execution waits for.
async fn told(world: &World, id: ExecutionId) -> [String; 2] {
    let shown = world.services.executions.monitor(&world.owner, id).await.unwrap().view;
    let rows = world.services.overview.dashboard(&world.owner).await.unwrap().active;
    let listed = rows.iter().find(|row| row.id == id).unwrap();
    [shown.wait(), listed.wait()].map(|wait| wait.map(|wait| wait.words).unwrap_or_default())
}

/// Whether one of its steps waits.
pub fn waits(view: &ExecutionView) -> bool {
    view.nodes.iter().any(|node| node.status == NodeStatus::Waiting)
}

#[tokio::test]
async fn a_list_calls_the_step_that_works_by_its_name_also_in_an_iteration() {
    let world = World::new().await;
    let template = world.publish(&pausing()).await;
    let execution = world.launch(template, none()).await;
    let row = || async {
        world.services.overview.dashboard(&world.owner).await.unwrap().active.remove(0)
    };

    for node in ["pause", "pause@each[2]"] {
        let sql = "UPDATE workflow_executions SET current_node_id = $2 WHERE id = $1";
        sqlx::query(sql).bind(execution.0).bind(node).execute(&world.db.pool).await.unwrap();
        assert_eq!(row().await.current_step.as_deref(), Some("The pause"), "{node}");
    }
}

#[tokio::test]
async fn a_running_execution_that_only_waits_says_in_the_list_for_what_as_the_monitor_does() {
    let world = World::new().await;
    let (pausing, copies) = (world.publish(&pausing()).await, world.publish(&copies(1)).await);
    let timed = world.launch(pausing, none()).await;
    let by_hand = LaunchRequest { auto_run: false, ..LaunchRequest::for_template(copies) };
    let by_hand =
        world.services.executions.launch(&world.owner, by_hand).await.unwrap().execution_id;
    let ready = world.launch(copies, none()).await;

    let rows = world.services.overview.dashboard(&world.owner).await.unwrap().active;
    let row = |id| rows.iter().find(|row| row.id == id).unwrap();
    for id in [timed, by_hand] {
        let view = world.wait(id, waits).await;
        assert_eq!(row(id).wait(), view.wait());
        assert!(view.wait().is_some());
    }
    let words = row(ready).wait().map(|wait| wait.words);
    assert_eq!(words.as_deref(), Some(NOBODY), "no worker runs at all");
    let worker = world.worker(quick());
    world.wait_over(ready).await;
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn a_job_that_no_worker_takes_says_which_one_to_start() {
    let world = World::new().await;
    let only = Some(vec!["wait".to_owned()]);
    let other = world.worker_with(writing(held().0), WorkerConfig { only, ..quick() });
    let template = world.publish(&copies(1)).await;
    let id = world.launch(template, none()).await;
    world.until("SELECT count(*) FROM workers WHERE gone_at IS NULL", 1).await;
    let words = || async {
        let jobs = world.services.executions.jobs(&world.owner, id).await.unwrap();
        jobs[0].wait.as_ref().map(|wait| wait.words.clone()).unwrap()
    };
    assert_eq!(words().await, "No running worker takes generate_copy: start one that does");
    assert_eq!(told(&world, id).await, [NOBODY, NOBODY]);

    let only = Some(vec!["generate_copy".to_owned()]);
    let right = world.worker_elsewhere(
        writing(Answering(|_: &_| wrote("done"))),
        WorkerConfig { only, ..quick() },
    );
    world.wait_over(id).await;

    other.stop().await;
    right.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn a_step_whose_last_worker_leaves_says_that_none_takes_it_until_one_comes() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let leaving = WorkerConfig { drain: Duration::ZERO, ..quick() };
    let leaving = world.worker_elsewhere(writing(executor), leaving);
    let id = world.launch(world.publish(&copies(2)).await, none()).await;
    let mut called = take(&mut calls, 2).await;
    assert_eq!(told(&world, id).await, ["", ""], "it works");
    called.remove(0).answer(wrote("one"));
    let one_is_done = |view: &ExecutionView| {
        let mut jobs = view.nodes.iter().flat_map(|node| &node.jobs);
        jobs.any(|job| job.status == JobStatus::Completed)
    };
    world.wait(id, one_is_done).await;

    leaving.stop().await;

    assert_eq!(told(&world, id).await, [NOBODY, NOBODY]);
    let other = world.worker_with(writing(Answering(|_: &_| wrote("two"))), quick());
    world.wait_over(id).await;
    other.stop().await;
    world.assert_sound().await;
}

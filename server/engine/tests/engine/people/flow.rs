//! Conditions, waiting, and how many items are enough.

use std::time::Duration;

use model::{
    execution::{
        state::{ExecutionStatus, JobStatus, NodeStatus},
        view::ExecutionView,
    },
    pages::Control,
    workflow::Workflow,
};
use serde_json::{Value, json};
use services::testing::{
    play::{Answering, failed, graph, inside, writing, wrote},
    world::{World, none, quick},
};

use super::graph::{echoing, id, text};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_branch_whose_condition_holds_is_taken() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let branches = json!({"branches": [
        {"id": "long", "when": "size(nodes.write.texts[0]) > 100"},
        {"id": "polite", "when": "nodes.write.texts[0].startsWith(\"Dear\")"},
        {"id": "any", "when": "true"},
    ]});
    let nodes = [
        ("write", "generate_copy", text("Dear reader")),
        ("choose", "conditional", branches),
        ("a", "generate_copy", text("A")),
        ("b", "generate_copy", text("B")),
        ("c", "generate_copy", text("C")),
    ];
    let edges = [
        ("start", "write"),
        ("write.texts", "choose"),
        ("choose.long", "a"),
        ("choose.polite", "b"),
        ("choose.else", "c"),
        ("a", "end"),
        ("b", "end"),
        ("c", "end"),
    ];
    let template = world.publish(&graph(&nodes, &edges)).await;

    let execution = world.launch(template, none()).await;

    let view = world.wait_over(execution).await;
    let status = |node: &str| view.node(&id(node)).unwrap().status;
    assert_eq!(
        [status("a"), status("b"), status("c"), status("end")],
        [NodeStatus::Skipped, NodeStatus::Completed, NodeStatus::Skipped, NodeStatus::Completed]
    );
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wait_survives_its_worker_and_takes_no_active_time() {
    let world = World::new().await;
    let nodes = [("pause", "wait", json!({"seconds": 3600}))];
    let template = world.publish(&graph(&nodes, &[("start", "pause"), ("pause", "end")])).await;
    let execution = world.launch(template, none()).await;
    {
        let _first = world.worker_with(echoing(), quick());
        let waits = |view: &ExecutionView| {
            view.node(&id("pause")).is_some_and(|node| node.status == NodeStatus::Waiting)
        };
        let view = world.wait(execution, waits).await;
        assert!(view.node(&id("pause")).unwrap().until.is_some());
    }
    let active = "SELECT count(*) FROM workflow_executions
                   WHERE running_since IS NOT NULL OR deadline_at IS NOT NULL";
    assert_eq!(world.count(active).await, 0, "waiting is no active time");

    world.db.advance(Duration::from_secs(3601)).await;
    let _second = world.worker_with(echoing(), quick());
    world.nudge().await;

    assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Completed);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn enough_items_are_enough_and_too_few_fail() {
    let world = World::new().await;
    let third_fails = Answering(|context: &engine::job::JobContext| match context.item {
        2 => failed("no third"),
        item => wrote(&format!("Text {item}")),
    });
    let _worker = world.worker_with(writing(third_fails), quick());
    for (enough, status) in [(2, ExecutionStatus::Completed), (3, ExecutionStatus::Failed)] {
        let mut workflow = graph(
            &[("write", "generate_copy", json!({"prompt": "Words", "quantity": 3}))],
            &[("start", "write"), ("write.texts", "end")],
        );
        let write = workflow.nodes.iter_mut().find(|node| node.id == id("write")).unwrap();
        write.data.min_items = Some(enough);
        let template = world.publish(&workflow).await;

        let execution = world.launch(template, none()).await;

        let view = world.wait_over(execution).await;
        assert_eq!(view.status, status);
        let jobs = &view.node(&id("write")).unwrap().jobs;
        assert_eq!(jobs.iter().filter(|job| job.status == JobStatus::Failed).count(), 1);
    }
    world.assert_sound().await;
}

/// start → each → end; in the loop `write`, then `polish`.
fn looped(config: Value, write: &str) -> Workflow {
    let workflow = graph(
        &[
            ("each", "for_each", config),
            ("write", "generate_copy", text(write)),
            ("polish", "generate_copy", text("${nodes.write.texts[0]}, polished")),
        ],
        &[
            ("start", "each"),
            ("each.item", "write"),
            ("write.texts", "polish"),
            ("polish.texts", "each"),
            ("each.output", "end"),
        ],
    );
    inside(workflow, "each", &["write", "polish"])
}

async fn output(world: &World) -> Value {
    let sql = "SELECT output FROM workflow_executions ORDER BY started_at DESC LIMIT 1";
    sqlx::query_scalar(sql).fetch_one(&world.db.pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loop_runs_its_body_for_each_item_and_collects_in_order() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let items = json!({"items": "${[\"a\", \"b\", \"c\", \"d\"]}", "concurrency": 2});
    let workflow = looped(items, "${index}: ${item} of ${count}");
    let template = world.publish(&workflow).await;

    let execution = world.launch(template, none()).await;

    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    let polished = |text: &str| json!([format!("{text}, polished")]);
    let expected: Vec<Value> =
        ["0: a of 4", "1: b of 4", "2: c of 4", "3: d of 4"].map(polished).to_vec();
    assert_eq!(output(&world).await, Value::Array(expected));
    assert_eq!(view.node(&id("each")).unwrap().items_done(), (4, 4));
    assert_eq!(view.node(&id("polish@each[3]")).unwrap().status, NodeStatus::Completed);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_iteration_fails_the_loop_and_only_it_runs_again_when_retried() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let items = json!({"items": "${input.words}", "concurrency": 1});
    let mut workflow = looped(items, "${item}");
    let words = json!({"name": "words", "type": "list", "default": ["a", "fail", "c"]});
    workflow.parameters.push(serde_json::from_value(words).unwrap());
    let template = world.publish(&workflow).await;
    let execution = world.launch(template, none()).await;
    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Failed);
    assert!(view.error.as_ref().unwrap().contains("Round 2"), "{:?}", view.error);

    let retry = Control::RetryNode { node_id: id("each"), config: None, generation: None };
    world.services.executions.control(&world.owner, execution, retry).await.unwrap();

    let again = |view: &ExecutionView| {
        view.status == ExecutionStatus::Failed && view.node(&id("each")).unwrap().generation == 2
    };
    let view = world.wait(execution, again).await;
    let generation = |node: &str| view.node(&id(node)).unwrap().generation;
    assert_eq!((generation("write@each[0]"), generation("write@each[1]")), (1, 2));
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loop_whose_condition_nobody_can_work_out_is_retried_with_a_better_one_at_no_cost() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let until = json!({"stop_when": "item[0].score > 8", "max": 3});
    let template = world.publish(&looped(until, "${item[0] ?? \"x\"}")).await;
    let execution = world.launch(template, none()).await;
    let failed = world.wait_over(execution).await;
    assert_eq!(failed.status, ExecutionStatus::Failed);
    let retry = |config: Option<Value>| Control::RetryNode {
        node_id: id("each"),
        config: config.map(|config| config.as_object().unwrap().clone()),
        generation: None,
    };

    world.services.executions.control(&world.owner, execution, retry(None)).await.unwrap();

    let view = world.view(execution).await;
    assert_eq!((view.status, &view.error), (ExecutionStatus::Failed, &failed.error));
    let other = retry(Some(json!({"max": 9})));
    let refused =
        world.services.executions.control(&world.owner, execution, other).await.unwrap_err();
    let refused = refused.into_problem();
    assert!(refused.detail.contains("remaining rounds of its 3"), "{refused}");

    let better = retry(Some(json!({"stop_when": "item[0] == \"x, polished\""})));
    world.services.executions.control(&world.owner, execution, better).await.unwrap();

    let view = world.view(execution).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    assert_eq!(output(&world).await, json!([["x, polished"]]));
    assert_eq!(world.count("SELECT count(*) FROM job_attempts").await, 2);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lenient_loop_leaves_a_gap_and_an_endless_one_ends_at_its_most() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let lenient = json!({"items": "${[\"a\", \"fail\", \"c\"]}", "on_round_failure": "continue"});
    let template = world.publish(&looped(lenient, "${item}")).await;
    let execution = world.launch(template, none()).await;
    assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Completed);
    assert_eq!(output(&world).await, json!([["a, polished"], null, ["c, polished"]]));

    let endless = json!({"stop_when": "false", "max": 4});
    for (config, iterations) in
        [(json!({"stop_when": "size(item[0]) > 25", "max": 9}), 3), (endless, 4)]
    {
        let template = world.publish(&looped(config, "${item[0] ?? \"x\"}")).await;
        let execution = world.launch(template, none()).await;
        let view = world.wait_over(execution).await;
        assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
        assert_eq!(view.node(&id("each")).unwrap().items_done(), (iterations, iterations));
    }
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_items_are_refused_in_words() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let mut workflow = looped(json!({"items": "${input.words}"}), "${item}");
    let words: Vec<String> = (0..1001).map(|word| word.to_string()).collect();
    let words = json!({"name": "words", "type": "list", "default": words});
    workflow.parameters.push(serde_json::from_value(words).unwrap());
    let template = world.publish(&workflow).await;

    let execution = world.launch(template, none()).await;

    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Failed);
    assert!(view.error.as_ref().unwrap().contains("1000"), "{:?}", view.error);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_made_before_a_stop_is_kept() {
    let world = World::new().await;
    let _worker = world.worker(quick());
    let nodes = [
        ("write", "generate_copy", json!({"prompt": "A text", "quantity": 2})),
        ("hold", "wait", json!({"seconds": 3600})),
    ];
    let template = world
        .publish(&graph(&nodes, &[("start", "write"), ("write", "hold"), ("hold", "end")]))
        .await;
    let execution = world.launch(template, none()).await;
    let status = |view: &ExecutionView, node: &str| view.node(&id(node)).unwrap().status;
    world.wait(execution, |view| status(view, "hold") == NodeStatus::Waiting).await;

    world.services.executions.stop(&world.owner, execution, None, None).await.unwrap();

    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Stopped);
    assert_eq!(
        [status(&view, "write"), status(&view, "hold"), status(&view, "end")],
        [NodeStatus::Completed, NodeStatus::Cancelled, NodeStatus::Cancelled]
    );
    assert_eq!(view.node(&id("write")).unwrap().artifacts.len(), 2);
    assert_eq!((view.documents.len(), world.count("SELECT count(*) FROM documents").await), (2, 2));
    world.services.executions.stop(&world.owner, execution, None, None).await.unwrap();
    world.assert_sound().await;
}

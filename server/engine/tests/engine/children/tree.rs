//! A node runs another template: its result, its failure, its limits.

use std::{sync::atomic::Ordering, time::Duration};

use engine::{exec::WorkerConfig, executors::Executors};
use model::{
    execution::state::{ExecutionStatus, NodeStatus},
    nodes::NodeKind,
    pages::Control,
    workflow::RetryPolicy,
};
use serde_json::json;
use services::testing::{
    play::{held, patient, take},
    world::{World, none, quick},
};

use super::graph::{
    chain, child_of, control, echoing, family, id, publish_newer, refused, result, runs, text,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_gives_the_result_of_the_workflow_it_runs_and_holds_no_place_meanwhile() {
    let world = World::new().await;
    let (executors, calls) = echoing();
    let _worker = world.worker_with(executors, WorkerConfig { max_jobs: 1, ..quick() });
    let (parent, _) = family(&world).await;
    let execution = world.launch(parent, json!({"topic": "coffee"})).await;

    let view = world.wait_over(execution).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    assert_eq!(result(&world, execution).await, json!(["About coffee and milk"]));
    assert_eq!(calls.load(std::sync::atomic::Ordering::SeqCst), 1);
    let child = child_of(&world, execution, "sub").await;
    let page = world.services.executions.monitor(&world.owner, execution).await.unwrap();
    let below = world.services.executions.monitor(&world.owner, child).await.unwrap();
    assert_eq!(page.relations.children.iter().map(|link| link.id).collect::<Vec<_>>(), [child]);
    let up = below.relations.parent.unwrap();
    assert_eq!((up.id, up.node_id), (execution, Some(id("sub"))));
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_childs_cost_is_shown_with_its_parent_and_counted_once() {
    let world = World::new().await;
    let _worker = world.worker(quick());
    let (parent, _) = family(&world).await;
    let execution = world.launch(parent, none()).await;

    let view = world.wait_over(execution).await;

    let list = world.services.overview.dashboard(&world.owner).await.unwrap().recent;
    let (up, down): (Vec<_>, Vec<_>) = list.iter().partition(|row| row.parent_id.is_none());
    assert_eq!((up.len(), down.len()), (1, 1));
    let cost = down[0].bill;
    assert!(cost.cost_micros > 0, "the sample provider has nominal prices");
    assert_eq!((up[0].bill.cost_micros, up[0].children_bill), (0, cost));
    assert_eq!((view.bill().cost_micros, view.children_bill()), (0, cost));
    let spent = world.count("SELECT sum(cost)::bigint FROM spend_ledger").await;
    assert_eq!(spent, cost.cost_micros);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_childs_failure_is_the_nodes_in_its_words_and_a_retry_launches_a_fresh_one() {
    let world = World::new().await;
    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());
    let child = chain("Child", &[("write", "generate_copy", text("fail ${input.topic}"))]);
    let child = world.publish(&child).await;
    let parent = world.publish(&chain("P", &[("sub", "sub_workflow", runs(child, "x"))])).await;
    let execution = world.launch(parent, none()).await;

    let view = world.wait_over(execution).await;
    let first = child_of(&world, execution, "sub").await;
    control(
        &world,
        execution,
        Control::RetryNode { node_id: id("sub"), config: None, generation: None },
    )
    .await;
    let again = world.wait_over(execution).await;

    for view in [&view, &again] {
        assert_eq!(view.status, ExecutionStatus::Failed);
        let failure = view.node(&id("sub")).unwrap().failure.clone().unwrap();
        assert_eq!(failure.message, "write: The model refused.");
    }
    assert_ne!(child_of(&world, execution, "sub").await, first);
    let children = "SELECT count(*) FROM workflow_executions WHERE parent_job_id IS NOT NULL";
    assert_eq!(world.count(children).await, 2);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_that_fails_is_launched_again_as_often_as_its_step_says() {
    let world = World::new().await;
    let (executors, calls) = echoing();
    let _worker = world.worker_with(executors, quick());
    let child = chain("Child", &[("write", "generate_copy", text("fail ${input.topic}"))]);
    let child = world.publish(&child).await;
    let mut parent = chain("P", &[("sub", "sub_workflow", runs(child, "x"))]);
    let sub = parent.nodes.iter_mut().find(|node| node.id == id("sub")).unwrap();
    let at_once = RetryPolicy { initial_delay_ms: 0, max_delay_ms: 0, ..RetryPolicy::default() };
    sub.data.retry = Some(RetryPolicy { max_attempts: 3, ..at_once });
    let execution = world.launch(world.publish(&parent).await, none()).await;

    let view = world.wait_over(execution).await;

    let failure = view.node(&id("sub")).unwrap().failure.clone().unwrap();
    assert_eq!((&*failure.code, &*failure.message), ("child_failed", "write: The model refused."));
    assert_eq!(calls.load(Ordering::SeqCst), 3);
    let children = "SELECT count(*) FROM workflow_executions WHERE parent_job_id IS NOT NULL";
    assert_eq!(world.count(children).await, 3);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_childs_time_is_that_of_the_step_which_runs_it() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let executors = Executors::internal().with_executor(NodeKind::GenerateCopy, executor);
    let _worker = world.worker_with(executors, patient());
    let child = chain("Child", &[("write", "generate_copy", text("Slow"))]);
    let child = world.publish(&child).await;
    let mut parent = chain("P", &[("sub", "sub_workflow", runs(child, "x"))]);
    parent.nodes[1].data.timeout_ms = Some(60_000);
    let execution = world.launch(world.publish(&parent).await, none()).await;
    let call = take(&mut calls, 1).await;

    world.db.advance(Duration::from_secs(61)).await;

    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Failed, "{view:#?}");
    drop(call);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_is_pinned_when_the_parent_is_launched() {
    let world = World::new().await;
    let (parent, child) = family(&world).await;
    let execution = world.launch(parent, json!({"topic": "a"})).await;
    let newer = chain("Child", &[("write", "generate_copy", text("Newer"))]);
    publish_newer(&world, child, &newer).await;
    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());

    world.wait_over(execution).await;
    let later = world.launch(parent, none()).await;
    world.wait_over(later).await;

    assert_eq!(result(&world, execution).await, json!(["About a and milk"]));
    assert_eq!(result(&world, later).await, json!(["Newer"]));
}

#[tokio::test]
async fn templates_that_run_each_other_are_refused_with_the_circle_named() {
    let world = World::new().await;
    let a = chain("a", &[("sub", "sub_workflow", json!({"template": "b"}))]);
    let b = chain("b", &[("sub", "sub_workflow", json!({"template": "a"}))]);
    let (a, b) = (world.publish(&a).await, world.publish(&b).await);
    for (template, name) in [(a, "a"), (b, "b")] {
        let sql = "UPDATE workflow_templates SET name = $2 WHERE id = $1";
        sqlx::query(sql).bind(template.0).bind(name).execute(&world.db.pool).await.unwrap();
    }

    let problem = refused(&world, a).await;

    assert_eq!(problem.errors.len(), 1, "{problem:?}");
    let error = &problem.errors[0];
    assert_eq!((error.code.as_str(), error.node_id.as_deref()), ("template_cycle", Some("sub")));
    assert_eq!(error.message, "sub: These workflows run each other endlessly: a → b → a.");
    assert_eq!(world.count("SELECT count(*) FROM workflow_executions").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_levels_run_and_six_are_refused() {
    let world = World::new().await;
    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());
    let mut below = world.publish(&chain("0", &[("write", "generate_copy", text("Deep"))])).await;
    for level in 1..=5 {
        let next = chain(&level.to_string(), &[("sub", "sub_workflow", runs(below, "x"))]);
        below = world.publish(&next).await;
    }
    let execution = world.launch(below, none()).await;
    let sixth = world.publish(&chain("6", &[("sub", "sub_workflow", runs(below, "x"))])).await;

    let problem = refused(&world, sixth).await;
    let view = world.wait_over(execution).await;

    assert_eq!(problem.errors[0].code, "too_deep");
    assert_eq!(view.node(&id("sub")).unwrap().status, NodeStatus::Completed);
    assert_eq!(result(&world, execution).await, json!(["Deep"]));
    assert_eq!(world.count("SELECT max(depth)::bigint FROM workflow_executions").await, 5);
    world.assert_sound().await;
}

#[tokio::test]
async fn an_unknown_template_or_parameter_is_refused_before_anything_runs() {
    let world = World::new().await;
    let (_, child) = family(&world).await;
    let mut counts = chain("Counts", &[]);
    counts.parameters =
        serde_json::from_value(json!([{"name": "topic", "type": "integer", "max": 5}])).unwrap();
    let counts = world.publish(&counts).await;
    let unfit = world.publish(&chain("u", &[("sub", "sub_workflow", runs(counts, "9"))])).await;
    let wrong = json!({"template": child, "parameters": [{"name": "colour", "value": "red"}]});
    let nowhere = chain("n", &[("sub", "sub_workflow", json!({"template": "Nowhere"}))]);
    let nowhere = world.publish(&nowhere).await;
    let wrong = world.publish(&chain("w", &[("sub", "sub_workflow", wrong)])).await;

    let refusals = [
        refused(&world, nowhere).await,
        refused(&world, wrong).await,
        refused(&world, unfit).await,
    ];

    let [template, parameter, value] = refusals.map(|problem| problem.errors[0].clone());
    assert_eq!(
        (template.code.as_str(), parameter.code.as_str()),
        ("unknown_template", "unknown_parameter")
    );
    let place = "nodes[1].data.config.parameters[0].value";
    assert_eq!((value.code.as_str(), value.path.as_deref()), ("unfit_parameter", Some(place)));
}

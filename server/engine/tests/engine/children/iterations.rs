//! A loop whose iterations run other templates.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use engine::{executors::Executors, job::JobContext};
use model::{
    execution::{
        state::{ExecutionStatus, NodeStatus, RoundState},
        view::ExecutionView,
    },
    id::ExecutionId,
    nodes::{NodeConfig, NodeKind},
    pages::{Control, RerunRequest},
    validate::validate,
    workflow::Workflow,
};
use serde_json::{Value, json};
use services::testing::{
    play::{Answering, failed, held, take, wrote},
    world::{World, none, quick},
};
use store::error::EngineError;

use super::graph::{chain, child_of, control, echoing, id, result, runs, text};

/// start → a loop over `items`, two iterations at once, each of which runs the template → end.
fn looped(sub: &Value, items: &str, on_round_failure: &str) -> Workflow {
    let node = |id: &str, kind: &str, config: &Value, parent: Option<&str>| {
        let mut node = json!({"id": id, "type": kind, "position": {"x": 0, "y": 0},
                              "data": {"label": id, "config": config}});
        if let Some(parent) = parent {
            node["parentId"] = json!(parent);
        }
        node
    };
    let each = json!({"items": items, "concurrency": 2, "on_round_failure": on_round_failure});
    let edge = |id: &str, source: &str, handle: Option<&str>, target: &str| json!({"id": id, "source": source, "sourceHandle": handle, "target": target});
    let workflow = json!({
        "name": "Rounds",
        "nodes": [
            node("start", "start", &json!({}), None),
            node("each", "for_each", &each, None),
            node("sub", "sub_workflow", sub, Some("each")),
            node("end", "end", &json!({}), None),
        ],
        "edges": [
            edge("a", "start", None, "each"),
            edge("b", "each", Some("item"), "sub"),
            edge("c", "sub", None, "each"),
            edge("d", "each", Some("output"), "end"),
        ],
    });
    let workflow = serde_json::from_value(workflow).unwrap();
    assert_eq!(validate(&workflow), []);
    workflow
}

pub async fn launched(world: &World, items: &str, on_round_failure: &str) -> ExecutionId {
    let child = chain("Child", &[("write", "generate_copy", text("About ${input.topic}"))]);
    let child = world.publish(&child).await;
    let workflow = looped(&runs(child, "${item}"), items, on_round_failure);
    let template = world.publish(&workflow).await;
    world.launch(template, none()).await
}

const CHILDREN: &str = "SELECT count(*) FROM workflow_executions WHERE parent_job_id IS NOT NULL";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_iteration_runs_its_own_and_the_results_come_in_the_order_of_the_items() {
    let world = World::new().await;
    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());
    let execution = launched(&world, "${[\"tea\", \"milk\", \"jam\"]}", "fail").await;

    let view = world.wait_over(execution).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    let all = json!([["About tea"], ["About milk"], ["About jam"]]);
    assert_eq!(result(&world, execution).await, all);
    assert_eq!(world.count(CHILDREN).await, 3);
    let page = world.services.executions.monitor(&world.owner, execution).await.unwrap();
    assert_eq!(page.relations.children.len(), 3);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_iterations_than_may_run_theirs_at_once_and_a_stop_reaches_all_of_them() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let executors = Executors::internal().with_executor(NodeKind::GenerateCopy, executor);
    let _worker = world.worker_with(executors, quick());
    let execution = launched(&world, "${[\"tea\", \"milk\", \"jam\"]}", "fail").await;
    let mut under_way = take(&mut calls, 2).await;
    let waits = |view: &ExecutionView, node: &str| {
        view.node(&id(node)).is_some_and(|node| node.status == NodeStatus::Waiting)
    };
    world.wait(execution, |view| waits(view, "sub@each[0]") && waits(view, "sub@each[1]")).await;
    assert_eq!(world.count(CHILDREN).await, 2);

    under_way.remove(0).answer(wrote("done"));
    let third = take(&mut calls, 1).await.remove(0);
    let child = child_of(&world, execution, "sub@each[2]").await;
    control(&world, execution, Control::STOP).await;

    third.dropped().await;
    under_way.remove(0).dropped().await;
    assert_eq!(world.wait_over(child).await.status, ExecutionStatus::Stopped);
    assert_eq!(world.view(execution).await.status, ExecutionStatus::Stopped);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_iteration_whose_workflow_fails_leaves_its_place_empty_or_fails_the_loop() {
    let world = World::new().await;
    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());
    let items = "${[\"tea\", \"fail\", \"jam\"]}";

    let lenient = launched(&world, items, "continue").await;
    let view = world.wait_over(lenient).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    let all = json!([["About tea"], null, ["About jam"]]);
    assert_eq!(result(&world, lenient).await, all);
    let iterations = &view.node(&id("each")).unwrap().rounds;
    assert_eq!(*iterations, [RoundState::Done, RoundState::Failed, RoundState::Done]);

    let strict = launched(&world, items, "fail").await;
    let view = world.wait_over(strict).await;
    assert_eq!(view.status, ExecutionStatus::Failed);
    assert!(view.error.as_ref().unwrap().contains("The model refused."), "{:?}", view.error);
    world.assert_sound().await;
}

/// start → a loop over `items` (write → polish) → end.
fn two_steps(items: &str) -> Workflow {
    let node = |id: &str, kind: &str, config: Value, parent: Option<&str>| {
        let data = json!({"label": id, "config": config});
        let mut node = json!({"id": id, "type": kind, "position": {"x": 0, "y": 0}, "data": data});
        if let Some(parent) = parent {
            node["parentId"] = json!(parent);
        }
        node
    };
    let edge = |source: &str, handle: Option<&str>, target: &str| json!({"id": format!("{source}_{target}"), "source": source, "sourceHandle": handle, "target": target});
    let workflow = json!({
        "name": "Two steps a round",
        "nodes": [
            node("start", "start", json!({}), None),
            node("each", "for_each", json!({"items": items, "concurrency": 1}), None),
            node("write", "generate_copy", text("About ${item}"), Some("each")),
            node("check", "generate_copy", text("Checked ${item}"), Some("each")),
            node("polish", "generate_copy", text("Polished ${item}"), Some("each")),
            node("end", "end", json!({}), None),
        ],
        "edges": [
            edge("start", None, "each"), edge("each", Some("item"), "write"),
            edge("write", None, "check"), edge("check", None, "polish"),
            edge("polish", None, "each"), edge("each", Some("output"), "end"),
        ],
    });
    let workflow = serde_json::from_value(workflow).unwrap();
    assert_eq!(validate(&workflow), []);
    workflow
}

/// Fails to check milk until it is mended; notes what was asked.
fn mendable() -> (Executors, Arc<AtomicBool>, Arc<Mutex<Vec<String>>>) {
    let (mended, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(vec![])));
    let (works, heard) = (mended.clone(), asked.clone());
    let answer = move |context: &JobContext| {
        let Some(NodeConfig::GenerateCopy(config)) = context.node().map(|node| &node.data.config)
        else {
            return failed("no text node");
        };
        let prompt = config.prompt.render(&context.scope).unwrap();
        heard.lock().unwrap().push(prompt.clone());
        if prompt == "Checked milk" && !works.load(Ordering::SeqCst) {
            failed("The milk is sour.")
        } else {
            wrote(&prompt)
        }
    };
    (Executors::internal().with_executor(NodeKind::GenerateCopy, Answering(answer)), mended, asked)
}

async fn failed_loop(world: &World) -> ExecutionId {
    let template = world.publish(&two_steps("${[\"tea\", \"milk\", \"jam\"]}")).await;
    let execution = world.launch(template, none()).await;
    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Failed);
    assert_eq!(view.failed_node, Some(id("each")));
    execution
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_retried_as_it_was_drawn_goes_on_in_the_iterations_that_failed_and_repeats_no_other()
{
    let world = World::new().await;
    let (executors, mended, asked) = mendable();
    let _worker = world.worker_with(executors, quick());
    let execution = failed_loop(&world).await;

    let none_failed = Control::RetryNode { node_id: id("write"), config: None, generation: None };
    let refused =
        world.services.executions.control(&world.owner, execution, none_failed).await.unwrap_err();
    assert!(matches!(refused, EngineError::Refused(problem) if problem.status() == 409));
    mended.store(true, Ordering::SeqCst);
    control(
        &world,
        execution,
        Control::RetryNode { node_id: id("check"), config: None, generation: None },
    )
    .await;

    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    assert_eq!(view.node(&id("each")).unwrap().rounds, [RoundState::Done; 3]);
    let all = json!([["Polished tea"], ["Polished milk"], ["Polished jam"]]);
    assert_eq!(result(&world, execution).await, all);
    let asked = asked.lock().unwrap().clone();
    let times = |words: &str| asked.iter().filter(|prompt| *prompt == words).count();
    assert_eq!((times("About milk"), times("Checked milk"), asked.len()), (1, 2, 10), "{asked:?}");
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_failed_in_an_iteration_is_left_out_there_and_the_loop_goes_on() {
    let world = World::new().await;
    let (executors, _, asked) = mendable();
    let _worker = world.worker_with(executors, quick());

    for node in ["check", "check@each[1]"] {
        let execution = failed_loop(&world).await;
        control(
            &world,
            execution,
            Control::SkipNode { node_id: id(node), output: None, generation: None },
        )
        .await;

        let view = world.wait_over(execution).await;
        assert_eq!(view.status, ExecutionStatus::Completed, "{node}: {:?}", view.error);
        assert_eq!(view.node(&id("check@each[1]")).unwrap().status, NodeStatus::Skipped);
        let all = json!([["Polished tea"], ["Polished milk"], ["Polished jam"]]);
        assert_eq!(result(&world, execution).await, all);
    }
    let asked = asked.lock().unwrap().clone();
    assert_eq!(asked.iter().filter(|prompt| *prompt == "About milk").count(), 2, "{asked:?}");
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_failed_in_an_iteration_that_the_loop_went_on_without_is_not_retried() {
    let world = World::new().await;
    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());
    let execution = launched(&world, "${[\"tea\", \"fail\"]}", "continue").await;
    world.wait_over(execution).await;

    for node in ["sub", "sub@each[1]"] {
        let retry = Control::RetryNode { node_id: id(node), config: None, generation: None };
        let refused =
            world.services.executions.control(&world.owner, execution, retry).await.unwrap_err();
        assert!(matches!(refused, EngineError::Refused(problem) if problem.status() == 409));
    }
    assert_eq!(world.view(execution).await.status, ExecutionStatus::Completed);
    world.assert_sound().await;
}

/// start → a loop that leaves failed iterations out, and a step beside it → end.
fn going_on() -> Workflow {
    let mut workflow = serde_json::to_value(two_steps("${[\"tea\", \"milk\"]}")).unwrap();
    workflow["nodes"][1]["data"]["config"]["on_round_failure"] = json!("continue");
    let beside = json!({"label": "beside", "config": text("Beside")});
    let beside = json!({"id": "beside", "type": "generate_copy", "position": {"x": 0, "y": 0}, "data": beside});
    workflow["nodes"].as_array_mut().unwrap().push(beside);
    let edges = workflow["edges"].as_array_mut().unwrap();
    edges.push(json!({"id": "in", "source": "start", "target": "beside"}));
    edges.push(json!({"id": "out", "source": "beside", "target": "end"}));
    serde_json::from_value(workflow).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_retry_of_an_iteration_says_what_to_do_and_running_again_from_the_loop_mends_it()
{
    let world = World::new().await;
    let (executors, mended, asked) = mendable();
    let template = world.publish(&going_on()).await;
    let pause = Control::Breakpoints { nodes: vec![id("end")] };
    let execution = world.launch(template, none()).await;
    control(&world, execution, pause).await;
    let _worker = world.worker_with(executors, quick());
    let held = |view: &ExecutionView| view.status == ExecutionStatus::Paused;
    world.wait(execution, held).await;

    for node in ["check", "check@each[1]"] {
        let retry = Control::RetryNode { node_id: id(node), config: None, generation: None };
        let refused =
            world.services.executions.control(&world.owner, execution, retry).await.unwrap_err();
        let EngineError::Refused(problem) = refused else { panic!("{refused:?}") };
        assert_eq!((problem.status(), problem.code.as_str()), (409, "loop_went_on"));
        assert!(problem.detail.contains("choose “Run again from here” at the loop"), "{problem:?}");
    }
    control(&world, execution, Control::Resume).await;
    world.wait_over(execution).await;
    mended.store(true, Ordering::SeqCst);
    let request = RerunRequest { from_node: Some(id("each")), ..RerunRequest::default() };
    let again = world.services.executions.rerun(&world.owner, execution, request).await.unwrap();

    let view = world.wait_over(again.execution_id).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    assert_eq!(view.node(&id("each")).unwrap().rounds, [RoundState::Done; 2]);
    let asked = asked.lock().unwrap().clone();
    assert_eq!(asked.iter().filter(|prompt| *prompt == "Beside").count(), 1, "{asked:?}");
    world.assert_sound().await;
}

//! Skip, retry with a change, edit, step by step, breakpoints.

use backend::actor::Actor;
use engine::job::JobContext;
use model::{
    access::Role,
    execution::{
        event::ArtifactBody,
        state::{ExecutionStatus, Hold, NodeStatus, PauseReason},
        view::ExecutionView,
    },
    id::ExecutionId,
    nodes::NodeConfig,
    pages::Control,
    review::Decision,
    workflow::Workflow,
};
use serde_json::{Map, Value, json};
use services::testing::{
    play::{Answering, failed, graph, with_artifact, writing, wrote},
    world::{World, quick},
};
use store::error::EngineError;

use super::graph::{echoing, id, launch, text};

/// start → a → b → end; the prompt of `a` as given.
fn two(prompt: &str) -> Workflow {
    let nodes = [
        ("a", "generate_copy", text(prompt)),
        ("b", "generate_copy", text("After: ${nodes.a.texts ?? \"nothing\"}")),
    ];
    graph(&nodes, &[("start", "a"), ("a.texts", "b"), ("b.texts", "end")])
}

async fn control(world: &World, execution: ExecutionId, control: Control) {
    world.services.executions.control(&world.owner, execution, control).await.unwrap();
}

fn fields(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

/// What the items of a node say.
fn all_told(view: &ExecutionView, node: &str) -> Vec<String> {
    let items = view.node(&id(node)).unwrap().artifacts.iter();
    let words = items.map(|item| match &item.body {
        ArtifactBody::Text { excerpt } => excerpt.clone(),
        other => panic!("{other:?}"),
    });
    words.collect()
}

fn told(view: &ExecutionView, node: &str) -> String {
    all_told(view, node).remove(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_node_is_skipped_with_or_without_a_value_and_the_rest_goes_on() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    for (output, after) in
        [(None, "After: nothing"), (Some(fields(json!({"texts": ["mine"]}))), "After: mine")]
    {
        let execution = launch(&world, &two("fail")).await;
        assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Failed);

        control(
            &world,
            execution,
            Control::SkipNode { node_id: id("a"), output, generation: None },
        )
        .await;

        let done = |view: &ExecutionView| view.status == ExecutionStatus::Completed;
        let view = world.wait(execution, done).await;
        assert_eq!(told(&view, "b"), after);
    }
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_needs_what_a_skipped_one_would_have_given_says_so() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let nodes = [
        ("a", "generate_copy", text("fail")),
        ("b", "generate_copy", text("After: ${nodes.a.texts}")),
    ];
    let edges = [("start", "a"), ("a.texts", "b"), ("b.texts", "end")];
    let execution = launch(&world, &graph(&nodes, &edges)).await;
    assert_eq!(world.wait_over(execution).await.failed_node, Some(id("a")));

    let skip = Control::SkipNode { node_id: id("a"), output: None, generation: None };
    control(&world, execution, skip).await;
    let view = world.wait(execution, |view| view.failed_node == Some(id("b"))).await;

    let words = view.error.unwrap();
    let why = "nodes.a.texts has no value: the step “a” was skipped. Add a default";
    assert!(words.contains(why), "{words}");
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_node_is_retried_with_a_changed_prompt() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let execution = launch(&world, &two("fail")).await;
    world.wait_over(execution).await;

    let config = Some(fields(json!({"prompt": "Work"})));
    control(&world, execution, Control::RetryNode { node_id: id("a"), config, generation: None })
        .await;

    let done = |view: &ExecutionView| view.status == ExecutionStatus::Completed;
    let view = world.wait(execution, done).await;
    assert_eq!((told(&view, "a").as_str(), told(&view, "b").as_str()), ("Work", "After: Work"));
    assert!(view.node(&id("a")).unwrap().edited);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_items_only_those_that_failed_are_made_with_the_prompt_of_the_retry() {
    let world = World::new().await;
    let second_is_refused = Answering(|context: &JobContext| {
        let node = context.node().unwrap();
        let NodeConfig::GenerateCopy(config) = &node.data.config else { panic!("a text node") };
        match (config.prompt.as_str(), context.item) {
            ("Old", 1) => failed("The second was refused."),
            (prompt, _) => with_artifact(wrote(prompt), prompt),
        }
    });
    let _worker = world.worker_with(writing(second_is_refused), quick());
    let texts = json!({"prompt": "Old", "quantity": 3});
    let workflow = graph(&[("a", "generate_copy", texts)], &[("start", "a"), ("a.texts", "end")]);
    let execution = launch(&world, &workflow).await;
    assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Failed);

    let config = Some(fields(json!({"prompt": "New"})));
    control(&world, execution, Control::RetryNode { node_id: id("a"), config, generation: None })
        .await;

    let done = |view: &ExecutionView| view.status == ExecutionStatus::Completed;
    let view = world.wait(execution, done).await;
    assert_eq!(all_told(&view, "a"), ["Old", "New", "Old"]);
    let attempts = world.attempts(execution).await;
    let jobs = view.node(&id("a")).unwrap().jobs.iter();
    let tried: Vec<usize> = jobs.map(|job| attempts[&job.id].len()).collect();
    assert_eq!(tried, [1, 2, 1], "what succeeded is not made again");
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_of_what_is_over_changes_nothing_and_is_no_error() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    for (prompt, end) in [("fail", ExecutionStatus::Failed), ("Work", ExecutionStatus::Completed)] {
        let execution = launch(&world, &two(prompt)).await;
        assert_eq!(world.wait_over(execution).await.status, end);
        let before = world.view(execution).await;

        let viewer = Actor { role: Role::Viewer, ..world.owner.clone() };
        assert!(world.services.executions.stop(&viewer, execution, None, None).await.is_err());
        world.services.executions.stop(&world.owner, execution, None, None).await.unwrap();

        assert_eq!(world.view(execution).await, before);
    }
    let nobody = ExecutionId(uuid::Uuid::now_v7());
    let unknown = world.services.executions.stop(&world.owner, nobody, None, None).await;
    assert!(matches!(unknown, Err(EngineError::NotFound("run"))), "{unknown:?}");
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_breakpoint_pauses_and_a_node_is_edited_before_it_goes_on() {
    let world = World::new().await;
    let execution = launch(&world, &two("First")).await;
    for (node, on) in [("a", true), ("b", true), ("a", false)] {
        control(&world, execution, Control::Breakpoint { node_id: id(node), on }).await;
    }
    let _worker = world.worker_with(echoing(), quick());

    let stopped = |view: &ExecutionView| view.pause_reason == Some(PauseReason::Breakpoint);
    let view = world.wait(execution, stopped).await;
    let node = view.node(&id("b")).unwrap();
    assert_eq!((node.status, node.hold), (NodeStatus::Waiting, Some(Hold::Breakpoint)));
    let edit = |config, was| Control::EditNode {
        node_id: id("b"),
        config: fields(config),
        was: fields(was),
    };
    let changed = edit(json!({"prompt": "Changed", "quantity": 2}), json!({"quantity": 1}));
    control(&world, execution, changed.clone()).await;
    let late =
        world.services.executions.control(&world.owner, execution, changed).await.unwrap_err();
    let late = late.into_problem();
    assert_eq!(late.status(), 409, "of two who have seen the same, one changes it: {late}");
    assert!(late.detail.contains("Someone else changed the quantity of “b”"), "{late}");
    control(&world, execution, Control::Resume).await;

    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Completed);
    assert_eq!(
        (told(&view, "b").as_str(), view.node(&id("b")).unwrap().jobs.len()),
        ("Changed", 2)
    );
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_is_started_with_another_prompt_or_not_at_all() {
    let world = World::new().await;
    let execution = launch(&world, &two("First")).await;
    control(&world, execution, Control::AutoRun { on: false }).await;
    let _worker = world.worker_with(echoing(), quick());
    let held =
        |view: &ExecutionView| view.node(&id("b")).is_some_and(|n| n.hold == Some(Hold::Step));
    world.wait(execution, held).await;
    let start = |prompt: &str| {
        let config = Some(fields(json!({"prompt": prompt})));
        Control::TriggerNode { node_id: id("b"), config, generation: None, dependents: None }
    };

    for wrong in ["", "${nodes.end.result}"] {
        let answer = world.services.executions.control(&world.owner, execution, start(wrong)).await;
        assert!(matches!(answer, Err(EngineError::Refused(problem)) if problem.code == "unfit"));
    }
    control(&world, execution, start("Mine")).await;
    let second = world.services.executions.control(&world.owner, execution, start("Yours")).await;

    assert!(matches!(second, Err(EngineError::Refused(problem)) if problem.status() == 409));
    assert_eq!(told(&world.wait_over(execution).await, "b"), "Mine");
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn step_by_step_each_node_waits_for_a_word_until_it_runs_by_itself_again() {
    let world = World::new().await;
    let execution = launch(&world, &two("First")).await;
    control(&world, execution, Control::AutoRun { on: false }).await;
    let _worker = world.worker_with(echoing(), quick());

    let held =
        |view: &ExecutionView| view.node(&id("b")).is_some_and(|n| n.hold == Some(Hold::Step));
    let view = world.wait(execution, held).await;
    assert_eq!(view.node(&id("a")).unwrap().status, NodeStatus::Completed, "it was ready before");
    control(
        &world,
        execution,
        Control::TriggerNode { node_id: id("b"), config: None, generation: None, dependents: None },
    )
    .await;
    let view = world.wait_over(execution).await;

    assert_eq!(view.status, ExecutionStatus::Completed);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_fit_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let execution = launch(&world, &two("First")).await;
    let before = world.events(execution).await.len();
    let node_id = id("b");
    let prompt = fields(json!({"prompt": "Another"}));
    let edit = |config| Control::EditNode {
        node_id: node_id.clone(),
        config: fields(config),
        was: fields(json!({})),
    };
    let wrong = [
        (409, Control::SkipNode { node_id: node_id.clone(), output: None, generation: None }),
        (
            409,
            Control::TriggerNode {
                node_id: node_id.clone(),
                config: None,
                generation: None,
                dependents: None,
            },
        ),
        (
            409,
            Control::TriggerNode {
                node_id: node_id.clone(),
                config: Some(prompt),
                generation: None,
                dependents: None,
            },
        ),
        (422, edit(json!({"quantity": 51}))),
        (422, edit(json!({"colour": "red"}))),
        (422, edit(json!({"prompt": "${nodes.end.result}"}))),
    ];
    for (status, control) in wrong {
        let answer =
            world.services.executions.control(&world.owner, execution, control.clone()).await;
        let Err(EngineError::Refused(problem)) = answer else { panic!("{control:?}: {answer:?}") };
        assert_eq!(problem.status(), status, "{control:?}: {problem:?}");
    }
    let unknown = [
        Control::Breakpoints { nodes: vec![id("nowhere")] },
        Control::Breakpoint { node_id: id("nowhere"), on: true },
        Control::Breakpoint { node_id: id("nowhere"), on: false },
    ];
    for control in unknown {
        let answer = world.services.executions.control(&world.owner, execution, control).await;
        assert!(matches!(answer, Err(EngineError::Refused(problem)) if problem.status() == 404));
    }
    assert_eq!(world.events(execution).await.len(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_skips_a_step_that_somebody_has_retried_meanwhile_is_told() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let execution = launch(&world, &two("fail")).await;
    world.wait_over(execution).await;
    control(
        &world,
        execution,
        Control::RetryNode { node_id: id("a"), config: None, generation: None },
    )
    .await;

    let skip = |generation| {
        let skip = Control::SkipNode { node_id: id("a"), output: None, generation };
        world.services.executions.control(&world.owner, execution, skip)
    };

    let EngineError::Refused(late) = skip(Some(1)).await.unwrap_err() else { panic!("refused") };
    assert_eq!(late.status(), 409);
    assert!(late.detail.contains("Someone else ran"), "{late:?}");
    world.wait_over(execution).await;
    skip(Some(2)).await.unwrap();
    let done = |view: &ExecutionView| view.status == ExecutionStatus::Completed;
    world.wait(execution, done).await;
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_starts_a_step_that_waits_anew_since_somebody_had_it_made_again_is_told() {
    let world = World::new().await;
    let nodes = [
        ("a", "generate_copy", text("First")),
        ("b", "generate_copy", text("After: ${nodes.a.texts}")),
        ("check", "review", json!({})),
    ];
    let edges = [("start", "a"), ("a.texts", "b"), ("b.texts", "check"), ("check.approved", "end")];
    let workflow = graph(&nodes, &edges);
    let execution = launch(&world, &workflow).await;
    control(&world, execution, Control::AutoRun { on: false }).await;
    let _worker = world.worker_with(echoing(), quick());
    let held = async |node: &str, generation| {
        let waits = |view: &ExecutionView| {
            let node = view.node(&id(node)).unwrap();
            (node.hold, node.generation) == (Some(Hold::Step), generation)
        };
        world.wait(execution, waits).await;
    };
    let start = |node: &str, generation| {
        let start =
            Control::TriggerNode { node_id: id(node), config: None, generation, dependents: None };
        world.services.executions.control(&world.owner, execution, start)
    };
    held("b", 1).await;
    start("b", Some(1)).await.unwrap();
    held("check", 1).await;
    start("check", None).await.unwrap();
    let asked = |view: &ExecutionView| view.pause_reason == Some(PauseReason::Review);
    world.wait(execution, asked).await;
    let review = world.services.reviews.list_open(&world.owner).await.unwrap().remove(0).id;
    let changes = Decision::Changes { reason: "shorter".to_owned() };
    world.services.reviews.decide(&world.owner, review, changes).await.unwrap();
    held("b", 2).await;

    let late = start("b", Some(1)).await.unwrap_err().into_problem();

    assert_eq!(late.status(), 409);
    assert!(late.detail.contains("Someone else ran “b” again"), "{late:?}");
    held("b", 2).await;
    start("b", Some(2)).await.unwrap();
    held("check", 2).await;
    assert_eq!(told(&world.view(execution).await, "b"), "After: First [shorter]");
    control(&world, execution, Control::STOP).await;
    world.assert_sound().await;
}

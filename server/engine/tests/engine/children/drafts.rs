//! Drafts are tried out, whole or in part, and launched once; what is published stays as it is.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use backend::actor::Actor;
use model::{
    access::Role,
    api::{history::ExecutionFilter, listing::PageRequest, templates::NewTemplate},
    execution::{
        run_scope::RunScope,
        state::{ExecutionStatus, NodeStatus, PauseReason},
        view::ExecutionView,
    },
    id::{ExecutionId, TemplateId},
    pages::{DraftSaved, DraftToSave, LaunchRequest, TestRequest},
    parameter::Parameter,
    problem::Problem,
    template::TemplateCategory,
    workflow::Workflow,
};
use serde_json::{Value, json};
use services::testing::world::{World, none, quick};
use store::error::EngineError;

use super::graph::{chain, echoing, id, result, text};

fn three(first: &str) -> Workflow {
    let (b, c) = (text("B after ${nodes.a.texts}"), text("C after ${nodes.b.texts}"));
    let nodes = [("a", "generate_copy", text(first)), ("b", "generate_copy", b)];
    let last = ("c", "generate_copy", c);
    chain("Three", &[nodes[0].clone(), nodes[1].clone(), last])
}

fn form(workflow: &Workflow) -> NewTemplate {
    NewTemplate {
        definition: serde_json::to_value(workflow).unwrap(),
        name: None,
        description: None,
        category: TemplateCategory::Other,
        example_output: String::new(),
        unfinished: false,
        rename: false,
    }
}

/// A published template, whose draft has been changed since; with the draft's revision.
async fn drafted(world: &World) -> (TemplateId, i64) {
    let form = form(&three("Published"));
    let made = world.services.templates.create_template(&world.owner, form).await.unwrap();
    let (template_id, draft_revision) = (made.id, made.draft_revision);
    let sent = DraftToSave { template_id, draft_revision, workflow: three("Drawn") };
    match world.services.drafts.keep_draft(&world.owner, sent).await.unwrap() {
        DraftSaved::Saved { draft_revision } => (template_id, draft_revision),
        DraftSaved::Renamed { .. } | DraftSaved::Behind(_) => panic!("nobody else changes it"),
    }
}

fn request(template: TemplateId, part: RunScope) -> TestRequest {
    TestRequest { launch: LaunchRequest::for_template(template), part, given: BTreeMap::new() }
}

async fn tested(world: &World, request: TestRequest) -> (ExecutionId, ExecutionView) {
    let launched = world.services.drafts.test_run(&world.owner, request).await.unwrap();
    (launched.execution_id, world.wait_over(launched.execution_id).await)
}

fn statuses(view: &ExecutionView) -> Vec<NodeStatus> {
    ["start", "a", "b", "c", "end"]
        .iter()
        .map(|node| view.node(&id(node)).unwrap().status)
        .collect()
}

async fn refused(world: &World, actor: &Actor, request: TestRequest) -> Problem {
    match world.services.drafts.test_run(actor, request).await {
        Err(EngineError::Refused(problem)) => problem,
        other => panic!("it was not refused: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_run_runs_the_draft_is_marked_and_leaves_what_is_published() {
    let world = World::new().await;
    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());
    let (template, revision) = drafted(&world).await;

    let (execution, view) = tested(&world, request(template, RunScope::Whole)).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    assert_eq!(result(&world, execution).await, json!(["C after B after Drawn"]));
    let published = world.services.templates.template(&world.owner, template).await.unwrap();
    assert_eq!((published.version, published.card.stats.uses), (1, 0));
    let launched = world.launch(template, none()).await;
    world.wait_over(launched).await;
    assert_eq!(result(&world, launched).await, json!(["C after B after Published"]));
    let draft = world.services.templates.draft(&world.owner, template).await.unwrap();
    assert_eq!((draft.draft_revision, draft.workflow), (revision, three("Drawn")));
    let all = &PageRequest { limit: None, cursor: None };
    let filter = &ExecutionFilter::default();
    let rows =
        world.services.executions.executions_page(&world.owner, filter, all).await.unwrap().items;
    let marks: Vec<_> = rows.iter().map(|row| (row.id, row.is_test)).collect();
    assert_eq!(marks, [(launched, false), (execution, true)]);
    assert!(world.services.executions.monitor(&world.owner, execution).await.unwrap().is_test);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_node_or_all_from_it_run_on_what_was_recorded_last() {
    use NodeStatus::{Completed, Skipped};
    let world = World::new().await;
    let (executors, calls) = echoing();
    let _worker = world.worker_with(executors, quick());
    let (template, _) = drafted(&world).await;
    let (whole, _) = tested(&world, request(template, RunScope::Whole)).await;
    calls.store(0, Ordering::SeqCst);

    let (only, view) = tested(&world, request(template, RunScope::Only(id("b")))).await;

    assert_eq!(calls.swap(0, Ordering::SeqCst), 1, "only the node itself is asked");
    assert_eq!(statuses(&view), [Completed, Completed, Completed, Skipped, Skipped]);
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    let (a, b) = (view.node(&id("a")).unwrap(), view.node(&id("b")).unwrap());
    assert_eq!((a.reused_from, a.artifacts.len()), (Some(whole), 1));
    let content =
        world.services.artifacts.artifact(&world.owner, only, b.artifacts[0].id).await.unwrap();
    assert_eq!(content.content, json!("B after Drawn"));

    let (from, view) = tested(&world, request(template, RunScope::From(id("b")))).await;

    assert_eq!(calls.load(Ordering::SeqCst), 2);
    assert_eq!(statuses(&view), [Completed; 5]);
    assert_eq!(view.node(&id("a")).unwrap().reused_from, Some(only), "the last one counts");
    assert_eq!(result(&world, from).await, json!(["C after B after Drawn"]));
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_person_types_counts_as_given_and_pauses_come_along() {
    let world = World::new().await;
    let (executors, calls) = echoing();
    let _worker = world.worker_with(executors, quick());
    let (template, _) = drafted(&world).await;
    let typed = json!({"texts": ["Typed"]}).as_object().cloned().unwrap();
    let mut request = request(template, RunScope::From(id("b")));
    request.given.insert(id("a"), typed);
    request.launch.breakpoints = vec![id("c")];

    let execution =
        world.services.drafts.test_run(&world.owner, request).await.unwrap().execution_id;

    let held = |view: &ExecutionView| view.pause_reason.is_some();
    let view = world.wait(execution, held).await;
    assert_eq!(view.pause_reason, Some(PauseReason::Breakpoint), "{view:#?}");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    let a = view.node(&id("a")).unwrap();
    assert_eq!((a.status, a.reused_from), (NodeStatus::Completed, Some(execution)));
    let go = model::pages::Control::TriggerNode {
        node_id: id("c"),
        config: None,
        generation: None,
        dependents: None,
    };
    world.services.executions.control(&world.owner, execution, go).await.unwrap();
    world.wait_over(execution).await;
    assert_eq!(result(&world, execution).await, json!(["C after B after Typed"]));
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_asks_only_for_the_inputs_it_reads() {
    let world = World::new().await;
    let mut workflow = three("About ${input.topic}");
    let topic = Parameter { name: "topic".to_owned(), required: true, ..Parameter::default() };
    workflow.parameters = vec![topic];
    let made =
        world.services.templates.create_template(&world.owner, form(&workflow)).await.unwrap();
    let typed = json!({"texts": ["Typed"]}).as_object().cloned().unwrap();
    let mut second = request(made.id, RunScope::Only(id("b")));
    second.given.insert(id("a"), typed);

    let first = refused(&world, &world.owner, request(made.id, RunScope::Only(id("a")))).await;
    let second = world.services.drafts.test_run(&world.owner, second).await;

    assert_eq!(first.errors[0].code, "missing_parameter");
    assert!(second.is_ok(), "{second:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_tried_out_is_refused_in_words_and_writes_nothing() {
    let world = World::new().await;
    let (template, revision) = drafted(&world).await;
    let owner = &world.owner;
    let given = |node: &str, output: Value| {
        let output = output.as_object().cloned().unwrap();
        TestRequest {
            given: BTreeMap::from([(id(node), output)]),
            ..request(template, RunScope::Only(id("b")))
        }
    };

    let unknown = refused(&world, owner, request(template, RunScope::Only(id("b")))).await;
    let itself = refused(&world, owner, given("b", json!({"texts": []}))).await;
    let port = refused(&world, owner, given("a", json!({"words": []}))).await;
    let mut old = request(template, RunScope::Whole);
    old.launch.draft_revision = Some(revision - 1);
    let old = refused(&world, owner, old).await;
    let viewer = Actor { role: Role::Viewer, ..world.owner.clone() };
    let viewer = refused(&world, &viewer, request(template, RunScope::Whole)).await;
    let runner = Actor { role: Role::Runner, ..world.owner.clone() };
    let runner = refused(&world, &runner, request(template, RunScope::Whole)).await;
    let strange = request(template, RunScope::From(id("x")));
    let strange = world.services.drafts.test_run(owner, strange).await;
    let neighbour = world.neighbour().await;
    let foreign =
        world.services.drafts.test_run(&neighbour, request(template, RunScope::Whole)).await;

    assert_eq!(unknown.errors[0].code, "nothing_known");
    assert!(unknown.errors[0].message.contains("“a”"), "{unknown:?}");
    assert_eq!((&*itself.errors[0].code, &*port.errors[0].code), ("node_runs", "unfit_output"));
    assert_eq!((&*old.code, &*viewer.code), ("stale_draft", "forbidden"));
    assert_eq!(runner.code, "forbidden");
    assert!(matches!(strange, Err(EngineError::NotFound("step"))));
    assert!(matches!(foreign, Err(EngineError::NotFound("template"))));
    assert_eq!(world.count("SELECT count(*) FROM workflow_executions").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_is_launched_once_without_being_published() {
    let world = World::new().await;
    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());
    let (template, revision) = drafted(&world).await;
    let request =
        LaunchRequest { draft_revision: Some(revision), ..LaunchRequest::for_template(template) };

    let execution =
        world.services.executions.launch(&world.owner, request).await.unwrap().execution_id;

    world.wait_over(execution).await;
    assert_eq!(result(&world, execution).await, json!(["C after B after Drawn"]));
    assert!(!world.services.executions.monitor(&world.owner, execution).await.unwrap().is_test);
    let versions =
        world.services.templates.template_versions(&world.owner, template).await.unwrap();
    assert_eq!(versions.len(), 1);
    let again = model::pages::RerunRequest::default();
    let again =
        world.services.executions.rerun(&world.owner, execution, again).await.unwrap().execution_id;
    world.wait_over(again).await;
    assert_eq!(result(&world, again).await, json!(["C after B after Drawn"]));
    world.assert_sound().await;
}

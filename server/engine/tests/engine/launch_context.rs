//! Launches with context, variables and environment, and of definitions that come along.

use backend::actor::Actor;
use model::{
    access::Role,
    api::{
        history::ExecutionFilter, listing::PageRequest, projects::ProjectChange,
        templates::NewTemplate, workspaces::WorkspaceChange,
    },
    execution::state::ExecutionStatus,
    id::{ExecutionId, ProjectId},
    launch_context::LaunchContext,
    pages::{LaunchRequest, RerunRequest},
    problem::Problem,
    workflow::Workflow,
};
use serde_json::{Map, Value, json};
use services::testing::world::{World, quick};
use store::error::EngineError;

/// A workflow that returns what it reads of its launch.
fn reading() -> Value {
    let node = |id: &str, kind: &str, config: Value| json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 }, "data": { "label": id, "config": config } });
    let outputs = json!([
        { "name": "branch", "value": "${repo.owner}/${repo.name}@${repo.default_branch}" },
        { "name": "label", "value": "${label}" },
        { "name": "stage", "value": "${env.STAGE}" },
    ]);
    json!({
        "name": "Reads its launch",
        "nodes": [
            node("start", "start", json!({})),
            node("end", "end", json!({ "outputs": outputs })),
        ],
        "edges": [{ "id": "e", "source": "start", "target": "end" }],
    })
}

fn map(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

async fn default_project(world: &World) -> ProjectId {
    world.services.projects.list(&world.owner).await.unwrap()[0].id
}

/// Allows `STAGE`, and gives the project defaults.
async fn set_up(world: &World) {
    let names = Some(vec!["STAGE".to_owned()]);
    let change = WorkspaceChange { launch_env_names: names, ..WorkspaceChange::default() };
    world.services.workspaces.change_workspace(&world.owner, change).await.unwrap();
    let defaults: LaunchContext = serde_json::from_value(json!({
        "context": { "repo": { "owner": "team", "name": "shop", "default_branch": "main" } },
        "env": { "STAGE": "test" },
    }))
    .unwrap();
    let change = ProjectChange { launch_defaults: Some(defaults), ..ProjectChange::default() };
    let project = default_project(world).await;
    world.services.projects.change_project(&world.owner, project, change).await.unwrap();
}

async fn refused(world: &World, actor: &Actor, request: LaunchRequest) -> Problem {
    let launched = world.services.executions.launch(actor, request).await;
    launched.map_err(EngineError::into_problem).unwrap_err()
}

async fn output(world: &World, id: ExecutionId) -> Value {
    let view = world.wait_over(id).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:?}");
    world.services.executions.output(&world.owner, id).await.unwrap().unwrap()
}

fn inline(definition: Value) -> LaunchRequest {
    serde_json::from_value(json!({ "definition": definition })).unwrap()
}

#[tokio::test]
async fn what_a_launch_leaves_out_comes_from_its_project_and_stays_with_the_execution() {
    let world = World::new().await;
    let services = &world.services;
    set_up(&world).await;
    let template = world.publish(&serde_json::from_value::<Workflow>(reading()).unwrap()).await;
    let request = LaunchRequest {
        context: map(json!({ "repo": { "owner": "ada" } })),
        variables: map(json!({ "label": "bug" })),
        ..LaunchRequest::for_template(template)
    };
    let worker = world.worker(quick());

    let id = services.executions.launch(&world.owner, request).await.unwrap().execution_id;

    let given = json!({ "branch": "ada/shop@main", "label": "bug", "stage": "test" });
    assert_eq!(output(&world, id).await, given);
    // The defaults of another day change nothing.
    let none_any_more = ProjectChange {
        launch_defaults: Some(LaunchContext::default()),
        ..ProjectChange::default()
    };
    let project = default_project(&world).await;
    services.projects.change_project(&world.owner, project, none_any_more).await.unwrap();
    let again = services.executions.rerun(&world.owner, id, RerunRequest::default()).await.unwrap();
    let replay = services.executions.replay(&world.owner, id, None).await.unwrap();
    for id in [again.execution_id, replay.execution_id] {
        assert_eq!(output(&world, id).await, given);
        let page = services.executions.monitor(&world.owner, id).await.unwrap();
        assert_eq!(page.launch_context.context["repo"]["default_branch"], "main");
        assert_eq!(page.launch_context.context["label"], "bug");
        assert_eq!(page.launch_context.env["STAGE"], "test");
    }
    worker.stop().await;
}

#[tokio::test]
async fn context_that_nobody_gives_is_refused_before_the_launch_with_its_place() {
    let world = World::new().await;
    // What reads a name that only a launch can bring is published all the same.
    let form = NewTemplate::read(json!({ "definition": reading() })).unwrap();
    let saved = world.services.templates.create_template(&world.owner, form).await.unwrap();
    assert_eq!(saved.version, Some(1));
    assert!(saved.issues.iter().all(|issue| !issue.blocks()), "{:?}", saved.issues);
    assert!(
        saved
            .issues
            .iter()
            .any(|issue| issue.message.contains("label doesn't exist in this workflow"))
    );
    let launch = || LaunchRequest::for_template(saved.id);

    let bare = refused(&world, &world.owner, launch()).await;
    set_up(&world).await;
    let label = refused(&world, &world.owner, launch()).await;
    let taken = LaunchRequest {
        variables: map(json!({ "now": 1 })),
        env: map(json!({ "SECRET": "x" })),
        ..launch()
    };
    let taken = refused(&world, &world.owner, taken).await;

    assert_eq!((bare.status(), bare.code.as_str()), (422, "missing_context"));
    assert!(bare.errors.len() >= 3, "{bare:?}");
    for error in bare.errors.iter().chain(&label.errors) {
        assert_eq!(error.code, "missing_context");
        assert_eq!(error.node_id.as_deref(), Some("end"), "{error:?}");
        assert!(error.path.as_deref().unwrap().starts_with("nodes[1].data.config.outputs"));
    }
    assert_eq!(label.errors.len(), 1, "{label:?}");
    let paths: Vec<_> = taken.errors.iter().filter_map(|error| error.path.as_deref()).collect();
    assert_eq!(paths, ["variables.now", "env.SECRET"]);
    assert_eq!(world.count("SELECT count(*) FROM workflow_executions").await, 0);
}

#[tokio::test]
async fn a_definition_that_comes_along_runs_without_a_template() {
    let world = World::new().await;
    let services = &world.services;
    set_up(&world).await;
    let worker = world.worker(quick());
    let request = || LaunchRequest {
        variables: map(json!({ "label": "bug" })),
        idempotency_key: Some("once".to_owned()),
        ..inline(reading())
    };

    let id = services.executions.launch(&world.owner, request()).await.unwrap().execution_id;
    let same = services.executions.launch(&world.owner, request()).await.unwrap().execution_id;

    assert_eq!(same, id);
    assert_eq!(output(&world, id).await["branch"], "team/shop@main");
    let page = services.executions.monitor(&world.owner, id).await.unwrap();
    assert_eq!((page.name.as_str(), page.template_id), ("Reads its launch", None));
    let again = services.executions.rerun(&world.owner, id, RerunRequest::default()).await.unwrap();
    output(&world, again.execution_id).await;
    let (all, first) = (ExecutionFilter::default(), PageRequest::default());
    let listed = services.executions.executions_page(&world.owner, &all, &first);
    let listed = listed.await.unwrap().items;
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|row| row.template.is_none() && row.name == "Reads its launch"));
    worker.stop().await;
}

#[tokio::test]
async fn a_definition_is_launched_by_those_who_may_and_only_when_it_can_run() {
    let world = World::new().await;
    let runner = Actor { role: Role::Runner, ..world.owner.clone() };
    let template = world.template("Instagram Post").await;
    let both = LaunchRequest { template_id: Some(template), ..inline(reading()) };
    let mut broken = reading();
    broken["edges"] = json!([]);

    let forbidden = refused(&world, &runner, inline(reading())).await;
    let two = refused(&world, &world.owner, both).await;
    let cut = refused(&world, &world.owner, inline(broken)).await;
    let unread = refused(&world, &world.owner, inline(json!({ "steps": [{ "name": "A" }] }))).await;

    assert_eq!(forbidden.status(), 403);
    let paths: Vec<_> = two.errors.iter().filter_map(|error| error.path.as_deref()).collect();
    assert_eq!((two.status(), paths), (422, vec!["template_id", "definition"]));
    assert_eq!((cut.status(), unread.status()), (422, 422));
    assert!(!cut.errors.is_empty() && !unread.errors.is_empty(), "{cut:?} {unread:?}");
    assert_eq!(world.count("SELECT count(*) FROM workflow_executions").await, 0);
}

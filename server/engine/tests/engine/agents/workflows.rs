//! Other workflows as tools of an agent, and what of an agent is frozen when a workflow is published or
//! launched.

use model::{
    agent::definition::AgentDefinition,
    api::templates::{CloneRequest, DraftChange, NewTemplate, PublishRequest, SavedTemplate},
    execution::state::ExecutionStatus,
    id::{AgentId, TemplateId},
    mcp::call::ToolCallState,
    pages::LaunchRequest,
    problem::Problem,
    template::TemplateCategory,
    workflow::Workflow,
};
use serde_json::{Value, json};
use services::testing::{
    chat::{ScriptedChat, ScriptedTurn},
    play::graph,
    world::{World, quick},
};
use store::{
    agents::library::{self, AgentContent},
    error::EngineError,
};
use uuid::Uuid;

use super::{
    GET_ISSUE, configured, given,
    lost::AFTER_CALLS,
    tools::{completed, echoing, granted, one_by_one, rows, told},
    working, world,
};
use crate::engine::tool_calls::lost::lost;

/// start → end, which gives what it was launched with.
fn giving() -> Workflow {
    let mut workflow = graph(&[], &[("start", "end")]);
    workflow.parameters = serde_json::from_value(json!([
        { "name": "topic", "required": true },
        { "name": "count", "type": "integer", "default": 3 },
    ]))
    .unwrap();
    workflow
}

/// An agent that may run this template, and its name for the model.
fn running(template: TemplateId) -> (Workflow, String) {
    let tools = json!([{ "tool": format!("workflow.{template}"), "mode": "free" }]);
    (working(granted(tools)), format!("workflow__{template}"))
}

fn turns(tool: &str, arguments: Value) -> Vec<ScriptedTurn> {
    one_by_one([("a", tool, arguments)])
}

/// A workspace with a template that an agent may run, whose model runs it so.
async fn prepared(arguments: Value) -> (World, ScriptedChat, Workflow) {
    let mut world = World::new().await;
    let child = world.publish(&giving()).await;
    let (workflow, tool) = running(child);
    let chat = ScriptedChat::new(turns(&tool, arguments));
    let provider = chat.clone();
    world.change_deps(|deps| deps.providers = deps.providers.with_provider(provider));
    (world, chat, workflow)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_runs_another_workflow_and_is_told_its_result() {
    let (world, chat, workflow) = prepared(json!({ "topic": "Tea" })).await;

    let id = completed(&world, &workflow).await;

    let offered = &chat.requests()[0].tools[0];
    assert_eq!(offered.input_schema["required"], json!(["topic"]));
    let (result, is_error) = told(&chat, "a");
    let result: Value = serde_json::from_str(&result).unwrap();
    assert!(!is_error && result.to_string().contains("Tea"), "{result}");
    let row = rows(&world, id).await.remove(0);
    assert_eq!(row.state, ToolCallState::Answered);
    let child = row.child.unwrap();
    let view = world.view(child).await;
    assert_eq!(view.status, ExecutionStatus::Completed);
    assert_eq!(world.count("SELECT count(*) FROM workflow_executions").await, 2);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_workflow_does_not_take_is_told_the_model_and_launches_nothing() {
    for (arguments, words) in [
        (json!({}), "topic"),
        (json!({ "topic": "Tea", "own": 1 }), "own"),
        (json!({ "topic": " " }), "Fill in “topic”"),
    ] {
        let (world, chat, workflow) = prepared(arguments).await;

        completed(&world, &workflow).await;

        let (told, is_error) = told(&chat, "a");
        assert!(is_error && told.contains(words), "{told}");
        assert_eq!(world.count("SELECT count(*) FROM workflow_executions").await, 1, "{words}");
        world.assert_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e1_a_workflow_that_an_agent_has_launched_is_launched_once_whoever_is_lost() {
    let (world, chat, workflow) = prepared(json!({ "topic": "Tea" })).await;
    let id = lost(&world, &workflow, AFTER_CALLS).await;

    let worker = world.worker(quick());
    let view = world.wait_over(id).await;
    worker.stop().await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    assert_eq!(world.count("SELECT count(*) FROM workflow_executions").await, 2);
    assert!(!told(&chat, "a").1);
    world.assert_sound().await;
}

async fn create(world: &World, name: &str, workflow: &Workflow) -> Result<SavedTemplate, Problem> {
    let new = NewTemplate {
        definition: serde_json::to_value(workflow).unwrap(),
        name: Some(name.to_owned()),
        description: None,
        category: TemplateCategory::default(),
        example_output: String::new(),
        unfinished: false,
        rename: false,
    };
    let created = world.services.templates.create_template(&world.owner, new).await;
    created.map_err(EngineError::into_problem)
}

/// Puts an agent into the library, or publishes its next version.
async fn publish_agent(world: &World, id: AgentId, definition: &AgentDefinition) {
    let mut conn = world.db.pool.acquire().await.unwrap();
    let workspace = world.owner.workspace;
    let content =
        AgentContent { name: "Clerk".to_owned(), picture: None, draft: definition.clone() };
    let user = world.owner.user;
    library::insert(&mut conn, workspace, id, "clerk", &content, user).await.unwrap();
    library::publish(&mut conn, workspace, id, definition, "", user).await.unwrap();
}

fn clerk(instructions: &str) -> AgentDefinition {
    let mut own = granted(json!([{ "tool": "github.getIssue", "mode": "free" }]));
    own["instructions"] = json!(instructions);
    serde_json::from_value(own).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_of_the_library_is_frozen_with_its_version_and_tools_where_it_is_published() {
    let turns = one_by_one([("a", GET_ISSUE, json!({ "number": 1 }))]);
    let (chat, mcp) = (ScriptedChat::new(turns), echoing());
    let world = world(chat.clone(), &mcp).await;
    let id = AgentId(Uuid::now_v7());
    publish_agent(&world, id, &clerk("First.")).await;
    let config = json!({ "agent": "clerk", "prompt": "What is open?" });
    let saved = create(&world, "Works", &configured(config)).await.unwrap();
    publish_agent(&world, id, &clerk("Second.")).await;

    let launched = world
        .services
        .executions
        .launch(&world.owner, LaunchRequest::for_template(saved.id))
        .await
        .unwrap();
    let worker = world.worker(quick());
    let view = world.wait_over(launched.execution_id).await;
    worker.stop().await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    assert_eq!(given(&world, launched.execution_id).await, json!({ "done": "Done." }));
    let system = serde_json::to_string(&chat.requests()[0].messages[0].message).unwrap();
    assert!(system.contains("First.") && !system.contains("Second."), "{system}");
    assert_eq!(mcp.calls().len(), 1);
    let frozen: Value = sqlx::query_scalar(
        "SELECT jsonb_path_query_first(v.definition, '$.nodes[*].data.config.frozen')
           FROM workflow_template_versions v WHERE v.template_id = $1",
    )
    .bind(saved.id.0)
    .fetch_one(&world.db.pool)
    .await
    .unwrap();
    assert_eq!((&frozen["version"], &frozen["id"]), (&json!(1), &json!(id)));
    assert_eq!(frozen["tools"]["github.getIssue"]["hash"].as_str().unwrap().len(), 64);
    let drafts = "SELECT count(*) FROM workflow_templates WHERE draft::text LIKE '%\"frozen\"%'";
    assert_eq!(world.count(drafts).await, 0, "drafts freeze nothing");

    // A copy is a draft of its own, which takes the agent as it is by then.
    let copied =
        world.services.templates.clone_template(&world.owner, saved.id, CloneRequest::default());
    assert!(copied.await.unwrap().version.is_some());
    assert_eq!(world.count(drafts).await, 0);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_agent_needs_and_is_not_there_is_refused_with_the_place_of_its_step() {
    let world = world(ScriptedChat::new([]), &echoing()).await;
    let own = |tool: &str| json!({ "prompt": "Go.", "own": granted(json!([{ "tool": tool, "mode": "free" }])) });
    for (config, field, words) in [
        (json!({ "prompt": "Go.", "agent": "nobody" }), "agent", "no published agent nobody"),
        (
            json!({ "prompt": "Go.", "agent": "strategist", "version": 99 }),
            "agent",
            "The agent strategist has no version 99.",
        ),
        (own("github.getIsue"), "own.tools[0].tool", "Did you mean github.getIssue?"),
        (own("nowhere.getIssue"), "own.tools[0].tool", "There is no tool server nowhere."),
        (own("workflow.Nothing"), "agent", "There is no published workflow Nothing."),
    ] {
        let refused = create(&world, "Refused", &configured(config)).await.expect_err(words);
        let wrong = &refused.errors[0];
        assert_eq!(wrong.node_id.as_deref(), Some("work"), "{refused:?}");
        assert!(wrong.path.as_ref().unwrap().ends_with(field), "{wrong:?}");
        assert!(wrong.message.contains(words), "{}", wrong.message);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workflows_that_run_each_other_by_their_agents_for_ever_are_refused() {
    let world = world(ScriptedChat::new([]), &echoing()).await;
    let child = create(&world, "Child", &giving()).await.unwrap();
    let (parent, _) = running(child.id);
    let parent = create(&world, "Parent", &parent).await.unwrap();

    let (closing, _) = running(parent.id);
    let change = DraftChange {
        draft_revision: None,
        definition: Some(serde_json::to_value(&closing).unwrap()),
        name: None,
        description: None,
        category: None,
        example_output: None,
        tags: None,
        unfinished: false,
    };
    let templates = &world.services.templates;
    templates.save_draft(&world.owner, child.id, change).await.unwrap();
    let publish = PublishRequest::default();
    let refused = templates.publish_template(&world.owner, child.id, publish).await;

    let refused = refused.map_err(EngineError::into_problem).unwrap_err();
    let wrong = &refused.errors[0];
    assert_eq!((wrong.code.as_str(), wrong.node_id.as_deref()), ("template_cycle", Some("work")));
    let circle = format!("{0} → Parent → {0}", closing.name);
    assert!(wrong.message.contains(&circle), "{}", wrong.message);
}

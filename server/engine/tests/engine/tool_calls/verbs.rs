//! Agent verbs: tools that a model answers.

use model::{
    execution::state::ExecutionStatus,
    mcp::{agent::AgentVerb, call::ToolCallState},
};
use outside::schema::Schema;
use serde_json::json;
use services::testing::world::{World, none, quick};

use super::{calling, calls, launch_steps, output, run, step};

#[tokio::test]
async fn a_verb_answers_with_its_structure_and_is_a_row_like_any_tool() {
    let world = World::new().await;
    let params = json!({
        "prompt": "Why did it stop?\nError: the environment variable DATABASE_URL is not set",
        "context": { "service": "api-service" },
    });

    let (id, view) = run(&world, &calling("agent.analyze", &params)).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    let analysis = output(&world, id).await;
    assert_eq!(analysis["has_fix"], true);
    assert!(analysis["confidence"].as_f64().unwrap() > 0.8, "{analysis}");
    assert!(analysis["root_cause"].as_str().unwrap().contains("DATABASE_URL"), "{analysis}");
    let call = calls(&world, id).await.remove(0);
    assert_eq!((call.tool.as_str(), call.state), ("agent.analyze", ToolCallState::Answered));
    assert_eq!(call.result, Some(analysis));
    assert!(call.sample && call.cost.is_some());
    assert!(view.bill().output_tokens > 0);
}

#[tokio::test]
async fn a_verb_is_estimated_as_the_call_of_a_model() {
    let analyse = calling("agent.analyze", &json!({ "prompt": "Why?" }));
    let fetch = calling("github.getIssue", &json!({ "number": 7 }));
    let texts = |workflow| model::estimate::estimate(workflow, &Default::default(), &[]).texts;

    assert_eq!((texts(&analyse).least, texts(&fetch).least), (1, 0));
}

#[tokio::test]
async fn a_verb_without_what_it_is_about_asks_no_model() {
    let world = World::new().await;

    let steps = json!([step("call", "agent.classifyIssue", json!({ "body": "Tea" }))]);
    let refused = launch_steps(&world, steps, json!({})).await.unwrap_err().into_problem();

    assert_eq!(refused.errors[0].path.as_deref(), Some("steps[0].params.title"), "{refused:?}");
}

#[tokio::test]
async fn a_replay_of_a_verb_asks_no_model() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let template = world.publish(&calling("agent.analyze", &json!({ "prompt": "Why?" }))).await;
    let origin = world.launch(template, none()).await;
    world.wait_over(origin).await;

    let replayed = world.services.executions.replay(&world.owner, origin, None).await.unwrap();
    let view = world.wait_over(replayed.execution_id).await;
    worker.stop().await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    assert_eq!(output(&world, replayed.execution_id).await, output(&world, origin).await);
    assert_eq!(view.bill().output_tokens, 0);
    assert!(calls(&world, replayed.execution_id).await.is_empty());
    world.assert_sound().await;
}

#[tokio::test]
async fn every_verb_has_a_definition_like_a_tool() {
    for verb in AgentVerb::ALL {
        let definition = verb.definition();
        assert!(Schema::read(&definition.input_schema).is_ok(), "{verb}");
        assert!(definition.annotations.may_repeat(), "{verb}");
    }
}

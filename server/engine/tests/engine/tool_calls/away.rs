//! Servers of tools that are away, or let nobody in: runs wait for them, and nothing has failed.

use std::time::Duration;

use model::{
    execution::{
        event::EventKind,
        state::{ExecutionStatus, NodeStatus, PauseReason},
        view::ExecutionView,
    },
    id::ExecutionId,
    pages::{Control, LaunchRequest},
    workflow::Workflow,
};
use outside::mcp::port::McpError;
use serde_json::json;
use services::testing::{
    mcp::{Scripted, ScriptedMcp},
    play::patient,
    world::{World, none},
};

use super::{answering, calling, calls, lost::asks, tools, world};

fn issue(tool: &str) -> Workflow {
    calling(tool, &json!({ "number": 7 }))
}

fn done(place: usize) -> Scripted {
    Scripted::data(json!({ "place": place }))
}

fn away() -> McpError {
    McpError::Unreachable("Nobody is there.".to_owned())
}

fn waits(view: &ExecutionView) -> bool {
    view.node(&"call".into()).unwrap().status == NodeStatus::Waiting
}

async fn only_first_attempts(world: &World, id: ExecutionId) -> bool {
    let events = world.events(id).await;
    events.iter().all(|event| match event.kind {
        EventKind::JobStarted { attempt, .. } => attempt == 1,
        _ => true,
    })
}

/// Lets so much time pass; a server that is away is asked once more then.
async fn asked_again(world: &World, mcp: &ScriptedMcp, seconds: u64) {
    let before = mcp.asked().len();
    world.db.advance(Duration::from_secs(seconds)).await;
    world.nudge().await;
    world.look("it is asked again", async || (mcp.asked().len() > before).then_some(())).await;
    let noted = "SELECT count(*) FROM model_outages
                  WHERE tried_at > engine_now() - interval '30 seconds' OR ended_at IS NOT NULL";
    world.until(noted, 1).await;
}

async fn resume(world: &World, id: ExecutionId) {
    world.services.executions.control(&world.owner, id, Control::Resume).await.unwrap();
}

#[tokio::test]
async fn a_tool_server_that_is_away_costs_no_attempt_and_is_waited_for_from_the_launch_on() {
    let mcp = answering(|place, _| done(place));
    let world = world(&mcp).await;
    let template = world.publish(&issue("github.createIssue")).await;
    mcp.fail("github", away());
    let worker = world.worker(patient());
    let published = world.launch(template, none()).await;
    let file = json!({ "definition": issue("github.createIssue") });
    let launch = LaunchRequest::read(file).unwrap();
    let launched = world.services.executions.launch(&world.owner, launch).await.unwrap();
    let runs = [published, launched.execution_id];

    for id in runs {
        let view = world.wait(id, waits).await;
        let words = view.node(&"call".into()).unwrap().waiting.clone().unwrap();
        assert!(
            words.starts_with("The tool server github doesn't answer; trying again"),
            "{words}"
        );
    }
    for _ in 0..6 {
        asked_again(&world, &mcp, 62).await;
    }
    mcp.set_tools("github", tools());
    asked_again(&world, &mcp, 62).await;
    world.db.advance(Duration::from_secs(62)).await;
    world.nudge().await;

    for id in runs {
        assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Completed);
        assert!(only_first_attempts(&world, id).await);
    }
    assert_eq!(mcp.calls().len(), 2);
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn a_check_that_succeeds_ends_the_outage_of_a_tool_server() {
    let mcp = answering(|place, _| done(place));
    let world = world(&mcp).await;
    let form = json!({ "name": "tracker", "kind": "http", "url": "https://tracker.example/mcp" });
    let form = serde_json::from_value(form).unwrap();
    world.services.tools.register_server(&world.owner, form).await.unwrap();
    let template = world.publish(&issue("tracker.getIssue")).await;
    mcp.fail("tracker", away());
    let worker = world.worker(patient());
    let id = world.launch(template, none()).await;
    world.wait(id, waits).await;
    let lasting = "SELECT count(*) FROM model_outages WHERE ended_at IS NULL";
    assert_eq!(world.count(lasting).await, 1);

    mcp.set_tools("tracker", tools());
    world.services.tools.check_server(&world.owner, "tracker").await.unwrap();

    assert_eq!(world.count(lasting).await, 0);
    worker.stop().await;
}

#[tokio::test]
async fn a_tool_server_that_is_away_for_half_an_hour_pauses_the_run() {
    let mcp = answering(|place, _| done(place));
    let world = world(&mcp).await;
    let template = world.publish(&issue("github.getIssue")).await;
    mcp.fail("github", away());
    let worker = world.worker(patient());
    let id = world.launch(template, none()).await;
    world.wait(id, waits).await;
    for _ in 0..4 {
        asked_again(&world, &mcp, 480).await;
    }

    let view = world.wait(id, |view| view.status == ExecutionStatus::Paused).await;
    assert_eq!(view.pause_reason, Some(PauseReason::Provider));
    let words = view.wait().unwrap().words;
    assert!(words.contains("github hasn't answered for 32 minutes. Resume when"), "{words}");
    assert!(words.ends_with("Nobody is there."), "{words}");

    mcp.set_tools("github", tools());
    resume(&world, id).await;
    assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Completed);
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn a_tool_server_that_refuses_the_key_pauses_the_run_until_a_person_has_seen_to_it() {
    let refusal = || McpError::Unauthorized("github needs a valid key.".to_owned());
    let mcp = answering(move |place, _| match place {
        0 => Scripted::Error(refusal()),
        _ => done(place),
    });
    let world = world(&mcp).await;
    let template = world.publish(&issue("github.createIssue")).await;
    mcp.fail("github", refusal());
    let worker = world.worker(patient());
    let id = world.launch(template, none()).await;
    let is_held = |view: &ExecutionView| view.pause_reason == Some(PauseReason::Provider);
    let before = world.wait(id, is_held).await;
    assert!(before.wait().unwrap().words.contains("needs a valid key"), "{before:?}");

    mcp.set_tools("github", tools());
    resume(&world, id).await;
    let again = |view: &ExecutionView| is_held(view) && view.seq > before.seq + 1;
    world.look("it is called", async || (mcp.calls().len() == 1).then_some(())).await;
    world.wait(id, again).await;
    resume(&world, id).await;

    assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Completed);
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn a_gateway_without_an_answer_is_waited_for_by_tools_that_read_others_ask() {
    let gateway = |place: usize| match place {
        0 => Scripted::Error(McpError::Gateway("github answers 502.".to_owned())),
        _ => done(place),
    };
    let mcp = answering(move |place, _| gateway(place));
    let first = world(&mcp).await;
    let worker = first.worker(patient());
    let id = first.launch(first.publish(&issue("github.getIssue")).await, none()).await;
    first.wait(id, waits).await;
    first.db.advance(Duration::from_secs(3)).await;
    first.nudge().await;
    assert_eq!(first.wait_over(id).await.status, ExecutionStatus::Completed);
    assert!(only_first_attempts(&first, id).await);
    assert_eq!(calls(&first, id).await.len(), 2);
    worker.stop().await;
    first.assert_sound().await;

    let mcp = answering(move |place, _| gateway(place));
    let second = world(&mcp).await;
    let worker = second.worker(patient());
    let id = second.launch(second.publish(&issue("github.createIssue")).await, none()).await;
    second.wait(id, asks).await;
    assert_eq!(mcp.calls().len(), 1, "it may have been carried out");
    worker.stop().await;
}

//! Tools that are tried on the page of the tool servers, and what an admin limits a server to.

use std::time::Duration;

use model::{
    access::Role,
    execution::state::{ExecutionStatus, NodeStatus},
    id::NodeId,
    mcp::{
        page::{ToolTrial, TrialResult},
        server::ToolAlias,
    },
    parameter::ParameterKind,
    transfer::steps::Order,
};
use services::testing::world::{none, quick};

use super::*;

fn trial(tool: &str, arguments: Value, confirmed: bool) -> ToolTrial {
    let arguments = arguments.as_object().unwrap().clone();
    ToolTrial { tool: tool.to_owned(), arguments, confirmed }
}

#[tokio::test]
async fn a_tool_is_tried_with_its_alias_and_one_that_writes_only_when_confirmed() {
    let (world, mcp) = world().await;
    let tools = &world.services.tools;
    let alias: ToolAlias = serde_json::from_value(json!({
        "tool": "get_issue", "arguments": { "id": "number" }, "constants": { "body": "${input.id}!" },
        "result": "${result.title}",
    }))
    .unwrap();
    let registered = ServerForm { aliases: [("read".to_owned(), alias)].into(), ..form("tracker") };
    tools.register_server(&world.owner, registered).await.unwrap();
    let editor = world.join("Ed", Role::Editor).await;
    let viewer = world.join("Vi", Role::Viewer).await;

    let read = tools.try_tool(&editor, trial("tracker.read", json!({ "id": 7 }), false)).await;
    assert_eq!(read.unwrap().result, Some(json!("Tea")));
    assert_eq!(
        Value::Object(mcp.calls()[0].arguments.clone()),
        json!({ "number": 7, "body": "7!" })
    );
    for (tool, arguments, words) in [
        ("tracker.read", json!({ "id": [] }), "/id"),
        ("tracker.get_isue", json!({}), "Did you mean tracker.get_issue?"),
        ("agent.analyze", json!({}), "in workflows only"),
    ] {
        let TrialResult { error, result, .. } =
            tools.try_tool(&editor, trial(tool, arguments, false)).await.unwrap();
        assert!(error.as_ref().is_some_and(|error| error.contains(words)), "{error:?}");
        assert_eq!(result, None);
    }
    let writes = |confirmed| trial("tracker.create_issue", json!({ "number": 1 }), confirmed);
    let refused = tools.try_tool(&editor, writes(false)).await.unwrap_err().into_problem();
    assert_eq!(refused.errors[0].path.as_deref(), Some("confirmed"));
    assert_eq!(mcp.calls().len(), 1, "nothing else was called");
    assert_eq!(tools.try_tool(&editor, writes(true)).await.unwrap().error, None);
    assert!(tools.try_tool(&viewer, writes(true)).await.is_err());
    let noted = world.count("SELECT count(*) FROM audit_log WHERE action = 'tool.tried'").await;
    assert_eq!(noted, 2);
}

#[tokio::test]
async fn only_the_allowed_tools_are_used_and_inputs_of_files_follow_them() {
    let (world, _) = world().await;
    let tools = &world.services.tools;
    let limited = ServerForm { allowed: vec!["get_*".to_owned()], ..form("tracker") };
    let made = tools.register_server(&world.owner, limited).await.unwrap();

    let keys: Vec<&str> = made.tools.iter().map(|tool| tool.key.as_str()).collect();
    assert_eq!((keys, made.unused[0].name.as_str()), (vec!["tracker.get_issue"], "create_issue"));
    let refused = create(&world, "Writes", &calling("tracker.create_issue")).await.unwrap_err();
    assert!(refused.errors[0].message.contains("chosen for this server"), "{refused:?}");

    let step = json!({ "name": "a", "tool": "tracker.getIssue",
                       "params": { "number": "${input.number}", "body": "${input.body}" } });
    let file = json!({ "steps": [step] }).to_string();
    let drafts = &world.services.drafts;
    let read = drafts.read_workflow(&world.owner, &file, Order::Written, None).await.unwrap();
    let kind = |name: &str| read.workflow.parameter(name).unwrap().kind;
    assert_eq!((kind("number"), kind("body")), (ParameterKind::Integer, ParameterKind::Json));
}

#[tokio::test]
async fn a_step_waits_where_its_server_has_had_so_many_calls_a_minute() {
    let (world, mcp) = world().await;
    let tools = &world.services.tools;
    let slow = ServerForm { calls_per_minute: 1, ..form("tracker") };
    tools.register_server(&world.owner, slow).await.unwrap();
    let worker = world.worker(quick());
    let template = world.publish(&calling("tracker.get_issue")).await;
    let first = world.launch(template, none()).await;
    assert_eq!(world.wait_over(first).await.status, ExecutionStatus::Completed);

    let call = NodeId::from("call");
    let second = world.launch(template, none()).await;
    let view = world
        .wait(second, |view| {
            view.node(&call).is_some_and(|node| node.status == NodeStatus::Waiting)
        })
        .await;
    let words = view.node(&call).unwrap().waiting.clone().unwrap();
    assert_eq!(words, "The tool server tracker has reached its limit of calls per minute");
    let tried = trial("tracker.get_issue", json!({ "number": 7 }), false);
    let tried = tools.try_tool(&world.owner, tried).await.unwrap();
    assert!(tried.error.unwrap().contains("limit of calls per minute"));
    assert_eq!(mcp.calls().len(), 1);

    for _ in 0..2 {
        world.db.advance(Duration::from_secs(31)).await;
        world.nudge().await;
    }

    assert_eq!(world.wait_over(second).await.status, ExecutionStatus::Completed);
    let attempts = world.count("SELECT max(attempt)::bigint FROM agent_jobs").await;
    assert_eq!((attempts, mcp.calls().len()), (1, 2));
    worker.stop().await;
    world.assert_sound().await;
}

//! How long talks are kept, and how they are read.

use std::time::Duration;

use model::{
    agent::{
        page::{AgentTalkPage, TalkRole},
        talk::Message,
    },
    execution::state::ExecutionStatus,
    id::{ExecutionId, JobId},
    mcp::call::ToolCallState,
    pages::Control,
};
use serde_json::json;
use services::testing::{
    chat::{ScriptedChat, ScriptedTurn},
    play::graph,
    world::{World, none, quick},
};

use super::{GET_ISSUE, issues, numbering, own, run, working, world};

const DAY: Duration = Duration::from_secs(24 * 3600);
const MESSAGES: &str = "SELECT count(*) FROM agent_messages";
const TALK: &str = "SELECT (SELECT count(*) FROM agent_talk) + (SELECT count(*) FROM agent_calls)";

async fn talk(world: &World, id: ExecutionId, before: Option<u32>) -> AgentTalkPage {
    let view = world.view(id).await;
    let job: JobId = view.node(&"work".into()).unwrap().jobs[0].id;
    world.services.executions.agent_talk(&world.owner, id, job, before, None).await.unwrap()
}

/// Turns that ask for nine issues each, and a last one that is done.
fn many_calls() -> Vec<ScriptedTurn> {
    let turn = |turn: u32| {
        let calls = (turn * 9..turn * 9 + 9).map(|number| (format!("call{number}"), number));
        let calls: Vec<(String, u32)> = calls.collect();
        ScriptedTurn::calls(
            calls.iter().map(|(id, number)| (id.as_str(), GET_ISSUE, json!({ "number": number }))),
        )
    };
    (0..24).map(turn).chain([ScriptedTurn::text("Done.")]).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_talk_is_read_from_its_end_with_the_calls_that_were_made_in_it() {
    let (chat, mcp) = (ScriptedChat::new(many_calls()), numbering());
    let world = world(chat.with_window(1_000_000), &mcp).await;
    let limits = json!({ "turns": 200, "tool_calls": 300 });
    let (id, view) = run(&world, &working(own(&limits, &json!({ "format": "text" })))).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);

    let last = talk(&world, id, None).await;

    // Two messages begin it; each turn adds an answer and nine results, but the last.
    assert_eq!(last.messages.len(), 200);
    assert_eq!(last.messages.last().unwrap().position, 242);
    assert_eq!((last.next, last.window), (Some(43), 1_000_000));
    assert!(last.calls.iter().all(|known| last.messages[0].turn <= known.call.turn));
    let roles: Vec<TalkRole> = last.shares.iter().map(|share| share.role).collect();
    assert_eq!(roles, TalkRole::ALL);
    let results =
        last.messages.iter().filter(|entry| matches!(entry.message, Message::Tool { .. }));
    let made = results.map(|entry| entry.made.unwrap());
    assert!(made.clone().count() > 170);
    assert!(made.clone().all(|made| made.state == ToolCallState::Answered));

    let first = talk(&world, id, last.next).await;
    assert_eq!((first.messages.len(), first.next), (43, None));
    assert!(matches!(first.messages[0].message, Message::System { .. }));
    let turns: Vec<u32> = first.messages.iter().take(13).map(|entry| entry.turn).collect();
    assert_eq!(turns, [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_two_talks_say_is_kept_once_and_goes_when_the_last_of_them_does() {
    let turns = issues(2).into_iter().chain(issues(2)).collect::<Vec<_>>();
    let (chat, mcp) = (ScriptedChat::new(turns), numbering());
    let world = world(chat, &mcp).await;
    let workflow = working(own(&json!({}), &json!({ "format": "text" })));
    run(&world, &workflow).await;
    let said = world.count(MESSAGES).await;
    run(&world, &workflow).await;
    assert_eq!(world.count(MESSAGES).await, said, "the second said the same");
    assert_eq!(world.count(TALK).await, 2 * (7 + 3));

    world.db.advance(91 * DAY).await;
    world.services.admin.collect_garbage().await.unwrap();
    assert_eq!(world.count(MESSAGES).await, said, "what is in a talk is no garbage");
    assert_eq!(world.services.admin.forget_history().await.unwrap(), 2);

    assert_eq!(world.count(TALK).await, 0);
    world.services.admin.collect_garbage().await.unwrap();
    assert_eq!(world.count(MESSAGES).await, 0);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_talk_of_an_execution_goes_with_it_and_no_other_job_has_one() {
    let (chat, mcp) = (ScriptedChat::new(issues(1)), numbering());
    let world = world(chat, &mcp).await;
    let (id, _) = run(&world, &working(own(&json!({}), &json!({ "format": "text" })))).await;
    let strange = JobId(id.0);
    let none = world.services.executions.agent_talk(&world.owner, id, strange, None, None).await;
    assert!(none.is_err());

    let gone = "DELETE FROM workflow_executions";
    sqlx::query(gone).execute(&world.db.pool).await.unwrap();

    assert_eq!(world.count(TALK).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_talk_before_a_retry_can_still_be_read() {
    let say = ScriptedTurn::text;
    let turns = vec![say("No JSON."), say("Still none.")];
    let world = world(ScriptedChat::new(turns), &numbering()).await;
    let config = json!({ "prompt": "Try.", "own": own(&json!({}), &json!({ "format": "json" })) });
    let edges = [("start", "work"), ("work.done", "end")];
    let worker = world.worker(quick());
    let template = world.publish(&graph(&[("work", "agent", config)], &edges)).await;
    let id = world.launch(template, none()).await;
    assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Failed);
    assert_eq!(talk(&world, id, None).await.earlier_tries, []);

    let retry = Control::RetryNode { node_id: "work".into(), config: None, generation: None };
    world.services.executions.control(&world.owner, id, retry).await.unwrap();
    // The model says the same again.
    let view = world.wait_over(id).await;
    assert_eq!(view.node(&"work".into()).unwrap().generation, 2);
    worker.stop().await;

    let latest = talk(&world, id, None).await;
    let [earlier] = latest.earlier_tries[..] else { panic!("{:?}", latest.earlier_tries) };
    let (executions, owner) = (&world.services.executions, &world.owner);
    let before = executions
        .agent_talk(owner, id, earlier.job, None, Some(earlier.generation))
        .await
        .unwrap();
    assert_eq!((before.messages.len(), before.calls.len()), (5, 2));
    assert_eq!((latest.messages.len(), latest.calls.len()), (5, 2));
    world.assert_sound().await;
}

//! How much a long talk takes.

use model::execution::state::ExecutionStatus;
use serde_json::json;
use services::testing::{
    chat::{ScriptedChat, ScriptedTurn},
    mcp::Scripted,
    soak::soaking,
};

use super::{GET_ISSUE, own, reading, run, working, world};

/// Calls of tools in one turn.
const AT_ONCE: u32 = 10;
/// Characters of a result: 1,000 of them are 200,000 tokens.
const RESULT_CHARS: usize = 800;

/// What a talk takes, in the bytes of all that its three tables hold, and of the results of its calls.
const STORED: &str = "SELECT ((SELECT sum(pg_column_size(workspace_id) + pg_column_size(hash)
                                          + pg_column_size(body) + pg_column_size(bytes))
                                 FROM agent_messages)
                            + (SELECT sum(pg_column_size(job_id) + pg_column_size(position)
                                          + pg_column_size(hash) + pg_column_size(turn)
                                          + pg_column_size(at)) FROM agent_talk)
                            + (SELECT sum(pg_column_size(c)) FROM agent_calls c)
                            + (SELECT coalesce(sum(pg_column_size(result)), 0)
                                      + coalesce(sum(pg_column_size(artifact)), 0)
                                 FROM mcp_tool_calls))::bigint";
/// What is said in it, each content once.
const UNIQUE: &str = "SELECT sum(bytes)::bigint FROM agent_messages";

/// In `make soak` 1,000 calls of tools over 200,000 tokens, else a tenth of it: what is stored grows
/// with what is new, and not with the square of the calls.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e1_a_talk_takes_hardly_more_than_what_is_new_in_it() {
    let turns = if soaking() { 100 } else { 10 };
    let turn = |turn: u32| {
        let calls = (0..AT_ONCE).map(|place| turn * AT_ONCE + place);
        let calls: Vec<(String, u32)> =
            calls.map(|number| (format!("call{number}"), number)).collect();
        ScriptedTurn::calls(
            calls.iter().map(|(id, number)| (id.as_str(), GET_ISSUE, json!({ "number": number }))),
        )
    };
    let script = (0..turns).map(turn).chain([ScriptedTurn::text("Done.")]);
    let chat = ScriptedChat::new(script.collect::<Vec<_>>()).with_window(1_000_000);
    let mcp = reading(|_, request| {
        let number = request.arguments["number"].to_string();
        Scripted::data(json!({ "number": number, "body": "issue ".repeat(RESULT_CHARS / 6) }))
    });
    let world = world(chat.clone(), &mcp).await;
    let limits = json!({ "turns": turns + 1, "tool_calls": turns * AT_ONCE });

    let (_, view) = run(&world, &working(own(&limits, &json!({ "format": "text" })))).await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    assert_eq!((chat.calls(), mcp.calls().len()), (turns as usize + 1, (turns * AT_ONCE) as usize));
    let (stored, unique) = (world.count(STORED).await, world.count(UNIQUE).await);
    println!("{stored} bytes for {unique} bytes that were said");
    assert!(unique > i64::from(turns * AT_ONCE) * 800, "{unique}");
    assert!(stored * 10 <= unique * 13, "{stored} bytes for {unique}");
    world.assert_sound().await;
}

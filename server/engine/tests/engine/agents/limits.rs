//! What an agent may use: each limit with each of the things that may happen at it.

use std::time::Duration;

use model::{
    execution::{failure::Failure, state::ExecutionStatus},
    id::ExecutionId,
    price::Price,
    review::{Approval, Decision},
};
use outside::{mcp::port::ToolRequest, providers::CONTEXT_FULL};
use serde_json::{Value, json};
use services::testing::{
    chat::{ScriptedChat, ScriptedTurn},
    mcp::Scripted,
    play::patient,
    world::{World, none, quick},
};
use store::prices;

use super::{
    approve, asked, decide, given, issues, limited, looking, models, numbering, own, reading,
    working, world,
};

/// What each of these limits allows of what the script uses up.
const LIMITS: [(&str, &str, u32); 5] = [
    ("turns", "turns", 2),
    ("tool_calls", "tool_calls", 2),
    ("calls_of_tool", MAX_CALLS, 2),
    ("tokens", "tokens", 1_000),
    ("cost", "cost_micros", 1_000),
];
/// The field of a tool that says how often it may be called.
const MAX_CALLS: &str = "max_calls";
/// A window that is full after a few results.
const WINDOW: u64 = 600;

/// Nine turns that say something and ask for an issue, and a last one that is done.
fn script() -> Vec<ScriptedTurn> {
    script_of(9)
}

fn script_of(turns: u32) -> Vec<ScriptedTurn> {
    (0..turns).map(looking).chain([ScriptedTurn::text("Done.")]).collect()
}

/// An issue of some length.
fn issue(_: usize, request: &ToolRequest) -> Scripted {
    let number = request.arguments["number"].clone();
    Scripted::data(json!({ "number": number, "body": "issue ".repeat(70) }))
}

/// A workspace where a token costs a millionth of a dollar.
async fn priced(chat: &ScriptedChat) -> World {
    let world = world(chat.clone(), &reading(issue)).await;
    let price = Price {
        input_micros_per_mtok: Some(1_000_000),
        output_micros_per_mtok: Some(1_000_000),
        ..Price::default()
    };
    let mut conn = world.db.pool.acquire().await.unwrap();
    for model in ["large", "small"] {
        prices::upsert(&mut conn, world.owner.workspace, "scripted", model, price).await.unwrap();
    }
    world
}

/// Launches an agent with this limit and what happens at it.
async fn launched(
    world: &World,
    limit: &str,
    field: Option<(&str, u32)>,
    then: &str,
) -> ExecutionId {
    let mut limits = json!({
        "turns": 100, "tool_calls": 100, "then": { limit: then }, "cheaper_model": "scripted/small",
    });
    if let Some((field, most)) = field.filter(|(field, _)| *field != MAX_CALLS) {
        limits[field] = json!(most);
    }
    let mut own = own(&limits, &json!({ "format": "text" }));
    if let Some((_, most)) = field.filter(|(field, _)| *field == MAX_CALLS) {
        own["tools"][0][MAX_CALLS] = json!(most);
    }
    let template = world.publish(&working(own)).await;
    world.launch(template, none()).await
}

async fn over(world: &World, id: ExecutionId) -> Value {
    let view = world.wait_over(id).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    given(world, id).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_stops_at_each_limit_with_what_it_has() {
    let chat = ScriptedChat::new(script());
    let world = priced(&chat).await;
    let worker = world.worker(quick());
    for (limit, field, most) in LIMITS {
        let id = launched(&world, limit, Some((field, most)), "stop").await;

        let given = over(&world, id).await;

        assert_eq!(given["limit_reached"]["limit"], limit, "{given}");
        assert_eq!(given["limit_reached"]["partial"], "Looking.");
        let words = given["limit_reached"]["message"].as_str().unwrap();
        let has_figure = words.contains(&most.to_string()) || words.contains("$0.001");
        assert!(has_figure, "{words}");
        assert_eq!(limited(&world, id, limit, "stop").await, 1, "{limit}");
        let sql = "SELECT count(*), sum(input_tokens + output_tokens)::bigint, sum(cost)::bigint
                     FROM agent_calls WHERE execution_id = $1";
        let used: (i64, i64, i64) =
            sqlx::query_as(sql).bind(id.0).fetch_one(&world.db.pool).await.unwrap();
        let used = match limit {
            "turns" => used.0,
            "tool_calls" | "calls_of_tool" => used.0 - 1,
            "tokens" => used.1,
            _ => used.2,
        };
        assert!((1..=i64::from(most)).contains(&used), "{limit}: {used}");
    }
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_allows_as_much_again_as_often_as_it_takes() {
    let chat = ScriptedChat::new(script_of(5));
    let world = priced(&chat).await;
    let worker = world.worker(quick());
    for (limit, field, most) in LIMITS {
        let id = launched(&world, limit, Some((field, most)), "ask").await;
        let mut times = 0;
        while let Some(card) = asked(&world, id).await {
            assert_eq!(card.items[0]["limit"], limit, "{card:?}");
            decide(&world, &card, approve()).await;
            times += 1;
        }

        assert_eq!(over(&world, id).await, json!({ "done": "Done." }));
        assert!(times > 0 && limited(&world, id, limit, "ask").await == times, "{limit}: {times}");
    }
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_who_does_not_allow_it_ends_the_agent_with_what_it_has() {
    let chat = ScriptedChat::new(script());
    let world = priced(&chat).await;
    let worker = world.worker(quick());
    let id = launched(&world, "turns", Some(("turns", 2)), "ask").await;
    let card = asked(&world, id).await.unwrap();

    decide(&world, &card, Decision::Reject { reason: "Too dear".to_owned() }).await;

    let given = over(&world, id).await;
    assert_eq!(given["limit_reached"]["limit"], "turns");
    assert!(given["limit_reached"]["message"].as_str().unwrap().ends_with(": Too dear"));
    assert_eq!(chat.calls(), 2);
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cheaper_model_goes_on_with_as_much_again_and_then_it_stops() {
    let chat = ScriptedChat::new(script());
    let world = priced(&chat).await;
    let worker = world.worker(quick());
    for (limit, field, most) in LIMITS {
        let before = chat.calls();
        let id = launched(&world, limit, Some((field, most)), "cheaper_model").await;

        let given = over(&world, id).await;

        assert_eq!(given["limit_reached"]["limit"], limit, "{given}");
        assert_eq!(models(&chat, before), ["scripted/large", "scripted/small"], "{limit}");
        assert_eq!(limited(&world, id, limit, "cheaper_model").await, 1, "{limit}");
        assert_eq!(limited(&world, id, limit, "stop").await, 1, "{limit}");
    }
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_finishes_what_is_handed_over() {
    let chat = ScriptedChat::new(script());
    let world = priced(&chat).await;
    let worker = world.worker(quick());
    for (limit, field, most) in LIMITS {
        let id = launched(&world, limit, Some((field, most)), "hand_over").await;
        let card = asked(&world, id).await.unwrap();
        assert_eq!(card.items, [json!("Looking.")]);
        let items = Some(vec![json!("Finished.")]);
        let finished = Approval { items, ..Approval::default() };

        decide(&world, &card, Decision::Approve(finished)).await;

        assert_eq!(over(&world, id).await, json!({ "done": "Finished." }), "{limit}");
        assert_eq!(limited(&world, id, limit, "hand_over").await, 1, "{limit}");
        let made = "SELECT provider FROM artifacts WHERE execution_id = $1 AND node_id = 'work'
                     AND is_latest";
        let by: Vec<String> =
            sqlx::query_scalar(made).bind(id.0).fetch_all(&world.db.pool).await.unwrap();
        assert_eq!(by, ["person"], "{limit}");
    }
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_window_ends_an_agent_and_nobody_can_allow_it_more() {
    for (then, is_handed_over) in [("stop", false), ("hand_over", true)] {
        let chat = ScriptedChat::new(script()).with_window(WINDOW);
        let world = priced(&chat).await;
        let worker = world.worker(quick());
        let id = launched(&world, "context", None, then).await;
        if is_handed_over {
            let card = asked(&world, id).await.unwrap();
            decide(&world, &card, Decision::Reject { reason: "Leave it".to_owned() }).await;
        }

        let given = over(&world, id).await;

        assert_eq!(given["limit_reached"]["limit"], "context", "{then}: {given}");
        let words = given["limit_reached"]["message"].as_str().unwrap();
        assert!(is_handed_over || words.contains("600 tokens"), "{then}: {words}");
        assert_eq!(models(&chat, 0), ["scripted/large"], "{then}");
        assert!((1..9).contains(&chat.calls()), "{then}: {}", chat.calls());
        worker.stop().await;
        world.assert_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vendor_who_says_that_the_window_is_full_ends_an_agent_by_that_limit() {
    let mut turns = script();
    turns.insert(1, ScriptedTurn::Error(Failure::permanent(CONTEXT_FULL, "Too long")));
    let chat = ScriptedChat::new(turns);
    let world = priced(&chat).await;
    let worker = world.worker(quick());
    let id = launched(&world, "context", None, "stop").await;

    let given = over(&world, id).await;

    assert_eq!(given["limit_reached"]["limit"], "context", "{given}");
    assert_eq!(given["limit_reached"]["partial"], "Looking.");
    let words = given["limit_reached"]["message"].as_str().unwrap();
    assert!(words.ends_with("its model's context window. Too long."), "{words}");
    assert_eq!(limited(&world, id, "context", "stop").await, 1);
    assert_eq!(chat.calls(), 2);
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn time_counts_but_not_the_time_in_which_people_decide() {
    for has_worked in [true, false] {
        let chat = ScriptedChat::new(issues(1));
        let world = world(chat, &numbering()).await;
        let worker = world.worker(patient());
        let limits = json!({ "turns": 1, "minutes": 1, "then": { "turns": "ask" } });
        let template = world.publish(&working(own(&limits, &json!({ "format": "text" })))).await;
        let id = world.launch(template, none()).await;
        let card = asked(&world, id).await.unwrap();
        if has_worked {
            let sql = "UPDATE agent_talk SET at = at - interval '2 minutes'";
            sqlx::query(sql).execute(&world.db.pool).await.unwrap();
        } else {
            world.db.advance(Duration::from_secs(1_800)).await;
        }

        decide(&world, &card, approve()).await;

        let given = over(&world, id).await;
        if has_worked {
            assert_eq!(given["limit_reached"]["limit"], "time", "{given}");
        } else {
            assert_eq!(given, json!({ "done": "Done." }));
        }
        worker.stop().await;
        world.assert_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_whose_model_has_no_price_waits_where_it_may_spend_only_so_much() {
    let chat = ScriptedChat::new(script());
    let world = world(chat.clone(), &reading(issue)).await;
    let worker = world.worker(quick());

    let id = launched(&world, "cost", Some(("cost_micros", 2_000)), "stop").await;

    let paused = world.wait(id, |view| view.pause_message.is_some()).await;
    let words = paused.pause_message.unwrap_or_default();
    assert!(words.contains("the price of large is unknown"), "{words}");
    assert_eq!(chat.calls(), 0);
    worker.stop().await;
    world.assert_sound().await;
}

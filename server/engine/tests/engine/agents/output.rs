//! What agents give: texts, lists and data, and the three ways in which an answer cannot be used.

use model::{
    agent::talk::Message,
    execution::{failure::Failure, state::ExecutionStatus},
    review::Decision,
};
use serde_json::{Value, json};
use services::testing::{
    chat::{ScriptedChat, ScriptedTurn},
    play::graph,
    world::{none, quick},
};

use super::{approve, asked, decide, given, issues, looking, numbering, own, run, working, world};

/// An agent that answers with these turns: what it gives, how often the model was asked, and the rows
/// of its artifacts as port and inputs.
async fn answered(
    output: Value,
    turns: Vec<ScriptedTurn>,
) -> (Value, ScriptedChat, Vec<(String, Value)>) {
    let chat = ScriptedChat::new(turns);
    let world = world(chat.clone(), &numbering()).await;
    let (id, view) = run(&world, &working(own(&json!({}), &output))).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    let sql = "SELECT port, inputs FROM artifacts WHERE node_id = 'work' ORDER BY port";
    let artifacts = sqlx::query_as(sql).fetch_all(&world.db.pool).await.unwrap();
    let given = given(&world, id).await;
    world.assert_sound().await;
    (given, chat, artifacts)
}

fn titled() -> Value {
    json!({
        "format": "json",
        "schema": {
            "type": "object",
            "required": ["title"],
            "properties": { "title": { "type": "string" } },
        },
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_gives_what_its_output_says() {
    let list = ScriptedTurn::text("1. One\n2. Two");
    let (given, chat, artifacts) = answered(json!({ "format": "list" }), vec![list]).await;
    assert_eq!(given, json!({ "done": ["One", "Two"] }));
    assert!(chat.requests()[0].schema.is_none());
    assert_eq!((artifacts.len(), &artifacts[0].1["turns"]), (1, &json!(1)));

    let data = ScriptedTurn::json(&json!({ "title": "A" }));
    let (given, chat, _) = answered(titled(), vec![data]).await;
    assert_eq!(given, json!({ "done": { "title": "A" } }));
    assert_eq!(chat.requests()[0].schema, Some(titled()["schema"].clone()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_not_of_its_schema_is_put_right_once() {
    let wrong = || ScriptedTurn::text("Sure, here it is: {}");
    let right = ScriptedTurn::json(&json!({ "title": "A" }));

    let (given, chat, artifacts) = answered(titled(), vec![wrong(), right]).await;

    assert_eq!(given, json!({ "done": { "title": "A" } }));
    let last = chat.requests().remove(1).messages.pop().unwrap().message;
    assert!(matches!(last, Message::User { text, .. } if text.contains("match its schema")));
    assert_eq!(artifacts[0].1["repaired"]["answer"], "Sure, here it is: {}");

    let (given, chat, artifacts) = answered(titled(), vec![wrong(), wrong(), wrong()]).await;

    assert_eq!(chat.calls(), 2);
    assert_eq!(given["failed"]["code"], "bad_model_output");
    assert_eq!(given["failed"]["partial"], "Sure, here it is: {}");
    let words = given["failed"]["message"].as_str().unwrap();
    assert!(words.ends_with("The model was asked once to correct it."), "{words}");
    assert_eq!(artifacts[0].0, "failed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_answer_is_asked_for_once_and_then_what_stood_beside_a_call_is_taken() {
    let text = |text: &str| ScriptedTurn::text(text);
    for (turns, done, code) in [
        (vec![looking(0), text(""), text("Done.")], json!("Done."), Value::Null),
        (vec![looking(0), text(""), text(" ")], json!("Looking."), Value::Null),
        (vec![text(""), text("")], Value::Null, json!("bad_model_output")),
    ] {
        let count = turns.len();
        let (given, chat, _) = answered(json!({ "format": "text" }), turns).await;

        assert_eq!((&given["done"], &given["failed"]["code"]), (&done, &code), "{given}");
        assert_eq!(chat.calls(), count);
        let last = chat.requests().pop().unwrap().messages.pop().unwrap().message;
        assert!(matches!(last, Message::User { text, .. } if text.contains("was empty")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_and_a_cut_off_answer_are_two_failures_with_what_there_is() {
    let mut turns = issues(1);
    turns.pop();
    turns.push(ScriptedTurn::Refusal("I would rather not.".to_owned()));
    let (given, chat, artifacts) = answered(titled(), turns).await;
    assert_eq!((&given["failed"]["code"], chat.calls()), (&json!("model_refused"), 2));
    let words = "The model refused to answer: “I would rather not.”";
    assert_eq!(given["failed"]["message"], words);
    assert!(given["failed"]["partial"].is_null() && artifacts.is_empty());

    let cut = ScriptedTurn::CutOff(r#"{"title": "A"#.to_owned());
    let (given, chat, artifacts) = answered(titled(), vec![cut]).await;
    assert_eq!((&given["failed"]["code"], chat.calls()), (&json!("answer_cut_off"), 1));
    assert_eq!(given["failed"]["partial"], r#"{"title": "A"#);
    assert_eq!((artifacts[0].0.as_str(), &artifacts[0].1["cut_off"]), ("failed", &json!(true)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_way_out_that_leads_nowhere_fails_the_step_and_keeps_what_there_is() {
    let cut = ScriptedTurn::CutOff("Half of".to_owned());
    let limits = json!({ "turns": 1 });
    let call = issues(1).remove(0);
    for (turns, code) in [(vec![cut], "answer_cut_off"), (vec![call], "limit_reached")] {
        let chat = ScriptedChat::new(turns);
        let world = world(chat, &numbering()).await;
        let config = json!({ "prompt": "Go.", "own": own(&limits, &json!({ "format": "text" })) });
        let edges = [("start", "work"), ("work.done", "end")];

        let (_, view) = run(&world, &graph(&[("work", "agent", config)], &edges)).await;

        assert_eq!(view.status, ExecutionStatus::Failed, "{code}");
        let failure = view.node(&"work".into()).unwrap().failure.clone().unwrap();
        assert_eq!(failure.code, code);
        let kept = world.count("SELECT count(*) FROM artifacts").await;
        assert_eq!(kept, i64::from(code == "answer_cut_off"), "{code}");
        world.assert_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_fails_for_good_ends_an_agent_with_what_there_is() {
    for failure in [
        Failure::permanent("content_refused", "It refused"),
        Failure::transient("server_error", "It is broken"),
    ] {
        let code = failure.code.clone();
        let chat = ScriptedChat::new([looking(0), ScriptedTurn::Error(failure)]);
        let world = world(chat.clone(), &numbering()).await;
        let mut workflow = working(own(&json!({}), &json!({ "format": "text" })));
        workflow.settings.max_retries = 0;

        let (id, view) = run(&world, &workflow).await;

        assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
        let given = given(&world, id).await;
        assert_eq!(given["failed"]["code"], code, "{given}");
        assert_eq!((&given["failed"]["partial"], chat.calls()), (&json!("Looking."), 2));
        let kept = "SELECT count(*) FROM artifacts WHERE port = 'failed'";
        assert_eq!(world.count(kept).await, 1, "{code}");
        world.assert_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_is_made_again_begins_a_new_talk_with_what_was_asked_for() {
    let chat = ScriptedChat::new(issues(1));
    let world = world(chat.clone(), &numbering()).await;
    let worker = world.worker(quick());
    let config = json!({ "prompt": "Go.", "own": own(&json!({}), &json!({ "format": "text" })) });
    let nodes = [("work", "agent", config), ("check", "review", json!({}))];
    let edges = [("start", "work"), ("work.done", "check"), ("check.approved", "end")];
    let template = world.publish(&graph(&nodes, &edges)).await;
    let id = world.launch(template, none()).await;
    let card = asked(&world, id).await.unwrap();

    decide(&world, &card, Decision::Changes { reason: "Shorter".to_owned() }).await;
    let card = asked(&world, id).await.unwrap();
    decide(&world, &card, approve()).await;

    assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Completed);
    let begun = chat.requests().into_iter().filter(|request| request.messages.len() == 2);
    let tasks: Vec<String> = begun
        .map(|mut request| match request.messages.remove(1).message {
            Message::User { text, .. } => text,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(tasks, ["Go.", "Go.\n\nA reviewer asked for changes: Shorter"]);
    let inputs = "SELECT count(*) FROM artifacts WHERE inputs ->> 'feedback' = 'Shorter'";
    assert_eq!(world.count(inputs).await, 1);
    worker.stop().await;
    world.assert_sound().await;
}

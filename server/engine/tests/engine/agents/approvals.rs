//! Calls that people approve: exactly what was approved is made, once, whoever decides and whatever
//! process goes on.

use std::sync::Arc;

use model::{
    access::Role,
    agent::approval::{CallToApprove, ReviewKind},
    execution::{state::ExecutionStatus, view::ExecutionView},
    id::ExecutionId,
    mcp::{call::ToolCallState, page::DriftAcceptance},
    pages::ReviewCard,
    review::{Approval, Decision},
    workflow::Workflow,
};
use outside::mcp::hash::definition_hash;
use serde_json::{Value, json};
use services::testing::{
    chat::{ScriptedChat, ScriptedTurn},
    mcp::ScriptedMcp,
    play::graph,
    world::{World, none, quick},
};
use store::{
    error::EngineError,
    mcp::drifts::{self, DriftRow},
};

use super::{
    GET_ISSUE, approve, asked, decide,
    tools::{CREATE_ISSUE, echoing, granted, one_by_one, rows, told},
    working, world,
};

/// An agent that asks before it writes.
fn asking() -> Value {
    granted(json!([{ "tool": "github.getIssue" }, { "tool": "github.createIssue" }]))
}

/// An execution of such an agent, whose model makes these calls.
struct Asking {
    world: World,
    chat: ScriptedChat,
    mcp: Arc<ScriptedMcp>,
    id: ExecutionId,
}

impl Asking {
    async fn begin(turns: Vec<ScriptedTurn>) -> Self {
        let (chat, mcp) = (ScriptedChat::new(turns), echoing());
        let world = world(chat.clone(), &mcp).await;
        let template = world.publish(&working(asking())).await;
        let id = world.launch(template, none()).await;
        Self { world, chat, mcp, id }
    }

    async fn card(&self) -> ReviewCard {
        asked(&self.world, self.id).await.expect("it asks")
    }

    /// What was sent, call by call.
    fn sent(&self) -> Vec<(String, Value)> {
        let calls = self.mcp.calls().into_iter();
        calls.map(|call| (call.tool, Value::Object(call.arguments))).collect()
    }

    async fn completes(&self) -> ExecutionView {
        let view = self.world.wait_over(self.id).await;
        assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
        view
    }
}

fn write(id: &'static str, number: u32) -> (&'static str, &'static str, Value) {
    (id, CREATE_ISSUE, json!({ "number": number }))
}

fn calls(card: &ReviewCard) -> Vec<CallToApprove> {
    assert_eq!(card.kind, ReviewKind::ToolCalls);
    card.items.iter().map(|item| serde_json::from_value(item.clone()).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s13_a_call_that_writes_is_made_once_it_is_approved_and_its_result_goes_back() {
    let read = ("b", GET_ISSUE, json!({ "number": 2 }));
    let turns = vec![
        ScriptedTurn::calls([write("a", 1), read, write("c", 3)]),
        ScriptedTurn::text("Done."),
    ];
    let run = Asking::begin(turns).await;
    let worker = run.world.worker(quick());

    let card = run.card().await;
    // What reads needs nobody, and is done meanwhile.
    assert_eq!(run.sent(), [("getIssue".to_owned(), json!({ "number": 2 }))]);
    let asked: Vec<(String, String, bool)> = calls(&card)
        .into_iter()
        .map(|call| (call.call_id, call.tool, call.writes && call.binding.len() == 64))
        .collect();
    let create = || "github.createIssue".to_owned();
    assert_eq!(asked, [("a".to_owned(), create(), true), ("c".to_owned(), create(), true)]);
    decide(&run.world, &card, approve()).await;
    run.completes().await;
    worker.stop().await;

    let sent = run.sent();
    assert_eq!(sent.len(), 3);
    assert_eq!(
        sent[1..],
        [
            ("createIssue".to_owned(), json!({ "number": 1 })),
            ("createIssue".to_owned(), json!({ "number": 3 })),
        ]
    );
    let result = json!({ "sent": { "number": 1 } }).to_string();
    assert_eq!(told(&run.chat, "a"), (result, false), "the result, and not the approval");
    assert_eq!(run.chat.calls(), 2);
    run.world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s13_what_was_edited_is_sent_and_what_was_left_out_is_not() {
    let turns =
        vec![ScriptedTurn::calls([write("a", 1), write("b", 2)]), ScriptedTurn::text("Done.")];
    let run = Asking::begin(turns).await;
    let worker = run.world.worker(quick());
    let card = run.card().await;
    let mut items = card.items.clone();
    items[0]["arguments"] = json!({ "number": 7, "body": "Kindly" });

    let other_tool = {
        let mut items = items.clone();
        items[0]["tool"] = json!("github.getIssue");
        Approval { items: Some(items), ..Approval::default() }
    };
    let refused =
        run.world.services.reviews.decide(&run.world.owner, card.id, Decision::Approve(other_tool));
    refused.await.expect_err("only arguments can be changed");
    let unfit = {
        let mut items = items.clone();
        items[0]["arguments"]["number"] = json!("seven");
        Approval { items: Some(items), ..Approval::default() }
    };
    let refused =
        run.world.services.reviews.decide(&run.world.owner, card.id, Decision::Approve(unfit));
    let Err(EngineError::Refused(problem)) = refused.await else { panic!("it doesn't fit") };
    assert_eq!(problem.errors[0].path.as_deref(), Some("items[0].arguments.number"));
    let approval = Approval {
        items: Some(items),
        keep: Some(vec![0]),
        comment: Some("One is enough.".to_owned()),
        ..Approval::default()
    };
    decide(&run.world, &card, Decision::Approve(approval)).await;
    run.completes().await;
    worker.stop().await;

    let edited = json!({ "number": 7, "body": "Kindly" });
    assert_eq!(run.sent(), [("createIssue".to_owned(), edited)]);
    let (words, _) = told(&run.chat, "a");
    assert!(words.starts_with("A person changed the arguments before the call: {"), "{words}");
    let (words, is_error) = told(&run.chat, "b");
    assert!(is_error && words.contains("Reason: One is enough."), "{words}");
    let states: Vec<ToolCallState> =
        rows(&run.world, run.id).await.iter().map(|row| row.state).collect();
    assert_eq!(states.len(), 2);
    assert!(states.contains(&ToolCallState::Answered) && states.contains(&ToolCallState::Refused));
    run.world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s13_a_call_that_is_refused_is_not_made_and_its_model_is_told_why() {
    let run = Asking::begin(one_by_one([write("a", 1)])).await;
    let worker = run.world.worker(quick());

    let reason = "We have one already.".to_owned();
    decide(&run.world, &run.card().await, Decision::Reject { reason }).await;
    run.completes().await;
    worker.stop().await;

    assert!(run.sent().is_empty());
    let (words, is_error) = told(&run.chat, "a");
    assert!(is_error && words.contains("Reason: We have one already."), "{words}");
    assert_eq!(rows(&run.world, run.id).await[0].state, ToolCallState::Refused);
    run.world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_allowed_for_the_rest_of_the_execution_is_not_asked_about_again() {
    let run = Asking::begin(one_by_one([write("a", 1), write("b", 2), write("c", 3)])).await;
    let worker = run.world.worker(quick());

    let always = Approval { always: true, ..Approval::default() };
    decide(&run.world, &run.card().await, Decision::Approve(always)).await;
    run.completes().await;

    assert_eq!(run.sent().len(), 3);
    assert_eq!(run.world.count("SELECT count(*) FROM reviews").await, 1);
    // Another execution asks again.
    let template = run.world.publish(&working(asking())).await;
    let other = run.world.launch(template, none()).await;
    assert!(asked(&run.world, other).await.is_some());
    worker.stop().await;
    run.world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s13_two_people_who_decide_at_once_make_one_call_or_none() {
    let run = Asking::begin(one_by_one([write("a", 1)])).await;
    let worker = run.world.worker(quick());
    let (card, bob) = (run.card().await, run.world.join("Bob", Role::Editor).await);
    let reviews = &run.world.services.reviews;
    let rejection = Decision::Reject { reason: "No".to_owned() };

    let (first, second) = tokio::join!(
        reviews.decide(&run.world.owner, card.id, approve()),
        reviews.decide(&bob, card.id, rejection)
    );
    run.completes().await;
    worker.stop().await;

    let approved = first.is_ok();
    assert_ne!(approved, second.is_ok(), "one of them decides");
    let late = first.err().or(second.err()).map(EngineError::into_problem).unwrap();
    assert_eq!(late.code, "review_over");
    assert_eq!(run.sent().len(), usize::from(approved));
    assert_eq!(told(&run.chat, "a").1, !approved);
    run.world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s13_what_waits_for_a_person_goes_on_in_another_process() {
    let run = Asking::begin(one_by_one([write("a", 1), write("b", 2)])).await;
    let worker = run.world.worker(quick());
    let card = run.card().await;
    worker.stop().await;

    // Decided while nobody works, and gone on with by whoever comes.
    decide(&run.world, &card, approve()).await;
    assert!(run.sent().is_empty());
    let worker = run.world.worker(quick());
    let second = run.card().await;
    worker.stop().await;
    let worker = run.world.worker(quick());
    decide(&run.world, &second, approve()).await;
    run.completes().await;
    worker.stop().await;

    assert_eq!((run.sent().len(), run.chat.calls()), (2, 3), "nobody is asked twice");
    run.world.assert_sound().await;
}

/// So many agents beside each other.
fn lanes(count: usize) -> Workflow {
    let config = |lane: usize| json!({ "prompt": format!("Lane {lane}."), "own": asking() });
    let ids: Vec<String> = (0..count).map(|lane| format!("lane{lane}")).collect();
    let nodes: Vec<(&str, &str, Value)> =
        ids.iter().enumerate().map(|(lane, id)| (id.as_str(), "agent", config(lane))).collect();
    let done: Vec<String> = ids.iter().map(|id| format!("{id}.done")).collect();
    let begins = ids.iter().map(|id| ("start", id.as_str()));
    let edges: Vec<(&str, &str)> =
        begins.chain(done.iter().map(|port| (port.as_str(), "end"))).collect();
    graph(&nodes, &edges)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s13_twenty_agents_beside_each_other_each_make_what_was_approved_for_them() {
    const LANES: usize = 20;
    let mut chat = ScriptedChat::new([]);
    for lane in 0..LANES {
        let call = ScriptedTurn::call("a", CREATE_ISSUE, json!({ "number": lane }));
        chat = chat.with_talk(&format!("Lane {lane}."), [call, ScriptedTurn::text("Done.")]);
    }
    let mcp = echoing();
    let world = world(chat.clone(), &mcp).await;
    let worker = world.worker(quick());
    let id = world.launch(world.publish(&lanes(LANES)).await, none()).await;
    world.until("SELECT count(*) FROM reviews WHERE status = 'open'", 20).await;

    let open = world.services.reviews.list_open(&world.owner).await.unwrap();
    let deciding = open.iter().map(|card| decide(&world, card, approve()));
    futures::future::join_all(deciding).await;
    let view = world.wait_over(id).await;
    worker.stop().await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    let mut numbers: Vec<u64> =
        mcp.calls().iter().map(|call| call.arguments["number"].as_u64().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..20).collect::<Vec<u64>>());
    assert_eq!(chat.calls(), 2 * LANES);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s13_an_approval_counts_only_for_the_tool_as_it_was_then() {
    let run = Asking::begin(one_by_one([write("a", 1), write("b", 2)])).await;
    let worker = run.world.worker(quick());
    let card = run.card().await;
    run.mcp.change_tools(|tools| tools[0].description.push_str(" Quickly."));

    // Nobody has accepted the change: what was approved is not made.
    decide(&run.world, &card, approve()).await;
    // The second call is refused for the change before anybody is asked.
    run.completes().await;
    assert!(run.sent().is_empty());
    let (words, is_error) = told(&run.chat, "a");
    assert!(is_error && words.contains("Quickly."), "{words}");

    // A change that an admin accepts while a person is asked has the person asked anew.
    let template = run.world.publish(&working(asking())).await;
    let id = run.world.launch(template, none()).await;
    let card = asked(&run.world, id).await.unwrap();
    change_and_accept(&run).await;
    decide(&run.world, &card, approve()).await;
    let anew = asked(&run.world, id).await.unwrap();
    assert!(run.sent().is_empty());
    assert_ne!(calls(&anew)[0].binding, calls(&card)[0].binding);
    decide(&run.world, &anew, approve()).await;
    assert!(asked(&run.world, id).await.is_some(), "the second call");
    assert_eq!(run.sent().len(), 1);
    worker.stop().await;
    run.world.assert_sound().await;
}

/// Changes the tool that writes, which an admin accepts.
async fn change_and_accept(run: &Asking) {
    let (mut from, mut to) = (String::new(), String::new());
    run.mcp.change_tools(|tools| {
        from = definition_hash(&tools[0]);
        tools[0].description.push_str(" Slowly.");
        to = definition_hash(&tools[0]);
    });
    let (world, tool) = (&run.world, "github.createIssue".to_owned());
    let noticed =
        DriftRow { tool: tool.clone(), from_hash: from.clone(), to_hash: Some(to.clone()) };
    let mut conn = world.db.pool.acquire().await.unwrap();
    drifts::note(&mut conn, world.owner.workspace, &noticed).await.unwrap();
    let accepted = DriftAcceptance { tool, pinned_hash: from, now_hash: to };
    world.services.tools.accept_drift(&world.owner, accepted).await.unwrap();
}

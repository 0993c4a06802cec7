//! Calls of agents whose process is lost: what was done is not done again, and what nobody knows of is
//! asked.

use std::sync::Arc;

use model::{
    execution::{
        question::{CallAnswer, Way},
        state::ExecutionStatus,
    },
    nodes::NodeKind,
};
use serde_json::json;
use services::testing::{
    chat::ScriptedChat,
    mcp::{Scripted, ScriptedMcp},
    world::quick,
};

use super::{
    GET_ISSUE,
    built_ins::built_in,
    tools::{CREATE_ISSUE, echoing, free, one_by_one, rows, told},
    working, world,
};
use crate::engine::tool_calls::{
    answering,
    lost::{Death, asks, lost},
};

/// When the calls of an agent's first turn are done: the first step of its job asks the model.
pub(super) const AFTER_CALLS: Death<'static> = Death::After(NodeKind::Agent, 2);

/// Servers that never answer the first call.
fn silent_at_first() -> Arc<ScriptedMcp> {
    answering(|place, _| match place {
        0 => Scripted::Silence,
        _ => Scripted::data(json!("again")),
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e1_a_document_that_an_agent_has_written_is_not_written_again_when_its_process_is_lost()
{
    let document = json!({ "title": "Minutes", "content": "We met." });
    let turns = one_by_one([("a", "atelier__create_document", document)]);
    let (chat, mcp) = (ScriptedChat::new(turns), echoing());
    let world = world(chat.clone(), &mcp).await;
    let id = lost(&world, &built_in("create_document"), AFTER_CALLS).await;

    let worker = world.worker(quick());
    let view = world.wait_over(id).await;
    worker.stop().await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    assert_eq!(world.count("SELECT count(*) FROM documents WHERE title = 'Minutes'").await, 1);
    assert!(!told(&chat, "a").1);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e1_an_agents_call_that_writes_and_was_lost_waits_for_a_word() {
    for (answer, output, sent, words) in [
        (Way::Again, None, 2, "again"),
        (Way::Done, Some(json!({ "number": 12 })), 1, "{\"number\":12}"),
        (Way::Skip, None, 1, "It is unknown whether this call was carried out"),
    ] {
        let turns = one_by_one([("a", CREATE_ISSUE, json!({ "number": 1 }))]);
        let (chat, mcp) = (ScriptedChat::new(turns), silent_at_first());
        let world = world(chat.clone(), &mcp).await;
        let id = lost(&world, &working(free()), Death::WithinCall(&mcp)).await;
        let worker = world.worker(quick());
        world.wait(id, asks).await;
        assert_eq!(mcp.calls().len(), 1, "it was called again without a word");
        let card = world.only_question(id).await;
        assert_eq!(card.sent["tool"], "github.createIssue");

        let (job_id, question) = (card.job_id, card.question);
        let answer = CallAnswer { job_id, question, answer, output };
        world.services.reviews.answer_call(&world.owner, id, answer).await.unwrap();
        let view = world.wait_over(id).await;
        worker.stop().await;

        assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
        assert_eq!(mcp.calls().len(), sent, "{words}");
        assert!(told(&chat, "a").0.contains(words), "{:?}", told(&chat, "a"));
        assert_eq!(rows(&world, id).await.len(), 1);
        world.assert_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e1_an_agents_call_that_reads_and_was_lost_is_made_again() {
    let turns = one_by_one([("a", GET_ISSUE, json!({ "number": 1 }))]);
    let (chat, mcp) = (ScriptedChat::new(turns), silent_at_first());
    let world = world(chat.clone(), &mcp).await;
    let id = lost(&world, &working(free()), Death::WithinCall(&mcp)).await;

    let worker = world.worker(quick());
    let view = world.wait_over(id).await;
    worker.stop().await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{:?}", view.error);
    let sent = mcp.calls();
    assert_eq!((sent.len(), &sent[0].idempotency_key), (2, &sent[1].idempotency_key));
    assert_eq!(told(&chat, "a"), ("again".to_owned(), false));
    world.assert_sound().await;
}

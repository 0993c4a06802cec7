//! Agents that ask people.

use model::{
    agent::{
        approval::ReviewKind,
        limits::{LimitAction, LimitKind},
    },
    decide::{self, AgentStep, Refused},
    execution::{
        event::EventKind,
        state::{EndReason, ExecutionStatus, JobStatus, NodeStatus, PauseReason},
    },
    id::NodeId,
    review::{Approval, Decision},
};
use serde_json::json;

use super::{
    MERGE, READ, ask, ask_for_calls, call_to_approve, claim_again, go_on, held, job, judge, node,
    step, take,
};

#[test]
fn an_agent_that_asks_waits_for_people_and_goes_on_once_they_have_decided() {
    let mut world = held(&["done"]);
    go_on(&mut world, &[MERGE, READ]);
    claim_again(&mut world);

    ask_for_calls(&mut world);

    assert_eq!(node(&world, "agent"), NodeStatus::AwaitingReview);
    assert_eq!(world.store.row.pause_reason, Some(PauseReason::Review));
    let other_tool = call_to_approve(READ, json!({"number": 7}));
    let same = call_to_approve(READ, json!({"number": 8}));
    let items = Some(vec![other_tool, same.clone()]);
    let swapped = Decision::Approve(Approval { items, ..Approval::default() });
    assert!(matches!(judge(&mut world, swapped), Err(Refused::Unfit(_))));
    let changes = Decision::Changes { reason: "Shorter".to_owned() };
    assert!(matches!(judge(&mut world, changes), Err(Refused::Unfit(_))));

    let edited = call_to_approve(MERGE, json!({"number": 9}));
    let (items, keep) = (Some(vec![edited, same]), Some(vec![0]));
    let approval = Approval { items, keep, always: true, ..Approval::default() };
    judge(&mut world, Decision::Approve(approval)).unwrap();

    assert_eq!(world.status(), ExecutionStatus::Running);
    assert_eq!(node(&world, "agent"), NodeStatus::Waiting);
    assert_eq!(job(&world).run_at, world.now);
    claim_again(&mut world);
    assert_eq!(job(&world).status, JobStatus::Running);
}

#[test]
fn a_refusal_lets_the_agent_go_on_and_only_calls_are_approved_for_good() {
    let mut world = held(&["done"]);
    let limit = json!({"limit": "turns", "words": "It has used its 20 turns."});
    let next = ask(ReviewKind::Limit, vec![limit]);
    let limit = Some((LimitKind::Turns, LimitAction::Ask));
    take(&mut world, AgentStep { limit, ..step(vec![], None, next) });

    let for_good = Decision::Approve(Approval { always: true, ..Approval::default() });
    assert!(matches!(judge(&mut world, for_good), Err(Refused::Unfit(_))));
    let more = Approval { items: Some(vec![json!({"limit": "cost"})]), ..Approval::default() };
    assert!(matches!(judge(&mut world, Decision::Approve(more)), Err(Refused::Unfit(_))));
    judge(&mut world, Decision::Reject { reason: "Enough".to_owned() }).unwrap();

    assert_eq!(node(&world, "agent"), NodeStatus::Waiting);
    claim_again(&mut world);
    assert_eq!(job(&world).status, JobStatus::Running);
    let met = |kind: &EventKind| matches!(kind, EventKind::AgentLimited(_));
    assert_eq!(world.store.events.iter().filter(|event| met(&event.kind)).count(), 1);
}

#[test]
fn what_a_person_finishes_for_an_agent_is_of_the_kind_that_it_gives() {
    let mut world = held(&["done"]);
    take(&mut world, step(vec![], None, ask(ReviewKind::HandOver, vec![json!(null)])));

    let unfinished = Decision::Approve(Approval::default());
    assert!(matches!(judge(&mut world, unfinished), Err(Refused::Unfit(_))));
    let items = Some(vec![json!("All")]);
    judge(&mut world, Decision::Approve(Approval { items, ..Approval::default() })).unwrap();

    assert_eq!(node(&world, "agent"), NodeStatus::Waiting);
}

#[test]
fn who_stops_or_skips_an_agent_that_asks_cancels_its_question() {
    let mut stopped = held(&["done"]);
    ask_for_calls(&mut stopped);
    stopped.decide(|transition| decide::stop(transition, EndReason::User).unwrap());
    assert_eq!(node(&stopped, "agent"), NodeStatus::Cancelled);

    let mut skipped = held(&["done"]);
    ask_for_calls(&mut skipped);
    let agent = NodeId::from("agent");
    skipped.decide(|transition| decide::skip_node(transition, &agent, None).unwrap());
    assert_eq!(node(&skipped, "agent"), NodeStatus::Skipped);
    assert_eq!(node(&skipped, "done"), NodeStatus::Ready);
}

//! Agents: their jobs go on step by step, ask people, and take one of three ways out.

mod asking;
mod histories;
mod lost;
mod ways;

use model::{
    agent::{
        approval::{CallToApprove, ReviewKind},
        talk::{Message, ToolUse},
        turn::AnsweredCall,
    },
    decide::{self, AgentQuestion, AgentStep, JobState, NextStep, Outcome, Refused, Report},
    execution::{
        event::EventKind,
        failure::Failure,
        state::{JobStatus, NodeStatus},
    },
    id::{NodeId, ReviewId},
    review::Decision,
    workflow::Workflow,
};
use serde_json::{Value, json};

use crate::decide::{
    people::drawn,
    world::{World, claim, reviewer},
};

const MERGE: &str = "github.mergeIssue";
const READ: &str = "github.getIssue";

/// start → agent, and behind each of these ways out a step of the same name. Of its tools one must
/// not be called again blindly.
fn workflow(ways: &[&str]) -> Workflow {
    let lock = |may_repeat: bool| json!({"hash": "0".repeat(64), "may_repeat": may_repeat});
    let definition = json!({"instructions": "Work."});
    let frozen = json!({"name": "Worker", "definition": definition,
                        "tools": {MERGE: lock(false), READ: lock(true)}});
    let config = json!({"prompt": "Do it", "own": definition, "frozen": frozen});
    let mut steps = vec![("agent", "agent", json!({ "config": config }))];
    let text = || json!({"config": {"prompt": "Write"}});
    steps.extend(ways.iter().map(|way| (*way, "generate_copy", text())));
    let leaving: Vec<String> = ways.iter().map(|way| format!("agent.{way}")).collect();
    let mut edges = vec![("start", "agent")];
    edges.extend(leaving.iter().map(String::as_str).zip(ways.iter().copied()));
    drawn(&steps, &edges)
}

/// A world in which a worker holds the agent's job.
fn held(ways: &[&str]) -> World {
    let mut world = World::launch(workflow(ways), 1, true);
    world.decide(|transition| claim(transition, 1, 1));
    world
}

fn job(world: &World) -> JobState {
    let of_agent = |job: &&JobState| job.node == "agent".into();
    world.store.jobs.values().rfind(of_agent).unwrap().clone()
}

fn node(world: &World, id: &str) -> NodeStatus {
    world.store.nodes[&NodeId::from(id)].status
}

fn answer(turn: u32, messages: u32) -> AnsweredCall {
    AnsweredCall {
        turn,
        messages,
        provider: "sample".to_owned(),
        model: "writer".to_owned(),
        input_tokens: u64::from(messages) * 10,
        cached_tokens: 0,
        output_tokens: 5,
        cost_micros: Some(1),
        took_ms: 9,
        is_repair: false,
        sample: true,
    }
}

fn said(calls: &[&str]) -> Message {
    let call = |name: &&str| ToolUse {
        id: format!("call_{name}"),
        name: (*name).to_owned(),
        ..ToolUse::default()
    };
    let calls = calls.iter().map(call).collect();
    Message::Assistant {
        text: "I look.".to_owned(),
        reasoning: String::new(),
        calls,
        provider_data: None,
    }
}

fn user(text: &str) -> Message {
    Message::User { text: text.to_owned(), images: vec![] }
}

fn step(messages: Vec<Message>, call: Option<AnsweredCall>, next: NextStep) -> AgentStep {
    AgentStep { messages, call, limit: None, next }
}

/// Reports a step of the job that is held.
fn take(world: &mut World, step: AgentStep) {
    let JobState { id, fence, .. } = job(world);
    let outcome = Outcome::Stepped(Box::new(step));
    let report = Report { job: id, fence, outcome, charges: vec![], jitter: 0.5 };
    world.decide(|transition| decide::settle_report(transition, report).unwrap());
}

fn go_on(world: &mut World, calls: &[&str]) {
    let talk = job(world).talk;
    let call = answer(talk.turn + 1, talk.messages);
    take(world, step(vec![said(calls)], Some(call), NextStep::GoOn));
}

fn claim_again(world: &mut World) {
    world.decide(|transition| claim(transition, 2, 1));
}

fn call_to_approve(tool: &str, arguments: Value) -> Value {
    let asked = CallToApprove {
        call_id: format!("call_{tool}"),
        tool: tool.to_owned(),
        title: tool.to_owned(),
        arguments: serde_json::from_value(arguments).unwrap(),
        writes: true,
        binding: "b".to_owned(),
    };
    json!(asked)
}

fn ask(kind: ReviewKind, items: Vec<Value>) -> NextStep {
    NextStep::Ask(AgentQuestion { kind, instructions: "May it?".to_owned(), items })
}

fn ask_for_calls(world: &mut World) {
    let items = vec![
        call_to_approve(MERGE, json!({"number": 7})),
        call_to_approve(READ, json!({"number": 8})),
    ];
    take(world, step(vec![], None, ask(ReviewKind::ToolCalls, items)));
}

fn review(world: &World) -> ReviewId {
    world.store.nodes[&NodeId::from("agent")].review.as_ref().unwrap().id
}

fn judge(world: &mut World, decision: Decision) -> Result<(), Refused> {
    let review = review(world);
    world.decide(|transition| decide::decide_review(transition, review, decision, reviewer(1)))
}

#[test]
fn a_step_adds_to_the_talk_and_the_job_is_due_again_at_once() {
    let mut world = held(&["done"]);
    let first = vec![user("Do it"), said(&[READ])];

    take(&mut world, step(first, Some(answer(1, 1)), NextStep::GoOn));

    let after = job(&world);
    assert_eq!((after.status, after.run_at, after.attempt), (JobStatus::Pending, world.now, 0));
    assert_eq!((after.talk.messages, after.talk.turn, after.talk.context_tokens), (2, 1, 10));
    assert_eq!(node(&world, "agent"), NodeStatus::Running);
    claim_again(&mut world);
    let result = Message::Tool {
        call_id: format!("call_{READ}"),
        name: READ.to_owned(),
        content: "An issue".to_owned(),
        is_error: false,
        edited: None,
    };
    take(&mut world, step(vec![result], None, NextStep::GoOn));
    claim_again(&mut world);
    go_on(&mut world, &[]);

    let talk = &world.store.talks[&(after.id, 1)];
    let turns: Vec<u32> = talk.iter().map(|(turn, _)| *turn).collect();
    assert_eq!(turns, [0, 1, 1, 2]);
    let stepped = world.store.events.iter().filter_map(|event| match &event.kind {
        EventKind::AgentStepped(taken) => Some((taken.step.turn, taken.step.calls.len())),
        _ => None,
    });
    assert_eq!(stepped.collect::<Vec<_>>(), [(1, 1), (1, 0), (2, 0)]);
}

#[test]
fn a_step_that_fails_is_tried_again_where_the_talk_stands() {
    let mut world = held(&["done"]);
    go_on(&mut world, &[READ]);
    claim_again(&mut world);

    let failure = Failure::transient("unreachable", "Away.");
    take(&mut world, step(vec![], None, NextStep::Fail(failure.clone())));

    let after = job(&world);
    assert_eq!((after.status, after.attempt), (JobStatus::Pending, 1));
    assert!(after.run_at > world.now);
    assert_eq!(after.talk.messages, 1);
    world.now = after.run_at;
    claim_again(&mut world);
    take(&mut world, step(vec![user("Result")], None, NextStep::Fail(failure)));
    assert_eq!((job(&world).attempt, job(&world).talk.messages), (2, 2));
    world.now = job(&world).run_at;
    claim_again(&mut world);
    go_on(&mut world, &[]);
    assert_eq!((job(&world).attempt, job(&world).talk.messages), (0, 3));
}

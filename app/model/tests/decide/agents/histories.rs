//! Whatever happens to an agent, in any order.

use model::{
    agent::approval::ReviewKind,
    decide::{self, AgentStep, JobOutput, Launching, NextStep},
    execution::{
        failure::Failure,
        question::{CallAnswer, Way},
        state::{JobStatus, NodeStatus},
    },
    id::{ExecutionId, NodeId},
    nodes::agent::done_output,
    review::{Approval, Decision},
};
use proptest::{prelude::*, sample::select};
use serde_json::{Map, json};
use uuid::Uuid;

use super::{
    MERGE, READ, answer, ask, call_to_approve, job, judge, lost::lose, node, said, step, take,
    user, workflow,
};
use crate::decide::{
    children,
    workflows::cases,
    world::{World, claim, reviewer},
};

/// What may happen to an agent.
#[derive(Debug, Clone)]
enum Turn {
    Claim,
    GoOn,
    Ask,
    Wait,
    Fail(bool),
    End(&'static str),
    Lost(bool),
    HandedBack,
    Approve,
    Reject,
    Answer(Way),
    ChildEnds(bool),
    Pause,
    Resume,
    Retry,
    Skip,
    Clock,
}

fn turns() -> impl Strategy<Value = Turn> {
    use Turn as T;
    prop_oneof![
        6 => Just(T::Claim),
        5 => Just(T::GoOn),
        2 => Just(T::Ask),
        1 => Just(T::Wait),
        2 => any::<bool>().prop_map(T::Fail),
        1 => select(vec!["done", "limit_reached", "failed"]).prop_map(T::End),
        2 => any::<bool>().prop_map(T::Lost),
        1 => Just(T::HandedBack),
        2 => Just(T::Approve),
        1 => Just(T::Reject),
        2 => select(vec![Way::Again, Way::Done, Way::Skip]).prop_map(T::Answer),
        1 => any::<bool>().prop_map(T::ChildEnds),
        1 => Just(T::Pause),
        2 => Just(T::Resume),
        1 => Just(T::Retry),
        1 => Just(T::Skip),
        2 => Just(T::Clock),
    ]
}

/// What a worker reports that holds the job.
fn report_of(turn: &Turn, world: &World) -> Option<AgentStep> {
    let talk = job(world).talk;
    let call = Some(answer(talk.turn + 1, talk.messages));
    Some(match turn {
        Turn::GoOn => step(vec![said(&[READ])], call, NextStep::GoOn),
        Turn::Ask => {
            let items = vec![call_to_approve(MERGE, json!({}))];
            step(vec![], None, ask(ReviewKind::ToolCalls, items))
        }
        Turn::Wait => {
            let child = ExecutionId(Uuid::from_u128(u128::from(talk.messages) + 900));
            step(vec![], None, NextStep::Wait(Launching { child, name: "Other".to_owned() }))
        }
        Turn::Fail(true) => {
            let failure = Failure::transient("unreachable", "Away.").without_answer();
            step(vec![user("So far")], None, NextStep::Fail(failure))
        }
        Turn::Fail(false) => step(vec![], None, NextStep::Fail(Failure::permanent("no", "Never."))),
        Turn::End(way) => {
            let values = Map::from_iter([((*way).to_owned(), json!({"message": "Over."}))]);
            let values = if *way == "done" { done_output(json!("All")) } else { values };
            let output = JobOutput { values, ..JobOutput::default() };
            step(vec![said(&[])], call, NextStep::End(Box::new(output)))
        }
        _ => return None,
    })
}

/// Lets it happen, where it can.
fn happen(world: &mut World, turn: &Turn) {
    let before = job(world);
    let agent = NodeId::from("agent");
    let holds = before.status == JobStatus::Running;
    if let Some(step) = report_of(turn, world) {
        if holds {
            take(world, step);
        }
        return;
    }
    match turn {
        Turn::Claim => world.decide(|transition| claim(transition, 1, 1)),
        Turn::Lost(merges) if holds => lose(world, if *merges { MERGE } else { READ }),
        Turn::HandedBack if holds => {
            let held = [(before.id, before.fence)];
            world.decide(|transition| decide::release_jobs(transition, &held).unwrap());
        }
        Turn::Approve | Turn::Reject if node(world, "agent") == NodeStatus::AwaitingReview => {
            let decision = match turn {
                Turn::Approve => Decision::Approve(Approval::default()),
                _ => Decision::Reject { reason: "No".to_owned() },
            };
            judge(world, decision).unwrap();
        }
        Turn::Answer(way) if before.is_asked_about() => {
            let (job_id, question) = (before.id, before.fence);
            let told = CallAnswer { job_id, question, answer: *way, output: None };
            world.decide(|transition| decide::answer_call(transition, told, reviewer(1)).unwrap());
        }
        Turn::ChildEnds(well) if before.waits_for().is_some() => {
            world.decide(|transition| children::end_twice(transition, &before, *well));
        }
        Turn::Pause => drop(world.decide(decide::pause)),
        Turn::Resume => drop(world.decide(decide::resume)),
        Turn::Retry => {
            drop(world.decide(|transition| decide::retry_node(transition, &agent, None)));
        }
        Turn::Skip => drop(world.decide(|transition| decide::skip_node(transition, &agent, None))),
        Turn::Clock => world.now = world.now.plus_ms(60_000),
        _ => {}
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn whatever_happens_to_an_agent_its_rows_are_the_fold_of_its_events(
        turns in prop::collection::vec(turns(), 1..60),
        ways in select(vec![vec!["done"], vec!["done", "limit_reached", "failed"], vec![]]),
    ) {
        let mut world = World::launch(workflow(&ways), 1, true);
        for turn in &turns {
            happen(&mut world, turn);
        }
    }
}

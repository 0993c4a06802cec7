//! Calls of agents whose end nobody knows, and workflows that agents run.

use model::{
    decide::{self, Heard, HeardCalls, Launching, NextStep},
    execution::{
        question::{CallAnswer, Way},
        state::{JobStatus, NodeStatus},
    },
    id::ExecutionId,
};
use serde_json::json;
use uuid::Uuid;

use super::{MERGE, READ, claim_again, held, job, node, step, take};
use crate::decide::{
    children,
    world::{World, reviewer},
};

/// The worker of the job is lost while it calls this tool, which is noted where it writes.
pub(super) fn lose(world: &mut World, tool: &str) {
    let id = job(world).id;
    if tool == MERGE {
        world.store.sent(id);
    }
    world.store.jobs.get_mut(&id).unwrap().open_calls = vec![tool.to_owned()];
    let worker = job(world).worker.unwrap();
    world.decide(|transition| decide::handle_worker_loss(transition, worker).unwrap());
}

#[test]
fn only_a_call_that_must_not_be_repeated_is_asked_about_when_its_worker_is_lost() {
    let mut world = held(&["done"]);
    lose(&mut world, READ);
    assert!(!job(&world).is_asked_about());
    assert_eq!(job(&world).run_at, world.now);

    for (way, said) in [
        (Way::Done, Some(Heard::Gave(json!({"merged": true})))),
        (Way::Skip, Some(Heard::LeftOut)),
        (Way::Again, None),
    ] {
        let mut world = held(&["done"]);
        lose(&mut world, MERGE);
        let asked = job(&world);
        assert!(asked.is_asked_about());
        let output = (way == Way::Done).then(|| json!({"merged": true}));
        let (job_id, question) = (asked.id, asked.fence);
        let told = CallAnswer { job_id, question, answer: way, output };
        world.decide(|transition| decide::answer_call(transition, told, reviewer(1)).unwrap());

        let after = job(&world);
        assert_eq!((after.status, after.run_at), (JobStatus::Pending, world.now), "{way:?}");
        let tools = vec![MERGE.to_owned()];
        let heard = said.map(|said| HeardCalls { job: asked.id, tools, said });
        assert_eq!(world.store.heard, Vec::from_iter(heard), "{way:?}");
        claim_again(&mut world);
        assert_eq!(job(&world).status, JobStatus::Running);
    }
}

#[test]
fn a_workflow_that_an_agent_runs_is_a_call_whose_end_lets_it_go_on() {
    for well in [true, false] {
        let mut world = held(&["done"]);
        let child = ExecutionId(Uuid::from_u128(9));
        let launched = Launching { child, name: "Other".to_owned() };
        take(&mut world, step(vec![], None, NextStep::Wait(launched)));
        assert_eq!(node(&world, "agent"), NodeStatus::Waiting);
        assert_eq!(job(&world).waits_for(), Some(child));

        let waiting = job(&world);
        world.decide(|transition| children::end_twice(transition, &waiting, well));

        assert_eq!((job(&world).status, job(&world).child), (JobStatus::Pending, None));
        claim_again(&mut world);
        assert_eq!(job(&world).status, JobStatus::Running);
    }
}

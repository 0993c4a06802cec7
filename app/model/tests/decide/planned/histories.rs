//! Older versions of what a loop goes through count again at any time of its iterations.

use std::sync::Mutex;

use model::{
    execution::{failure::Failure, state::RoundState},
    workflow::Workflow,
};
use proptest::{prelude::*, sample::select, test_runner::TestRunner};
use serde_json::json;

use super::kept::looped;
use crate::decide::{
    input::{Ending, Input, restores, steps},
    items::status,
    workflows::cases,
    world::World,
};

/// A loop over the texts of a step that has three of them, some of its iterations side by side,
/// some of which may fail.
fn loops() -> impl Strategy<Value = Workflow> {
    let failures = select(vec!["fail", "continue"]);
    (1..3u32, failures).prop_map(|(at_once, on_round_failure)| {
        let each = json!({"concurrency": at_once, "on_round_failure": on_round_failure});
        let mut workflow = looped(&each);
        let write = workflow.nodes.iter_mut().find(|node| node.id == "write".into()).unwrap();
        let three = json!({"quantity": 3});
        write.data.config = write.data.config.with_changes(three.as_object().unwrap()).unwrap();
        workflow
    })
}

/// Work, retries of anything, and versions that count again, one after the other; then anything.
fn histories() -> impl Strategy<Value = Vec<Vec<Input>>> {
    let refused = Failure::permanent("refused", "never");
    let endings = select(vec![Ending::Done, Ending::Done, Ending::Done, Ending::Failed(refused)]);
    let answer = endings.prop_map(|ending| vec![Input::Answer { pick: 0, ending, charges: 0 }]);
    let retry = any::<usize>().prop_map(|pick| vec![Input::Retry { pick }]);
    let one = prop_oneof![
        4 => Just(vec![Input::Claim { worker: 0, capacity: 4 }]),
        4 => answer,
        1 => retry,
        2 => restores().prop_map(|restore| vec![restore]),
    ];
    (prop::collection::vec(one, 10..40), steps([6, 1, 3]))
        .prop_map(|(first, then)| first.into_iter().chain(then).collect())
}

/// Whether iterations of the loop are still to come while what it went through has changed.
fn is_rolled_back(world: &World) -> bool {
    let snapshot = world.store.snapshot();
    let waits = snapshot.nodes["each"].iterations.contains(&RoundState::Waiting);
    let gives = snapshot.nodes["write"].output.as_ref().map(|output| output["texts"].clone());
    waits
        && !status(&snapshot, "each").is_settled()
        && gives != Some(json!(["Words", "Words", "Words"]))
}

/// The world itself checks what each iteration goes through, after every step.
#[test]
fn each_iteration_has_the_item_it_was_planned_with_whatever_is_rolled_back() {
    let config = ProptestConfig { failure_persistence: None, ..cases(100) };
    let rolled_back = Mutex::new(0);

    let lived = TestRunner::new(config).run(&(loops(), histories()), |(workflow, steps)| {
        let mut world = World::launch(workflow, 1, true);
        for inputs in steps {
            world.step(&inputs);
            *rolled_back.lock().unwrap() += usize::from(is_rolled_back(&world));
        }
        world.drain();
        Ok(())
    });

    lived.unwrap();
    assert!(rolled_back.into_inner().unwrap() > 0, "no history led to what this is about");
}

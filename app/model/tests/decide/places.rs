//! What waits for a place has not begun, whatever is asked of it meanwhile.

use std::{collections::BTreeMap, sync::Arc};

use model::{
    decide::{self, Again, CompiledWorkflow, Context, ReusedOutcome, Snapshot, Transition},
    execution::{
        event::{Event, EventKind},
        queue::Queued,
        state::{EdgeState, EndReason, ExecutionStatus as Status, NodeStatus, PauseReason},
    },
    id::{ExecutionId, WorkspaceId},
    nodes::{NodeKind, generate_copy},
    time::Timestamp,
    workflow::{Edge, Node, Workflow},
};
use serde_json::Map;
use uuid::Uuid;

const THIRD: Option<Queued> = Some(Queued { position: 3, running: 10 });

fn before() -> Snapshot {
    let copy = generate_copy::Config { prompt: "Write".into(), ..generate_copy::Config::default() };
    let edge = Edge {
        id: "e".into(),
        source: "start".into(),
        source_handle: None,
        target: "write".into(),
        target_handle: None,
        label: None,
    };
    let workflow = Workflow {
        nodes: vec![
            Node::new("start".into(), "", NodeKind::Start.default_config()),
            Node::new("write".into(), "", copy.into()),
        ],
        edges: vec![edge],
        ..Workflow::default()
    };
    let mut ids = 0;
    let mut next = || {
        ids += 1;
        Uuid::from_u128(ids)
    };
    let id = (ExecutionId(Uuid::nil()), WorkspaceId(Uuid::nil()));
    let compiled = Arc::new(CompiledWorkflow::new(workflow).unwrap());
    Snapshot::before_launch(id.0, id.1, compiled, Map::new(), &mut next)
}

fn decided(
    snapshot: Snapshot,
    queued: Option<Queued>,
    decision: impl FnOnce(&mut Transition<'_>),
) -> (Snapshot, Vec<Event>) {
    let mut ids = 1000 * u128::try_from(snapshot.event_seq).unwrap();
    let mut next = || {
        ids += 1;
        Uuid::from_u128(ids)
    };
    let mut transition = Transition::new(snapshot, Context { now: Timestamp(5), ids: &mut next });
    transition.set_queued(queued);
    decision(&mut transition);
    let (snapshot, plan) = transition.finish();
    (snapshot, plan.map(|plan| plan.events).unwrap_or_default())
}

fn works(snapshot: &Snapshot) -> bool {
    snapshot.status == Status::Running && snapshot.nodes["write"].status == NodeStatus::Ready
}

#[test]
fn rel_e9_a_launch_without_a_place_is_written_and_has_not_begun() {
    let (queued, events) = decided(before(), THIRD, decide::launch);

    assert_eq!(queued.status, Status::Pending);
    assert!(queued.jobs.is_empty());
    assert!(queued.nodes.values().all(|node| node.status == NodeStatus::Pending));
    let last = events.last().map(|event| event.kind.clone());
    assert_eq!(last, THIRD.map(EventKind::ExecutionQueued));

    let (started, events) = decided(queued, None, |transition| decide::admit(transition).unwrap());
    assert!(works(&started));
    assert_eq!(events[0].kind, EventKind::ExecutionStarted);
}

#[test]
fn one_that_was_paused_before_it_began_begins_when_it_is_resumed() {
    let (queued, _) = decided(before(), THIRD, decide::launch);
    let (paused, _) = decided(queued, THIRD, |transition| decide::pause(transition).unwrap());
    assert_eq!(paused.pause_reason, Some(PauseReason::User));

    let (resumed, events) =
        decided(paused.clone(), None, |transition| decide::resume(transition).unwrap());
    assert!(works(&resumed));
    assert_eq!(events[0].kind, EventKind::ExecutionStarted);

    let (again, _) = decided(paused, THIRD, |transition| decide::resume(transition).unwrap());
    assert_eq!(again.status, Status::Pending, "it waits again where there is no place");
    let (started, _) = decided(again, None, |transition| decide::admit(transition).unwrap());
    assert!(works(&started));
}

#[test]
fn one_that_waits_can_be_stopped_and_a_place_does_not_bring_it_back() {
    let (queued, _) = decided(before(), THIRD, decide::launch);
    let (stopped, _) =
        decided(queued, THIRD, |transition| decide::stop(transition, EndReason::User).unwrap());
    let (after, events) = decided(stopped, None, |transition| decide::admit(transition).unwrap());

    assert_eq!((after.status, events.len()), (Status::Stopped, 0));
    assert!(after.nodes.values().all(|node| node.status == NodeStatus::Cancelled));
}

#[test]
fn one_that_has_begun_waits_for_a_place_when_it_is_resumed() {
    let (running, _) = decided(before(), None, decide::launch);
    let (paused, _) = decided(running, None, |transition| decide::pause(transition).unwrap());
    let (queued, _) = decided(paused, THIRD, |transition| decide::resume(transition).unwrap());
    assert_eq!(queued.status, Status::Pending);

    let (resumed, events) = decided(queued, None, |transition| decide::admit(transition).unwrap());
    assert!(works(&resumed));
    assert_eq!(events[0].kind, EventKind::ExecutionResumed);
}

#[test]
fn one_that_takes_something_over_and_waits_for_a_place_begins_after_it() {
    let again = Again {
        nodes: BTreeMap::from([("start".into(), ReusedOutcome::Completed(Arc::default()))]),
        edges: BTreeMap::from([("e".into(), EdgeState::Live)]),
        ..Again::default()
    };
    let origin = ExecutionId(Uuid::from_u128(7));
    let (queued, _) =
        decided(before(), THIRD, |transition| decide::launch_again(transition, origin, &again));
    assert_eq!(queued.status, Status::Pending);
    assert!(queued.jobs.is_empty());
    assert_eq!(queued.nodes["start"].status, NodeStatus::Completed);

    let (started, events) = decided(queued, None, |transition| decide::admit(transition).unwrap());
    assert!(works(&started));
    assert_eq!(events[0].kind, EventKind::ExecutionStarted);
}

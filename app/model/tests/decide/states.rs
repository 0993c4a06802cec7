//! The table of states and commands, cell by cell.

use std::{collections::BTreeSet, sync::Arc};

use model::{
    decide::{
        self, Breakpoint, ClaimLimits, CompiledWorkflow, Context, Refused, Snapshot, Transition,
    },
    execution::{
        event::Event,
        failure::Failure,
        queue::Queued,
        state::{Action, EndReason, ExecutionStatus as Status, JobStatus, PauseReason, allows},
    },
    id::{ExecutionId, NodeId, WorkerId, WorkspaceId},
    nodes::{NodeKind, generate_copy},
    time::Timestamp,
    workflow::{Edge, Node, Workflow},
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::decide::{check, input::Ending, world::report};

const ACTIONS: [Action; 4] = [Action::Pause, Action::Resume, Action::Stop, Action::RetryNode];

/// start → a → end and start → b → end.
fn workflow() -> Workflow {
    let copy = generate_copy::Config { prompt: "Write".into(), ..generate_copy::Config::default() };
    let node = |id: &str, config| Node::new(id.into(), "", config);
    let edge = |source: &str, target: &str| Edge {
        id: format!("{source}_{target}").as_str().into(),
        source: source.into(),
        source_handle: None,
        target: target.into(),
        target_handle: None,
        label: None,
    };
    Workflow {
        nodes: vec![
            node("start", NodeKind::Start.default_config()),
            node("a", copy.clone().into()),
            node("b", copy.into()),
            node("end", NodeKind::End.default_config()),
        ],
        edges: vec![edge("start", "a"), edge("start", "b"), edge("a", "end"), edge("b", "end")],
        ..Workflow::default()
    }
}

/// Whether anything changed, and what the answer was.
fn decided<T>(
    snapshot: Snapshot,
    decision: impl FnOnce(&mut Transition<'_>) -> T,
) -> (Snapshot, bool, T) {
    let (snapshot, events, answer) = decided_at(Timestamp(5), snapshot, decision);
    (snapshot, !events.is_empty(), answer)
}

/// Draws from a counter: ids need only be distinct here.
pub(crate) fn decided_at<T>(
    now: Timestamp,
    snapshot: Snapshot,
    decision: impl FnOnce(&mut Transition<'_>) -> T,
) -> (Snapshot, Vec<Event>, T) {
    let mut count = 1000 * u128::try_from(snapshot.event_seq).unwrap();
    let mut next = || {
        count += 1;
        Uuid::from_u128(count)
    };
    let mut transition = Transition::new(snapshot, Context { now, ids: &mut next });
    let answer = decision(&mut transition);
    let (snapshot, plan) = transition.finish();
    let events = plan.map(|plan| plan.events);
    assert!(events.as_ref().is_none_or(|events| !events.is_empty()), "a change is an event");
    (snapshot, events.unwrap_or_default(), answer)
}

fn before() -> Snapshot {
    let mut count = 0;
    let mut next = || {
        count += 1;
        Uuid::from_u128(count)
    };
    let compiled = Arc::new(CompiledWorkflow::new(workflow()).unwrap());
    let id = (ExecutionId(Uuid::nil()), WorkspaceId(Uuid::nil()));
    Snapshot::before_launch(id.0, id.1, compiled, Map::new(), &mut next)
}

fn answer(transition: &mut Transition<'_>, node: &str, ending: &Ending) {
    let all = ClaimLimits { capacity: 9, per_execution: 9, alone: false };
    decide::claim_jobs(transition, WorkerId(Uuid::nil()), all, &|_| true);
    let node = NodeId::from(node);
    let jobs = transition.snapshot().jobs_of(&node);
    let claim = (jobs[0].id, jobs[0].fence);
    decide::settle_report(transition, report(claim, ending, 0)).unwrap();
}

/// An execution in that status; where the status allows it, with a failed node `a` to retry.
pub(crate) fn snapshot_in(status: Status) -> Snapshot {
    let fail = Ending::Failed(Failure::permanent("refused", "never"));
    let reach = |transition: &mut Transition<'_>| {
        decide::launch(transition);
        let queued = (status == Status::Pending).then_some(Queued { position: 1, running: 10 });
        let first = if status == Status::Completed { Ending::Done } else { fail };
        answer(transition, "a", &first);
        match status {
            Status::Paused => decide::pause(transition).unwrap(),
            Status::Completed | Status::Failed => answer(transition, "b", &Ending::Done),
            Status::Stopped => decide::stop(transition, EndReason::User).unwrap(),
            Status::Running => {}
            Status::Pending => {
                decide::pause(transition).unwrap();
                transition.set_queued(queued);
                decide::resume(transition).unwrap();
            }
        }
    };
    let snapshot = decided(before(), reach).0;
    assert_eq!(snapshot.status, status);
    snapshot
}

fn act(transition: &mut Transition<'_>, action: Action) -> Result<(), Refused> {
    match action {
        Action::Pause => decide::pause(transition),
        Action::Resume => decide::resume(transition),
        Action::Stop => decide::stop(transition, EndReason::User),
        Action::RetryNode => decide::retry_node(transition, &"a".into(), None),
        other => unreachable!("{other:?} is in no cell of the table"),
    }
}

/// What a command leads to: a status, or `None` where it is refused.
const fn leads_to(status: Status, action: Action) -> Option<Status> {
    match (status, action) {
        (Status::Pending | Status::Running | Status::Paused, Action::Pause) => Some(Status::Paused),
        (Status::Running | Status::Paused, Action::Resume)
        | (Status::Running | Status::Failed, Action::RetryNode) => Some(Status::Running),
        (Status::Paused, Action::RetryNode) => Some(Status::Paused),
        (Status::Pending, Action::Resume | Action::RetryNode) => Some(Status::Pending),
        (Status::Completed | Status::Failed, Action::Stop)
        | (_, Action::Pause | Action::Resume | Action::RetryNode) => None,
        (_, Action::Stop) => Some(Status::Stopped),
        _ => None,
    }
}

#[test]
fn rel_m1_every_command_in_every_state_does_what_the_table_says() {
    for status in Status::ALL.iter().copied() {
        for action in ACTIONS {
            let cell = format!("{action:?} while {status}");
            let before = snapshot_in(status);
            let repeats = leads_to(status, action) == Some(status) && action != Action::RetryNode;
            let (after, changed, answer) =
                decided(before.clone(), |transition| act(transition, action));

            let fits = allows(status, before.pause_reason, action);
            assert_eq!(fits || repeats, leads_to(status, action).is_some(), "{cell}");
            assert_eq!(changed, fits, "{cell}");
            if !fits {
                check::same(&before, &after);
            }
            match leads_to(status, action) {
                Some(expected) => assert_eq!((answer, after.status), (Ok(()), expected), "{cell}"),
                None => assert_eq!(answer, Err(Refused::NotAllowed { action, status }), "{cell}"),
            }
        }
    }
}

#[test]
fn rel_m1_what_is_paused_is_resumed_and_paused_as_the_table_says() {
    for reason in PauseReason::ALL.iter().copied() {
        for action in [Action::Pause, Action::Resume] {
            let cell = format!("{action:?} while paused for {reason}");
            let mut before = snapshot_in(Status::Paused);
            before.pause_reason = Some(reason);
            let (after, changed, answer) = decided(before, |transition| act(transition, action));

            assert_eq!(changed, allows(Status::Paused, Some(reason), action), "{cell}");
            let (status, pause) = match (action, changed) {
                (Action::Resume, true) => (Status::Running, None),
                (Action::Pause, _) => (Status::Paused, Some(PauseReason::User)),
                _ => (Status::Paused, Some(reason)),
            };
            assert_eq!((after.status, after.pause_reason), (status, pause), "{cell}");
            assert_eq!(answer.is_ok(), changed || action == Action::Pause, "{cell}: {answer:?}");
        }
    }
}

#[test]
fn rel_m1_nothing_is_claimed_unless_it_runs() {
    for status in Status::ALL.iter().copied() {
        let mut before = snapshot_in(status);
        before.jobs.values_mut().for_each(|job| {
            if job.status == JobStatus::Running {
                job.status = JobStatus::Pending;
            }
        });
        let limits = ClaimLimits { capacity: 9, per_execution: 9, alone: false };
        let (_, changed, taken) = decided(before, |transition| {
            decide::claim_jobs(transition, WorkerId(Uuid::nil()), limits, &|_| true).len()
        });
        assert_eq!(
            (taken, changed),
            match status {
                Status::Running => (1, true),
                _ => (0, false),
            }
        );
    }
}

#[test]
fn rel_m1_what_is_over_takes_no_report_and_loses_no_worker() {
    for status in [Status::Completed, Status::Failed, Status::Stopped] {
        let before = snapshot_in(status);
        for job in before.jobs.values() {
            for fence in 0..=job.fence {
                let late = report((job.id, fence), &Ending::Done, 1);
                let (_, changed, answer) =
                    decided(before.clone(), |transition| decide::settle_report(transition, late));
                assert!(matches!(answer, Err(Refused::Stale { .. })), "{answer:?}");
                assert!(!changed);
            }
        }
        let (_, changed, lost) = decided(before, |transition| {
            decide::handle_worker_loss(transition, WorkerId(Uuid::nil()))
                .and_then(|()| decide::check_deadline(transition))
        });
        assert_eq!((lost, changed), (Ok(()), false));
    }
}

#[test]
fn a_node_that_is_not_there_or_has_not_failed_cannot_be_retried() {
    let retry = |id: &str| {
        decided(snapshot_in(Status::Running), |d| decide::retry_node(d, &id.into(), None)).2
    };
    assert_eq!(retry("nowhere"), Err(Refused::UnknownNode("nowhere".into())));
    assert!(matches!(retry("b"), Err(Refused::NotFailed { .. })));
    assert!(matches!(retry("start"), Err(Refused::NotFailed { .. })));
}

#[test]
fn a_refusal_names_the_node_once_and_says_where_it_stands() {
    let refused = |decision: fn(&mut Transition<'_>) -> Result<(), Refused>| {
        decided(snapshot_in(Status::Running), decision).2.unwrap_err().to_string()
    };

    assert_eq!(
        refused(|d| decide::trigger_node(d, &"b".into(), None)),
        "can't start “b”: it is running"
    );
    assert_eq!(
        refused(|d| decide::retry_node(d, &"b".into(), None)),
        "only failed steps can be retried; “b” is running"
    );
}

#[test]
fn one_breakpoint_comes_and_goes_and_leaves_the_others() {
    let set = |snapshot, node: &str, breakpoint| {
        decided(snapshot, |transition| {
            decide::set_breakpoint(transition, &node.into(), breakpoint).unwrap()
        })
        .0
    };
    let both = set(snapshot_in(Status::Running), "b", Breakpoint::Set);
    let both = set(both, "end@each[1]", Breakpoint::Set);
    assert_eq!(both.breakpoints, BTreeSet::from(["b", "end"].map(NodeId::from)));
    let listed = BTreeSet::from(["b", "end@each[1]"].map(NodeId::from));
    let listed =
        decided(snapshot_in(Status::Running), |d| decide::set_breakpoints(d, listed).unwrap()).0;
    assert_eq!(listed.breakpoints, both.breakpoints);

    let one = set(both, "b", Breakpoint::Cleared);

    assert_eq!(one.breakpoints, BTreeSet::from([NodeId::from("end")]));
    for breakpoint in [Breakpoint::Set, Breakpoint::Cleared] {
        let unknown = |d: &mut Transition<'_>| decide::set_breakpoint(d, &"x".into(), breakpoint);
        assert_eq!(decided(one.clone(), unknown).2, Err(Refused::UnknownNode("x".into())));
    }
}

#[test]
fn what_a_skipped_node_is_said_to_have_given_fits_its_ports_or_is_refused() {
    let skip = |given: &Value| {
        let given = given.as_object().cloned();
        let skip =
            |transition: &mut Transition<'_>| decide::skip_node(transition, &"a".into(), given);
        let (_, changed, answer) = decided(snapshot_in(Status::Failed), skip);
        (changed, answer)
    };
    for (given, words) in [
        (json!({"words": ["Own"]}), "a has no output words. Its outputs: texts, documents."),
        (json!({"texts": "Own"}), "a: texts must be a list of texts, but is text."),
        (
            json!({"texts": ["Own", 7]}),
            "a: texts must be a list of texts, but its item 2 is a number.",
        ),
    ] {
        assert_eq!(skip(&given), (false, Err(Refused::Unfit(words.to_owned()))));
    }
    for given in [json!({"texts": ["Own"]}), json!({"texts": [], "documents": []}), json!({})] {
        assert_eq!(skip(&given), (true, Ok(())), "{given}");
    }
}

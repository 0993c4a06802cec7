//! What people say outlasts what the engine does by itself, and is done as they were told.

mod changes;
pub(crate) mod lines;
mod redo;
mod reviews;
mod steering;

use model::{
    decide::{self, Outcome, ParentWord, Refused, Report, Snapshot, Transition},
    execution::{
        event::EventKind,
        failure::Failure,
        queue::Queued,
        state::{EndReason, ExecutionStatus as Status, NodeStatus, PauseReason},
    },
    id::NodeId,
    time::Timestamp,
    value::{MAX_DEPTH, MAX_WEIGHT},
    workflow::Workflow,
};
use serde_json::{Value, json};

use crate::decide::{
    input::Ending,
    items::{after, all_done, all_end, chain, claim, launched, status},
    states::decided_at,
    world::{approve_all, report, reviewer},
};

fn pause(transition: &mut Transition<'_>) {
    decide::pause(transition).unwrap();
}

/// The start and these steps, with edges from them or, as in `check.approved`, from their ports.
pub(crate) fn drawn(steps: &[(&str, &str, Value)], edges: &[(&str, &str)]) -> Workflow {
    let node = |(id, kind, data): &(&str, &str, Value)| json!({"id": id, "type": kind, "position": {"x": 0, "y": 0}, "data": data});
    let start = [("start", "start", json!({"config": {}}))];
    let nodes: Vec<Value> = start.iter().chain(steps).map(node).collect();
    let edge = |(from, target): &(&str, &str)| {
        let (source, port) = match from.split_once('.') {
            Some((source, port)) => (source, Some(port)),
            None => (*from, None),
        };
        json!({"id": format!("{from}-{target}"), "source": source, "sourceHandle": port,
               "target": target})
    };
    let edges: Vec<Value> = edges.iter().map(edge).collect();
    let drawn = json!({"schemaVersion": 1, "name": "Drawn", "nodes": nodes, "edges": edges});
    serde_json::from_value(drawn).unwrap()
}

fn text() -> Value {
    json!({"config": {"prompt": "Write"}})
}

/// Which of these steps can begin.
fn begun<'a>(snapshot: &Snapshot, steps: &[&'a str]) -> Vec<&'a str> {
    let begun = |step: &&str| status(snapshot, step) == NodeStatus::Ready;
    steps.iter().copied().filter(begun).collect()
}

/// Why it is refused; nothing is changed then.
fn refused(
    before: &Snapshot,
    decision: impl FnOnce(&mut Transition<'_>) -> Result<(), Refused>,
) -> Refused {
    let (after, events, answer) = decided_at(Timestamp(5), before.clone(), decision);
    assert!(events.is_empty());
    assert_eq!((&after.nodes, after.budget), (&before.nodes, before.budget));
    answer.unwrap_err()
}

#[test]
fn rel_e8_a_persons_pause_outlasts_what_else_it_was_paused_for() {
    let steps = [("write", "generate_copy"), ("check", "review"), ("next", "generate_copy")];
    let asked = after(launched(chain(&steps)), |transition| assert_eq!(all_done(transition), 3));
    assert_eq!(asked.pause_reason, Some(PauseReason::Review));

    let paused = after(asked, pause);
    assert_eq!(paused.pause_reason, Some(PauseReason::User));
    let approved = after(paused, approve_all);

    assert_eq!((approved.status, status(&approved, "next")), (Status::Paused, NodeStatus::Ready));
    let held =
        after(approved, |transition| assert!(claim(transition).is_empty(), "nothing starts"));
    let gone_on = after(held, |transition| {
        decide::resume(transition).unwrap();
        assert_eq!(all_done(transition), 1);
    });
    assert_eq!(gone_on.status, Status::Completed);
}

#[test]
fn only_what_a_person_asked_for_is_recorded_with_their_name() {
    let launched = launched(chain(&[("write", "generate_copy")]));
    for (reason, named) in [(EndReason::User, true), (EndReason::Deadline, false)] {
        let (_, events, ()) = decided_at(Timestamp(5), launched.clone(), |transition| {
            transition.set_requester(Some(reviewer(1)));
            decide::stop(transition, reason).unwrap();
        });

        let stopped = events.iter().find_map(|event| match &event.kind {
            EventKind::ExecutionStopped(stopped) => Some(stopped.by.is_some()),
            _ => None,
        });
        assert_eq!(stopped, Some(named));
    }
}

#[test]
fn rel_e8_who_resumes_what_waits_for_a_decision_is_asked_for_it_again() {
    let steps = [("write", "generate_copy"), ("check", "review")];
    let asked = after(launched(chain(&steps)), |transition| assert_eq!(all_done(transition), 3));

    let resumed = after(after(asked, pause), |transition| decide::resume(transition).unwrap());

    assert_eq!(resumed.pause_reason, Some(PauseReason::Review));
}

#[test]
fn rel_e8_a_persons_pause_outlasts_a_breakpoint_and_the_parents_pause() {
    let steps = [("write", "generate_copy"), ("next", "generate_copy")];
    let launched = launched(chain(&steps));
    let below = after(launched.clone(), |transition| {
        decide::follow_parent(transition, ParentWord::Pause).unwrap()
    });
    let resumed = after(after(below, pause), |transition| {
        decide::follow_parent(transition, ParentWord::Resume).unwrap()
    });
    assert_eq!(resumed.pause_reason, Some(PauseReason::User));

    let held = after(launched, |transition| {
        decide::set_breakpoints(transition, ["next".into()].into()).unwrap();
        all_done(transition);
    });
    assert_eq!(held.pause_reason, Some(PauseReason::Breakpoint));
    let triggered = after(after(held, pause), |transition| {
        decide::trigger_node(transition, &"next".into(), None).unwrap();
        assert!(claim(transition).is_empty(), "nothing starts");
    });
    assert_eq!(triggered.pause_reason, Some(PauseReason::User));
}

#[test]
fn a_child_that_had_to_wait_for_a_place_stands_at_its_breakpoint_again() {
    let steps = [("write", "generate_copy"), ("next", "generate_copy")];
    let held = after(launched(chain(&steps)), |transition| {
        decide::set_breakpoints(transition, ["next".into()].into()).unwrap();
        all_done(transition);
    });
    let below =
        after(held, |transition| decide::follow_parent(transition, ParentWord::Pause).unwrap());

    let queued = after(below, |transition| {
        transition.set_queued(Some(Queued { position: 1, running: 10 }));
        decide::follow_parent(transition, ParentWord::Resume).unwrap();
    });

    assert_eq!(queued.status, Status::Pending);
    let placed = after(queued, |transition| decide::admit(transition).unwrap());
    assert_eq!(placed.pause_reason, Some(PauseReason::Breakpoint));
}

#[test]
fn a_retry_makes_no_other_number_of_items() {
    let failing = |transition: &mut Transition<'_>| {
        for job in claim(transition) {
            let refused = Ending::Failed(Failure::permanent("refused", "never"));
            decide::settle_report(transition, report((job.id, job.fence), &refused, 0)).unwrap();
        }
    };
    let failed = after(launched(chain(&[("write", "generate_copy")])), failing);
    assert_eq!(failed.error.as_deref(), Some("write: 3 of 3 items failed. never"));
    let with = |transition: &mut Transition<'_>, changes: Value| {
        decide::retry_node(transition, &"write".into(), changes.as_object())
    };

    let refused = decided_at(Timestamp(5), failed.clone(), |transition: &mut Transition<'_>| {
        with(transition, json!({"quantity": 5, "prompt": "Other"})).unwrap_err()
    });

    assert!(matches!(&refused.2, Refused::Unfit(words) if words.contains("of its 3 items")));
    assert_eq!(refused.0.nodes, failed.nodes, "nothing is changed");
    let again = after(failed, |transition| {
        with(transition, json!({"quantity": 3, "prompt": "B"})).unwrap()
    });
    assert_eq!(again.status, Status::Running);
}

/// Retries the step as somebody saw it.
fn retry(transition: &mut Transition<'_>, seen: Option<i32>) -> Result<(), Refused> {
    let write = NodeId::from("write");
    decide::check_generation(transition.snapshot(), &write, seen)
        .and_then(|()| decide::retry_node(transition, &write, None))
}

#[test]
fn who_retries_what_somebody_has_retried_in_vain_is_told_so_and_nothing_runs() {
    let never = Ending::Failed(Failure::permanent("refused", "never"));
    let fail = |transition: &mut Transition<'_>| assert_eq!(all_end(transition, &never), 3);
    let failed = after(launched(chain(&[("write", "generate_copy")])), fail);
    let seen = failed.nodes[&NodeId::from("write")].generation;
    let told = |words: &str| Refused::NotHere(words.to_owned());

    let again = after(failed, |transition| retry(transition, Some(seen)).unwrap());

    let words = "Someone else ran “write” again. Check it again";
    assert_eq!(refused(&again, |transition| retry(transition, Some(seen))), told(words));
    let failed = after(again, fail);
    let words = "Someone else ran “write” again, and it failed again. Check it again";
    assert_eq!(refused(&failed, |transition| retry(transition, Some(seen))), told(words));
    for seen in [Some(seen + 1), None] {
        let again = after(failed.clone(), |transition| retry(transition, seen).unwrap());
        assert_eq!(again.status, Status::Running);
    }
}

#[test]
fn of_two_who_change_the_budget_that_they_saw_the_second_is_told_what_it_is_now() {
    type Sum = Option<i64>;
    let set = |transition: &mut Transition<'_>, was: Option<Sum>, micros: Sum| {
        decide::check_budget_seen(transition.snapshot(), was)
            .and_then(|()| decide::set_budget(transition, micros))
    };
    let told = |words: &str| Refused::NotHere(words.to_owned());
    let (two, three) = (Some(2_000_000), Some(3_000_000));
    let launched = launched(chain(&[("write", "generate_copy")]));

    let capped = after(launched, |transition| set(transition, Some(None), two).unwrap());

    let words = "Someone else changed the budget: it is now $2.00. Check it again";
    assert_eq!(refused(&capped, |transition| set(transition, Some(None), three)), told(words));
    let free = after(capped.clone(), |transition| set(transition, Some(two), None).unwrap());
    let words = "Someone else changed the budget: it now has none. Check it again";
    assert_eq!(refused(&free, |transition| set(transition, Some(two), three)), told(words));
    let unseen = after(capped, |transition| set(transition, None, three).unwrap());
    assert_eq!(unseen.budget, three);
    let stopped = after(unseen, |transition| decide::stop(transition, EndReason::User).unwrap());
    let over = refused(&stopped, |transition| set(transition, Some(two), None));
    assert!(matches!(over, Refused::NotAllowed { .. }), "{over:?}");
}

#[test]
fn what_nobody_could_hold_read_or_rely_on_is_not_recorded() {
    let deep = (0..=MAX_DEPTH).fold(json!(1), |inner, _| json!([inner]));
    let heavy = json!(["x".repeat(MAX_WEIGHT)]);
    for (given, code, why) in [
        (deep, "unrecordable_output", "64 levels"),
        (json!("a\0b"), "unrecordable_output", "U+0000"),
        (heavy, "unrecordable_output", "16 MiB"),
        (json!("words"), "unfit_output", "write: texts must be a list of texts, but is text."),
    ] {
        let mut failed = after(launched(chain(&[("write", "generate_copy")])), |transition| {
            for job in claim(transition) {
                let mut report = report((job.id, job.fence), &Ending::Done, 0);
                give(&mut report, &given);
                decide::settle_report(transition, report).unwrap();
            }
        });
        let node = failed.nodes.remove(&NodeId::from("write")).unwrap();
        let failure = node.failure.unwrap();
        assert_eq!((node.status, &*failure.code), (NodeStatus::Failed, code));
        assert!(failure.message.contains(why), "{}", failure.message);
    }
}

fn give(report: &mut Report, value: &Value) {
    let Outcome::Done(output) = &mut report.outcome else { panic!("it is done") };
    output.values.insert("texts".to_owned(), value.clone());
}

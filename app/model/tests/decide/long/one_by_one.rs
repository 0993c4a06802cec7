//! A loop whose iterations come one after the other goes back to none, and goes on only where it is
//! known that it does not end.

use model::{
    decide::{self, Refused, Snapshot},
    execution::{
        failure::Failure,
        state::{ExecutionStatus as Status, NodeStatus, RoundState},
    },
    id::NodeId,
    workflow::Workflow,
};
use serde_json::{Value, json};

use crate::decide::{
    action_policy::looping,
    input::Ending,
    items::{after, all_end, claim, launched},
    workflows::listed,
    world::report,
};

#[test]
fn a_failed_iteration_is_not_tried_again_beside_the_next_one() {
    let mut workflow = looping();
    let each = workflow.nodes.iter_mut().find(|node| node.id == "each".into()).unwrap();
    let one_by_one = json!({"stop_when": "false"});
    each.data.config = each.data.config.with_changes(one_by_one.as_object().unwrap()).unwrap();
    let write =
        |iteration| NodeId::from("write").in_round(&NodeId::from("each").round_of(iteration));

    let refused = Ending::Failed(Failure::permanent("refused", "No"));
    let next = after(launched(workflow), |transition| {
        all_end(transition, &refused);
    });

    let stands = [0, 1].map(|iteration| next.nodes[&write(iteration)].status);
    assert_eq!(stands, [NodeStatus::Failed, NodeStatus::Ready]);
    after(next, |transition| {
        let refused = decide::retry_node(transition, &write(0), None).unwrap_err();
        assert!(matches!(refused, Refused::WentOn(_)), "{refused:?}");
        let refused = decide::skip_node(transition, &write(0), None).unwrap_err();
        assert!(matches!(refused, Refused::WentOn(_)), "{refused:?}");
    });
}

/// start → each (write) → end: an iteration for each of so many items, until the condition holds.
fn until(items: usize, each: &Value) -> Workflow {
    let node = |id: &str, kind: &str, within: Option<&str>, config: &Value| {
        json!({"id": id, "type": kind, "position": {"x": 0, "y": 0}, "parentId": within,
               "data": {"config": config}})
    };
    let edge = |source: &str, port: Option<&str>, target: &str| {
        json!({"id": format!("{source}-{target}"), "source": source, "sourceHandle": port,
               "target": target})
    };
    let mut iterations = json!({"items": listed(items).as_str()});
    iterations.as_object_mut().unwrap().extend(each.as_object().unwrap().clone());
    let nodes = [
        node("start", "start", None, &json!({})),
        node("each", "for_each", None, &iterations),
        node("write", "generate_copy", Some("each"), &json!({"prompt": "Write"})),
        node("end", "end", None, &json!({})),
    ];
    let edges = [
        edge("start", None, "each"),
        edge("each", Some("item"), "write"),
        edge("write", Some("texts"), "each"),
        edge("each", Some("output"), "end"),
    ];
    serde_json::from_value(json!({"nodes": nodes, "edges": edges})).unwrap()
}

/// The first iteration is done, and nobody can tell whether the loop ends after it.
fn untold(items: usize) -> Snapshot {
    let condition = json!({"stop_when": "item[0].score > 8"});
    let ended = after(launched(until(items, &condition)), |transition| {
        assert_eq!(all_end(transition, &Ending::Done), 1);
    });
    let failure = ended.nodes["each"].failure.as_ref().unwrap();
    assert_eq!((ended.status, failure.code.as_str()), (Status::Failed, "expression"));
    ended
}

/// What comes of a retry of the loop, with that condition if there is one.
fn retried(failed: Snapshot, condition: Option<&str>) -> Snapshot {
    let condition = condition.map(|condition| json!({"stop_when": condition}));
    let changes = condition.as_ref().and_then(Value::as_object);
    after(failed, |transition| decide::retry_node(transition, &"each".into(), changes).unwrap())
}

fn iterations(snapshot: &Snapshot) -> &[RoundState] {
    &snapshot.nodes["each"].iterations
}

/// How many jobs there have been; none is left to do where a loop is over.
fn jobs(snapshot: &Snapshot) -> usize {
    snapshot.jobs.len()
}

#[test]
fn a_condition_that_still_cannot_be_worked_out_fails_again_in_the_same_words_and_nothing_runs() {
    for items in [1, 3] {
        let failed = untold(items);

        let again = retried(failed.clone(), None);

        let each = |snapshot: &Snapshot| snapshot.nodes["each"].clone();
        assert_eq!((again.status, &again.error), (Status::Failed, &failed.error), "{items}");
        assert_eq!(each(&again).failure, each(&failed).failure, "{items}");
        assert_eq!(iterations(&again), iterations(&failed), "{items}");
        assert_eq!(jobs(&again), 1, "{items}");
        assert_eq!(retried(again, None).error, failed.error, "and once more");
    }
}

#[test]
fn an_iteration_that_satisfies_the_corrected_condition_is_the_last() {
    for items in [1, 3] {
        let done = retried(untold(items), Some("item[0] == \"Words\""));

        assert_eq!((done.status, jobs(&done)), (Status::Completed, 1), "{items}");
        assert_eq!(iterations(&done), [RoundState::Done], "{items}");
        assert_eq!(done.output, Some(json!([["Words"]])), "{items}");
    }
}

#[test]
fn an_iteration_that_does_not_satisfy_it_is_followed_by_the_next_or_the_end() {
    let corrected = Some("item[0] == \"Better\"");

    let next = retried(untold(3), corrected);

    assert_eq!((next.status, jobs(&next)), (Status::Running, 2));
    let stands = [RoundState::Done, RoundState::Running, RoundState::Waiting];
    assert_eq!(iterations(&next), stands);
    let second = after(next, |transition| assert_eq!(all_end(transition, &Ending::Done), 1));
    let third = after(second, |transition| assert_eq!(all_end(transition, &Ending::Done), 1));
    assert_eq!((third.status, jobs(&third)), (Status::Completed, 3));

    let last = retried(untold(1), corrected);
    assert_eq!((last.status, jobs(&last)), (Status::Completed, 1));
}

#[test]
fn an_iteration_that_failed_is_made_again_without_asking_about_the_one_before() {
    let mut first = launched(until(3, &json!({"stop_when": "item[0] == \"Better\""})));
    let refused = Ending::Failed(Failure::permanent("refused", "No"));
    for ending in [Ending::Done, refused] {
        first = after(first, |transition| assert_eq!(all_end(transition, &ending), 1));
    }
    assert_eq!(iterations(&first), [RoundState::Done, RoundState::Failed, RoundState::Waiting]);

    // It would hold after the first iteration.
    let again = retried(first, Some("item[0] == \"Words\""));

    assert_eq!(iterations(&again), [RoundState::Done, RoundState::Running, RoundState::Waiting]);
    let done = after(again, |transition| assert_eq!(all_end(transition, &Ending::Done), 1));
    assert_eq!(done.status, Status::Completed);
    assert_eq!(iterations(&done), [RoundState::Done; 2]);
}

#[test]
fn an_iteration_that_the_loop_went_on_without_stays_failed_when_the_loop_is_retried() {
    let lenient = json!({"stop_when": "item[0].score > 8", "on_round_failure": "continue"});
    let refused = Ending::Failed(Failure::permanent("refused", "No"));
    let gone_on = after(launched(until(3, &lenient)), |transition| {
        assert_eq!(all_end(transition, &refused), 1);
    });
    let failed = after(gone_on, |transition| assert_eq!(all_end(transition, &Ending::Done), 1));
    let stands = [RoundState::Failed, RoundState::Done, RoundState::Waiting];
    assert_eq!((failed.status, iterations(&failed)), (Status::Failed, &stands[..]));

    assert_eq!(iterations(&retried(failed.clone(), None)), stands);
    let done = retried(failed, Some("item[0] == \"Words\""));

    assert_eq!((done.status, iterations(&done)), (Status::Completed, &stands[..2]));
    assert_eq!(done.output, Some(json!([null, ["Words"]])));
}

#[test]
fn a_condition_is_asked_again_also_while_the_execution_is_paused() {
    let condition = json!({"stop_when": "item[0].score > 8"});
    let failed = after(launched(until(3, &condition)), |transition| {
        let job = claim(transition).remove(0);
        decide::pause(transition).unwrap();
        decide::settle_report(transition, report((job.id, job.fence), &Ending::Done, 0)).unwrap();
    });
    assert_eq!(failed.status, Status::Paused);

    let done = retried(failed.clone(), Some("item[0] == \"Words\""));
    assert_eq!(done.nodes["each"].status, NodeStatus::Completed);

    let waits = retried(failed, Some("item[0] == \"Better\""));
    assert_eq!((waits.status, jobs(&waits)), (Status::Paused, 1));
    let resumed = after(waits, |transition| decide::resume(transition).unwrap());
    assert_eq!((resumed.status, jobs(&resumed)), (Status::Running, 2));
}

//! A loop goes on with the list it began with, when it runs and when it is retried.

use model::{
    decide::{self, JobState, Outcome, Restore, Snapshot, Transition},
    execution::{
        event::{ArtifactBody, ArtifactSummary},
        failure::Failure,
        state::{ExecutionStatus as Status, JobStatus, NodeStatus, RoundState},
    },
    id::ArtifactId,
    review::Decision,
    time::Timestamp,
    workflow::Workflow,
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::decide::{
    input::Ending,
    items::{after, all_end, claim, launched, status},
    world::{approve_all, report, reviewer},
};

/// What somebody uses again instead: fewer texts than three, more, and none.
const OLDER: [&[&str]; 3] = [&["x"], &["x", "y", "z", "u"], &[]];

/// A node: its id, its type, the loop around it, how it is set up.
pub(super) type Drawn<'a> = (&'a str, &'a str, Option<&'a str>, Value);

/// A workflow of these nodes, and of connections from a node, or a port of it, to a node.
pub(super) fn drawn(nodes: &[Drawn<'_>], edges: &[(&str, &str)]) -> Workflow {
    let node = |(id, kind, within, config): &Drawn<'_>| {
        json!({"id": id, "type": kind, "position": {"x": 0, "y": 0}, "parentId": within,
               "data": {"label": id, "config": config}})
    };
    let edge = |(from, target): &(&str, &str)| {
        let (source, port) = from.split_once('.').unwrap_or((from, ""));
        let port = (!port.is_empty()).then_some(port);
        json!({"id": format!("{from}-{target}"), "source": source, "sourceHandle": port,
               "target": target})
    };
    let nodes: Vec<Value> = nodes.iter().map(node).collect();
    let edges: Vec<Value> = edges.iter().map(edge).collect();
    serde_json::from_value(json!({"nodes": nodes, "edges": edges})).unwrap()
}

/// start → write → each (copy) → end, and write → check beside it: an iteration for each text.
pub(super) fn looped(each: &Value) -> Workflow {
    let text = json!({"prompt": "Write"});
    let mut iterations = json!({"items": "${nodes.write.texts}"});
    iterations.as_object_mut().unwrap().extend(each.as_object().unwrap().clone());
    let nodes = [
        ("start", "start", None, json!({})),
        ("write", "generate_copy", None, text.clone()),
        ("check", "review", None, json!({})),
        ("each", "for_each", None, iterations),
        ("copy", "generate_copy", Some("each"), text),
        ("end", "end", None, json!({})),
    ];
    let edges = [
        ("start", "write"),
        ("write", "check"),
        ("check", "end"),
        ("write", "each"),
        ("each.item", "copy"),
        ("copy", "each"),
        ("each.output", "end"),
    ];
    drawn(&nodes, &edges)
}

/// A job is done, and gives this by that port.
pub(super) fn ends(transition: &mut Transition<'_>, job: &JobState, port: &str, value: Value) {
    let mut done = report((job.id, job.fence), &Ending::Done, 0);
    let Outcome::Done(output) = &mut done.outcome else { panic!("it is done") };
    output.values = Map::from_iter([(port.to_owned(), value)]);
    decide::settle_report(transition, done).unwrap();
}

/// A step gives these texts.
pub(super) fn gives(transition: &mut Transition<'_>, node: &str, texts: &[&str]) {
    claim(transition);
    let job = transition.snapshot().jobs_of(&node.into())[0].clone();
    ends(transition, &job, "texts", json!(texts));
}

/// Ends an iteration that runs, with its item as its text; that item.
pub(super) fn turn(transition: &mut Transition<'_>) -> Option<Value> {
    claim(transition);
    let runs = |job: &&JobState| job.status == JobStatus::Running && job.node.owner().is_some();
    let job = transition.snapshot().jobs.values().find(runs)?.clone();
    let item = transition.snapshot().scope_at(&job.node, Timestamp(5)).unwrap().item.unwrap();
    ends(transition, &job, "texts", json!([item]));
    Some(item)
}

/// Works on iterations until there are none; through what they went.
pub(super) fn played(mut snapshot: Snapshot) -> (Snapshot, Vec<Value>) {
    let mut seen = vec![];
    loop {
        let mut item = None;
        snapshot = after(snapshot, |transition| item = turn(transition));
        let Some(item) = item else { return (snapshot, seen) };
        seen.push(item);
    }
}

/// An older version of what the step before the loop gave counts again.
fn restore(transition: &mut Transition<'_>, texts: &[&str]) {
    let artifact = ArtifactSummary {
        id: ArtifactId(Uuid::nil()),
        node: "write".into(),
        item: 0,
        port: "texts".to_owned(),
        version: 2,
        sample: true,
        cut_off: false,
        restored: None,
        edited_by: None,
        body: ArtifactBody::text("Older"),
    };
    let output = Map::from_iter([("texts".to_owned(), json!(texts))]);
    decide::restore_output(transition, Restore { artifact, output }).unwrap();
}

fn iterations(snapshot: &Snapshot) -> &[RoundState] {
    &snapshot.nodes["each"].iterations
}

fn output(snapshot: &Snapshot) -> Value {
    snapshot.nodes["each"].output.as_ref().unwrap()["output"].clone()
}

/// One of three iterations is done, the next one waits for a worker.
fn begun() -> Snapshot {
    let one_by_one = looped(&json!({"concurrency": 1}));
    let planned =
        after(launched(one_by_one), |transition| gives(transition, "write", &["a", "b", "c"]));
    after(planned, |transition| assert_eq!(turn(transition), Some(json!("a"))))
}

/// The second of three iterations has failed, the third has not begun.
pub(super) fn failed() -> Snapshot {
    let refused = Ending::Failed(Failure::permanent("refused", "never"));
    let failed = after(begun(), |transition| assert_eq!(all_end(transition, &refused), 1));
    assert_eq!(status(&failed, "each"), NodeStatus::Failed);
    failed
}

#[test]
fn a_loop_that_runs_goes_through_what_it_began_with_when_that_is_rolled_back() {
    for older in OLDER {
        let restored = after(begun(), |transition| restore(transition, older));

        let (ended, seen) = played(restored);

        assert_eq!(seen, [json!("b"), json!("c")], "{older:?}");
        assert_eq!(output(&ended), json!([["a"], ["b"], ["c"]]), "{older:?}");
        let done = after(ended, approve_all);
        assert_eq!(done.status, Status::Completed, "{older:?}");
        assert_eq!(done.nodes["each"].planned, None, "it is kept until the loop is done");
    }
}

#[test]
fn a_loop_that_is_retried_goes_through_what_it_began_with_although_that_was_rolled_back() {
    for older in OLDER {
        let restored = after(failed(), |transition| restore(transition, older));

        let again = after(restored, |transition| {
            decide::retry_node(transition, &"each".into(), None).unwrap()
        });

        let (ended, seen) = played(again);
        assert_eq!(seen, [json!("b"), json!("c")], "{older:?}");
        assert_eq!(output(&ended), json!([["a"], ["b"], ["c"]]), "{older:?}");
    }
}

#[test]
fn a_loop_under_way_keeps_its_list_while_a_reviewer_has_that_made_anew() {
    let asked = begun().nodes["check"].review.as_ref().unwrap().id;
    let changes = Decision::Changes { reason: "Shorter".to_owned() };
    let again = after(begun(), |transition| {
        decide::decide_review(transition, asked, changes, reviewer(1)).unwrap()
    });
    assert!(again.nodes["write"].output.is_none());

    let second = after(again, |transition| assert_eq!(turn(transition), Some(json!("b"))));
    let rewritten = after(second, |transition| gives(transition, "write", &["x"]));

    let (ended, seen) = played(rewritten);
    assert_eq!(seen, [json!("c")]);
    assert_eq!(output(&ended), json!([["a"], ["b"], ["c"]]));
}

#[test]
fn iterations_of_which_none_has_begun_are_planned_anew_when_their_list_changes() {
    let paused = after(launched(looped(&json!({}))), |transition| {
        claim(transition);
        decide::pause(transition).unwrap();
        gives(transition, "write", &["a", "b", "c"]);
    });
    assert_eq!(iterations(&paused), [RoundState::Waiting; 3]);

    let restored = after(paused.clone(), |transition| restore(transition, &["x", "y"]));
    assert_eq!(iterations(&restored), [RoundState::Waiting; 2]);
    let resumed = after(restored, |transition| decide::resume(transition).unwrap());
    assert_eq!(played(resumed).1, [json!("x"), json!("y")]);

    let other = json!({"items": "${[\"u\"]}"});
    let edited = after(paused, |transition| {
        decide::edit_node(transition, &"each".into(), other.as_object().unwrap(), &Map::new())
            .unwrap();
        decide::resume(transition).unwrap();
    });
    assert_eq!(played(edited).1, [json!("u")]);
}

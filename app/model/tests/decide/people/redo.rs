//! Doing a step again inside its run: what becomes of those that depend on it.

use model::{
    decide::{self, JobState, Refused, Snapshot, Transition},
    execution::{
        action_policy::Dependents::{self, Keep, Redo},
        failure::Failure,
        state::{ExecutionStatus, NodeStatus as Is},
    },
    id::NodeId,
};
use serde_json::{Map, Value, json};

use super::changes::{drawn, usual};
use crate::decide::{
    children,
    input::Ending,
    items::{after, all_done, claim, launched, status},
    world::approve_all,
};

/// What a step has done with the output of the one before it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Before {
    Held,
    Works,
    Done,
    Failed,
    Asks,
}

/// A text, what depends on it, and a wait beside them that keeps the run open.
fn open_run(kind: &str, before: Before) -> Snapshot {
    let nodes = [
        usual("copy", "generate_copy"),
        usual("dep", kind),
        ("rest", "wait", json!({"seconds": 3600})),
    ];
    let out = if kind == "review" { "dep.approved" } else { "dep" };
    let edges = [("start", "copy"), ("copy.texts", "dep"), (out, "end"), ("start", "rest")];
    let edges = [&edges[..], &[("rest", "end")]].concat();
    let mut run = launched(drawn(&nodes, &edges));
    if before == Before::Held {
        run = after(run, |transition| {
            decide::set_breakpoints(transition, ["dep".into()].into()).unwrap();
        });
    }
    run = after(run, |transition| assert_eq!(answer(transition, &Ending::Done), ["copy"]));
    let refused = Ending::Failed(Failure::permanent("refused", "never"));
    after(run, |transition| match before {
        Before::Works => assert_eq!(claim(transition).len(), 1),
        Before::Failed => assert_eq!(answer(transition, &refused), ["dep"]),
        Before::Done if kind == "review" => approve_all(transition),
        Before::Done => drop(answer(transition, &Ending::Done)),
        Before::Held | Before::Asks => {}
    })
}

/// Ends every job that can be claimed; of which steps they were.
fn answer(transition: &mut Transition<'_>, ending: &Ending) -> Vec<String> {
    let jobs: Vec<JobState> = claim(transition);
    jobs.iter().for_each(|job| children::answer(transition, job, ending, 0).unwrap());
    jobs.into_iter().map(|job| job.node.0).collect()
}

fn redo(run: &Snapshot, dependents: Dependents) -> Snapshot {
    let changed = json!({"prompt": "Write better"});
    after(run.clone(), |transition| {
        decide::redo_node(transition, &"copy".into(), changed.as_object(), dependents).unwrap();
    })
}

fn generation(run: &Snapshot, node: &str) -> i32 {
    run.nodes[&NodeId::from(node)].generation
}

#[test]
fn dependents_wait_again_finish_or_are_done_again_as_the_person_chose() {
    use Before::{Asks, Done, Failed, Held, Works};
    // Its type and where it stood; then for each choice where it stands while the text is written
    // again, and once everything that can be done is.
    let table = [
        ("generate_copy", Held, [(Is::Pending, 2, Is::Waiting), (Is::Pending, 2, Is::Waiting)]),
        ("generate_copy", Works, [(Is::Running, 1, Is::Running), (Is::Running, 1, Is::Running)]),
        (
            "generate_copy",
            Done,
            [(Is::Completed, 1, Is::Completed), (Is::Pending, 2, Is::Completed)],
        ),
        ("generate_copy", Failed, [(Is::Failed, 1, Is::Failed), (Is::Pending, 2, Is::Completed)]),
        (
            "review",
            Asks,
            [(Is::Pending, 2, Is::AwaitingReview), (Is::Pending, 2, Is::AwaitingReview)],
        ),
        ("review", Done, [(Is::Completed, 1, Is::Completed), (Is::Pending, 2, Is::AwaitingReview)]),
        ("transform", Done, [(Is::Pending, 2, Is::Completed), (Is::Pending, 2, Is::Completed)]),
        ("sub_workflow", Works, [(Is::Running, 1, Is::Running), (Is::Running, 1, Is::Running)]),
    ];
    for (kind, before, expected) in table {
        let run = open_run(kind, before);
        for (dependents, (meanwhile, made, then)) in [Keep, Redo].into_iter().zip(expected) {
            let cell = format!("{kind} {before:?} {dependents:?}");
            let again = redo(&run, dependents);

            assert_eq!(
                (status(&again, "copy"), generation(&again, "copy")),
                (Is::Ready, 2),
                "{cell}"
            );
            assert_eq!(
                (status(&again, "dep"), generation(&again, "dep")),
                (meanwhile, made),
                "{cell}"
            );
            let gave = again.nodes[&NodeId::from("copy")].output.clone();
            assert!(gave.is_some(), "{cell}: what it gave counts until there is more");
            let ended = after(again, |transition| while all_done(transition) > 0 {});
            assert_eq!(
                (status(&ended, "copy"), status(&ended, "dep")),
                (Is::Completed, then),
                "{cell}"
            );
        }
    }
}

#[test]
fn a_step_done_again_keeps_its_output_when_that_is_called_off() {
    let again = redo(&open_run("generate_copy", Before::Done), Redo);
    let config = again.config(&"copy".into()).unwrap().to_value();
    assert_eq!(config["prompt"], "Write better");

    let skipped = after(again.clone(), |transition| {
        decide::skip_node(transition, &"copy".into(), None).unwrap();
    });
    assert_eq!(status(&skipped, "copy"), Is::Completed, "the earlier output counts");
    let refused = Ending::Failed(Failure::permanent("refused", "never"));
    let failed = after(again, |transition| assert_eq!(answer(transition, &refused), ["copy"]));
    assert_eq!((status(&failed, "copy"), status(&failed, "dep")), (Is::Failed, Is::Pending));
    assert_eq!(failed.status, ExecutionStatus::Running, "others are still worked on");
    let kept = after(failed, |transition| {
        decide::skip_node(transition, &"copy".into(), None).unwrap();
    });
    assert_eq!(status(&kept, "copy"), Is::Completed, "what it gave before still counts");

    let asked = redo(&open_run("review", Before::Done), Redo);
    let passed = after(asked, |transition| {
        while all_done(transition) > 0 {}
        decide::skip_node(transition, &"dep".into(), None).unwrap();
    });
    assert_eq!(status(&passed, "dep"), Is::Skipped, "what was decided about others is not");
}

#[test]
fn what_works_by_others_or_has_not_ended_is_not_done_again() {
    let run = open_run("review", Before::Done);
    let ended = after(run.clone(), |transition| {
        decide::skip_node(transition, &"rest".into(), None).unwrap();
    });
    let why = |run: &Snapshot, node: &str, config: Option<Value>| {
        let mut answer = Ok(());
        let config: Option<Map<String, Value>> = config.and_then(|it| it.as_object().cloned());
        after(run.clone(), |transition| {
            answer = decide::redo_node(transition, &node.into(), config.as_ref(), Keep);
        });
        answer.unwrap_err()
    };

    assert!(matches!(why(&run, "rest", None), Refused::NotNow { .. }), "it waits");
    for node in ["start", "dep"] {
        assert!(matches!(why(&run, node, None), Refused::NotHere(_)), "{node}");
    }
    assert!(matches!(why(&run, "nowhere", None), Refused::UnknownNode(_)));
    let wrong = Some(json!({"prompt": ""}));
    assert!(matches!(why(&run, "copy", wrong), Refused::Misset(_)));
    assert_eq!(ended.status, ExecutionStatus::Completed);
    assert!(matches!(why(&ended, "copy", None), Refused::NotAllowed { .. }));
}

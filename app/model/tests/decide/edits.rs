//! What people change of steps that have not run: only what the drawing has a place for, and of what
//! lies in a loop the iterations to come.

use std::sync::Arc;

use model::{
    decide::{self, Refused, Snapshot, Transition},
    execution::{
        event::{Event, EventKind},
        failure::Failure,
        state::{EndReason, ExecutionStatus as Status, NodeStatus},
    },
    id::NodeId,
    nodes::{NodeConfig, NodeKind},
    problem::FieldProblem,
    time::Timestamp,
    validate,
    workflow::Workflow,
};
use serde_json::{Map, Value, json};

use crate::decide::{
    action_policy::looping,
    input::Ending,
    items::{after, all_done, all_end, launched, status},
    states::decided_at,
};

/// start → write → size; where that is big → a, else → fork → b and c; all of them → end. The connection
/// to a names no port: the first fits.
fn forking(big: &str) -> Workflow {
    let node = |id: &str, kind: &str, config: Value| json!({"id": id, "type": kind, "position": {"x": 0, "y": 0}, "data": {"config": config}});
    let edge = |(source, port, target): (&str, Option<&str>, &str)| json!({"id": format!("{source}-{target}"), "source": source, "sourceHandle": port, "target": target});
    let text = |id: &str| node(id, "generate_copy", json!({"prompt": "Write"}));
    let nodes = [
        node("start", "start", json!({})),
        text("write"),
        node("size", "conditional", json!({"branches": [{"id": "big", "when": big}]})),
        text("a"),
        node("fork", "parallel", json!({})),
        text("b"),
        text("c"),
        node("end", "end", json!({})),
    ];
    let edges = [
        ("start", None, "write"),
        ("write", None, "size"),
        ("size", None, "a"),
        ("size", Some("else"), "fork"),
        ("fork", Some("lane_1"), "b"),
        ("fork", Some("lane_2"), "c"),
        ("a", None, "end"),
        ("b", Some("documents"), "end"),
        ("c", None, "end"),
    ]
    .map(edge);
    let drawn = json!({"schemaVersion": 1, "name": "Forking", "nodes": nodes, "edges": edges});
    let workflow: Workflow = serde_json::from_value(drawn).unwrap();
    let issues = validate::validate(&workflow);
    assert!(validate::is_runnable(&issues), "{issues:?}");
    workflow
}

fn edit(transition: &mut Transition<'_>, node: &str, config: &Value) -> Result<(), Refused> {
    decide::edit_node(transition, &node.into(), config.as_object().unwrap(), &Map::new())
}

fn retry(transition: &mut Transition<'_>, node: &str, config: &Value) -> Result<(), Refused> {
    decide::retry_node(transition, &node.into(), config.as_object())
}

/// What is wrong with a change; nothing is changed then.
fn misset(
    before: &Snapshot,
    change: impl FnOnce(&mut Transition<'_>) -> Result<(), Refused>,
) -> FieldProblem {
    let (after, events, answer) = decided_at(Timestamp(5), before.clone(), change);
    assert!(events.is_empty(), "{events:?}");
    assert_eq!((&after.nodes, &after.edges), (&before.nodes, &before.edges));
    match answer {
        Err(Refused::Misset(wrong)) => *wrong,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_change_that_would_leave_a_connection_loose_is_refused_with_its_field_and_the_connection() {
    let before = launched(forking("true"));
    let gone = |from: &str, to: &str, port: &str| {
        format!(
            "The connection from “{from}” to “{to}” uses the output {port}, which this change \
             would remove."
        )
    };
    let renamed = json!({"branches": [{"id": "big2", "when": "true"}]});
    let lanes = json!({
        "on_lane_failure": "continue", "lanes": [{"id": "lane_1"}, {"id": "other"}],
    });
    let unsaved = json!({"prompt": "Write better", "save_as_document": false});
    let nothing_comes = "b (documents) to end (input): there will be no value, because its texts \
                         aren't saved as documents.";
    for (node, config, field, words) in [
        ("size", renamed, "branches", gone("size", "a", "big")),
        ("fork", lanes, "lanes", gone("fork", "c", "lane_2")),
        ("b", unsaved, "save_as_document", nothing_comes.to_owned()),
    ] {
        let wrong = misset(&before, |transition| edit(transition, node, &config));

        assert_eq!(wrong.path, Some(format!("config.{field}")));
        assert_eq!((wrong.code.as_str(), wrong.message), ("invalid_connection", words));
        assert_eq!(wrong.node_id.as_deref(), Some(node));
        assert!(wrong.fix.is_some_and(|fix| fix.contains("Keep its connected outputs")));
    }
}

#[test]
fn ports_that_are_connected_with_nothing_come_and_go() {
    let branches =
        json!({"branches": [{"id": "huge", "when": "false"}, {"id": "big", "when": "true"}]});
    let lanes = json!({"lanes": [{"id": "lane_0"}, {"id": "lane_1"}, {"id": "lane_2"}]});

    let edited = after(launched(forking("false")), |transition| {
        edit(transition, "fork", &lanes).unwrap();
        edit(transition, "size", &branches).unwrap();
        assert_eq!(all_done(transition), 1);
    });

    assert_eq!(status(&edited, "a"), NodeStatus::Ready, "the branch that is connected is taken");
    assert_eq!(status(&edited, "fork"), NodeStatus::Skipped);
}

#[test]
fn a_step_that_failed_is_not_retried_with_ports_that_leave_a_connection_loose() {
    let failed = after(launched(forking("nodes.write.texts[9] == 'big'")), |transition| {
        assert_eq!(all_done(transition), 1);
    });
    assert_eq!(failed.status, Status::Failed);
    let when_true = |id: &str| json!({"branches": [{"id": id, "when": "true"}]});

    let wrong = misset(&failed, |transition| retry(transition, "size", &when_true("big2")));

    assert_eq!(wrong.path.as_deref(), Some("config.branches"));
    assert!(wrong.message.contains("“size” to “a”"), "{}", wrong.message);
    let again = after(failed, |transition| retry(transition, "size", &when_true("big")).unwrap());
    assert_eq!(status(&again, "a"), NodeStatus::Ready);
}

/// The loop with three iterations, one after the other; what one failed iteration means is as
/// given.
fn one_by_one(on_round_failure: &str) -> Workflow {
    let mut workflow = looping();
    let each = workflow.nodes.iter_mut().find(|node| node.id == "each".into()).unwrap();
    let iterations = json!({
        "items": "${[1, 2, 3]}", "concurrency": 1, "on_round_failure": on_round_failure,
    });
    each.data.config = each.data.config.with_changes(iterations.as_object().unwrap()).unwrap();
    workflow
}

/// The prompt of `write`: as drawn, or in an iteration.
fn prompt(snapshot: &Snapshot, iteration: Option<usize>) -> Value {
    let drawn = NodeId::from("write");
    let id = iteration.map_or(drawn.clone(), |number| run(&drawn, number));
    snapshot.config(&id).unwrap().to_value()["prompt"].clone()
}

fn run(drawn: &NodeId, number: usize) -> NodeId {
    drawn.in_round(&NodeId::from("each").round_of(number))
}

/// Everything that can be worked on is done, until nothing is left.
fn worked_off(mut snapshot: Snapshot) -> Snapshot {
    loop {
        let mut done = 0;
        snapshot = after(snapshot, |transition| done = all_done(transition));
        if done == 0 {
            return snapshot;
        }
    }
}

#[test]
fn a_step_of_a_loop_is_changed_as_it_was_drawn_for_the_iterations_to_come_and_no_others() {
    let begun =
        after(launched(one_by_one("continue")), |transition| decide::pause(transition).unwrap());
    let better = json!({"prompt": "Write better", "quantity": 3});

    let (edited, events, answer) =
        decided_at(Timestamp(5), begun, |transition| edit(transition, "write", &better));

    answer.unwrap();
    let [event] = &events[..] else { panic!("{events:?}") };
    let EventKind::NodeEdited { node, fields } = &event.kind else { panic!("{event:?}") };
    assert_eq!(*node, NodeId::from("write"));
    assert_eq!(*fields, ["prompt", "quantity"]);
    assert_eq!([prompt(&edited, None), prompt(&edited, Some(0))], ["Write better", "Write"]);
    let done = worked_off(after(edited, |transition| decide::resume(transition).unwrap()));
    assert_eq!(done.status, Status::Completed);
    let items = |number| done.nodes[&run(&"write".into(), number)].jobs_total;
    assert_eq!([0, 1, 2].map(items), [2, 3, 3]);
    let prompts = [0, 1, 2].map(|iteration| prompt(&done, Some(iteration)));
    assert_eq!(prompts, ["Write", "Write better", "Write better"]);
    let polish = |number| done.nodes[&run(&"polish".into(), number)].config.is_none();
    assert!([0, 1, 2].into_iter().all(polish), "other steps stay as they were drawn");
}

#[test]
fn an_iteration_that_begins_anew_is_set_up_as_those_to_come() {
    let edited = after(launched(one_by_one("fail")), |transition| {
        edit(transition, "write", &json!({"prompt": "Write better"})).unwrap();
    });
    let refused = Ending::Failed(Failure::permanent("refused", "never"));
    let failed = after(edited, |transition| assert_eq!(all_end(transition, &refused), 2));
    assert_eq!((failed.status, prompt(&failed, Some(0))), (Status::Failed, "Write".into()));

    let (again, events, ()) = decided_at(Timestamp(5), failed, |transition| {
        decide::retry_node(transition, &"each".into(), None).unwrap()
    });

    assert_eq!(prompt(&again, Some(0)), "Write better");
    let first = run(&"write".into(), 0);
    let edited = |event: &&Event| match &event.kind {
        EventKind::NodeEdited { node, .. } => *node == first,
        _ => false,
    };
    assert_eq!(events.iter().filter(edited).count(), 1);
    assert_eq!(worked_off(again).status, Status::Completed);
}

#[test]
fn a_step_of_an_iteration_that_was_changed_by_itself_stays_so_when_the_iteration_begins_anew() {
    let edited = after(launched(one_by_one("fail")), |transition| {
        edit(transition, "write", &json!({"prompt": "Write better"})).unwrap();
    });
    let refused = Ending::Failed(Failure::permanent("refused", "never"));
    let mut failed = after(edited, |transition| assert_eq!(all_end(transition, &refused), 2));
    let own = NodeConfig::from_value(NodeKind::GenerateCopy, json!({"prompt": "By itself"}));
    let first = failed.nodes.get_mut(&run(&"write".into(), 0)).unwrap();
    first.config = Some(Arc::new(own.unwrap()));

    let again =
        after(failed, |transition| decide::retry_node(transition, &"each".into(), None).unwrap());

    assert_eq!(prompt(&again, Some(0)), "By itself");
}

#[test]
fn what_the_iterations_to_come_cannot_be_or_somebody_else_has_changed_is_refused() {
    let begun = launched(one_by_one("continue"));
    let later = json!({"prompt": "${nodes.next.texts[0]}"});
    for (config, path) in [(json!({"quantity": 99}), "config.quantity"), (later, "config.prompt")] {
        let wrong = misset(&begun, |transition| edit(transition, "write", &config));
        assert_eq!((wrong.path.as_deref(), wrong.node_id.as_deref()), (Some(path), Some("write")));
    }
    let seen = |transition: &mut Transition<'_>| {
        let [better, was] = ["Write better", "Write"].map(|text| json!({"prompt": text}));
        let seen = (better.as_object().unwrap(), was.as_object().unwrap());
        decide::edit_node(transition, &"write".into(), seen.0, seen.1)
    };

    let edited = after(begun, |transition| seen(transition).unwrap());

    let (late, _, answer) = decided_at(Timestamp(5), edited, seen);
    let words = answer.unwrap_err().to_string();
    assert!(
        words.starts_with("Someone else changed the prompt of “write”. Check it again"),
        "{words}"
    );
    assert_eq!(prompt(&late, None), "Write better");
}

#[test]
fn where_no_iteration_is_to_come_a_step_is_not_changed_as_it_was_drawn() {
    let at_once = launched(looping());
    let text = json!({"prompt": "Write better"});
    let answer = |snapshot: &Snapshot, node: &str| {
        decided_at(Timestamp(5), snapshot.clone(), |transition| edit(transition, node, &text)).2
    };

    let refused = answer(&at_once, "write");

    assert!(
        matches!(&refused, Err(Refused::NotHere(words)) if words.contains("All rounds have started"))
    );
    assert_eq!(answer(&at_once, "polish@each[0]"), Ok(()), "a step of a round that has not begun");
    assert_eq!(answer(&at_once, "nowhere"), Err(Refused::UnknownNode("nowhere".into())));
    let stopped = after(at_once, |transition| decide::stop(transition, EndReason::User).unwrap());
    assert!(matches!(answer(&stopped, "write"), Err(Refused::NotAllowed { .. })));
}

//! What people change of steps that have not run is what the drawing has a place for.

use model::{
    decide::{Draft, Refused, Snapshot},
    execution::state::{ExecutionStatus as Status, NodeStatus},
    problem::FieldProblem,
    time::Timestamp,
    validate,
    workflow::Workflow,
};
use serde_json::{Map, Value, json};

use crate::{
    items::{after, all_done, launched, status},
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

fn edit(draft: &mut Draft<'_>, node: &str, config: &Value) -> Result<(), Refused> {
    draft.edit_node(&node.into(), (config.as_object().unwrap(), &Map::new()))
}

fn retry(draft: &mut Draft<'_>, node: &str, config: &Value) -> Result<(), Refused> {
    draft.retry_node(&node.into(), config.as_object())
}

/// What is wrong with a change; nothing is changed then.
fn misset(
    before: &Snapshot,
    change: impl FnOnce(&mut Draft<'_>) -> Result<(), Refused>,
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
        format!("“{from}” to “{to}”: this connection leaves by {port}, which would be gone.")
    };
    let renamed = json!({"branches": [{"id": "big2", "when": "true"}]});
    let lanes = json!({"on_lane_failure": "continue", "lanes": [{"id": "lane_1"}, {"id": "other"}]});
    let unsaved = json!({"prompt": "Write better", "save_as_document": false});
    let nothing_comes = "b (documents) to end (input): nothing will come, because it does not save \
                         its texts as documents.";
    for (node, config, field, words) in [
        ("size", renamed, "branches", gone("size", "a", "big")),
        ("fork", lanes, "lanes", gone("fork", "c", "lane_2")),
        ("b", unsaved, "save_as_document", nothing_comes.to_owned()),
    ] {
        let wrong = misset(&before, |draft| edit(draft, node, &config));

        assert_eq!(wrong.path, Some(format!("config.{field}")));
        assert_eq!((wrong.code.as_str(), wrong.message), ("invalid_connection", words));
        assert_eq!(wrong.node_id.as_deref(), Some(node));
        assert!(wrong.fix.is_some_and(|fix| fix.contains("ports that are connected")));
    }
}

#[test]
fn ports_that_are_connected_with_nothing_come_and_go() {
    let branches =
        json!({"branches": [{"id": "huge", "when": "false"}, {"id": "big", "when": "true"}]});
    let lanes = json!({"lanes": [{"id": "lane_0"}, {"id": "lane_1"}, {"id": "lane_2"}]});

    let edited = after(launched(forking("false")), |draft| {
        edit(draft, "fork", &lanes).unwrap();
        edit(draft, "size", &branches).unwrap();
        assert_eq!(all_done(draft), 1);
    });

    assert_eq!(status(&edited, "a"), NodeStatus::Ready, "the branch that is connected is taken");
    assert_eq!(status(&edited, "fork"), NodeStatus::Skipped);
}

#[test]
fn a_step_that_failed_is_not_retried_with_ports_that_leave_a_connection_loose() {
    let failed = after(launched(forking("nodes.write.texts[9] == 'big'")), |draft| {
        assert_eq!(all_done(draft), 1);
    });
    assert_eq!(failed.status, Status::Failed);
    let when_true = |id: &str| json!({"branches": [{"id": id, "when": "true"}]});

    let wrong = misset(&failed, |draft| retry(draft, "size", &when_true("big2")));

    assert_eq!(wrong.path.as_deref(), Some("config.branches"));
    assert!(wrong.message.contains("“size” to “a”"), "{}", wrong.message);
    let again = after(failed, |draft| retry(draft, "size", &when_true("big")).unwrap());
    assert_eq!(status(&again, "a"), NodeStatus::Ready);
}

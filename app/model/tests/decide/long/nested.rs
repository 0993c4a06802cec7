//! What follows a loop inside a loop belongs to the iteration around it.

use model::{
    execution::state::{ExecutionStatus, NodeStatus},
    id::NodeId,
    workflow::Workflow,
};
use serde_json::{Value, json};

use crate::decide::items::{after, all_done, launched};

/// In each iteration of the outer loop, a step after the inner one.
fn nested() -> Workflow {
    let node = |id: &str, kind: &str, within: Option<&str>, config: Value| {
        let position = json!({"x": 0, "y": 0});
        json!({"id": id, "type": kind, "position": position, "parentId": within, "data": {"config": config}})
    };
    let (items, text) = (json!({"items": "${[1, 2]}"}), json!({"prompt": "Write"}));
    let nodes = [
        node("start", "start", None, json!({})),
        node("outer", "for_each", None, items.clone()),
        node("inner", "for_each", Some("outer"), items),
        node("write", "generate_copy", Some("inner"), text.clone()),
        node("sum", "generate_copy", Some("outer"), text),
        node("end", "end", None, json!({})),
    ];
    let edge = |(source, port, target): (&str, Option<&str>, &str)| json!({"id": format!("{source}-{target}"), "source": source, "sourceHandle": port, "target": target});
    let edges = [
        ("start", None, "outer"),
        ("outer", Some("item"), "inner"),
        ("inner", Some("item"), "write"),
        ("write", None, "inner"),
        ("inner", None, "sum"),
        ("sum", None, "outer"),
        ("outer", None, "end"),
    ]
    .map(edge);
    let drawn = json!({"schemaVersion": 1, "name": "Nested", "nodes": nodes, "edges": edges});
    serde_json::from_value(drawn).unwrap()
}

#[test]
fn what_follows_a_loop_in_a_loop_runs_in_each_iteration() {
    let mut snapshot = launched(nested());
    let mut jobs = 0;
    loop {
        let mut done = 0;
        snapshot = after(snapshot, |transition| done = all_done(transition));
        if done == 0 {
            break;
        }
        jobs += done;
    }

    assert_eq!((snapshot.status, jobs), (ExecutionStatus::Completed, 6));
    for iteration in [0, 1] {
        let sum = NodeId::from("sum").in_round(&NodeId::from("outer").round_of(iteration));
        assert_eq!(snapshot.nodes[&sum].status, NodeStatus::Completed);
    }
}

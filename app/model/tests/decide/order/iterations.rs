//! Iterations side by side end in any order.

use model::{
    decide::Transition,
    execution::state::{ExecutionStatus, JobStatus},
    workflow::Workflow,
};
use serde_json::{Value, json};

use super::write;
use crate::decide::{
    items::{after, claim, launched},
    workflows::listed,
};

/// start → each (write) → end: five iterations, so many of them at once.
fn looped(at_once: u32) -> Workflow {
    let node = |id: &str, kind: &str, within: Option<&str>, config: Value| {
        let position = json!({"x": 0, "y": 0});
        json!({"id": id, "type": kind, "position": position, "parentId": within, "data": {"config": config}})
    };
    let edge = |source: &str, port: &str, target: &str| {
        json!({"id": format!("{source}_{target}"), "source": source, "sourceHandle": port,
               "target": target})
    };
    let each = json!({"items": listed(5).as_str(), "concurrency": at_once});
    let workflow = json!({
        "nodes": [
            node("start", "start", None, json!({})),
            node("each", "for_each", None, each),
            node("write", "generate_copy", Some("each"), json!({"prompt": "Write"})),
            node("end", "end", None, json!({})),
        ],
        "edges": [
            edge("start", "all", "each"), edge("each", "item", "write"),
            edge("write", "texts", "each"), edge("each", "output", "end"),
        ],
    });
    serde_json::from_value(workflow).unwrap()
}

/// Ends the last of the iterations that run, with its number as its text; which that was.
fn end_last(transition: &mut Transition<'_>) -> Option<usize> {
    claim(transition);
    let running =
        transition.snapshot().jobs.values().filter(|job| job.status == JobStatus::Running);
    let last = running.max_by_key(|job| job.node.round_number())?.clone();
    let number = last.node.round_number()?;
    write(transition, &last, &number.to_string());
    Some(number)
}

#[test]
fn what_iterations_give_is_listed_in_the_order_of_the_items_whichever_ends_first() {
    for (at_once, order) in [
        (1, [0_usize, 1, 2, 3, 4]),
        (2, [1, 2, 3, 4, 0]),
        (3, [2, 3, 4, 1, 0]),
        (5, [4, 3, 2, 1, 0]),
    ] {
        let (mut snapshot, mut ended) = (launched(looped(at_once)), vec![]);
        loop {
            let mut last = None;
            snapshot = after(snapshot, |transition| last = end_last(transition));
            let Some(number) = last else { break };
            ended.push(number);
        }
        assert_eq!(ended, order, "{at_once} at once");

        let output = snapshot.nodes["each"].output.clone().unwrap();
        let listed = json!([["0"], ["1"], ["2"], ["3"], ["4"]]);
        assert_eq!(output["output"], listed, "{at_once} at once");
        assert_eq!(snapshot.status, ExecutionStatus::Completed, "{at_once} at once");
    }
}

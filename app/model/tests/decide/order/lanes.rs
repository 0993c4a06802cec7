//! A merge that waits for the first few takes those and no others.

use model::{
    decide::{self, Snapshot},
    execution::state::{ExecutionStatus, NodeStatus},
    time::Timestamp,
    workflow::Workflow,
};
use serde_json::{Value, json};

use super::{refuse, write};
use crate::decide::{
    items::{after, claim, launched, status},
    states::decided_at,
};

/// The lanes in the order in which they are connected with the merge.
const LANES: [&str; 4] = ["a", "b", "c", "d"];

/// start → four lanes → first → end, where `first` waits for two of them.
fn first_two(combine: &str) -> Workflow {
    let node = |id: &str, kind: &str, data: Value| json!({"id": id, "type": kind, "position": {"x": 0, "y": 0}, "data": data});
    let edge = |source: &str, port: &str, target: &str| {
        json!({"id": format!("{source}_{target}"), "source": source, "sourceHandle": port,
               "target": target})
    };
    let lane = json!({"config": {"prompt": "Write"}, "onError": "continue"});
    let merge = json!({"config": {"mode": "first", "count": 2, "combine": combine}});
    let ends = [
        node("start", "start", json!({})),
        node("first", "merge", merge),
        node("end", "end", json!({})),
    ];
    let lanes = LANES.map(|id| node(id, "generate_copy", lane.clone()));
    let ways = LANES.map(|id| [edge("start", "all", id), edge(id, "texts", "first")]);
    let (nodes, mut edges) = ([ends.as_slice(), lanes.as_slice()].concat(), ways.concat());
    edges.push(edge("first", "output", "end"));
    serde_json::from_value(json!({"nodes": nodes, "edges": edges})).unwrap()
}

/// All lanes are worked on.
fn begun(combine: &str) -> Snapshot {
    after(launched(first_two(combine)), |transition| {
        assert_eq!(claim(transition).len(), LANES.len())
    })
}

/// A lane ends at that moment, with its own name as its text unless it fails.
fn ended(snapshot: Snapshot, at: i64, lane: &str, fails: &str) -> Snapshot {
    let (after, ..) = decided_at(Timestamp(at), snapshot, |transition| {
        let job = transition.snapshot().jobs_of(&lane.into())[0].clone();
        if lane == fails { refuse(transition, &job) } else { write(transition, &job, lane) }
    });
    after
}

fn merged(snapshot: &Snapshot) -> Value {
    let output = snapshot.nodes["first"].output.clone().unwrap();
    output["output"].clone()
}

#[test]
fn a_merge_takes_the_first_few_that_bring_something_in_the_order_of_their_edges() {
    for (order, fails, enough_with, taken) in [
        (["a", "b", "c", "d"], "none", "b", ["a", "b"]),
        (["d", "b", "a", "c"], "none", "b", ["b", "d"]),
        (["c", "a", "d", "b"], "none", "a", ["a", "c"]),
        (["d", "c", "b", "a"], "none", "c", ["c", "d"]),
        // One that brings nothing counts for nothing, however early it ends.
        (["b", "d", "a", "c"], "b", "a", ["a", "d"]),
        (["d", "b", "c", "a"], "b", "c", ["c", "d"]),
    ] {
        let (mut snapshot, mut enough) = (begun("collect"), false);
        for (at, lane) in (10..).zip(order) {
            snapshot = ended(snapshot, at, lane, fails);
            enough |= lane == enough_with;
            let stands = if enough { NodeStatus::Completed } else { NodeStatus::Pending };
            assert_eq!(status(&snapshot, "first"), stands, "{order:?}: {lane}");
        }

        // Those that came later are in it no more than those that failed.
        assert_eq!(merged(&snapshot), json!(taken.map(|lane| [lane])), "{order:?}");
        assert_eq!(snapshot.status, ExecutionStatus::Completed, "{order:?}");
    }
}

/// All lanes end while a breakpoint holds what waits for two of them.
#[test]
fn a_merge_that_was_held_takes_the_first_few_as_they_came() {
    for (combine, taken) in [
        ("collect", json!([["b"], ["d"]])),
        ("concatenate", json!(["b", "d"])),
        ("interleave", json!(["b", "d"])),
    ] {
        let begun = begun(combine);
        let mut held = after(begun, |transition| {
            decide::set_breakpoints(transition, ["first".into()].into()).unwrap()
        });
        for (at, lane) in (10..).zip(["d", "b", "a", "c"]) {
            held = ended(held, at, lane, "none");
        }
        assert_eq!(held.nodes["first"].output, None, "{combine}");

        let gone_on = after(held, |transition| {
            decide::trigger_node(transition, &"first".into(), None).unwrap()
        });

        assert_eq!(merged(&gone_on), taken, "{combine}");
    }
}

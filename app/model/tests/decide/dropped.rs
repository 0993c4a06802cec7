//! An iteration that was dropped when its loop failed goes on as a whole.

use model::{
    decide::{self, JobState, Refused, Snapshot, Transition},
    execution::{
        failure::Failure,
        state::{ExecutionStatus as Status, NodeStatus},
    },
    id::NodeId,
    workflow::Workflow,
};
use serde_json::{Value, json};

use crate::decide::{
    input::Ending,
    items::{after, all_done, claim, launched},
    world::report,
};

/// Two iterations at once, in each of which a step beside does not wait for the first one.
fn side_by_side() -> Workflow {
    let node = |id: &str, kind: &str, within: Option<&str>, config: Value| {
        let position = json!({"x": 0, "y": 0});
        json!({"id": id, "type": kind, "position": position, "parentId": within, "data": {"config": config}})
    };
    let edge = |source: &str, port: Option<&str>, target: &str| json!({"id": format!("{source}-{target}"), "source": source, "sourceHandle": port, "target": target});
    let text = json!({"prompt": "Write"});
    let drawn = json!({
        "nodes": [
            node("start", "start", None, json!({})),
            node("each", "for_each", None, json!({"items": "${[1, 2]}"})),
            node("first", "generate_copy", Some("each"), text.clone()),
            node("next", "generate_copy", Some("each"), text.clone()),
            node("beside", "generate_copy", Some("each"), text),
            node("end", "end", None, json!({})),
        ],
        "edges": [
            edge("start", None, "each"), edge("each", Some("item"), "first"),
            edge("each", Some("item"), "beside"), edge("first", None, "next"),
            edge("next", None, "each"), edge("beside", None, "each"), edge("each", None, "end"),
        ],
    });
    serde_json::from_value(drawn).unwrap()
}

fn run(node: &str, iteration: usize) -> NodeId {
    NodeId::from(node).in_round(&NodeId::from("each").round_of(iteration))
}

fn ends(transition: &mut Transition<'_>, jobs: &[JobState], node: NodeId, ending: &Ending) {
    let job = jobs.iter().find(|job| job.node == node).unwrap();
    decide::settle_report(transition, report((job.id, job.fence), ending, 0)).unwrap();
}

/// The first step has failed in both iterations; in one of them the step beside was still under
/// way.
fn dropped() -> Snapshot {
    let refused = Ending::Failed(Failure::permanent("refused", "never"));
    let failed = after(launched(side_by_side()), |transition| {
        let jobs = claim(transition);
        assert_eq!(jobs.len(), 4);
        ends(transition, &jobs, run("first", 0), &refused);
        ends(transition, &jobs, run("beside", 1), &Ending::Done);
        ends(transition, &jobs, run("first", 1), &refused);
    });
    assert_eq!(failed.status, Status::Failed);
    let given_up = ["beside", "next"].map(|node| failed.nodes[&run(node, 0)].status);
    assert_eq!(given_up, [NodeStatus::Cancelled; 2]);
    failed
}

#[test]
fn what_was_dropped_beside_a_failed_step_begins_anew_when_that_goes_on() {
    type Word = fn(&mut Transition<'_>) -> Result<(), Refused>;
    let retry: Word = |transition| decide::retry_node(transition, &run("first", 0), None);
    let skip: Word = |transition| decide::skip_node(transition, &run("first", 0), None);
    for (word, first) in [(retry, NodeStatus::Completed), (skip, NodeStatus::Skipped)] {
        let mut snapshot = after(dropped(), |transition| word(transition).unwrap());
        loop {
            let mut done = 0;
            snapshot = after(snapshot, |transition| done = all_done(transition));
            if done == 0 {
                break;
            }
        }

        assert_eq!(snapshot.status, Status::Completed);
        let stands = |node: &str, iteration| snapshot.nodes[&run(node, iteration)].status;
        assert_eq!((stands("first", 0), stands("first", 1)), (first, NodeStatus::Completed));
        for iteration in [0, 1] {
            let others = ["next", "beside"].map(|node| stands(node, iteration));
            assert_eq!(others, [NodeStatus::Completed; 2], "round {iteration}");
        }
    }
}

//! Lanes that are brought together, and a lane that is first.

use model::{
    decide::{self, Outcome, Snapshot},
    execution::state::ExecutionStatus,
    nodes::NodeConfig,
    time::Timestamp,
    workflow::Workflow,
};
use serde_json::{Value, json};

use super::{reference::Fails, run};
use crate::decide::{
    input::Ending,
    items::{after, claim, launched},
    states::decided_at,
    world::report,
};

/// start → fork → (fast ∥ slow) → first → end, where `first` waits for one of the two.
fn race(fast: &Value, settings: &Value, fork: &Value) -> Workflow {
    let node = |id: &str, kind: &str, data: &Value| json!({"id": id, "type": kind, "position": {"x": 0, "y": 0}, "data": data});
    let edge = |source: &str, port: &str, target: &str| {
        json!({"id": format!("{source}_{target}_{port}"), "source": source, "sourceHandle": port,
               "target": target})
    };
    let mut quick = json!({"config": {"prompt": "Write"}});
    quick.as_object_mut().unwrap().extend(fast.as_object().unwrap().clone());
    let port = if fast["onError"] == "branch" { "error" } else { "texts" };
    let workflow = json!({
        "settings": settings,
        "nodes": [
            node("start", "start", &json!({})),
            node("fork", "parallel", &json!({"config": fork})),
            node("fast", "generate_copy", &quick),
            node("slow", "generate_copy", &json!({"config": {"prompt": "Write"}})),
            node("first", "merge", &json!({"config": {"mode": "any"}})),
            node("end", "end", &json!({})),
        ],
        "edges": [
            edge("start", "all", "fork"), edge("fork", "lane_1", "fast"),
            edge("fork", "lane_2", "slow"), edge("fast", port, "first"),
            edge("slow", "texts", "first"), edge("first", "output", "end"),
        ],
    });
    serde_json::from_value(workflow).unwrap()
}

#[test]
fn a_lane_that_brings_nothing_does_not_win_a_race() {
    let (none, fails) = (json!({}), Fails::from([("fast".into(), None)]));
    let lenient = json!({"on_lane_failure": "continue"});
    let written = json!([["Words"]]);
    let told = json!([{"code": "refused", "message": "never"}]);
    for (fast, settings, fork, given) in [
        (json!({"onError": "continue"}), &none, &none, &written),
        (json!({}), &json!({"continueOnError": true}), &none, &written),
        (json!({}), &none, &lenient, &written),
        (json!({"if": "false"}), &none, &none, &written),
        (json!({"enabled": false}), &none, &none, &written),
        // The reason why is something, too.
        (json!({"onError": "branch"}), &none, &none, &told),
    ] {
        let ended = run(race(&fast, settings, fork), &fails, || 0);

        let output = ended.nodes["first"].output.clone().unwrap();
        assert_eq!(&output["output"], given, "{fast} {settings} {fork}");
    }
}

#[test]
fn lanes_are_brought_together_as_the_merge_says() {
    for (combine, given) in [
        ("collect", json!([["Words"], ["Words"]])),
        ("concatenate", json!(["Words", "Words"])),
        ("interleave", json!(["Words", "Words"])),
    ] {
        let mut workflow = race(&json!({}), &json!({}), &json!({}));
        let merge = workflow.nodes.iter_mut().find(|node| node.id == "first".into()).unwrap();
        let config = json!({"mode": "all", "combine": combine});
        merge.data.config = NodeConfig::Merge(serde_json::from_value(config).unwrap());

        let ended = run(workflow, &Fails::new(), || 0);

        assert_eq!(ended.nodes["first"].output.as_ref().unwrap()["output"], given, "{combine}");
    }
}

/// Both lanes end, the slow one first, while a breakpoint holds what waits for one of them.
#[test]
fn a_merge_that_was_held_takes_what_came_first_and_no_more() {
    let begun = after(launched(race(&json!({}), &json!({}), &json!({}))), |transition| {
        decide::set_breakpoints(transition, ["first".into()].into()).unwrap();
        assert_eq!(claim(transition).len(), 2);
    });
    let ends = |snapshot: Snapshot, at: i64, lane: &str| {
        let (after, ..) = decided_at(Timestamp(at), snapshot, |transition| {
            let job = transition.snapshot().jobs_of(&lane.into())[0].clone();
            let mut done = report((job.id, job.fence), &Ending::Done, 0);
            let Outcome::Done(output) = &mut done.outcome else { panic!("it is done") };
            output.values["texts"] = json!([lane]);
            decide::settle_report(transition, done).unwrap();
        });
        after
    };
    let held = ends(ends(begun, 10, "slow"), 20, "fast");

    let gone_on =
        after(held, |transition| decide::trigger_node(transition, &"first".into(), None).unwrap());

    let output = gone_on.nodes["first"].output.clone().unwrap();
    assert_eq!(output["output"], json!([["slow"]]));
}

#[test]
fn a_race_that_nobody_wins_is_over_all_the_same() {
    let fails = Fails::from(["fast", "slow"].map(|lane| (lane.into(), None)));
    let settings = json!({"continueOnError": true});

    let ended = run(race(&json!({}), &settings, &json!({})), &fails, || 0);

    let output = ended.nodes["first"].output.clone().unwrap();
    assert_eq!((&output["output"], ended.status), (&json!([]), ExecutionStatus::Completed));
}

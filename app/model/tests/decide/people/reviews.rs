//! Which way a path goes on by a review that nobody has approved.

use model::{
    decide::{self, Snapshot, Transition},
    execution::state::{ExecutionStatus, NodeStatus},
    nodes::{NodeConfig, parallel::LaneFailure},
    review::Verdict,
    workflow::Workflow,
};
use serde_json::{Value, json};

use super::{begun, drawn, text};
use crate::decide::{
    items::{after, all_done, launched, status},
    world::{decision, reviewer},
};

const PORTS: [&str; 4] = ["approved", "changes", "rejected", "items"];

/// start → fork → (write → check ∥ beside), and behind each of these ports of `check` a step of the
/// same name.
fn reviewed(check: Value, ports: &[&str]) -> Workflow {
    let mut steps = vec![
        ("fork", "parallel", json!({"config": {}})),
        ("write", "generate_copy", text()),
        ("beside", "generate_copy", text()),
        ("check", "review", check),
    ];
    steps.extend(ports.iter().map(|port| (*port, "generate_copy", text())));
    let leaving: Vec<String> = ports.iter().map(|port| format!("check.{port}")).collect();
    let mut edges = vec![
        ("start", "fork"),
        ("fork.lane_1", "write"),
        ("fork.lane_2", "beside"),
        ("write.texts", "check"),
    ];
    edges.extend(leaving.iter().map(String::as_str).zip(ports.iter().copied()));
    drawn(&steps, &edges)
}

/// The same in each of the ways in which it goes on after a failure of the review.
fn lenient(config: &Value, ports: &[&str]) -> [Workflow; 3] {
    let own = reviewed(json!({"config": config, "onError": "continue"}), ports);
    let strict = reviewed(json!({"config": config}), ports);
    let (mut whole, mut lane) = (strict.clone(), strict);
    whole.settings.continue_on_error = true;
    for node in &mut lane.nodes {
        if let NodeConfig::Parallel(fork) = &mut node.data.config {
            fork.on_lane_failure = LaneFailure::Continue;
        }
    }
    [own, whole, lane]
}

/// All that comes before the steps behind the review is done.
fn asked(workflow: Workflow) -> Snapshot {
    after(launched(workflow), |transition| assert_eq!(all_done(transition), 2))
}

fn reject(transition: &mut Transition<'_>) {
    let review = transition.snapshot().nodes["check"].review.as_ref().unwrap().id;
    decide::decide_review(transition, review, decision(Verdict::Rejected), reviewer(1)).unwrap();
}

#[test]
fn nothing_that_was_rejected_goes_on_as_if_it_had_been_approved() {
    for workflow in lenient(&json!({}), &["approved", "changes", "items"]) {
        let rejected = after(asked(workflow), reject);

        assert_eq!(status(&rejected, "check"), NodeStatus::Failed);
        assert_eq!(rejected.status, ExecutionStatus::Completed);
        for step in ["approved", "changes", "items"] {
            assert_eq!(status(&rejected, step), NodeStatus::Skipped, "{step}");
        }
    }
}

#[test]
fn a_review_that_fails_where_the_workflow_goes_on_leads_to_what_is_rejected_alone() {
    let unreadable = json!({"content": "${nodes.write.texts[9]}"});
    for workflow in lenient(&unreadable, &PORTS) {
        assert_eq!(begun(&asked(workflow), &PORTS), ["rejected"]);
    }
    for workflow in lenient(&json!({"on_reject": "fail"}), &PORTS) {
        assert_eq!(begun(&after(asked(workflow), reject), &PORTS), ["rejected"]);
    }
}

#[test]
fn a_rejection_whose_failure_branches_leads_to_the_error_alone() {
    let ports = ["approved", "changes", "rejected", "items", "error"];
    let check = json!({"config": {"on_reject": "fail"}, "onError": "branch"});

    let rejected = after(asked(reviewed(check, &ports)), reject);

    assert_eq!(begun(&rejected, &ports), ["error"]);
}

#[test]
fn a_review_that_is_passed_by_leads_on_as_if_it_had_been_approved() {
    for check in [json!({"config": {}, "if": "false"}), json!({"config": {}, "enabled": false})] {
        let passed = asked(reviewed(check, &PORTS));

        assert_eq!(status(&passed, "check"), NodeStatus::Skipped);
        assert_eq!(begun(&passed, &PORTS), ["approved", "items"]);
    }
    let open = asked(reviewed(json!({"config": {"on_reject": "fail"}}), &PORTS));
    let failed = after(open.clone(), reject);
    assert_eq!(failed.status, ExecutionStatus::Failed);
    for stands in [open, failed] {
        let skipped = after(stands, |transition| {
            decide::skip_node(transition, &"check".into(), None).unwrap()
        });

        assert_eq!(status(&skipped, "check"), NodeStatus::Skipped);
        assert_eq!(begun(&skipped, &PORTS), ["approved", "items"]);
    }
}

#[test]
fn what_a_person_says_that_a_review_gave_goes_by_the_ports_they_name() {
    let open = asked(reviewed(json!({"config": {}}), &PORTS));
    for (given, ports) in [
        (json!({"approved": ["A"]}), vec!["approved"]),
        (json!({"rejected": "Off brand"}), vec!["rejected"]),
        (json!({"changes": "Shorter", "items": ["A"]}), vec!["changes", "items"]),
        // By themselves items are no verdict, and neither is nothing.
        (json!({"items": ["A"]}), vec!["approved", "items"]),
        (json!({}), vec!["approved", "items"]),
    ] {
        let output = given.as_object().cloned();

        let told = after(open.clone(), |transition| {
            decide::skip_node(transition, &"check".into(), output).unwrap()
        });

        assert_eq!(status(&told, "check"), NodeStatus::Completed);
        assert_eq!(begun(&told, &PORTS), ports, "{given}");
    }
}

//! Which way a path goes on by a step that did not run, or failed, where it parts.

use model::{
    decide::{self, Snapshot},
    execution::state::{ExecutionStatus, NodeStatus},
    workflow::Workflow,
};
use serde_json::{Value, json};

use super::{begun, drawn, text};
use crate::decide::{
    items::{after, launched, status},
    world::World,
};

const PORTS: [&str; 3] = ["yes", "no", "else"];
/// A condition that cannot be worked out.
const BROKEN: &str = "1 / 0 > 0";

/// start → choose, and behind each of its ports a step of the same name; `yes` is taken when this
/// holds, else `no`.
fn parted(yes: &str, data: &Value) -> Workflow {
    let branches = json!([{"id": "yes", "when": yes}, {"id": "no", "when": "true"}]);
    let mut choose = json!({"config": {"branches": branches}});
    choose.as_object_mut().unwrap().extend(data.as_object().unwrap().clone());
    let mut steps = vec![("choose", "conditional", choose)];
    let behind = ["yes", "no", "else", "error"];
    steps.extend(behind.map(|port| (port, "generate_copy", text())));
    let edges = [
        ("start", "choose"),
        ("choose.yes", "yes"),
        ("choose.no", "no"),
        ("choose.else", "else"),
        ("choose.error", "error"),
    ];
    drawn(&steps, &edges)
}

fn skipped(snapshot: Snapshot, step: &str, given: Option<&Value>) -> Snapshot {
    let output = given.map(|given| given.as_object().unwrap().clone());
    after(snapshot, |transition| decide::skip_node(transition, &step.into(), output).unwrap())
}

#[test]
fn a_condition_that_is_not_asked_leads_on_by_else() {
    for data in [json!({"if": "false"}), json!({"enabled": false})] {
        let passed = launched(parted("true", &data));

        assert_eq!(status(&passed, "choose"), NodeStatus::Skipped);
        assert_eq!(begun(&passed, &PORTS), ["else"], "{data}");
    }
}

#[test]
fn a_condition_that_fails_leads_on_by_else_where_the_workflow_goes_on() {
    let mut whole = parted(BROKEN, &json!({}));
    whole.settings.continue_on_error = true;
    for workflow in [parted(BROKEN, &json!({"onError": "continue"})), whole] {
        let failed = launched(workflow);

        assert_eq!(status(&failed, "choose"), NodeStatus::Failed);
        assert_eq!(begun(&failed, &PORTS), ["else"]);
        assert_eq!(status(&failed, "error"), NodeStatus::Skipped);
    }
    let branched = launched(parted(BROKEN, &json!({"onError": "branch"})));
    assert_eq!(begun(&branched, &["yes", "no", "else", "error"]), ["error"]);
}

#[test]
fn a_condition_that_failed_is_passed_by_else_or_by_what_a_person_names() {
    let failed = launched(parted(BROKEN, &json!({})));
    assert_eq!(failed.status, ExecutionStatus::Failed);
    for (given, ports) in [
        (None, ["else"]),
        (Some(json!({})), ["else"]),
        (Some(json!({"yes": 1})), ["yes"]),
        (Some(json!({"no": ["A"]})), ["no"]),
        (Some(json!({"else": null})), ["else"]),
    ] {
        let passed = skipped(failed.clone(), "choose", given.as_ref());

        assert_eq!(begun(&passed, &PORTS), ports, "{given:?}");
    }
    let both = json!({"yes": 1, "else": 1});
    assert_eq!(begun(&skipped(failed, "choose", Some(&both)), &PORTS), ["yes", "else"]);
}

#[test]
fn ports_that_do_not_exclude_each_other_are_all_taken_past_a_step() {
    let edges = [
        ("start", "write"),
        ("write.texts", "texts"),
        ("write.documents", "fork"),
        ("fork.lane_1", "one"),
        ("fork.lane_2", "two"),
    ];
    let fork = ("fork", "parallel", json!({"config": {}, "if": "false"}));
    let copies = ["write", "texts", "one", "two"].map(|step| (step, "generate_copy", text()));
    let steps: Vec<_> = copies.into_iter().chain([fork]).collect();
    let launched = launched(drawn(&steps, &edges));

    for given in [None, Some(json!({"texts": ["A"]}))] {
        let passed = skipped(launched.clone(), "write", given.as_ref());

        assert_eq!(begun(&passed, &["texts", "one", "two"]), ["texts", "one", "two"]);
    }
}

/// start → first → second → write, each by the branch `yes` of the one before it.
fn twice_parted(first: &str, data: &Value) -> Workflow {
    let of = |when: &str| json!({"branches": [{"id": "yes", "label": "Yes", "when": when}]});
    let mut second = json!({"config": of("true")});
    second.as_object_mut().unwrap().extend(data.as_object().unwrap().clone());
    let steps = [
        ("first", "conditional", json!({"config": of(first)})),
        ("second", "conditional", second),
        ("write", "generate_copy", text()),
    ];
    drawn(&steps, &[("start", "first"), ("first.yes", "second"), ("second.yes", "write")])
}

#[test]
fn only_a_branch_that_did_not_hold_is_named_as_the_reason_why_a_step_was_not_needed() {
    for (first, data, reason) in [
        ("false", json!({}), Some("Yes")),
        // The first holds, and the second is not asked.
        ("true", json!({"if": "false"}), None),
        ("true", json!({"enabled": false}), None),
    ] {
        let world = World::launch(twice_parted(first, &data), 1, true);

        let write = world.view.node(&"write".into()).unwrap();
        assert_eq!(write.status, NodeStatus::Skipped);
        let workflow = world.store.compiled_workflow();
        let branch = world.view.branch_not_taken(workflow.workflow(), write);
        assert_eq!(branch.as_deref(), reason, "{first} {data}");
    }
}

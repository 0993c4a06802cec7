//! Workflows that are written as steps, tools in order or agents by name, become graphs.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::collections::BTreeSet;

use model::{
    parameter::ParameterKind,
    problem::FieldProblem,
    transfer::{
        import, import_in,
        steps::{MoreThanSteps, Order, export},
    },
    validate::{Code, validate},
    workflow::Workflow,
};
use serde_json::{Value, json};

const ISSUE_TO_PR: &str = include_str!("issue_to_pr.json");

fn edges(workflow: &Workflow) -> Vec<(&str, &str)> {
    workflow.edges.iter().map(|edge| (edge.source.as_str(), edge.target.as_str())).collect()
}

fn config(workflow: &Workflow, node: &str) -> Value {
    let written: Value = serde_json::to_value(workflow.node(&node.into()).unwrap()).unwrap();
    written["data"]["config"].clone()
}

#[test]
fn tools_run_in_the_order_they_are_written() {
    let imported = import(ISSUE_TO_PR).unwrap();

    let workflow = imported.workflow;
    assert_eq!(workflow.name, "issue_to_pr");
    assert_eq!(imported.notes, ["the file: left out version, enabled."]);
    let chain = [
        ("fetch_issue", "create_branch"),
        ("create_branch", "create_pr"),
        ("start", "fetch_issue"),
        ("create_pr", "end"),
    ];
    assert_eq!(BTreeSet::from_iter(edges(&workflow)), BTreeSet::from(chain));
    assert_eq!((workflow.settings.timeout_ms, workflow.settings.max_retries), (300_000, 1));
    let asked: Vec<(&str, bool, bool)> = workflow
        .parameters
        .iter()
        .map(|one| (one.name.as_str(), one.required, one.kind == ParameterKind::Integer))
        .collect();
    assert_eq!(asked, [("issue_number", true, true), ("team", true, false)]);
    let retry = workflow.node(&"create_branch".into()).unwrap().data.retry.unwrap();
    assert_eq!((retry.max_attempts, retry.initial_delay_ms), (3, 2000));
}

#[test]
fn what_a_step_gives_is_read_by_its_assigned_name_or_by_the_steps() {
    let workflow = import(ISSUE_TO_PR).unwrap().workflow;

    let pr = workflow.node(&"create_pr".into()).unwrap();
    let written = config(&workflow, "create_pr");
    assert_eq!(written["tool"], "github.createPullRequest");
    assert_eq!(written["params"]["title"], "Fix: ${issue.title}");
    assert_eq!(written["params"]["head"], "${create_branch.ref}");
    assert_eq!(config(&workflow, "create_branch")["params"]["at"], "${now}");
    assert_eq!(pr.data.condition.as_deref(), Some("${issue.state === 'open'}"));
    assert_eq!(pr.data.assign.as_deref(), Some("pr"));
    // All of it holds but that tools cannot be called yet.
    let codes: BTreeSet<&str> = validate(&workflow)
        .iter()
        .filter(|one| one.blocks())
        .map(|one| one.code.as_str())
        .collect();
    assert_eq!(codes, BTreeSet::from([Code::UnknownNodeType.as_str()]));
}

#[test]
fn cards_follow_one_another_and_a_workflow_of_steps_is_read_back_as_it_was() {
    let workflow = import(ISSUE_TO_PR).unwrap().workflow;

    for edge in &workflow.edges {
        let [from, to] = [&edge.source, &edge.target].map(|id| workflow.node(id).unwrap());
        assert!(from.position.x < to.position.x, "{} before {}", from.id, to.id);
    }
    assert_eq!(import(&workflow.to_json()).unwrap().workflow, workflow);
}

#[test]
fn steps_that_do_not_need_each_other_run_side_by_side_when_asked() {
    let step = |name: &str, params: Value| json!({ "name": name, "tool": "a.b", "params": params });
    let file = json!({ "name": "x", "steps": [
        step("status", json!({})),
        step("logs", json!({ "deep": [{ "x": "${input.where.region}" }] })),
        step("both", json!({ "context": { "status": "${status}", "logs": "${logs.lines[0]}" } })),
    ] });

    let workflow = import_in(&file.to_string(), Order::Needed).unwrap().workflow;

    let needed = [
        ("start", "status"),
        ("start", "logs"),
        ("status", "both"),
        ("logs", "both"),
        ("both", "end"),
    ];
    assert_eq!(BTreeSet::from_iter(edges(&workflow)), BTreeSet::from(needed));
    assert_eq!(workflow.parameter("where").unwrap().kind, ParameterKind::Json);
}

#[test]
fn agents_follow_what_they_depend_on_and_keep_what_else_is_said_of_them() {
    let file = json!({ "name": "Article", "steps": {
        "draft": { "agent_id": "writer", "depends_on": [] },
        "picture": { "agent_id": "painter" },
        "end": { "agent_id": "editor", "depends_on": ["draft", "picture"], "inputs": { "a": "b" } },
    } });

    let workflow = import(&file.to_string()).unwrap().workflow;

    let links = [
        ("start", "draft"),
        ("start", "picture"),
        ("draft", "end"),
        ("picture", "end"),
        ("end", "end_"),
    ];
    assert_eq!(BTreeSet::from_iter(edges(&workflow)), BTreeSet::from(links));
    assert_eq!(config(&workflow, "end"), json!({ "inputs": { "a": "b" }, "agent_id": "editor" }));
}

#[test]
fn a_chain_of_tools_is_written_as_steps_and_read_back_as_it_was() {
    let workflow = import(ISSUE_TO_PR).unwrap().workflow;

    let (text, order) = export(&workflow).unwrap();

    assert_eq!(order, Order::Written);
    assert_eq!(import(&text).unwrap().workflow, workflow);
    assert_eq!(export(&workflow).unwrap().0, text);
    let written: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(written["steps"][0]["assign"], "issue");
    assert_eq!(written["steps"][2]["params"]["title"], "Fix: ${issue.title}");
    assert_eq!(written["config"]["timeoutMs"], 300_000);
}

#[test]
fn steps_side_by_side_are_written_with_the_order_that_reads_them_back() {
    let step =
        |name: &str, text: &str| json!({ "name": name, "tool": "a.b", "params": { "x": text } });
    let steps = [step("one", "1"), step("other", "2"), step("both", "${one} ${other}")];
    let file = json!({ "name": "x", "steps": steps }).to_string();
    let workflow = import_in(&file, Order::Needed).unwrap().workflow;

    let (text, order) = export(&workflow).unwrap();

    assert_eq!(order, Order::Needed);
    let back = import_in(&text, order).unwrap().workflow;
    assert_eq!(BTreeSet::from_iter(edges(&back)), BTreeSet::from_iter(edges(&workflow)));
}

#[test]
fn what_a_list_of_steps_cannot_say_is_not_written_as_one() {
    let chain = import(ISSUE_TO_PR).unwrap().workflow;
    let mut capped = chain.clone();
    capped.settings.budget = Some(1);
    let mut named = chain.clone();
    named.nodes[1].data.label = "Another name".to_owned();
    let mut shortcut = chain.clone();
    shortcut.edges.retain(|edge| edge.target.as_str() != "create_pr");
    let mut copy = serde_json::to_value(&chain).unwrap();
    copy["nodes"][2]["type"] = "generate_copy".into();
    copy["nodes"][2]["data"]["label"] = "Words".into();
    copy["nodes"][2]["data"]["config"] = json!({});
    let copy = import(&copy.to_string()).unwrap().workflow;

    for workflow in [capped, named, shortcut] {
        assert_eq!(export(&workflow), Err(MoreThanSteps::Another));
    }
    assert_eq!(export(&copy), Err(MoreThanSteps::Node("Words".to_owned())));
}

fn refused(file: &Value) -> Vec<FieldProblem> {
    import(&file.to_string()).unwrap_err()
}

#[test]
fn what_cannot_be_read_is_refused_with_its_path() {
    let step = json!({ "name": "a", "tool": "x.y", "params": {} });
    let with = |key: &str, value: Value| {
        let mut step = step.clone();
        step[key] = value;
        json!({ "steps": [step] })
    };
    let cases = [
        (json!({ "steps": 1 }), "malformed", "steps"),
        (json!({ "steps": [], "surprise": 1 }), "unknown_field", "surprise"),
        (json!({ "steps": [1] }), "malformed", "steps[0]"),
        (json!({ "steps": [{ "name": "a", "params": {} }] }), "missing_field", "steps[0]"),
        (with("name", json!("A b")), "malformed", "steps[0].name"),
        (with("tool", json!("getIssue")), "malformed", "steps[0].tool"),
        (with("assign", json!("1")), "malformed", "steps[0].assign"),
        (with("retries", json!(1)), "unknown_field", "steps[0].retries"),
        (with("retry", json!({ "maxAttempts": "x" })), "malformed", "steps[0].retry.maxAttempts"),
        (json!({ "steps": [step, step] }), "duplicate_id", "steps[1].name"),
        (json!({ "steps": [], "config": { "timeout": 1 } }), "unknown_field", "config.timeout"),
        (json!({ "steps": { "a": {} } }), "missing_field", "steps.a"),
        (
            json!({ "steps": { "a": { "agent_id": "x", "depends_on": ["b"] } } }),
            "unknown_reference",
            "steps.a.depends_on[0]",
        ),
    ];
    for (file, code, path) in cases {
        let problem = refused(&file).remove(0);
        let told = problem.path.as_deref().unwrap_or_default();
        assert_eq!(problem.code, code, "{file}: {problem:?}");
        assert!(told.starts_with(path), "{file}: {told}");
    }
}

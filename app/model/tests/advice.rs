//! Which steps the suggestions of an AI review are for.

#![allow(clippy::unwrap_used, reason = "tests")]

use model::{
    execution::{advice::with_advice, lineage::addressees},
    expr::Template,
    id::NodeId,
    workflow::Workflow,
};
use serde_json::{Value, json};

fn node(id: &str, kind: &str, config: Value) -> Value {
    json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 },
        "data": { "label": "", "config": config } })
}

fn edge(source: &str, handle: &str, target: &str) -> Value {
    json!({ "id": format!("{source}-{target}"), "source": source, "sourceHandle": handle,
        "target": target })
}

fn workflow(nodes: &[Value], edges: &[(&str, &str, &str)]) -> Workflow {
    let edges: Vec<_> = edges.iter().copied().map(|(a, b, c)| edge(a, b, c)).collect();
    serde_json::from_value(json!({ "name": "W", "nodes": nodes, "edges": edges })).unwrap()
}

fn advised(workflow: &Workflow, judge: &str) -> Vec<String> {
    addressees(workflow, &judge.into()).iter().map(NodeId::to_string).collect()
}

#[test]
fn it_is_the_step_whose_text_came_in_whatever_passed_it_on() {
    let nodes = [
        node("start", "start", json!({})),
        node("outline", "generate_copy", json!({ "prompt": "An outline" })),
        node("write", "generate_copy", json!({ "prompt": "From ${nodes.outline.texts}" })),
        node("check", "review", json!({ "instructions": "Good?" })),
        node("judge", "ai_review", json!({ "criteria": "Clear" })),
    ];
    let edges = [
        ("start", "", "outline"),
        ("outline", "texts", "write"),
        ("write", "texts", "check"),
        ("check", "approved", "judge"),
    ];

    assert_eq!(advised(&workflow(&nodes, &edges), "judge"), ["write"]);
    assert_eq!(advised(&workflow(&nodes, &edges), "judge@each[2]"), ["write"]);
    assert!(advised(&workflow(&nodes, &edges), "write").is_empty());
}

#[test]
fn content_that_is_named_counts_instead_of_what_comes_in() {
    let nodes = [
        node("title", "generate_copy", json!({ "prompt": "A title" })),
        node("body", "generate_copy", json!({ "prompt": "A text" })),
        node("judge", "ai_review", json!({ "content": "${nodes.title.texts}" })),
    ];
    let edges = [("title", "texts", "body"), ("body", "texts", "judge")];

    assert_eq!(advised(&workflow(&nodes, &edges), "judge"), ["title"]);
}

#[test]
fn what_was_launched_with_has_no_prompt() {
    let nodes = [
        node("start", "start", json!({})),
        node("judge", "ai_review", json!({ "content": "${input.t}" })),
    ];

    assert!(advised(&workflow(&nodes, &[("start", "", "judge")]), "judge").is_empty());
}

#[test]
fn a_prompt_asks_for_the_suggestion_and_nothing_in_that_is_a_reference() {
    let prompt = with_advice("Write about ${input.topic}.\n", " Say ${secrets.key} less. ");

    let read = Template::parse(&prompt).unwrap();

    assert_eq!(read.references().len(), 1);
    assert!(prompt.starts_with("Write about ${input.topic}.\n\nTake this into account: Say "));
    assert!(prompt.ends_with("less."));
}

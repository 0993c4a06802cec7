//! What may lie in a loop, what may connect with it, and who may refer to it.
#![allow(clippy::unwrap_used, reason = "tests")]

use model::{
    graph,
    validate::{Code, Severity, validate},
    workflow::{Edge, Workflow},
};
use serde_json::{Value, json};

fn copy(id: &str, prompt: &str, parent: Option<&str>) -> Value {
    let config = json!({ "prompt": prompt });
    let mut node = json!({"id": id, "type": "generate_copy", "position": {"x": 0, "y": 0},
                          "data": {"label": id, "config": config}});
    if let Some(parent) = parent {
        node["parentId"] = parent.into();
    }
    node
}

fn node(id: &str, kind: &str, config: Value) -> Value {
    json!({"id": id, "type": kind, "position": {"x": 0, "y": 0},
           "data": {"label": id, "config": config}})
}

fn edge(source: &str, target: &str) -> Value {
    json!({"id": format!("{source}_{target}"), "source": source, "target": target})
}

/// start → each (write → polish) → end.
fn looped() -> Workflow {
    let workflow = json!({
        "name": "Loop",
        "nodes": [
            node("start", "start", json!({})),
            node("each", "for_each", json!({"items": "${[\"a\", \"b\"]}"})),
            copy("write", "${item} at ${index}", Some("each")),
            copy("polish", "${nodes.write.texts[0]} ${item}", Some("each")),
            copy("after", "${nodes.each.output}", None),
            node("end", "end", json!({})),
        ],
        "edges": [
            edge("start", "each"), edge("each", "write"), edge("write", "polish"),
            edge("polish", "each"), edge("each", "after"), edge("after", "end"),
        ],
    });
    serde_json::from_value(workflow).unwrap()
}

fn errors(workflow: &Workflow) -> Vec<(Code, Option<String>)> {
    let issues = validate(workflow).into_iter().filter(|i| i.severity == Severity::Error);
    issues.map(|issue| (issue.code, issue.node_id.map(|id| id.0))).collect()
}

fn connected(source: &str, target: &str) -> Workflow {
    let mut workflow = looped();
    let edge: Edge = serde_json::from_value(edge(source, target)).unwrap();
    workflow.edges.push(edge);
    workflow
}

fn prompting(id: &str, prompt: &str) -> Workflow {
    let mut value = serde_json::to_value(looped()).unwrap();
    for node in value["nodes"].as_array_mut().unwrap() {
        if node["id"] == id {
            node["data"]["config"]["prompt"] = prompt.into();
        }
    }
    serde_json::from_value(value).unwrap()
}

#[test]
fn a_loop_whose_body_leads_back_to_it_is_no_cycle_and_comes_before_what_follows() {
    let workflow = looped();

    assert_eq!(errors(&workflow), []);
    let order = graph::order(&workflow).unwrap();
    let order: Vec<&str> = order.iter().map(|id| id.as_str()).collect();
    assert_eq!(order, ["start", "each", "write", "polish", "after", "end"]);
}

#[test]
fn only_the_loop_itself_connects_what_lies_in_it_with_the_rest() {
    for (source, target) in [("start", "write"), ("polish", "after")] {
        let found = errors(&connected(source, target));
        assert!(found.contains(&(Code::InvalidConnection, Some(target.to_owned()))), "{found:?}");
    }
}

#[test]
fn what_lies_in_a_loop_has_values_only_there_and_items_exist_only_there() {
    let outside = prompting("after", "${nodes.write.texts}");
    assert_eq!(errors(&outside), [(Code::NotAnAncestor, Some("after".to_owned()))]);
    let item = prompting("after", "${item}");
    assert_eq!(errors(&item), [(Code::UnknownReference, Some("after".to_owned()))]);
}

#[test]
fn an_empty_loop_an_end_inside_and_the_sign_of_iterations_in_an_id_are_told() {
    let mut empty = looped();
    empty.nodes.iter_mut().for_each(|node| node.parent_id = None);
    assert!(errors(&empty).contains(&(Code::MissingParameter, Some("each".to_owned()))));

    let mut inside = looped();
    inside.nodes.last_mut().unwrap().parent_id = Some("each".into());
    assert!(errors(&inside).contains(&(Code::InvalidConnection, Some("end".to_owned()))));

    let mut named = looped();
    named.nodes[4].id = "after@1".into();
    assert!(errors(&named).iter().any(|(code, _)| *code == Code::InvalidName));
}

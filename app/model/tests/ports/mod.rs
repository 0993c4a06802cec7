//! The ports of every type of node, next to what has been reviewed: `ports.txt`. Workflows that
//! people keep name them, so that one that goes, is renamed or takes something else breaks theirs.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write;

use model::{
    connect,
    nodes::{NodeConfig, NodeKind},
    parameter::Parameter,
    workflow::{Node, Workflow},
};
use serde_json::{Value, json};

const REVIEWED: &str = include_str!("ports.txt");

/// Every kind of parameter; a start gives each by a port of its name.
const PARAMETERS: [&str; 13] = [
    "text",
    "long_text",
    "integer",
    "number",
    "boolean",
    "choice",
    "multi_choice",
    "list",
    "json",
    "document",
    "documents",
    "image",
    "images",
];

/// Nodes whose ports depend on how they are set up.
fn set_up() -> Vec<(NodeKind, Value)> {
    let operation = |operation: Value| (NodeKind::Transform, json!({"operations": [operation]}));
    let lanes = json!([{"id": "words"}, {"id": "picture", "label": "The picture"}, {"id": "rest"}]);
    let branches = json!([{"id": "good", "when": "true"}, {"id": "bad", "when": "false"}]);
    vec![
        (NodeKind::GenerateCopy, json!({"output": {"format": "list"}})),
        (NodeKind::GenerateCopy, json!({"output": {"format": "json"}})),
        (NodeKind::Agent, json!({"own": {"output": {"format": "list"}}})),
        (NodeKind::Review, json!({"on_reject": "fail"})),
        (NodeKind::Parallel, json!({"lanes": lanes})),
        (NodeKind::Conditional, json!({"branches": branches})),
        operation(json!({"op": "pick", "path": "title"})),
        operation(json!({"op": "map", "value": "On ${item}"})),
        operation(json!({"op": "map", "value": {"title": "${item}"}})),
        operation(json!({"op": "template", "text": "All: ${item}"})),
        operation(json!({"keep": "true", "op": "filter"})),
        operation(json!({"op": "sort"})),
        operation(json!({"op": "split"})),
        operation(json!({"op": "join"})),
        operation(json!({"op": "unique"})),
        operation(json!({"function": "count", "op": "aggregate"})),
    ]
}

/// A workflow that asks for something of each kind.
fn asking() -> Workflow {
    let parameter = |kind: &str| -> Parameter {
        serde_json::from_value(json!({"name": kind, "type": kind})).unwrap()
    };
    Workflow { parameters: PARAMETERS.map(parameter).to_vec(), ..Workflow::default() }
}

/// A line for a node's type and where its work is done, and one for each port.
fn told(text: &mut String, workflow: &Workflow, kind: NodeKind, config: NodeConfig, how: &str) {
    writeln!(text, "{} · {:?}{how}", kind.key(), config.work()).unwrap();
    let node = Node::new("node".into(), "", config);
    for port in node.data.config.inputs() {
        writeln!(text, "  in {}: {}", port.name, port.port_type).unwrap();
    }
    for port in connect::outputs(workflow, &node) {
        writeln!(text, "  out {}: {}", port.name, port.port_type).unwrap();
    }
}

fn table() -> String {
    let (mut text, plain) = (String::new(), Workflow::default());
    for kind in NodeKind::ALL.iter().copied().chain([NodeKind::Unknown]) {
        told(&mut text, &plain, kind, kind.default_config(), "");
    }
    let start = NodeKind::Start;
    told(&mut text, &asking(), start, start.default_config(), " · every kind of parameter");
    for (kind, value) in set_up() {
        let how = format!(" · {value}");
        told(&mut text, &plain, kind, NodeConfig::from_value(kind, value).unwrap(), &how);
    }
    text
}

#[test]
fn every_type_of_node_has_the_ports_that_were_reviewed() {
    let table = table();

    let unlike: Vec<_> =
        table.lines().zip(REVIEWED.lines()).filter(|(is, was)| is != was).take(3).collect();

    assert!(table == REVIEWED, "review what has changed, then keep it: {unlike:#?}\n{table}");
}

//! The canonical format: what is read, what is refused and where, what is written.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use model::{
    nodes::{NodeConfig, NodeKind, Work},
    workflow::{MAX_BYTES, Node, Workflow},
};
use serde_json::{Value, json};

fn workflow(node: Value) -> Value {
    json!({ "name": "x", "nodes": [node], "edges": [] })
}

fn node(kind: &str, config: Value) -> Value {
    json!({
        "id": "a", "type": kind, "position": { "x": 0, "y": 0 }, "data": { "config": config }
    })
}

fn refused(text: &str) -> (String, String) {
    let problem = Workflow::parse(text).unwrap_err().remove(0);
    (problem.code, problem.path.unwrap())
}

#[test]
fn every_error_has_its_path() {
    let copy = |config: Value| workflow(node("generate_copy", config)).to_string();
    let mut extra = node("start", json!({}));
    extra["colour"] = json!("red");
    let mut data = node("start", json!({}));
    data["data"]["onError"] = json!("explode");
    let mut place = node("start", json!({}));
    place["position"]["x"] = json!("left");
    let cases = [
        ("{".to_owned(), "malformed_json", ""),
        ("[]".to_owned(), "malformed", ""),
        (json!({ "schemaVersion": 9 }).to_string(), "unknown_schema_version", "schemaVersion"),
        (json!({ "nodez": [] }).to_string(), "unknown_field", "nodez"),
        (json!({ "settings": { "timeout": 1 } }).to_string(), "unknown_field", "settings.timeout"),
        (json!({ "edges": [{ "id": "e" }] }).to_string(), "missing_field", "edges[0]"),
        (
            json!({ "parameters": [{ "name": "a", "type": "colour" }] }).to_string(),
            "malformed",
            "parameters[0].type",
        ),
        (workflow(extra).to_string(), "unknown_field", "nodes[0].colour"),
        (workflow(data).to_string(), "malformed", "nodes[0].data.onError"),
        (workflow(place).to_string(), "malformed", "nodes[0].position.x"),
        (copy(json!({ "promt": "x" })), "unknown_field", "nodes[0].data.config.promt"),
        (copy(json!({ "quantity": -1 })), "malformed", "nodes[0].data.config.quantity"),
        (copy(json!({ "quantity": "many" })), "malformed", "nodes[0].data.config.quantity"),
        (
            copy(json!({ "output": { "format": "text", "x": 1 } })),
            "unknown_field",
            "nodes[0].data.config.output",
        ),
    ];
    for (text, code, path) in cases {
        assert_eq!(refused(&text), (code.to_owned(), path.to_owned()), "{text}");
    }
}

#[test]
fn all_errors_are_told_at_once() {
    let broken = json!({
        "parameters": [{}],
        "nodes": [node("start", json!({ "x": 1 })), node("end", json!({ "y": 1 }))]
    });

    let problems = Workflow::parse(&broken.to_string()).unwrap_err();

    let paths: Vec<_> = problems.iter().filter_map(|problem| problem.path.as_deref()).collect();
    assert_eq!(paths, ["parameters[0]", "nodes[0].data.config.x", "nodes[1].data.config.y"]);
    assert_eq!(problems[1].node_id.as_deref(), Some("a"));
}

#[test]
fn one_byte_above_the_limit_is_refused() {
    let text = json!({ "description": "x".repeat(MAX_BYTES) }).to_string();
    let fits = json!({ "description": "x".repeat(MAX_BYTES - 18) }).to_string();

    assert_eq!(refused(&text).0, "too_large");
    assert_eq!(fits.len(), MAX_BYTES);
    assert!(Workflow::parse(&fits).is_ok());
    assert_eq!(refused(&format!("{fits} ")).0, "too_large");
}

#[test]
fn deep_nesting_is_refused_and_does_not_break_the_reader() {
    let text = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));

    assert_eq!(refused(&text).0, "malformed_json");
}

#[test]
fn every_field_survives_writing_and_reading() {
    let full = json!({
        "schemaVersion": 1, "name": "Full", "description": "d",
        "parameters": [{
            "name": "p", "label": "P", "type": "choice", "required": true, "default": "a",
            "example": "a", "help": "h", "group": "g", "options": [{ "value": "a", "label": "A" }]
        }],
        "presets": [{ "name": "x", "label": "X", "description": "d", "values": { "p": "a" } }],
        "nodes": [{
            "id": "n", "type": "generate_copy", "position": { "x": 1.5, "y": -2 },
            "size": { "width": 240, "height": 96 }, "parentId": "frame",
            "data": {
                "label": "N",
                "config": {
                    "prompt": "x", "quantity": "${input.p}", "temperature": 1, "max_tokens": 5,
                    "model": "m", "context_documents": { "mode": "tag", "tag": "t" },
                    "output": { "format": "json", "schema": { "type": "object" } },
                    "output_status": "published", "save_as_document": false, "document_title": "t"
                },
                "if": "${input.p}",
                "retry": {
                    "maxAttempts": 3, "backoff": "linear", "initialDelayMs": 5, "maxDelayMs": 50,
                    "multiplier": 2, "jitter": "none"
                },
                "timeoutMs": 1000, "onError": "branch", "assign": "named", "notes": "n"
            }
        }],
        "edges": [{
            "id": "e", "source": "n", "sourceHandle": "texts", "target": "n",
            "targetHandle": "input"
        }],
        "settings": {
            "timeoutMs": 5000, "continueOnError": true, "maxRetries": 1, "concurrency": 2,
            "budget": 1_000_000
        },
        "viewport": { "x": 0, "y": 0, "zoom": 1 }
    });
    let read = Workflow::parse(&full.to_string()).unwrap();

    let text = read.to_json();

    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), full);
    assert_eq!(Workflow::parse(&text).unwrap(), read);
    assert_eq!(Workflow::parse(&text).unwrap().to_json(), text);
    let inside: Workflow = serde_json::from_value(serde_json::to_value(&read).unwrap()).unwrap();
    assert_eq!(inside, read);
}

#[test]
fn moving_a_node_changes_two_lines_of_the_text() {
    let text = include_str!("../templates/facebook_ads_campaign.json");
    let mut workflow = Workflow::parse(text).unwrap();

    workflow.nodes[2].position.x += 16.0;
    workflow.nodes[2].position.y -= 16.0;
    let moved = workflow.to_json();

    let changed = text.lines().zip(moved.lines()).filter(|(before, after)| before != after);
    assert_eq!(changed.count(), 2);
}

#[test]
fn every_kind_has_a_spec_whose_fields_its_configuration_knows() {
    for kind in NodeKind::ALL {
        let spec = kind.spec();
        let config = kind.default_config();
        assert_eq!(NodeKind::from_key(spec.key), *kind);
        assert_eq!(config.kind(), *kind);
        assert!(spec.color.starts_with("--t-") && !spec.purpose.is_empty());
        for field in spec.fields {
            let mut written = config.to_value();
            written[field.name] = Value::Null;
            let error = NodeConfig::from_value(*kind, written).err().unwrap_or_default();
            assert!(!error.contains("unknown field"), "{}.{}: {error}", spec.key, field.name);
        }
        let known: Vec<&str> = spec.fields.iter().map(|field| field.name).collect();
        for name in config.to_value().as_object().unwrap().keys() {
            assert!(known.contains(&name.as_str()), "{}.{name} has no field", spec.key);
        }
    }
}

#[test]
fn nodes_without_jobs_are_those_that_order_choose_and_reshape() {
    let inline = NodeKind::ALL.iter().copied().filter(|kind| {
        let node = Node::new("a".into(), "", kind.default_config());
        node.data.config.work() == Work::Inline
    });

    let kinds: Vec<NodeKind> = inline.collect();
    let expected = [
        NodeKind::Start,
        NodeKind::End,
        NodeKind::Parallel,
        NodeKind::Conditional,
        NodeKind::Merge,
        NodeKind::Transform,
    ];
    assert_eq!(kinds, expected);
}

//! React Flow edges to canonical ones.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{condition, reading::Reading};
use crate::{transfer::record::PART_RECORD, workflow::Edge};

/// Keys of an edge that only a view needs.
const VIEW: &[&str] = &[
    "type",
    "animated",
    "style",
    "labelStyle",
    "labelShowBg",
    "labelBgStyle",
    "labelBgPadding",
    "labelBgBorderRadius",
    "markerEnd",
    "markerStart",
    "selected",
    "selectable",
    "deletable",
    "focusable",
    "reconnectable",
    "updatable",
    "hidden",
    "zIndex",
    "className",
    "data",
    "interactionWidth",
    "pathOptions",
    "ariaLabel",
];

/// Every edge; lanes of parallel nodes are made from the edges that leave them.
pub(super) fn read_all(
    edges: Vec<Value>,
    nodes: &mut [Value],
    reading: &mut Reading,
) -> Vec<Value> {
    let mut ids = BTreeSet::new();
    let mut read: Vec<Value> = edges
        .into_iter()
        .enumerate()
        .filter_map(|(place, edge)| one(place, edge, &mut ids, reading))
        .collect();
    for node in nodes.iter_mut() {
        if node["type"] == "parallel" {
            lanes(node, &mut read);
        }
        if node["type"] == "conditional" {
            condition::connect(node, &mut read);
        }
    }
    read
}

fn one(
    place: usize,
    edge: Value,
    ids: &mut BTreeSet<String>,
    reading: &mut Reading,
) -> Option<Value> {
    let path = format!("edges[{place}]");
    let Value::Object(mut edge) = edge else {
        reading.refuse(&path, "An edge must be an object.");
        return None;
    };
    reading.drop_keys(&mut edge, VIEW, &path);
    reading.drop_keys(&mut edge, PART_RECORD, &path);
    for (handle, any) in [("sourceHandle", "output"), ("targetHandle", "input")] {
        let open = match edge.get(handle) {
            Some(Value::String(name)) => name.is_empty() || name == any,
            other => other.is_some_and(Value::is_null),
        };
        if open {
            edge.remove(handle);
        }
    }
    labelled(&mut edge, &path, reading);
    let id = match edge.get("id").and_then(Value::as_str) {
        Some(id) if !id.is_empty() => id.to_owned(),
        _ => format!("{}_{}", word(&edge, "source"), word(&edge, "target")),
    };
    let mut unique = id.clone();
    let mut number = 2;
    while !ids.insert(unique.clone()) {
        unique = format!("{id}_{number}");
        number += 1;
    }
    edge.insert("id".to_owned(), unique.into());
    Some(Value::Object(edge))
}

/// A label is a text of some length here; React Flow draws whatever it is.
fn labelled(edge: &mut Map<String, Value>, path: &str, reading: &mut Reading) {
    let text = edge.get("label").and_then(Value::as_str).map(str::trim).unwrap_or_default();
    let count = text.chars().count();
    match count {
        1..=Edge::LONGEST_LABEL => {
            let text = text.to_owned();
            edge.insert("label".to_owned(), text.into());
        }
        0 if edge.get("label").is_none_or(|label| label.is_string() || label.is_null()) => {
            edge.remove("label");
        }
        _ => reading.drop_keys(edge, &["label"], path),
    }
}

fn word<'a>(edge: &'a Map<String, Value>, key: &str) -> &'a str {
    edge.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A parallel node of these files has as many lanes as edges leave it.
fn lanes(node: &mut Value, edges: &mut [Value]) {
    let id = node["id"].clone();
    let Some(config) = node.pointer_mut("/data/config").and_then(Value::as_object_mut) else {
        return;
    };
    if config.contains_key("lanes") {
        return;
    }
    let mut lanes = vec![];
    for edge in edges.iter_mut().filter(|edge| edge["source"] == id) {
        let number = lanes.len() + 1;
        let lane = format!("lane_{number}");
        lanes.push(json!({ "id": lane, "label": format!("Lane {number}") }));
        edge["sourceHandle"] = lane.into();
    }
    if !lanes.is_empty() {
        config.insert("lanes".to_owned(), lanes.into());
    }
}

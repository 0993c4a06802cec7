//! The start and the end of a graph whose dialect has none.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::reading::Reading;
use crate::{canvas::ports::NODE_WIDTH, nodes::NodeKind};

/// Between the outermost cards and the start or the end.
const GAP: f64 = 96.0;

/// Adds a start before what follows nothing, and an end after what nothing follows, where the graph
/// has none.
pub(super) fn add(nodes: &mut Vec<Value>, edges: &mut Vec<Value>, reading: &mut Reading) {
    for kind in [NodeKind::Start, NodeKind::End] {
        if nodes.iter().all(|node| !is_of(node, kind)) && add_one(kind, nodes, edges) {
            reading.notes.push(format!("the file: added the missing {}.", kind.key()));
        }
    }
}

/// Whether there was anything to put it before or after.
fn add_one(kind: NodeKind, nodes: &mut Vec<Value>, edges: &mut Vec<Value>) -> bool {
    let is_start = kind == NodeKind::Start;
    let own_end = if is_start { "target" } else { "source" };
    let linked: BTreeSet<&str> = edges.iter().filter_map(|edge| edge[own_end].as_str()).collect();
    let steps: Vec<&Value> = nodes.iter().filter(|node| is_step(node, nodes)).collect();
    let is_open = |node: &Value| node["id"].as_str().is_some_and(|id| !linked.contains(id));
    let open: Vec<Value> = steps
        .iter()
        .filter(|node| {
            is_open(node) && !is_of(node, NodeKind::Start) && !is_of(node, NodeKind::End)
        })
        .map(|node| (*node).clone())
        .collect();
    let Some(first) = open.first() else { return false };
    let xs = steps.iter().map(|node| place(node, "x"));
    let x = if is_start {
        xs.fold(f64::INFINITY, f64::min) - NODE_WIDTH - GAP
    } else {
        xs.fold(f64::NEG_INFINITY, f64::max) + NODE_WIDTH + GAP
    };
    let id = free(kind.key().to_owned(), nodes);
    let links = open.iter().map(|node| {
        let (source, target) = if is_start {
            (json!(id), node["id"].clone())
        } else {
            (node["id"].clone(), json!(id))
        };
        let word = |id: &Value| id.as_str().unwrap_or_default().to_owned();
        let link = free(format!("{}_{}", word(&source), word(&target)), edges);
        json!({ "id": link, "source": source, "target": target })
    });
    let links: Vec<Value> = links.collect();
    let end = json!({
        "id": id,
        "type": kind.key(),
        "position": { "x": x, "y": place(first, "y") },
        "data": { "label": kind.spec().label },
    });
    edges.extend(links);
    nodes.push(end);
    true
}

fn is_of(node: &Value, kind: NodeKind) -> bool {
    node["type"] == kind.key()
}

/// Whether a node is a step of the whole: not a note, not a frame, not in a loop.
fn is_step(node: &Value, nodes: &[Value]) -> bool {
    let parent = node.get("parentId").filter(|parent| !parent.is_null());
    let in_loop = parent.is_some_and(|id| {
        nodes.iter().any(|other| other["id"] == *id && is_of(other, NodeKind::ForEach))
    });
    !in_loop && !is_of(node, NodeKind::Note) && !is_of(node, NodeKind::Frame)
}

/// The id, or one like it that none has.
fn free(mut id: String, known: &[Value]) -> String {
    while known.iter().any(|one| one["id"] == id.as_str()) {
        id.push('_');
    }
    id
}

fn place(node: &Value, side: &str) -> f64 {
    node["position"][side].as_f64().unwrap_or_default()
}

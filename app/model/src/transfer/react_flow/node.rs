//! A React Flow node to a canonical one.

use serde_json::{Map, Value, json};

use super::{
    config,
    reading::Reading,
    spelling::KEPT,
    variables::{Braces, SymbolTable},
};
use crate::transfer::record::PART_RECORD;

/// Keys of a node that only a view needs.
pub(super) const VIEW: &[&str] = &[
    "selected",
    "dragging",
    "resizing",
    "positionAbsolute",
    "position_absolute",
    "width",
    "height",
    "measured",
    "draggable",
    "selectable",
    "connectable",
    "deletable",
    "focusable",
    "hidden",
    "zIndex",
    "sourcePosition",
    "targetPosition",
    "style",
    "className",
    "ariaLabel",
    "extent",
    "expandParent",
    "dragHandle",
    "handles",
    "initialWidth",
    "initialHeight",
    "origin",
];

/// Keys of a node's data that only a view needs.
const DATA_VIEW: &[&str] = &["icon", "color", "status", "selected", "isExecuting", "onChange"];

/// The canonical node as JSON, without a position where it has none; none when it cannot be read,
/// with a problem.
pub(super) fn read(
    place: usize,
    node: Value,
    known: &mut SymbolTable,
    reading: &mut Reading,
) -> Option<Value> {
    let path = format!("nodes[{place}]");
    let Value::Object(mut node) = node else {
        reading.refuse(&path, "A node must be an object.");
        return None;
    };
    // A note is as large as a person made it; React Flow measures the others.
    if node.get("type").is_some_and(|kind| kind == "note") {
        resize(&mut node);
    }
    reading.drop_keys(&mut node, VIEW, &path);
    reading.drop_keys(&mut node, PART_RECORD, &path);
    if let Some(parent) = node.remove("parentNode") {
        node.entry("parentId").or_insert(parent);
    }
    let data = match node.remove("data") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(data)) => data,
        Some(_) => {
            reading.refuse(&format!("{path}.data"), "This must be an object.");
            return None;
        }
    };
    known.stand_at(node.get("id").and_then(Value::as_str));
    let written = node.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let (kind, data) = read_data(&written, data, &path, known, reading);
    if kind != written {
        reading.notes.push(format!("{path}: {written} becomes {kind}."));
    }
    node.insert("type".to_owned(), kind.into());
    node.insert("data".to_owned(), data);
    Some(Value::Object(node))
}

fn resize(node: &mut Map<String, Value>) {
    let side = |name: &str| node.get(name).filter(|side| side.is_number()).cloned();
    if let (Some(width), Some(height)) = (side("width"), side("height")) {
        node.retain(|key, _| !["width", "height"].contains(&key.as_str()));
        node.insert("size".to_owned(), json!({ "width": width, "height": height }));
    }
}

fn read_data(
    written: &str,
    mut data: Map<String, Value>,
    path: &str,
    known: &mut SymbolTable,
    reading: &mut Reading,
) -> (String, Value) {
    reading.drop_keys(&mut data, DATA_VIEW, &format!("{path}.data"));
    let mut kept = Map::new();
    let label = data.remove("label").unwrap_or_default();
    kept.insert("label".to_owned(), json!(label.as_str().unwrap_or_default()));
    for key in KEPT {
        if let Some(value) = data.remove(*key) {
            kept.insert((*key).to_owned(), value);
        }
    }
    if let Some(description) = data.remove("description") {
        kept.entry("notes").or_insert(description);
    }
    let (braces, mut written_config) = match data.remove("config") {
        Some(Value::Object(mut config)) => {
            config.extend(data);
            (Braces::Double, config)
        }
        _ => (Braces::Any, data),
    };
    let kind = config::kind(written, &written_config);
    config::rewrite(&kind, &mut written_config, braces, known);
    config::read(&kind, &mut written_config, known, &mut |note| {
        reading.notes.push(format!("{path}.data: {note}"));
    });
    kept.insert("config".to_owned(), Value::Object(written_config));
    (kind, Value::Object(kept))
}

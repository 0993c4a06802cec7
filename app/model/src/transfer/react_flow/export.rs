//! A canonical workflow as React Flow loads it.

use serde_json::{Map, Value, json};

use super::node::VIEW;
use crate::{graph::enclosing, id::NodeId, workflow::Workflow};

/// The workflow as JSON for React Flow: parents before their children, sizes as it names them. What
/// only this product knows is written where React Flow does not look, so that [`super::import`]
/// reads the same workflow.
pub fn export(workflow: &Workflow) -> String {
    let mut file = match serde_json::to_value(workflow) {
        Ok(Value::Object(file)) => file,
        _ => Map::new(),
    };
    file.remove("schemaVersion");
    let deep = |id: &str| depth(workflow, &id.into());
    if let Some(Value::Array(nodes)) = file.get_mut("nodes") {
        nodes.sort_by_key(|node| deep(node["id"].as_str().unwrap_or_default()));
        nodes.iter_mut().filter_map(Value::as_object_mut).for_each(sized);
    }
    file.entry("viewport").or_insert_with(|| json!({ "x": 0, "y": 0, "zoom": 1 }));
    let mut text = serde_json::to_string_pretty(&Value::Object(file)).unwrap_or_default();
    text.push('\n');
    text
}

/// What [`export`] has written, without what React Flow has added to it; none for files of others,
/// which have no parameters.
pub(in crate::transfer) fn restored(file: &Value) -> Option<Value> {
    file.get("parameters")?.as_array()?;
    let mut file = file.clone();
    for node in file["nodes"].as_array_mut()?.iter_mut().filter_map(Value::as_object_mut) {
        let sides = ["width", "height"].map(|side| node.get(side).and_then(Value::as_f64));
        node.retain(|key, _| !VIEW.contains(&key.as_str()));
        if let [Some(width), Some(height)] = sides {
            node.insert("size".to_owned(), json!({ "width": width, "height": height }));
        }
    }
    Some(file)
}

/// How many nodes a node lies in.
fn depth(workflow: &Workflow, id: &NodeId) -> usize {
    workflow.node(id).map_or(0, |node| enclosing(workflow, node).count())
}

fn sized(node: &mut Map<String, Value>) {
    if let Some(Value::Object(mut size)) = node.remove("size") {
        let sides = ["width", "height"].map(|side| (side, size.remove(side)));
        node.extend(sides.into_iter().filter_map(|(side, value)| Some((side.to_owned(), value?))));
    }
}

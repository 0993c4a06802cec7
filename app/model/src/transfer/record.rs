//! What a store keeps around a definition, or among its keys: a definition is read without it.

use serde_json::{Map, Value};

use super::file::{self, DEEPEST, INSIDE};
use crate::text::name::snake;

/// Keys of a stored template that are no part of its definition, also written like `createdAt`.
const RECORD: &[&str] = &[
    "id",
    "_id",
    "template_id",
    "workflow_id",
    "workspace_id",
    "project_id",
    "user_id",
    "owner_id",
    "slug",
    "category",
    "tags",
    "author",
    "is_system",
    "is_system_template",
    "is_recommended",
    "is_template",
    "is_public",
    "is_active",
    "is_archived",
    "version",
    "enabled",
    "status",
    "usage_count",
    "node_count",
    "execution_count",
    "avg_execution_time",
    "estimated_time_minutes",
    "success_rate",
    "rating",
    "thumbnail",
    "thumbnail_url",
    "example_output",
    "draft_revision",
    "issues",
    "stats",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
    "published_at",
    "archived_at",
    "deleted_at",
];

/// Keys of a stored node or edge that are no part of it.
pub(super) const PART_RECORD: &[&str] = &[
    "template_id",
    "workflow_id",
    "workspace_id",
    "created_at",
    "updated_at",
    "createdAt",
    "updatedAt",
];

/// The definition in what may be a record around it, without what only the record needs, and a note
/// of what that was.
pub(super) fn definition_in(value: Value) -> (Value, Vec<String>) {
    let Value::Object(file) = value else { return (value, vec![]) };
    let mut file = flat(file, DEEPEST);
    let mut left_out = vec![];
    for known in RECORD {
        let spelt: Vec<String> =
            file.keys().filter(|key| is_spelling(key, known)).cloned().collect();
        for key in spelt {
            file.remove(&key);
            left_out.push(key);
        }
    }
    let notes = if left_out.is_empty() {
        vec![]
    } else {
        vec![format!("the file: left out {}.", left_out.join(", "))]
    };
    (Value::Object(file), notes)
}

/// Whether this is a definition, or something directly around one.
pub(crate) fn is_definition(value: &Value) -> bool {
    let holds = |value: &Value| value.as_object().is_some_and(holds_steps);
    holds(value) || INSIDE.iter().any(|key| value.get(*key).is_some_and(holds))
}

/// `createdAt` is `created_at`; what begins with a low line is written in one way only.
fn is_spelling(key: &str, known: &str) -> bool {
    key == known || (!known.starts_with('_') && snake(key) == known)
}

/// The keys of the definition, with those that lie around it and say something else.
fn flat(mut file: Map<String, Value>, deepest: usize) -> Map<String, Value> {
    if deepest == 0 || holds_steps(&file) {
        return file;
    }
    for key in INSIDE {
        let inner = match file.get(*key) {
            Some(Value::Object(inner)) => inner.clone(),
            Some(Value::String(text)) => match file::parse(text) {
                Ok(Value::Object(inner)) => inner,
                Ok(_) | Err(_) => continue,
            },
            _ => continue,
        };
        let inner = flat(inner, deepest - 1);
        if holds_steps(&inner) {
            file.remove(*key);
            let says = |value: &Value| !matches!(value, Value::Null) && *value != "";
            file.extend(inner.into_iter().filter(|(_, value)| says(value)));
            return file;
        }
    }
    file
}

/// Whether these are the keys of a definition.
fn holds_steps(file: &Map<String, Value>) -> bool {
    ["nodes", "nodes_json", "steps"].iter().any(|key| file.contains_key(*key))
}

//! The fields that nodes of every type have, by their names in a workflow file.

use model::workflow::NodeData;
use serde_json::{Value, json};

/// The common fields in the order of the panel, by their names in a workflow file.
const FIELDS: [&str; 7] = ["enabled", "if", "onError", "retry", "timeoutMs", "minItems", "assign"];

/// The value of a common field as in a workflow file; null where it is left out.
pub(super) fn value_of(data: &NodeData, field: &str) -> Value {
    match field {
        "enabled" => json!(data.enabled),
        "if" => json!(data.condition),
        "onError" => json!(data.on_error),
        "retry" => json!(data.retry),
        "timeoutMs" => json!(data.timeout_ms),
        "minItems" => json!(data.min_items),
        "assign" => json!(data.assign),
        "notes" => json!(data.notes),
        _ => Value::Null,
    }
}

/// The data with one common field set; null leaves it out.
pub(super) fn with_value(data: &NodeData, field: &str, value: Value) -> Result<NodeData, String> {
    let mut data = data.clone();
    match field {
        "enabled" => data.enabled = read::<Option<_>>(value)?.unwrap_or(true),
        "if" => data.condition = read(value)?,
        "onError" => data.on_error = read::<Option<_>>(value)?.unwrap_or_default(),
        "retry" => data.retry = read(value)?,
        "timeoutMs" => data.timeout_ms = read(value)?,
        "minItems" => data.min_items = read(value)?,
        "assign" => data.assign = read(value)?,
        "notes" => data.notes = read(value)?,
        _ => {}
    }
    Ok(data)
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

/// Whether any common field differs from its default.
pub(super) fn is_set(data: &NodeData) -> bool {
    FIELDS.iter().any(|field| is_field_set(data, field))
}

/// Whether a common field differs from its default.
pub(super) fn is_field_set(data: &NodeData, field: &str) -> bool {
    match field {
        "enabled" => !data.enabled,
        "onError" => data.on_error != Default::default(),
        field => !value_of(data, field).is_null(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::{
        nodes::NodeKind,
        workflow::{Node, OnError, RetryPolicy},
    };

    use super::*;

    fn data() -> NodeData {
        Node::new("a".into(), "A", NodeKind::Wait.default_config()).data
    }

    #[test]
    fn every_common_field_is_set_and_left_out_again() {
        let retry = json!(RetryPolicy::default());
        let values = [
            ("enabled", json!(false)),
            ("if", json!("input.a")),
            ("onError", json!("branch")),
            ("retry", retry),
            ("timeoutMs", json!(5000)),
            ("minItems", json!(2)),
            ("assign", json!("a")),
            ("notes", json!("Why")),
        ];
        for (field, value) in values {
            let set = with_value(&data(), field, value.clone()).unwrap();

            assert_eq!(value_of(&set, field), value);
            assert_eq!(is_set(&set), field != "notes");
            assert_eq!(with_value(&set, field, Value::Null).unwrap(), data());
        }
    }

    #[test]
    fn a_value_of_another_kind_is_refused() {
        assert!(with_value(&data(), "timeoutMs", json!("long")).is_err());
        assert_eq!(data().on_error, OnError::Fail);
    }
}

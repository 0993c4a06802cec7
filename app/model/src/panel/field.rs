//! One field of a node's configuration: its value, its default, and whether it is shown.

use serde_json::Value;

use crate::nodes::{FieldSpec, Level, NodeConfig, NodeKind, Work};

/// The field's value as written; null where it is left out.
pub fn value_of(config: &NodeConfig, field: &str) -> Value {
    config.to_value().get(field).cloned().unwrap_or_default()
}

/// The value that a new node has there; null where it is left out.
pub fn default_of(config: &NodeConfig, field: &str) -> Value {
    value_of(&config.kind().default_config(), field)
}

/// Whether the value differs from that of a new node.
pub fn differs(config: &NodeConfig, field: &str) -> bool {
    value_of(config, field) != default_of(config, field)
}

/// Whether the field has a meaning with the present values of the others.
pub fn applies(config: &NodeConfig, field: &FieldSpec) -> bool {
    field.with.is_none_or(|(other, value)| value_of(config, other) == value)
}

/// Whether a field that nodes of all types have (by its name in a workflow) has a meaning for this
/// one: the start always runs, and a node without attempts has none to limit.
pub fn running_applies(config: &NodeConfig, field: &str) -> bool {
    match field {
        "enabled" | "if" | "onError" => config.kind() != NodeKind::Start,
        "retry" | "timeoutMs" => config.work() != Work::Inline,
        "minItems" => config.work() == Work::Jobs,
        _ => true,
    }
}

/// Whether a person at this level sees the field; one that was set is seen at every level.
pub fn is_shown(config: &NodeConfig, field: &FieldSpec, level: Level) -> bool {
    field.level <= level || differs(config, field.name)
}

/// The configuration with one field set; null removes the field.
///
/// # Errors
/// Why the field cannot have this value, in words.
pub fn with_field(config: &NodeConfig, field: &str, value: Value) -> Result<NodeConfig, String> {
    let mut written = config.to_value();
    if let Value::Object(fields) = &mut written {
        match value {
            Value::Null => fields.remove(field),
            value => fields.insert(field.to_owned(), value),
        };
    }
    NodeConfig::from_value(config.kind(), written)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn the_start_always_runs_and_only_what_is_attempted_has_bounds() {
        let applying = |kind: NodeKind| {
            let fields = ["enabled", "if", "onError", "retry", "timeoutMs", "minItems", "assign"];
            let config = kind.default_config();
            fields.into_iter().filter(|field| running_applies(&config, field)).count()
        };

        assert_eq!(applying(NodeKind::Start), 1);
        assert_eq!(applying(NodeKind::End), 4);
        assert_eq!(applying(NodeKind::ForEach), 6);
        assert_eq!(applying(NodeKind::GenerateCopy), 7);
    }

    fn spec(config: &NodeConfig, field: &str) -> &'static FieldSpec {
        config.spec().fields.iter().find(|spec| spec.name == field).unwrap()
    }

    #[test]
    fn every_field_of_every_kind_can_be_left_out_or_set_to_what_it_begins_with() {
        for kind in NodeKind::ALL {
            let config = kind.default_config();
            for field in config.spec().fields {
                let default = default_of(&config, field.name);
                assert_eq!(with_field(&config, field.name, default).as_ref(), Ok(&config));
                assert_eq!(with_field(&config, field.name, Value::Null).as_ref(), Ok(&config));
            }
        }
    }

    #[test]
    fn what_is_set_is_seen_by_everybody() {
        let plain = NodeKind::GenerateCopy.default_config();
        let set = with_field(&plain, "system_prompt", json!("You are brief.")).unwrap();

        let field = spec(&plain, "system_prompt");
        assert!(!is_shown(&plain, field, Level::Novice));
        assert!(is_shown(&plain, field, Level::Expert));
        assert!(is_shown(&set, field, Level::Novice));
        assert!(differs(&set, "system_prompt") && !differs(&set, "prompt"));
    }

    #[test]
    fn a_value_that_does_not_fit_says_why_and_changes_nothing() {
        let plain = NodeKind::GenerateCopy.default_config();

        let refused = with_field(&plain, "quantity", json!("many")).unwrap_err();

        assert!(refused.contains("quantity"), "{refused}");
    }
}

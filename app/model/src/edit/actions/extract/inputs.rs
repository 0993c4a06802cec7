//! How steps make use of what comes in by their ports.

use crate::{nodes::FieldKind, workflow::Node};

/// The field that is read instead of what comes in by a port.
pub(super) fn field_for_port(node: &Node, port: &str) -> Option<&'static str> {
    let spec = node.data.config.spec();
    let mut fields = spec.fields.iter().filter(|field| field.kind == FieldKind::Reference);
    let found = match spec.inputs {
        [_] => fields.next(),
        _ => fields.find(|field| field.name == port),
    };
    found.map(|field| field.name)
}

/// Whether a node makes use of what comes in by a port, besides waiting for it.
pub(super) fn uses_input(node: &Node, port: &str) -> bool {
    let is_set = |field: &str| {
        let value = node.data.config.to_value();
        let text = value.get(field).and_then(|value| value.as_str().map(str::to_owned));
        text.is_some_and(|text| !text.trim().is_empty())
    };
    node.data.config.reads_port(port)
        && field_for_port(node, port).is_none_or(|field| !is_set(field))
}

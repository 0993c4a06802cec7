//! What nodes before a part count as having given: what was recorded, or what a person types.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::{
    connect::{self, ERROR_PORT},
    execution::part::Part,
    graph::{self, Graph},
    id::NodeId,
    nodes::NodeKind,
    pages::Recorded,
    ports::{Kind, Port, PortType},
    value::text_of,
    workflow::{Node, Workflow},
};
use serde_json::{Map, Value};

use crate::ui::field::LongTextField;

/// As much of a recorded value as is shown.
const EXCERPT: usize = 160;

/// One output of a node before the part.
#[derive(Debug, Clone)]
pub(super) struct GivenField {
    node: NodeId,
    label: String,
    port: Port,
    /// The number of the test run and what was given there.
    recorded: Option<(i64, Value)>,
    /// What a person types instead.
    pub(super) typed: RwSignal<String>,
}

/// Every output of the nodes that come before a part.
pub(super) fn fields(workflow: &Workflow, part: &Part, recorded: &[Recorded]) -> Vec<GivenField> {
    // What begins at the start is given nothing.
    let (Part::From(node) | Part::Only(node)) = part else { return vec![] };
    let first = graph::outermost(workflow, node);
    let before = Graph::of(workflow).ancestors(first);
    let counts = |node: &&Node| {
        before.contains(&node.id)
            && node.kind() != NodeKind::Start
            && graph::loop_of(workflow, &node.id).is_none()
    };
    let of = |node: &Node| {
        let known = recorded.iter().find(|known| known.node == node.id);
        let ports = connect::outputs(workflow, node).into_iter();
        let ports = ports.filter(|port| port.name != ERROR_PORT && is_value(port.port_type));
        let field = |port: Port| GivenField {
            node: node.id.clone(),
            label: format!("{} · {}", node.title(), port.label),
            recorded: known.and_then(|known| {
                Some((known.number, known.output.get(&port.name).filter(|v| !v.is_null())?.clone()))
            }),
            port,
            typed: RwSignal::new(String::new()),
        };
        ports.map(field).collect::<Vec<_>>()
    };
    workflow.nodes.iter().filter(counts).flat_map(of).collect()
}

/// Whether a value passes, not only the course of things.
fn is_value(port_type: PortType) -> bool {
    port_type.kind() != Kind::Flow
}

/// What was typed, node by node.
pub(super) fn typed(fields: &[GivenField]) -> BTreeMap<NodeId, Map<String, Value>> {
    let mut given = BTreeMap::<NodeId, Map<String, Value>>::new();
    for field in fields {
        let text = field.typed.get();
        if !text.trim().is_empty() {
            let value = value_of(field.port.port_type, &text);
            given.entry(field.node.clone()).or_default().insert(field.port.name.clone(), value);
        }
    }
    // The outputs that are not typed stay as they were recorded.
    for field in fields {
        if let (Some(output), Some((_, value))) = (given.get_mut(&field.node), &field.recorded) {
            output.entry(field.port.name.clone()).or_insert_with(|| value.clone());
        }
    }
    given
}

/// The value that a text stands for: JSON where it is some, else words; in a list one a line.
fn value_of(port_type: PortType, text: &str) -> Value {
    let json = || serde_json::from_str(text).ok();
    match port_type {
        PortType::One(Kind::Text) => Value::from(text),
        PortType::One(_) => json().unwrap_or_else(|| Value::from(text)),
        PortType::List(_) => json().filter(Value::is_array).unwrap_or_else(|| {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.map(Value::from).collect()
        }),
    }
}

/// The fields of what is given; nothing where a part has nothing before it.
#[component]
pub(super) fn GivenFields(
    /// One by one.
    fields: Vec<GivenField>,
) -> impl IntoView {
    if fields.is_empty() {
        return ().into_any();
    }
    let row = |field: GivenField| {
        let name = format!("given-{}-{}", field.node, field.port.name);
        if !can_be_typed(field.port.port_type) {
            return recorded_only(&field).into_any();
        }
        view! {
            <LongTextField
                name=name
                label=field.label.clone()
                value=field.typed
                help=help(&field)
                rows=2
            />
        }
        .into_any()
    };
    view! {
        <fieldset class="test-form__group">
            <legend class="config__heading">"Given by the steps before"</legend>
            <p class="small muted">
                "Nothing before it runs. Leave a field empty to take what was recorded last."
            </p>
            <div class="form">{fields.into_iter().map(row).collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

/// Pictures, documents and files are made or recorded, not typed.
fn can_be_typed(port_type: PortType) -> bool {
    !matches!(port_type.kind(), Kind::Image | Kind::Document | Kind::File)
}

fn recorded_only(field: &GivenField) -> impl IntoView + use<> {
    let known = match &field.recorded {
        Some((number, _)) => format!("From #{number}."),
        None => "Nothing was recorded yet, and it cannot be typed.".to_owned(),
    };
    view! {
        <div class="field">
            <p class="field__label">{field.label.clone()}</p>
            <p class="small muted">{known}</p>
        </div>
    }
}

fn help(field: &GivenField) -> String {
    let kind = match field.port.port_type {
        PortType::List(_) => "One per line, or JSON.",
        PortType::One(Kind::Text) => "",
        PortType::One(_) => "Written as JSON.",
    };
    let known = match &field.recorded {
        Some((number, value)) => format!("From #{number}: “{}”", excerpt(value)),
        None => "Nothing was recorded yet: without a value it counts as skipped.".to_owned(),
    };
    format!("{known} {kind}").trim().to_owned()
}

fn excerpt(value: &Value) -> String {
    let text = match value {
        Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join(" · "),
        other => text_of(other),
    };
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_typed_reads_as_the_port_wants_it() {
        let words = PortType::List(Kind::Text);

        assert_eq!(value_of(words, "one\n\n two "), json!(["one", "two"]));
        assert_eq!(value_of(words, "[\"a\", \"b\"]"), json!(["a", "b"]));
        assert_eq!(value_of(PortType::One(Kind::Text), "7"), json!("7"));
        assert_eq!(value_of(PortType::One(Kind::Number), "7"), json!(7));
        assert_eq!(value_of(PortType::One(Kind::Json), "no json"), json!("no json"));
    }

    #[test]
    fn typed_outputs_go_with_the_recorded_ones_of_their_node() {
        Owner::new().with(|| {
            let field = |name: &str, typed: &str, recorded: Option<Value>| GivenField {
                node: "a".into(),
                label: String::new(),
                port: Port::new(name, name, PortType::One(Kind::Text)),
                recorded: recorded.map(|value| (1, value)),
                typed: RwSignal::new(typed.to_owned()),
            };
            let fields =
                [field("x", "new", Some(json!("old"))), field("y", "", Some(json!("kept")))];

            let given = typed(&fields);

            assert_eq!(
                Value::from(given[&NodeId::from("a")].clone()),
                json!({"x": "new", "y": "kept"})
            );
            assert!(typed(&fields[1..]).is_empty());
        });
    }
}

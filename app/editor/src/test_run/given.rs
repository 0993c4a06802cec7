//! The outputs of nodes before the scope of a test run: recorded ones, or typed by a person.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use model::{
    connect,
    execution::run_scope::RunScope,
    graph::{self, Graph},
    id::NodeId,
    nodes::NodeKind,
    number::read_json,
    pages::Recorded,
    ports::{ERROR_PORT, Kind, Port, PortType},
    value::text_of,
    workflow::{Node, Workflow},
};
use serde_json::{Map, Value};
use ui::field::{FieldInput, FormField};

/// A recorded value is shown up to this length, in characters.
const EXCERPT: usize = 160;

/// One output of a node before the scope.
#[derive(Debug, Clone)]
pub(super) struct GivenField {
    node: NodeId,
    label: String,
    port: Port,
    /// The number of the test run that recorded a value, and the value.
    recorded: Option<(i64, Value)>,
    /// What happens if nothing was recorded and nothing is typed.
    missing: Missing,
    /// The text that a person types instead of the recorded value.
    pub(super) typed: RwSignal<String>,
}

/// What happens when a node before the scope has no output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// The node counts as skipped.
    Skipped,
    /// The test run cannot begin, because no other node leads into the scope.
    Needed,
    /// The test run can begin only if another node that leads into the scope has an output.
    OneNeeded,
}

impl Missing {
    fn words(self) -> &'static str {
        match self {
            Self::Skipped => "No recorded value. Leave empty to skip this step.",
            Self::Needed => "No recorded value. Enter one, or run the whole workflow first.",
            Self::OneNeeded => {
                "No recorded value. Enter one for at least one step directly before the tested steps, or run the whole workflow first."
            }
        }
    }
}

/// The nodes that lead into the scope, of which at least one must have an output; empty where one
/// has a recorded one.
fn find_required_nodes<'a>(
    workflow: &'a Workflow,
    first: &NodeId,
    before: &BTreeSet<NodeId>,
    recorded: &[Recorded],
) -> BTreeSet<&'a NodeId> {
    let into = workflow.edges.iter().filter(|edge| edge.target == *first);
    let into: BTreeSet<&NodeId> =
        into.map(|edge| &edge.source).filter(|id| before.contains(*id)).collect();
    let is_start = |id: &NodeId| workflow.node(id).is_some_and(|n| n.kind() == NodeKind::Start);
    let is_known = |id: &NodeId| is_start(id) || recorded.iter().any(|known| known.node == *id);
    if into.iter().any(|id| is_known(id)) { BTreeSet::new() } else { into }
}

/// The outputs of all nodes before the scope, as fields; none where the scope begins at the start.
pub(super) fn given_fields(
    workflow: &Workflow,
    part: &RunScope,
    recorded: &[Recorded],
) -> Vec<GivenField> {
    // A scope that begins at the start has no nodes before it.
    let (RunScope::From(node) | RunScope::Only(node)) = part else { return vec![] };
    let first = graph::outermost(workflow, node);
    let before = Graph::new(workflow).ancestors(first);
    let required = find_required_nodes(workflow, first, &before, recorded);
    let missing = |id: &NodeId| match required.len() {
        _ if !required.contains(id) => Missing::Skipped,
        1 => Missing::Needed,
        _ => Missing::OneNeeded,
    };
    let counts = |node: &&Node| {
        before.contains(&node.id)
            && node.kind() != NodeKind::Start
            && graph::loop_of(workflow, &node.id).is_none()
    };
    let fields_of = |node: &Node| {
        let known = recorded.iter().find(|known| known.node == node.id);
        let ports = connect::outputs(workflow, node).into_iter();
        let ports = ports.filter(|port| port.name != ERROR_PORT && is_value(port.port_type));
        let field = |port: Port| GivenField {
            node: node.id.clone(),
            label: format!("{} · {}", node.title(), port.label),
            recorded: known.and_then(|known| {
                Some((known.number, known.output.get(&port.name).filter(|v| !v.is_null())?.clone()))
            }),
            missing: missing(&node.id),
            port,
            typed: RwSignal::new(String::new()),
        };
        ports.map(field).collect::<Vec<_>>()
    };
    workflow.nodes.iter().filter(counts).flat_map(fields_of).collect()
}

/// Whether a port passes a value and not only the control flow.
fn is_value(port_type: PortType) -> bool {
    port_type.kind() != Kind::Flow
}

/// The typed outputs by node and port, together with the recorded other outputs of those nodes.
pub(super) fn collect_given(fields: &[GivenField]) -> BTreeMap<NodeId, Map<String, Value>> {
    let mut given = BTreeMap::<NodeId, Map<String, Value>>::new();
    for field in fields {
        let text = field.typed.get();
        if !text.trim().is_empty() {
            let value = value_of(field.port.port_type, &text);
            given.entry(field.node.clone()).or_default().insert(field.port.name.clone(), value);
        }
    }
    // A node with a typed output keeps its other outputs as recorded.
    for field in fields {
        if let (Some(output), Some((_, value))) = (given.get_mut(&field.node), &field.recorded) {
            output.entry(field.port.name.clone()).or_insert_with(|| value.clone());
        }
    }
    given
}

/// The value that a text stands for: JSON if it is valid JSON, or else a text; a list has one item
/// per line.
fn value_of(port_type: PortType, text: &str) -> Value {
    let json = || read_json(text).ok();
    match port_type {
        PortType::One(Kind::Text) => Value::from(text),
        PortType::One(_) => json().unwrap_or_else(|| Value::from(text)),
        PortType::List(_) => json().filter(Value::is_array).unwrap_or_else(|| {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.map(Value::from).collect()
        }),
    }
}

/// The fields of the outputs; nothing where there are none.
#[component]
pub(super) fn GivenFields(
    /// The fields in the order of the workflow.
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
        FormField::new(name, field.label.clone(), FieldInput::lines(field.typed, 2))
            .help(help(&field))
            .view()
    };
    view! {
        <fieldset class="test-form__group">
            <legend class="config__heading">"Input from earlier steps"</legend>
            <p class="small muted">
                "Earlier steps don't run. Leave a field empty to use the last recorded value."
            </p>
            <div class="form">{fields.into_iter().map(row).collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

/// Whether a person can type the value: images, documents and files can only be recorded.
fn can_be_typed(port_type: PortType) -> bool {
    !matches!(port_type.kind(), Kind::Image | Kind::Document | Kind::File)
}

fn recorded_only(field: &GivenField) -> impl IntoView + use<> {
    let known = match &field.recorded {
        Some((number, _)) => format!("From #{number}."),
        None => "No recorded value, and you can't enter one here.".to_owned(),
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
        None => field.missing.words().to_owned(),
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

    use model::id::ExecutionId;
    use serde_json::json;
    use uuid::Uuid;

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

    /// What happens without outputs of the steps a and b before c, where these edges connect them.
    fn before_c(edges: &[[&str; 2]], recorded: &[Recorded]) -> Vec<Missing> {
        let node = |id: &str| {
            let (position, config) = (json!({ "x": 0, "y": 0 }), json!({ "prompt": "x" }));
            let data = json!({ "label": id, "config": config });
            json!({ "id": id, "type": "generate_copy", "position": position, "data": data })
        };
        let edge = |[source, target]: &[&str; 2]| json!({ "id": format!("{source}_{target}"), "source": source, "target": target });
        let edges: Vec<Value> = edges.iter().map(edge).collect();
        let workflow = json!({ "nodes": [node("a"), node("b"), node("c")], "edges": edges });
        let workflow: Workflow = serde_json::from_value(workflow).unwrap();
        Owner::new().with(|| {
            let fields = given_fields(&workflow, &RunScope::Only("c".into()), recorded);
            let texts = fields.iter().filter(|field| field.port.name == "texts");
            texts.map(|field| field.missing).collect()
        })
    }

    #[test]
    fn a_part_says_without_which_steps_it_cannot_begin() {
        use Missing::{Needed, OneNeeded, Skipped};
        let recorded = Recorded {
            node: "a".into(),
            execution_id: ExecutionId(Uuid::nil()),
            number: 1,
            output: Map::new(),
        };

        assert_eq!(before_c(&[["a", "b"], ["b", "c"]], &[]), [Skipped, Needed]);
        assert_eq!(before_c(&[["a", "c"], ["b", "c"]], &[]), [OneNeeded, OneNeeded]);
        assert_eq!(before_c(&[["a", "c"], ["b", "c"]], &[recorded]), [Skipped, Skipped]);
    }

    #[test]
    fn typed_outputs_go_with_the_recorded_ones_of_their_node() {
        Owner::new().with(|| {
            let field = |name: &str, typed: &str, recorded: Option<Value>| GivenField {
                node: "a".into(),
                label: String::new(),
                port: Port::new(name, name, PortType::One(Kind::Text)),
                recorded: recorded.map(|value| (1, value)),
                missing: Missing::Skipped,
                typed: RwSignal::new(typed.to_owned()),
            };
            let fields =
                [field("x", "new", Some(json!("old"))), field("y", "", Some(json!("kept")))];

            let given = collect_given(&fields);

            assert_eq!(
                Value::from(given[&NodeId::from("a")].clone()),
                json!({"x": "new", "y": "kept"})
            );
            assert!(collect_given(&fields[1..]).is_empty());
        });
    }
}

//! What every node type can answer.

use serde_json::{Map, Value};

use super::{
    checker::Checker,
    model_call::{CallSize, ModelCall},
    routing::{Affects, ExclusivePorts, TakenPorts},
    spec::{Category, NodeSpec, PortSpec},
};
use crate::{
    access::Permission,
    expr::{ExprError, Scope},
    field::Text,
    id::DocumentId,
    parameter::Parameter,
    ports::{Kind, Port, PortType},
    review::assignment::ReviewActor,
    time::Timestamp,
};

/// Where a node's work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Inside the transaction that settles its inputs; no job.
    Inline,
    /// In jobs that workers claim.
    Jobs,
    /// By a person who decides.
    Review,
    /// By what lies in it, iteration by iteration.
    Loop,
    /// Nowhere: the node is there for readers and is no step of an execution.
    None,
}

/// What of items a text or expression of a configuration may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Items {
    /// Nothing: there are none.
    None,
    /// `${index}` and `${count}`: the node makes several.
    Places,
    /// `${item}`: there is one.
    Whole,
    /// `${item}`, `${index}` and `${count}`: it is worked out for each.
    Each,
}

impl Items {
    /// Whether there is an `${item}`.
    pub fn has_item(self) -> bool {
        matches!(self, Self::Whole | Self::Each)
    }

    /// Whether there are an `${index}` and a `${count}`.
    pub fn has_index(self) -> bool {
        matches!(self, Self::Places | Self::Each)
    }
}

/// What of all that a node reads it shows or hands on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum HandedOn<'a> {
    /// All that its texts refer to and its edges bring.
    All,
    /// What its edges bring: the rest only says what is done with it.
    Incoming,
    /// What this text refers to; what its edges bring where it refers to nothing.
    Named(&'a Text),
}

impl<'a> From<Option<&'a Text>> for HandedOn<'a> {
    fn from(named: Option<&'a Text>) -> Self {
        named.map_or(Self::Incoming, Self::Named)
    }
}

/// What each job of a node gives to its first port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobValues {
    /// Any number of values: the place of one does not say which job gave it.
    Any,
    /// One value, which may be a list itself.
    OneJson,
    /// One text or image.
    One,
}

/// What a node reads when its inputs have settled.
#[derive(Debug, Clone)]
pub struct NodeInputs<'a> {
    /// What its texts and expressions may read.
    pub scope: &'a Scope,
    /// What its edges brought, each with the port by which it came in, in the order of the
    /// workflow.
    pub edges: Vec<(String, &'a Value)>,
}

impl NodeInputs<'_> {
    /// What comes in by a port: the value of its edge, or the list of those of several edges, lists
    /// among them opened; nothing where no edge brought a value.
    pub fn value(&self, port: &str) -> Option<Value> {
        let mut values = self.values(port);
        if values.len() < 2 {
            return values.pop();
        }
        Some(values.into_iter().flat_map(list_items).collect())
    }

    /// What comes in by a port, edge by edge.
    pub fn values(&self, port: &str) -> Vec<Value> {
        let by_port = self.edges.iter().filter(|(name, _)| name == port);
        by_port.map(|(_, value)| (*value).clone()).collect()
    }
}

fn list_items(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        other => vec![other],
    }
}

/// What a node without jobs gives when its inputs have settled.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settled {
    /// Port → value.
    pub output: Map<String, Value>,
    /// By which ports the path goes on.
    pub takes: TakenPorts,
}

impl From<Map<String, Value>> for Settled {
    fn from(output: Map<String, Value>) -> Self {
        Self { output, takes: TakenPorts::All }
    }
}

/// A node type's configuration and what follows from it.
pub trait NodeType {
    /// What the type is, for palette, card and panel.
    const SPEC: &'static NodeSpec;

    /// The ports of the type that exclude each other; none where none do.
    const EXCLUSIVE: Option<&'static ExclusivePorts> = None;

    /// Whether the node has jobs, or is decided where its inputs settle.
    fn work(&self) -> Work {
        Work::Jobs
    }

    /// The ports edges may leave by in a workflow with these parameters, without `error`.
    fn outputs(&self, _parameters: &[Parameter]) -> Vec<Port> {
        Self::SPEC.outputs.iter().map(PortSpec::port).collect()
    }

    /// How many jobs the node has in this scope.
    ///
    /// # Errors
    /// When the quantity is a reference without a whole number in range.
    fn quantity(&self, _scope: &Scope) -> Result<u32, ExprError> {
        Ok(1)
    }

    /// When its jobs may be claimed; the scope's own instant for those that do not wait.
    ///
    /// # Errors
    /// When a reference has no value, or the time is out of range.
    fn not_before(&self, scope: &Scope) -> Result<Timestamp, ExprError> {
        Ok(scope.now)
    }

    /// How many of its edges must have brought something before the node goes on without the rest;
    /// none means that it waits until every edge has settled.
    fn enough_edges(&self) -> Option<usize> {
        None
    }

    /// What a node without jobs gives, and by which ports the path goes on.
    ///
    /// # Errors
    /// When a reference has no value.
    fn settle_inline(&self, _inputs: &NodeInputs<'_>) -> Result<Settled, ExprError> {
        Ok(Settled::default())
    }

    /// Why a port stays empty as the node is set up, in words; none when it gives something.
    fn empty_port(&self, _port: &str) -> Option<&'static str> {
        None
    }

    /// Expressions that are written without `${…}` around them: the field's path, the expression.
    fn expressions(&self) -> Vec<(String, String)> {
        vec![]
    }

    /// Whether the texts at a field's path refer to values of the workflow.
    fn refers(&self, _field: &str) -> bool {
        true
    }

    /// The type that a reference alone at a field's path must fit, where the spec does not say it.
    fn type_needed(&self, _field: &str) -> Option<PortType> {
        None
    }

    /// What of items the text or expression at a field's path may read, besides what every field
    /// of a node with a quantity may.
    fn items(&self, _field: &str) -> Items {
        Items::None
    }

    /// Whether a call that may have been carried out is left to a person before it is repeated.
    fn asks_before_repeat(&self) -> bool {
        false
    }

    /// The output of the node, port by port, when a person says what its call gave.
    fn output_from_answer(&self, given: Value) -> Map<String, Value> {
        let port = Self::SPEC.outputs.first().map(|port| port.name.to_owned());
        port.map(|port| (port, given)).into_iter().collect()
    }

    /// Whether an editor shows one card instead of what lies in it; none for types that hold no
    /// nodes. Those that do have a field `collapsed`.
    fn collapsed(&self) -> Option<bool> {
        None
    }

    /// The same, to be changed.
    fn collapsed_mut(&mut self) -> Option<&mut bool> {
        None
    }

    /// Whether it reads what comes in by a port, unless a field names something instead.
    fn reads_port(&self, _port: &str) -> bool {
        true
    }

    /// The documents chosen one by one that it reads with its prompt; none if it reads no
    /// documents, not even those of the launch.
    fn documents_read(&self) -> Option<&[DocumentId]> {
        None
    }

    /// What of all that it reads the node shows or hands on.
    fn handed_on(&self) -> HandedOn<'_> {
        HandedOn::All
    }

    fn job_values(&self) -> JobValues {
        JobValues::Any
    }

    fn model_call(&self) -> Option<ModelCall> {
        None
    }

    /// How often one of its jobs calls its model at most; none where that is not known.
    fn most_calls(&self) -> Option<u32> {
        Some(1)
    }

    /// How large one call of its model is; where a job makes several, the mean of them.
    fn call_size(&self, _scope: &Scope) -> CallSize {
        CallSize::default()
    }

    /// What it takes this person to get past what the node asks, in whichever way; none if it asks
    /// nobody.
    fn permission_to_pass(&self, _actor: &ReviewActor) -> Option<Permission> {
        None
    }

    /// Which other nodes run differently once its configuration is another one.
    fn affects(&self) -> Affects {
        Affects::Nothing
    }

    /// What the node does as it is set up, in a few words; none when its first text says it best.
    fn headline(&self) -> Option<String> {
        None
    }

    /// Adds what is wrong beyond what the spec says of single fields.
    fn check(&self, _checker: &mut Checker) {}
}

/// A node of a type this release does not know, kept as it was written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Placeholder {
    /// Its type as written.
    pub key: String,
    /// Its configuration as written.
    pub config: Map<String, Value>,
}

const ANY: PortType = PortType::One(Kind::Any);

impl NodeType for Placeholder {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "unknown",
        label: "Unknown step",
        purpose: "This version of Atelier doesn't know this type of step. It is kept, but can't run.",
        category: Category::Flow,
        icon: "circle-question-mark",
        color: "--muted",
        inputs: &[PortSpec { name: "input", label: "Input", port_type: ANY }],
        outputs: &[PortSpec { name: "output", label: "Output", port_type: ANY }],
        fields: &[],
    };

    /// What it calls, as workflows of steps say it.
    fn headline(&self) -> Option<String> {
        self.config.get("tool")?.as_str().map(str::to_owned)
    }
}

/// Every text in a configuration that holds `${`, with its path.
pub(super) fn texts(config: &Value) -> Vec<(String, String)> {
    let mut found = vec![];
    collect(config, String::new(), &mut found);
    found
}

fn collect(value: &Value, path: String, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) if text.contains("${") => found.push((path, text.clone())),
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                collect(item, format!("{path}[{place}]"), found);
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                collect(item, inner, found);
            }
        }
        _ => {}
    }
}

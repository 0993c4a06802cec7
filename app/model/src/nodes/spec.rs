//! What a node type is: palette, card and panel are drawn from it, and single fields checked by it.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::ports::{Port, PortType};

/// What a node type is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct NodeSpec {
    /// How it is written in a workflow.
    pub key: &'static str,
    /// The name that people see.
    pub label: &'static str,
    /// What it does, in one sentence.
    pub purpose: &'static str,
    /// Where it stands in the palette.
    pub category: Category,
    /// A Lucide icon's name.
    pub icon: &'static str,
    /// A colour token of the style sheet.
    pub color: &'static str,
    /// Ports edges may enter by.
    pub inputs: &'static [PortSpec],
    /// Ports edges may leave by, where they do not depend on the configuration.
    pub outputs: &'static [PortSpec],
    /// Configuration fields in the order of the panel.
    pub fields: &'static [FieldSpec],
}

impl NodeSpec {
    /// A number that is left empty is left out of a configuration: what it begins with holds.
    pub(super) fn leave_out_empty_numbers(&self, written: &mut Map<String, Value>) {
        let is_number = |field: &&FieldSpec| {
            matches!(field.kind, FieldKind::Integer { .. } | FieldKind::Number { .. })
        };
        for field in self.fields.iter().filter(is_number) {
            let text = written.get(field.name).and_then(Value::as_str);
            if text.is_some_and(|text| text.trim().is_empty()) {
                written.remove(field.name);
            }
        }
    }
}

/// Where a node type stands in the palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Makes texts, images or documents.
    Create,
    /// Judges or chooses.
    Decide,
    /// Begins, ends, orders or repeats other nodes.
    Flow,
    /// Calls systems outside of Atelier.
    Connect,
}

/// A port that every node of the type has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PortSpec {
    /// The handle in the workflow.
    pub name: &'static str,
    /// Words on the card.
    pub label: &'static str,
    /// What passes through it.
    pub port_type: PortType,
}

/// A configuration field.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct FieldSpec {
    /// Its key in the configuration.
    pub name: &'static str,
    /// Words above it.
    pub label: &'static str,
    /// A sentence under it.
    pub help: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// The node cannot run without it.
    pub required: bool,
    /// From which level on it is shown.
    pub level: Level,
    /// The field and the value of it with which this one has a meaning; always where there is none.
    pub with: Option<(&'static str, &'static str)>,
}

/// What a configuration field holds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum FieldKind {
    /// One line; may refer.
    Text,
    /// Several lines with references.
    Prompt,
    /// A whole number in a range; may refer.
    Integer {
        /// The smallest number allowed.
        min: i64,
        /// The largest number allowed.
        max: i64,
    },
    /// A number in a range; may refer.
    Number {
        /// The smallest number allowed.
        min: f64,
        /// The largest number allowed.
        max: f64,
        /// The distance between two choices of a slider.
        step: f64,
    },
    /// One of these; may refer.
    Choice {
        /// What may be chosen.
        options: &'static [Choice],
    },
    /// On or off.
    Boolean,
    /// A model of a provider; empty means the workspace's default.
    Model,
    /// A reference to another node's output.
    Reference,
    /// Which documents go along as context.
    Documents,
    /// Members of the workspace, by their ids.
    People,
    /// What the model answers with.
    Output,
    /// Lanes by id and label.
    Lanes,
    /// Branches by id, label and condition.
    Branches,
    /// Results of the execution, by name.
    Results,
    /// What a transform does, one operation after the other.
    Operations,
    /// Names with values; the values may refer.
    Pairs,
    /// Text or JSON; may refer.
    Body,
    /// The name of a secret of the workspace.
    Secret,
    /// Another template, by its name or id.
    Template,
    /// A version of the template that the field `template` names.
    TemplateVersion,
    /// A tool of a connected server, as `server.toolName`.
    Tool,
    /// The arguments of the tool that the field `tool` names.
    ToolArguments,
    /// What of a result is linked to other systems: kinds with ids and addresses.
    ExternalRefs,
    /// An agent: one of the library with its version, or one that the node describes in `own`.
    Agent,
    /// What the agent of the node is given, by the names of its inputs; may refer.
    AgentInputs,
}

/// One of several values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Choice {
    /// How it is written.
    pub value: &'static str,
    /// Words for it.
    pub label: &'static str,
}

/// From which level on a field is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Shown at all times.
    Novice,
    /// Shown once "More" is opened.
    Intermediate,
    /// Shown once "Advanced" is opened.
    Expert,
}

impl PortSpec {
    /// A port of this name, label and type.
    pub const fn new(name: &'static str, label: &'static str, port_type: PortType) -> Self {
        Self { name, label, port_type }
    }

    /// As a port of a node.
    pub fn port(&self) -> Port {
        Port::new(self.name, self.label, self.port_type)
    }
}

impl Choice {
    /// A value and the words for it.
    pub const fn new(value: &'static str, label: &'static str) -> Self {
        Self { value, label }
    }
}

impl FieldSpec {
    /// An optional field that everybody sees.
    pub const fn new(
        name: &'static str,
        label: &'static str,
        help: &'static str,
        kind: FieldKind,
    ) -> Self {
        Self { name, label, help, kind, required: false, level: Level::Novice, with: None }
    }

    /// The same field, without which the node cannot run.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same field, which has a meaning only while another has this value.
    #[must_use]
    pub const fn with_dependency(self, field: &'static str, value: &'static str) -> Self {
        Self { with: Some((field, value)), ..self }
    }

    /// The same field, always shown from this level on.
    #[must_use]
    pub const fn with_level(self, level: Level) -> Self {
        Self { level, ..self }
    }
}

//! Typed inputs of a workflow and named sets of values for them.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::{
    number::{NumberKind, parse_number},
    ports::{Kind, PortType},
};

/// A typed input of a workflow.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name in `${input.name}`; `^[a-z][a-z0-9_]*$`.
    pub name: String,
    /// The label on the form; the name when empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// The type of its value.
    #[serde(rename = "type", default)]
    pub kind: ParameterKind,
    /// Whether a launch without a value is refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// The value when none is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// A good value to show and to try with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
    /// A sentence under the field.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// The heading under which the field stands.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// Smallest number, or fewest items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Largest number, or most items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Step between numbers, counted from the smallest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
    /// Most characters of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// A regular expression that a whole text must match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The choices, for `choice` and `multi_choice`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<ParameterOption>,
}

/// The type of a parameter's value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParameterKind {
    /// A text in a field of one line.
    #[default]
    Text,
    /// A text in a field of several lines.
    LongText,
    /// A whole number.
    Integer,
    /// A whole or a decimal number.
    Number,
    /// True or false.
    Boolean,
    /// One of the options.
    Choice,
    /// Any number of the options.
    MultiChoice,
    /// A list of texts.
    List,
    /// Structured data: any JSON.
    Json,
    /// The id of a document.
    Document,
    /// A list of document ids.
    Documents,
    /// The id of an image.
    Image,
    /// A list of image ids.
    Images,
}

/// An option of a choice; a plain text stands for both value and label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ParameterOption {
    /// The value that the workflow gets.
    pub value: String,
    /// The text that the person reads.
    pub label: String,
}

/// A named set of values for the launch form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// The name, unique among the presets.
    pub name: String,
    /// The label on the form.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// What it is good for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Values by parameter name.
    #[serde(default)]
    pub values: Map<String, Value>,
}

impl Parameter {
    /// The label on the form.
    pub fn title(&self) -> &str {
        if self.label.is_empty() { &self.name } else { &self.label }
    }

    /// The type of the port it gives the start node.
    pub fn port_type(&self) -> PortType {
        self.kind.port_type()
    }
}

impl ParameterKind {
    /// The type of a field for values of a port's type; where none of its own takes them, any JSON.
    pub fn for_port(port: PortType) -> Self {
        match port {
            PortType::One(Kind::Text) => Self::LongText,
            PortType::One(Kind::Number) => Self::Number,
            PortType::One(Kind::Boolean) => Self::Boolean,
            PortType::One(Kind::Document) => Self::Document,
            PortType::One(Kind::Image) => Self::Image,
            PortType::List(Kind::Text) => Self::List,
            PortType::List(Kind::Document) => Self::Documents,
            PortType::List(Kind::Image) => Self::Images,
            PortType::One(Kind::Json | Kind::File | Kind::Any | Kind::Flow)
            | PortType::List(
                Kind::Number | Kind::Boolean | Kind::Json | Kind::File | Kind::Any | Kind::Flow,
            ) => Self::Json,
        }
    }

    /// The type of the port it gives the start node.
    pub fn port_type(self) -> PortType {
        match self {
            Self::Text | Self::LongText | Self::Choice => PortType::One(Kind::Text),
            Self::Integer | Self::Number => PortType::One(Kind::Number),
            Self::Boolean => PortType::One(Kind::Boolean),
            Self::MultiChoice | Self::List => PortType::List(Kind::Text),
            Self::Json => PortType::One(Kind::Json),
            Self::Document => PortType::One(Kind::Document),
            Self::Documents => PortType::List(Kind::Document),
            Self::Image => PortType::One(Kind::Image),
            Self::Images => PortType::List(Kind::Image),
        }
    }

    /// Which numbers it takes; none where it takes something else.
    pub fn number_kind(self) -> Option<NumberKind> {
        match self {
            Self::Integer => Some(NumberKind::Whole),
            Self::Number => Some(NumberKind::Decimal),
            Self::Text
            | Self::LongText
            | Self::Boolean
            | Self::Choice
            | Self::MultiChoice
            | Self::List
            | Self::Json
            | Self::Document
            | Self::Documents
            | Self::Image
            | Self::Images => None,
        }
    }

    /// The number or truth value in a text; none for other types, or where the text has none.
    pub fn parse_text(self, text: &str) -> Option<Value> {
        match self.number_kind() {
            Some(kind) => parse_number(text, kind).ok().map(Value::Number),
            None if self == Self::Boolean => text.trim().parse::<bool>().ok().map(Value::from),
            None => None,
        }
    }
}

impl<'de> Deserialize<'de> for ParameterOption {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Full {
            value: String,
            label: Option<String>,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Plain(String),
            Full(Full),
        }
        Ok(match Written::deserialize(deserializer)? {
            Written::Plain(value) => Self { label: value.clone(), value },
            Written::Full(Full { value, label }) => {
                Self { label: label.unwrap_or_else(|| value.clone()), value }
            }
        })
    }
}

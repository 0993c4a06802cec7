//! A file as JSON, in which what the launch form starts with keeps its order.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

use crate::{problem::FieldProblem, workflow::read::parse_as};

/// Keys of values that the launch form starts with.
pub(super) const DEFAULTS: &[&str] =
    &["default_params", "default_params_json", "defaultParams", "default_parameters"];

/// Where records, and what programs wrap around React Flow, keep the definition itself.
pub(super) const INSIDE: &[&str] = &[
    "definition",
    "definition_json",
    "workflow",
    "template",
    "card",
    "data",
    "flow",
    "reactflow",
    "reactFlow",
    "react_flow",
];

/// How deep a definition may lie in records.
pub(super) const DEEPEST: usize = 3;

/// JSON in which those values are a list of pairs, name first: the keys of an object have no order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct File(pub Value);

/// The text as such a file, within the limit of a definition.
///
/// # Errors
/// When it is too large or not JSON.
pub(super) fn parse(text: &str) -> Result<Value, Vec<FieldProblem>> {
    parse_as(text).map(|File(value)| value)
}

/// Pairs of a text that is JSON itself.
pub(super) fn pairs(text: &str) -> Option<Value> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Part::Defaults.deserialize(&mut reader).ok()?;
    reader.end().ok().map(|()| value)
}

impl<'de> Deserialize<'de> for File {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Part::Definition { deepest: DEEPEST }.deserialize(from).map(Self)
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl schemars::JsonSchema for File {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Value::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Value::json_schema(generator)
    }

    fn inline_schema() -> bool {
        true
    }
}

/// What is being read.
#[derive(Debug, Clone, Copy)]
enum Part {
    /// A definition, or a record around one.
    Definition { deepest: usize },
    /// What the launch form starts with.
    Defaults,
}

impl<'de> DeserializeSeed<'de> for Part {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

macro_rules! plain {
    ($($method:ident($kind:ty))*) => {$(
        fn $method<E: Error>(self, value: $kind) -> Result<Value, E> {
            Ok(Value::from(value))
        }
    )*};
}

impl<'de> Visitor<'de> for Part {
    type Value = Value;

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("JSON")
    }

    plain! { visit_bool(bool) visit_i64(i64) visit_u64(u64) visit_str(&str) visit_string(String) }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = vec![];
        while let Some(item) = list.next_element::<Value>()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        match self {
            Self::Defaults => {
                let mut pairs = vec![];
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    pairs.push(Value::Array(vec![name.into(), value]));
                }
                Ok(Value::Array(pairs))
            }
            Self::Definition { deepest } => {
                let mut read = Map::new();
                while let Some(key) = map.next_key::<String>()? {
                    let value = match key.as_str() {
                        key if DEFAULTS.contains(&key) => map.next_value_seed(Self::Defaults)?,
                        key if deepest > 0 && INSIDE.contains(&key) => {
                            map.next_value_seed(Self::Definition { deepest: deepest - 1 })?
                        }
                        _ => map.next_value()?,
                    };
                    read.insert(key, value);
                }
                Ok(Value::Object(read))
            }
        }
    }
}

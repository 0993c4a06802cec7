//! Configuration fields: a value, or a text with references that gives it at run time.

use std::{fmt::Display, ops::RangeInclusive};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    expr::{ExprError, Scope, Template},
    number::{NumberKind, parse_number},
    outside::Outside,
    value::kind_of,
};

/// A configuration field: a value, or a reference that gives it at run time.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Field<T> {
    /// Known while drawing.
    Value(T),
    /// Known at run time: a text with `${…}`.
    Reference(String),
}

impl<T: Default> Default for Field<T> {
    fn default() -> Self {
        Self::Value(T::default())
    }
}

impl<T> From<T> for Field<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) if text.contains("${") => Ok(Self::Reference(text)),
            value => read_value(value).map(Self::Value),
        }
    }
}

/// Reads a number that may be written as a text.
///
/// # Errors
/// As [`read_value`].
pub(crate) fn read_number<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    read_value(Value::deserialize(deserializer)?)
}

/// Reads a value; a number may be written as a text, as people write it.
///
/// # Errors
/// When it is of another kind, or a text that says no number where one is needed.
fn read_value<T: DeserializeOwned, E: de::Error>(value: Value) -> Result<T, E> {
    let value = match (value, number_kind::<T>()) {
        (Value::String(text), Some(kind)) => {
            Value::Number(parse_number(&text, kind).map_err(E::custom)?)
        }
        (value, _) => value,
    };
    T::deserialize(Outside(value)).map_err(E::custom)
}

/// Which numbers a type holds; none where it holds something else.
fn number_kind<T>() -> Option<NumberKind> {
    match std::any::type_name::<T>() {
        "f64" => Some(NumberKind::Decimal),
        "u8" | "u16" | "u32" | "u64" | "i32" | "i64" => Some(NumberKind::Whole),
        _ => None,
    }
}

impl<T: DeserializeOwned + Clone> Field<T> {
    /// The value in this scope.
    ///
    /// # Errors
    /// When the reference has no value, or one of another kind.
    pub fn resolve(&self, scope: &Scope) -> Result<T, ExprError> {
        match self {
            Self::Value(value) => Ok(value.clone()),
            Self::Reference(source) => convert(Template::parse(source)?.value(scope)?, source),
        }
    }

    /// The value in this scope, within the range of the field `name`.
    ///
    /// # Errors
    /// As [`Field::resolve`], and [`ExprError::OutOfRange`].
    pub fn resolve_within(
        &self,
        scope: &Scope,
        range: RangeInclusive<T>,
        name: &str,
    ) -> Result<T, ExprError>
    where
        T: PartialOrd + Display,
    {
        let value = self.resolve(scope)?;
        if range.contains(&value) {
            return Ok(value);
        }
        Err(ExprError::OutOfRange {
            field: name.to_owned(),
            value: value.to_string(),
            min: range.start().to_string(),
            max: range.end().to_string(),
        })
    }

    /// The text with references, when it is one.
    pub fn reference(&self) -> Option<&str> {
        match self {
            Self::Value(_) => None,
            Self::Reference(source) => Some(source),
        }
    }
}

/// A run-time value as the field's kind; numbers may come as text or with a zero fraction.
fn convert<T: DeserializeOwned>(value: Value, source: &str) -> Result<T, ExprError> {
    let whole = value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e15);
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 1e15")]
    let spellings = [
        Some(value.clone()),
        whole.map(|number| Value::from(number as i64)),
        value.as_str().and_then(|text| match number_kind::<T>() {
            Some(kind) => parse_number(text, kind).ok().map(Value::Number),
            None => serde_json::from_str(text.trim()).ok(),
        }),
    ];
    let mut read = spellings.into_iter().flatten().map(T::deserialize);
    read.find_map(Result::ok).ok_or_else(|| ExprError::WrongType {
        what: source.to_owned(),
        expected: kind_needed::<T>().to_owned(),
        found: kind_of(&value).to_owned(),
    })
}

fn kind_needed<T>() -> &'static str {
    match (number_kind::<T>(), std::any::type_name::<T>()) {
        (Some(NumberKind::Decimal), _) => "a number",
        (Some(NumberKind::Whole), _) => "a whole number",
        (None, "bool") => "true or false",
        (None, _) => "one of its options",
    }
}

/// A text of a configuration that may hold references; kept as written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Text(pub String);

impl Text {
    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True when nothing but white space is written.
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// The text with every reference filled in.
    ///
    /// # Errors
    /// As [`Template::parse`] and [`Template::render`].
    pub fn render(&self, scope: &Scope) -> Result<String, ExprError> {
        Template::parse(&self.0)?.render(scope)
    }

    /// The value: one reference alone keeps its type.
    ///
    /// # Errors
    /// As [`Template::parse`] and [`Template::value`].
    pub fn value(&self, scope: &Scope) -> Result<Value, ExprError> {
        Template::parse(&self.0)?.value(scope)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

//! The built-in functions, one table.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    ExprError,
    ast::{Each, Function},
    compare::equal,
};
use crate::value::kind_of;

/// The most parts of a text; the last one holds the rest.
const MOST_PARTS: usize = 1_000;

/// Functions over values: name, operands (the one before the dot included).
pub(super) const FUNCTIONS: &[(&str, Function, usize)] = &[
    ("size", Function::Size, 1),
    ("contains", Function::Contains, 2),
    ("startsWith", Function::StartsWith, 2),
    ("endsWith", Function::EndsWith, 2),
    ("split", Function::Split, 2),
];

/// Functions over each item of a list.
pub(super) const EACH: &[(&str, Each)] =
    &[("map", Each::Map), ("filter", Each::Filter), ("exists", Each::Exists), ("all", Each::All)];

/// Every function's name, for suggestions.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let values = FUNCTIONS.iter().map(|(name, ..)| *name);
    values.chain(EACH.iter().map(|(name, _)| *name)).chain(["has"])
}

impl Function {
    pub(super) fn name(self) -> &'static str {
        FUNCTIONS.iter().find(|(_, function, _)| *function == self).map_or("", |(name, ..)| name)
    }

    pub(super) fn apply(self, operands: &[Cow<'_, Value>]) -> Result<Value, ExprError> {
        let [first, rest @ ..] = operands else { return Ok(Value::Null) };
        let second = rest.first().map(Cow::as_ref);
        match (self, first.as_ref(), second) {
            (Self::Size, Value::String(text), _) => Ok(text.chars().count().into()),
            (Self::Size, Value::Array(items), _) => Ok(items.len().into()),
            (Self::Size, Value::Object(map), _) => Ok(map.len().into()),
            (Self::Contains, holder, Some(part)) => contains(holder, part).map(Value::Bool),
            (Self::StartsWith, Value::String(a), Some(Value::String(b))) => {
                Ok(a.starts_with(b.as_str()).into())
            }
            (Self::EndsWith, Value::String(a), Some(Value::String(b))) => {
                Ok(a.ends_with(b.as_str()).into())
            }
            (Self::Split, Value::String(text), Some(Value::String(between))) => {
                Ok(text.splitn(MOST_PARTS, between.as_str()).collect())
            }
            (Self::Size, found, _) => Err(self.mismatch("text, a list or an object", found)),
            (_, Value::String(_), Some(found)) | (_, found, _) => Err(self.mismatch("text", found)),
        }
    }

    fn mismatch(self, expected: &str, found: &Value) -> ExprError {
        ExprError::WrongType {
            what: format!("{}()", self.name()),
            expected: expected.to_owned(),
            found: kind_of(found).to_owned(),
        }
    }
}

/// Is the text, item or key in the holder?
pub(super) fn contains(holder: &Value, part: &Value) -> Result<bool, ExprError> {
    match (holder, part) {
        (Value::String(holder), Value::String(part)) => Ok(holder.contains(part.as_str())),
        (Value::Array(items), part) => Ok(items.iter().any(|item| equal(item, part))),
        (Value::Object(map), Value::String(key)) => Ok(map.contains_key(key)),
        (holder, _) => Err(Function::Contains.mismatch("a list, an object or two texts", holder)),
    }
}

//! The launch form: default values of the file, and variables its texts need.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{defaults::Defaults, variables::SymbolTable};
use crate::text::name::label;

/// Defaults longer than this, in characters, become fields of several lines.
const ONE_LINE: usize = 120;

/// The parameters in the order of the file: those with defaults, then those that its texts need in
/// addition, which are required.
pub(super) fn build(known: &SymbolTable, defaults: &Defaults) -> Value {
    let defaults: BTreeMap<&str, &Value> =
        defaults.iter().map(|(name, value)| (name.as_str(), value)).collect();
    let all = known.parameters();
    all.map(|(written, name)| {
        let words = if written.is_ascii() { name } else { written };
        one(name, words, known.is_used(written), defaults.get(written.as_str()).copied())
    })
    .collect()
}

fn one(name: &str, words: &str, used: bool, default: Option<&Value>) -> Value {
    let mut parameter = Map::new();
    parameter.insert("name".to_owned(), name.into());
    parameter.insert("label".to_owned(), label(words).into());
    let default = default.filter(|value| !value.is_null() && **value != json!(""));
    let kind = match default {
        None => "text",
        Some(Value::String(text)) if text.len() > ONE_LINE || text.contains('\n') => "long_text",
        Some(Value::String(_)) => "text",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(number)) if number.is_f64() => "number",
        Some(Value::Number(_)) => "integer",
        Some(Value::Array(items)) if items.iter().all(Value::is_string) => "list",
        Some(_) => "json",
    };
    parameter.insert("type".to_owned(), kind.into());
    match default {
        Some(value) => parameter.insert("default".to_owned(), value.clone()),
        None => parameter.insert("required".to_owned(), used.into()),
    };
    Value::Object(parameter)
}

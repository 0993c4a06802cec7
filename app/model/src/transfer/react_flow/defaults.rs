//! The default values of a launch form that a file brings.

use serde_json::{Map, Value};

use super::reading::Reading;
use crate::transfer::file::{DEFAULTS, pairs};

/// Default values of the launch form with their names, in the order of the file.
pub(super) type Defaults = Vec<(String, Value)>;

/// Default values of the launch form.
pub(super) fn read(file: &mut Map<String, Value>, reading: &mut Reading) -> Defaults {
    let found = DEFAULTS.iter().find_map(|key| file.remove(*key));
    let value = match found {
        Some(Value::String(text)) => pairs(&text).unwrap_or(Value::String(text)),
        Some(value) => value,
        None => return vec![],
    };
    let read = match value {
        Value::Null => return vec![],
        Value::Object(map) => Some(map.into_iter().collect()),
        Value::Array(list) => list.into_iter().map(pair).collect(),
        _ => None,
    };
    read.unwrap_or_else(|| {
        reading.refuse("default_params", "This must be an object.");
        vec![]
    })
}

fn pair(value: Value) -> Option<(String, Value)> {
    let Value::Array(pair) = value else { return None };
    match <[Value; 2]>::try_from(pair) {
        Ok([Value::String(name), value]) => Some((name, value)),
        _ => None,
    }
}

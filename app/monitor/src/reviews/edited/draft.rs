//! Data of an item as a reviewer edits it.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::{
    agent::approval::ReviewKind,
    number::{NumberKind, parse_number, read_json},
    value::{DocumentRef, ImageRef},
};
use serde_json::Value;

/// The name under which a fault of all of the data is kept; no part is called so.
const WHOLE: &str = "";
/// Where the arguments of a call stand in its item.
const ARGUMENTS: &str = "arguments";

/// Data of an item as it stands. Where what is written cannot be read, it has what was there before.
#[derive(Debug, Clone)]
pub(in crate::reviews) struct DataDraft {
    value: ArcRwSignal<Value>,
    /// Why what is written cannot be read, by the name of the part.
    faults: ArcRwSignal<BTreeMap<String, String>>,
}

impl DataDraft {
    pub(in crate::reviews) fn new(value: Value) -> Self {
        Self { value: ArcRwSignal::new(value), faults: ArcRwSignal::default() }
    }

    /// The data as it stands; who reads it does not follow it.
    pub(in crate::reviews) fn value(&self) -> Value {
        self.value.get_untracked()
    }

    /// The first thing that cannot be read, with its name.
    pub(in crate::reviews) fn fault(&self) -> Option<String> {
        self.faults.with(|faults| {
            let (part, why) = faults.first_key_value()?;
            Some(if part == WHOLE { why.clone() } else { format!("{part}: {why}") })
        })
    }

    /// Why what is written for a part cannot be read; none names all of the data.
    pub(in crate::reviews) fn fault_of(&self, part: Option<&str>) -> Signal<Option<String>> {
        let (faults, part) = (self.faults.clone(), part.unwrap_or(WHOLE).to_owned());
        Signal::derive(move || faults.with(|faults| faults.get(&part).cloned()))
    }

    /// Takes in what is written for all of the data.
    pub(in crate::reviews) fn write(&self, text: &str) {
        let read = self.value.with_untracked(|before| read_like(before, text));
        match read {
            Ok(value) => {
                self.clear_fault(WHOLE);
                self.value.set(value);
            }
            Err(why) => self.keep_fault(WHOLE, why),
        }
    }

    /// Takes in what is written for a part of the data, which had a value like `before`.
    pub(in crate::reviews) fn write_part(&self, part: &str, before: &Value, text: &str) {
        match read_like(before, text) {
            Ok(value) => self.set_part(part, value),
            Err(why) => self.keep_fault(part, why),
        }
    }

    /// Sets a part of the data.
    pub(in crate::reviews) fn set_part(&self, part: &str, value: Value) {
        self.clear_fault(part);
        self.value.update(|all| {
            if let Value::Object(fields) = all {
                fields.insert(part.to_owned(), value);
            }
        });
    }

    fn keep_fault(&self, part: &str, why: String) {
        self.faults.update(|faults| drop(faults.insert(part.to_owned(), why)));
    }

    fn clear_fault(&self, part: &str) {
        self.faults.maybe_update(|faults| faults.remove(part).is_some());
    }
}

/// The data among items, to be edited; that of `cut` items is not here whole.
pub(in crate::reviews) fn data_of(
    kind: ReviewKind,
    items: &[Value],
    cut: &[usize],
) -> Vec<Option<DataDraft>> {
    let is_data = |item: &Value| {
        let refers =
            ImageRef::from_value(item).is_some() || DocumentRef::from_value(item).is_some();
        !item.is_string() && !refers
    };
    let data = |(place, item): (usize, &Value)| {
        let data = match kind {
            ReviewKind::ToolCalls => item.get(ARGUMENTS),
            ReviewKind::HandOver => Some(item).filter(|item| is_data(item)),
            ReviewKind::Content | ReviewKind::Limit => None,
        };
        data.filter(|_| !cut.contains(&place)).cloned().map(DataDraft::new)
    };
    items.iter().enumerate().map(data).collect()
}

/// An item with data that was edited.
pub(in crate::reviews) fn with_data(kind: ReviewKind, item: &Value, data: Value) -> Value {
    let mut item = item.clone();
    match kind {
        ReviewKind::ToolCalls => {
            if let Value::Object(call) = &mut item {
                call.insert(ARGUMENTS.to_owned(), data);
            }
        }
        ReviewKind::HandOver => item = data,
        ReviewKind::Content | ReviewKind::Limit => {}
    }
    item
}

/// The text in which a value is edited.
pub(in crate::reviews) fn to_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) => {
            serde_json::to_string_pretty(value).unwrap_or_default()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// The value that a text stands for in the place of `before`: a text stays a text, a number a
/// number, a list a list.
fn read_like(before: &Value, text: &str) -> Result<Value, String> {
    let json = || read_json(text.trim()).map_err(|error| error.to_string());
    match before {
        Value::String(_) => Ok(Value::from(text)),
        Value::Number(_) => {
            let number = parse_number(text.trim(), NumberKind::Decimal);
            number.map(Value::Number).map_err(|error| error.to_string())
        }
        Value::Array(_) => json().and_then(|value| match value {
            Value::Array(_) => Ok(value),
            _ => Err("Enter a list that starts with [.".to_owned()),
        }),
        Value::Object(_) => json().and_then(|value| match value {
            Value::Object(_) => Ok(value),
            _ => Err("Enter an object that starts with {.".to_owned()),
        }),
        Value::Null | Value::Bool(_) => json(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_edited_stays_of_its_kind_and_what_cannot_be_read_changes_nothing() {
        Owner::new().with(|| {
            let data = DataDraft::new(json!({"title": "Tea", "count": 2, "labels": ["a"]}));

            data.write_part("title", &json!("Tea"), "42");
            data.write_part("count", &json!(2), "3");
            data.write_part("labels", &json!(["a"]), "{}");

            assert_eq!(data.value(), json!({"title": "42", "count": 3, "labels": ["a"]}));
            let fault = "labels: Enter a list that starts with [.";
            assert_eq!(data.fault().as_deref(), Some(fault));
            assert_eq!(data.fault_of(Some("count")).get_untracked(), None);

            data.write_part("labels", &json!(["a"]), "[\"b\"]");

            assert_eq!((data.fault(), &data.value()["labels"]), (None, &json!(["b"])));
        });
    }

    #[test]
    fn all_of_it_is_written_as_json_of_the_same_kind() {
        Owner::new().with(|| {
            let data = DataDraft::new(json!({"a": 1}));

            data.write("[1]");
            assert!(data.fault().is_some_and(|why| why.starts_with("Enter an object")));
            data.write("{\"a\":");
            assert!(data.fault().is_some_and(|why| why.starts_with("Invalid JSON")));
            assert_eq!(data.value(), json!({"a": 1}));

            data.write("{\"b\": 2}");
            assert_eq!((data.fault(), data.value()), (None, json!({"b": 2})));
        });
    }
}

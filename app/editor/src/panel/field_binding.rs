//! The binding of a widget to a field of a node: one of its configuration, or one that nodes of
//! every type have, by its name in a workflow file.

use leptos::prelude::*;
use model::{
    panel::{value_of, with_field},
    workflow::NodeData,
};
use serde_json::{Map, Value, json};
use web::client::signal::SetNew;

use super::subject::Subject;

/// The binding of a widget to a field of a node or a part of one, as JSON; null stands for a field
/// that is left out.
#[derive(Debug, Clone, Copy)]
pub struct FieldBinding {
    /// The node that the field belongs to.
    pub subject: Subject,
    /// The present value of the field.
    pub value: Memo<Value>,
    /// Why the last input was refused, or else the first issue of the field.
    pub error: Signal<Option<String>>,
    path: StoredValue<String>,
    write: Callback<Value, Result<(), String>>,
    refused: RwSignal<Option<String>>,
}

impl FieldBinding {
    /// Binds to the field at `path`, which `write` changes.
    pub fn new(
        subject: Subject,
        path: &str,
        value: Memo<Value>,
        write: Callback<Value, Result<(), String>>,
    ) -> Self {
        let refused = RwSignal::new(None);
        let path = StoredValue::new(path.to_owned());
        let error = field_error(refused, path, move |path| subject.fault(path));
        Self { subject, value, error, path, write, refused }
    }

    /// Binds to a field of the configuration of the panel's node.
    pub fn for_config(subject: Subject, field: &'static str) -> Self {
        let value =
            Memo::new(move |_| subject.node.with(|node| value_of(&node.data.config, field)));
        let write = Callback::new(move |value: Value| {
            let mut node = subject.node.get_untracked();
            node.data.config = with_field(&node.data.config, field, value)?;
            subject.change(field, node);
            Ok(())
        });
        Self::new(subject, field, value, write)
    }

    /// Binds to a field that nodes of every type have, by its name in a workflow file.
    pub fn for_common_field(subject: Subject, field: &'static str) -> Self {
        let value = Memo::new(move |_| subject.node.with(|node| common_value(&node.data, field)));
        let write = Callback::new(move |value: Value| {
            let mut node = subject.node.get_untracked();
            node.data = with_common_value(&node.data, field, value)?;
            subject.change(field, node);
            Ok(())
        });
        Self::new(subject, field, value, write)
    }

    /// The issue of a list as a whole, without those that the widgets of its items show.
    pub fn error_of_list(self) -> Signal<Option<String>> {
        let Self { subject, path, refused, .. } = self;
        field_error(refused, path, move |path| subject.fault_of_list(path))
    }

    /// Whether the field holds a text that refers, now.
    pub fn refers(self) -> bool {
        self.value.with_untracked(|value| value.as_str().is_some_and(|text| text.contains("${")))
    }

    /// The path of the field, such as `branches[0].when`.
    pub fn path(self) -> String {
        self.path.get_value()
    }

    /// The element id of the widget.
    pub fn id(self) -> String {
        self.path.with_value(|path| field_id(path))
    }

    /// Sets the field; a value it cannot have is refused with a message at the widget.
    pub fn set(self, value: Value) {
        let now = self.value.get_untracked();
        let outcome = if value == now { Ok(()) } else { self.write.run(value) };
        self.refuse(outcome.err());
    }

    /// Whether the last input was refused, so that the field still has the value before.
    pub fn is_refused(self) -> bool {
        self.refused.with_untracked(Option::is_some)
    }

    /// Shows why an input is refused, or with nothing that it is not.
    pub fn refuse(self, why: Option<String>) {
        self.refused.set_new(why);
    }

    /// Binds to a key of the object in this field.
    pub fn part(self, key: &str) -> Self {
        let path = format!("{}.{key}", self.path());
        let (read, key) = (key.to_owned(), key.to_owned());
        let value = Memo::new(move |_| self.value.read().get(&read).cloned().unwrap_or_default());
        let write = Callback::new(move |part: Value| {
            let mut whole = match self.value.get_untracked() {
                Value::Object(whole) => whole,
                _ => Map::new(),
            };
            match part {
                Value::Null => whole.remove(&key),
                part => whole.insert(key.clone(), part),
            };
            self.write.run(Value::Object(whole))
        });
        Self::new(self.subject, &path, value, write)
    }

    /// Binds to the same field, where an empty text is kept instead of being left out.
    pub fn or_empty(self) -> Self {
        let value = Memo::new(move |_| match self.value.get() {
            Value::String(text) if text.is_empty() => Value::Null,
            value => value,
        });
        let write = Callback::new(move |value: Value| match value {
            Value::Null => self.write.run(Value::from("")),
            value => self.write.run(value),
        });
        Self::new(self.subject, &self.path(), value, write)
    }

    /// Binds to the same field, where a text must contain a reference.
    pub fn for_references(self) -> Self {
        let write = Callback::new(move |value: Value| match &value {
            Value::String(text) if !text.contains("${") => {
                Err("Insert a value, such as ${input.count}, or enter a number instead.".to_owned())
            }
            _ => self.write.run(value),
        });
        Self::new(self.subject, &self.path(), self.value, write)
    }

    /// Binds to an item of the list in this field.
    pub fn item(self, place: usize) -> Self {
        let value = Memo::new(move |_| self.value.read().get(place).cloned().unwrap_or_default());
        let write = Callback::new(move |item: Value| {
            let mut list = self.value.get_untracked();
            if let Some(old) = list.get_mut(place) {
                *old = item;
            }
            self.write.run(list)
        });
        Self::new(self.subject, &format!("{}[{place}]", self.path()), value, write)
    }

    /// The length of the list in this field; 0 where there is none.
    pub fn count(self) -> usize {
        self.value.with(|value| value.as_array().map_or(0, Vec::len))
    }

    /// Changes the list in this field, as an edit of its own.
    pub fn alter(self, change: impl FnOnce(&mut Vec<Value>)) {
        let mut list = match self.value.get_untracked() {
            Value::Array(list) => list,
            _ => vec![],
        };
        change(&mut list);
        self.set(Value::Array(list));
        self.subject.on_settle.run(());
    }
}

/// Why the last input was refused, or else the issue of the field.
fn field_error(
    refused: RwSignal<Option<String>>,
    path: StoredValue<String>,
    fault: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) -> Signal<Option<String>> {
    Signal::derive(move || refused.get().or_else(|| path.with_value(|path| fault(path))))
}

/// The element id of the widget for the field at a path.
pub fn field_id(path: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    format!("config-{}", path.chars().map(letter).collect::<String>().trim_end_matches('-'))
}

/// The text in a field; empty where there is none.
pub fn text_in(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Binds a text signal to a field; an empty text leaves the field out.
pub fn bind_text(binding: FieldBinding) -> RwSignal<String> {
    bind_signal(binding, text_in, |text: &String| {
        Ok(if text.is_empty() { Value::Null } else { Value::from(text.as_str()) })
    })
}

/// Binds a text signal to a field that is never left out.
pub fn bind_words(binding: FieldBinding) -> RwSignal<String> {
    bind_signal(binding, text_in, |text: &String| Ok(Value::from(text.as_str())))
}

/// Binds a widget's signal to a field, both ways: input is converted by `read` and set, changes
/// from elsewhere are converted by `show`. Input that already means the field's value stays as
/// typed.
pub fn bind_signal<T>(
    binding: FieldBinding,
    show: impl Fn(&Value) -> T + Send + Sync + 'static,
    read: impl Fn(&T) -> Result<Value, String> + Clone + Send + Sync + 'static,
) -> RwSignal<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let signal = RwSignal::new(binding.value.with_untracked(&show));
    let read_input = read.clone();
    Effect::new(move |_| {
        let value = binding.value.get();
        if read_input(&signal.read_untracked()).as_ref() != Ok(&value) {
            signal.set(show(&value));
        }
    });
    Effect::new(move |before: Option<()>| {
        let typed = signal.get();
        if before.is_none() {
            return;
        }
        match read(&typed) {
            Ok(value) => binding.set(value),
            Err(why) => binding.refuse(Some(why)),
        }
    });
    signal
}

/// The common fields in the order of the panel, by their names in a workflow file.
const FIELDS: [&str; 7] = ["enabled", "if", "onError", "retry", "timeoutMs", "minItems", "assign"];

/// The value of a common field as in a workflow file; null where it is left out.
fn common_value(data: &NodeData, field: &str) -> Value {
    match field {
        "enabled" => json!(data.enabled),
        "if" => json!(data.condition),
        "onError" => json!(data.on_error),
        "retry" => json!(data.retry),
        "timeoutMs" => json!(data.timeout_ms),
        "minItems" => json!(data.min_items),
        "assign" => json!(data.assign),
        "notes" => json!(data.notes),
        _ => Value::Null,
    }
}

/// The data with one common field set; null leaves it out.
fn with_common_value(data: &NodeData, field: &str, value: Value) -> Result<NodeData, String> {
    let mut data = data.clone();
    match field {
        "enabled" => data.enabled = read::<Option<_>>(value)?.unwrap_or(true),
        "if" => data.condition = read(value)?,
        "onError" => data.on_error = read::<Option<_>>(value)?.unwrap_or_default(),
        "retry" => data.retry = read(value)?,
        "timeoutMs" => data.timeout_ms = read(value)?,
        "minItems" => data.min_items = read(value)?,
        "assign" => data.assign = read(value)?,
        "notes" => data.notes = read(value)?,
        _ => {}
    }
    Ok(data)
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

/// Whether any common field differs from its default.
pub(super) fn has_common_values(data: &NodeData) -> bool {
    FIELDS.iter().any(|field| is_field_set(data, field))
}

/// Whether a common field differs from its default.
pub(super) fn is_field_set(data: &NodeData, field: &str) -> bool {
    match field {
        "enabled" => !data.enabled,
        "onError" => data.on_error != Default::default(),
        field => !common_value(data, field).is_null(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::{
        nodes::NodeKind,
        workflow::{Node, OnError, RetryPolicy},
    };

    use super::{field_id, *};

    #[test]
    fn ids_are_made_of_paths() {
        assert_eq!(field_id("prompt"), "config-prompt");
        assert_eq!(field_id("branches[0].when"), "config-branches-0--when");
    }

    fn data() -> NodeData {
        Node::new("a".into(), "A", NodeKind::Wait.default_config()).data
    }

    #[test]
    fn every_common_field_is_set_and_left_out_again() {
        let retry = json!(RetryPolicy::default());
        let values = [
            ("enabled", json!(false)),
            ("if", json!("input.a")),
            ("onError", json!("branch")),
            ("retry", retry),
            ("timeoutMs", json!(5000)),
            ("minItems", json!(2)),
            ("assign", json!("a")),
            ("notes", json!("Why")),
        ];
        for (field, value) in values {
            let set = with_common_value(&data(), field, value.clone()).unwrap();

            assert_eq!(common_value(&set, field), value);
            assert_eq!(has_common_values(&set), field != "notes");
            assert_eq!(with_common_value(&set, field, Value::Null).unwrap(), data());
        }
    }

    #[test]
    fn a_value_of_another_kind_is_refused() {
        assert!(with_common_value(&data(), "timeoutMs", json!("long")).is_err());
        assert_eq!(data().on_error, OnError::Fail);
    }
}

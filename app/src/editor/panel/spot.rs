//! A place in a node's configuration that a widget shows and changes.

use leptos::prelude::*;
use serde_json::{Map, Value};

use super::subject::Subject;
use crate::client::signal::SetNew;

/// A place in a node's configuration, as JSON; nothing stands for what is left out.
#[derive(Debug, Clone, Copy)]
pub struct Spot {
    /// Whose.
    pub subject: Subject,
    /// What is there now.
    pub value: Memo<Value>,
    /// What is wrong with it.
    pub error: Signal<Option<String>>,
    path: StoredValue<String>,
    write: Callback<Value, Result<(), String>>,
    refused: RwSignal<Option<String>>,
}

impl Spot {
    /// The place at `path` that `write` changes.
    pub fn new(
        subject: Subject,
        path: &str,
        value: Memo<Value>,
        write: Callback<Value, Result<(), String>>,
    ) -> Self {
        let refused = RwSignal::new(None);
        let path = StoredValue::new(path.to_owned());
        let error = told(refused, path, move |path| subject.fault(path));
        Self { subject, value, error, path, write, refused }
    }

    /// What is wrong with the list that is there, besides what its items' widgets say.
    pub fn error_of_list(self) -> Signal<Option<String>> {
        let Self { subject, path, refused, .. } = self;
        told(refused, path, move |path| subject.fault_of_list(path))
    }

    /// Its path in the configuration.
    pub fn path(self) -> String {
        self.path.get_value()
    }

    /// The id of its widget on the page.
    pub fn id(self) -> String {
        self.path.with_value(|path| field_id(path))
    }

    /// Puts a value there; what it cannot have is told beside it.
    pub fn set(self, value: Value) {
        let now = self.value.get_untracked();
        let outcome = if value == now { Ok(()) } else { self.write.run(value) };
        self.refuse(outcome.err());
    }

    /// Whether what was typed last was not taken.
    pub fn is_refused(self) -> bool {
        self.refused.with_untracked(Option::is_some)
    }

    /// Says what is wrong with what was typed, or that nothing is.
    pub fn refuse(self, why: Option<String>) {
        self.refused.set_new(why);
    }

    /// A named part of what is there.
    pub fn part(self, key: &'static str) -> Self {
        let value = Memo::new(move |_| self.value.read().get(key).cloned().unwrap_or_default());
        let write = Callback::new(move |part: Value| {
            let mut whole = match self.value.get_untracked() {
                Value::Object(whole) => whole,
                _ => Map::new(),
            };
            match part {
                Value::Null => whole.remove(key),
                part => whole.insert(key.to_owned(), part),
            };
            self.write.run(Value::Object(whole))
        });
        Self::new(self.subject, &format!("{}.{key}", self.path()), value, write)
    }

    /// The same place, where an empty text is kept as one instead of being left out.
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

    /// The same place, where a text is to refer to a value and not to be one.
    pub fn for_references(self) -> Self {
        let write = Callback::new(move |value: Value| match &value {
            Value::String(text) if !text.contains("${") => {
                Err("Refer to a value, such as ${input.count}, or set a number instead.".to_owned())
            }
            _ => self.write.run(value),
        });
        Self::new(self.subject, &self.path(), self.value, write)
    }

    /// The item at a place of the list that is there.
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

    /// How many items the list that is there has.
    pub fn count(self) -> usize {
        self.value.with(|value| value.as_array().map_or(0, Vec::len))
    }

    /// Changes the list that is there.
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

/// Why what was typed last cannot be had, else what is wrong with what is there.
fn told(
    refused: RwSignal<Option<String>>,
    path: StoredValue<String>,
    fault: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) -> Signal<Option<String>> {
    Signal::derive(move || refused.get().or_else(|| path.with_value(|path| fault(path))))
}

/// The id on the page of the widget for the field at a path.
pub fn field_id(path: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    format!("config-{}", path.chars().map(letter).collect::<String>().trim_end_matches('-'))
}

/// The text of a spot, kept in step with it; an empty one is none.
pub fn tied_text(spot: Spot) -> RwSignal<String> {
    tied(
        spot,
        |text| text.as_str().unwrap_or_default().to_owned(),
        |text: &String| Ok(if text.is_empty() { Value::Null } else { Value::from(text.as_str()) }),
    )
}

/// A widget's signal kept in step with a spot: what is typed is read and put there, what is
/// changed elsewhere is shown. What already means the same stays as it was typed.
pub fn tied<T>(
    spot: Spot,
    show: impl Fn(&Value) -> T + Send + Sync + 'static,
    read: impl Fn(&T) -> Result<Value, String> + Clone + Send + Sync + 'static,
) -> RwSignal<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let shown = RwSignal::new(spot.value.with_untracked(&show));
    let meant = read.clone();
    Effect::new(move |_| {
        let value = spot.value.get();
        if meant(&shown.read_untracked()).as_ref() != Ok(&value) {
            shown.set(show(&value));
        }
    });
    Effect::new(move |before: Option<()>| {
        let typed = shown.get();
        if before.is_none() {
            return;
        }
        match read(&typed) {
            Ok(value) => spot.set(value),
            Err(why) => spot.refuse(Some(why)),
        }
    });
    shown
}

#[cfg(test)]
mod tests {
    use super::field_id;

    #[test]
    fn ids_are_made_of_paths() {
        assert_eq!(field_id("prompt"), "config-prompt");
        assert_eq!(field_id("branches[0].when"), "config-branches-0--when");
    }
}

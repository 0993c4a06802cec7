//! Data of an item that a reviewer may change, field by field or as JSON: arguments of a call, a result
//! that is handed over.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::{
    agent::approval::ReviewKind,
    number::{NumberKind, parse_number, read_json},
    value::{DocumentRef, ImageRef},
};
use serde_json::Value;
use ui::field::{LongTextField, SwitchField, TextField, TextKind};

/// The name under which a fault of all of the data is kept; no part is called so.
const WHOLE: &str = "";
/// Where the arguments of a call stand in its item.
const ARGUMENTS: &str = "arguments";

/// Data of an item as it stands. Where what is written cannot be read, it has what was there before.
#[derive(Debug, Clone)]
pub(super) struct DataDraft {
    value: ArcRwSignal<Value>,
    /// Why what is written cannot be read, by the name of the part.
    faults: ArcRwSignal<BTreeMap<String, String>>,
}

impl DataDraft {
    pub(super) fn new(value: Value) -> Self {
        Self { value: ArcRwSignal::new(value), faults: ArcRwSignal::default() }
    }

    /// The data as it stands; who reads it does not follow it.
    pub(super) fn value(&self) -> Value {
        self.value.get_untracked()
    }

    /// The first thing that cannot be read, with its name.
    pub(super) fn fault(&self) -> Option<String> {
        self.faults.with(|faults| {
            let (part, why) = faults.first_key_value()?;
            Some(if part == WHOLE { why.clone() } else { format!("{part}: {why}") })
        })
    }

    /// Why what is written for a part cannot be read; none names all of the data.
    pub(super) fn fault_of(&self, part: Option<&str>) -> Signal<Option<String>> {
        let (faults, part) = (self.faults.clone(), part.unwrap_or(WHOLE).to_owned());
        Signal::derive(move || faults.with(|faults| faults.get(&part).cloned()))
    }

    /// Takes in what is written for all of the data.
    pub(super) fn write(&self, text: &str) {
        match self.value.with_untracked(|before| read_like(before, text)) {
            Ok(value) => {
                self.faults.update(BTreeMap::clear);
                self.value.set(value);
            }
            Err(why) => self.keep_fault(WHOLE, why),
        }
    }

    /// Takes in what is written for a part of the data, which had a value like `before`.
    pub(super) fn write_part(&self, part: &str, before: &Value, text: &str) {
        match read_like(before, text) {
            Ok(value) => self.set_part(part, value),
            Err(why) => self.keep_fault(part, why),
        }
    }

    pub(super) fn set_part(&self, part: &str, value: Value) {
        self.clear_fault(part);
        self.value.update(|all| {
            if let Value::Object(fields) = all {
                fields.insert(part.to_owned(), value);
            }
        });
    }

    /// Takes in why the server refuses a part; none that it lacks, which has no field.
    pub(super) fn refuse_part(&self, part: &str, why: &str) {
        if self.value.with_untracked(|value| value.get(part).is_some()) {
            self.keep_fault(part, why.to_owned());
        }
    }

    fn keep_fault(&self, part: &str, why: String) {
        self.faults.update(|faults| drop(faults.insert(part.to_owned(), why)));
    }

    fn clear_fault(&self, part: &str) {
        self.faults.maybe_update(|faults| faults.remove(part).is_some());
    }
}

/// The data among items, to be edited; that of `cut` items is not here whole.
pub(super) fn data_of(kind: ReviewKind, items: &[Value], cut: &[usize]) -> Vec<Option<DataDraft>> {
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

pub(super) fn with_data(kind: ReviewKind, item: &Value, data: Value) -> Value {
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

pub(super) fn to_text(value: &Value) -> String {
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

/// How many lines the JSON has at first.
const JSON_ROWS: u8 = 6;
/// Texts up to here are edited in one line, unless they have several.
const MOST_IN_LINE: usize = 60;

/// The data as it is edited. An object has a field for each of its parts; what it lacks is written
/// as JSON.
#[component]
pub(super) fn DataEditor(
    /// Before the names of its fields, unique on the page.
    #[prop(into)]
    name: String,
    label: &'static str,
    data: DataDraft,
) -> impl IntoView {
    let has_form = data.value().as_object().is_some_and(|parts| !parts.is_empty());
    let as_json = RwSignal::new(!has_form);
    let followed = data.clone();
    // What cannot be read would be lost with its field.
    let faulty = Memo::new(move |_| followed.fault().is_some());
    let button = move |json: bool, word: &'static str| {
        let pressed = move || if as_json.get() == json { "true" } else { "false" };
        let locked = move || faulty.get() && as_json.get() != json;
        view! {
            <button
                type="button"
                class="segments__item"
                aria-pressed=pressed
                disabled=locked
                on:click=move |_| as_json.set(json)
            >
                {word}
            </button>
        }
    };
    let switch = has_form.then(|| {
        let name = format!("Edit mode: {label}");
        view! {
            <div class="segments content__switch" role="group" aria-label=name>
                {button(false, "Form")} {button(true, "JSON")}
            </div>
        }
    });
    let shown = move || {
        if as_json.get() {
            let name = format!("{name}-json");
            view! { <JsonField name=name label=label data=data.clone() /> }.into_any()
        } else {
            render_parts(&name, &data)
        }
    };
    view! {
        <div class="data-editor">
            {switch}
            {shown}
        </div>
    }
}

fn render_parts(name: &str, data: &DataDraft) -> AnyView {
    let Value::Object(parts) = data.value() else { return ().into_any() };
    let field = |(part, value): (String, Value)| {
        let name = format!("{name}-{part}");
        match value {
            Value::Bool(on) => {
                view! { <SwitchPart name=name part=part on=on data=data.clone() /> }.into_any()
            }
            value => {
                view! { <TextPart name=name part=part value=value data=data.clone() /> }.into_any()
            }
        }
    };
    parts.into_iter().map(field).collect_view().into_any()
}

/// Calls `take` with each value that is entered after the first one.
fn follow<T: Send + Sync + 'static>(entered: RwSignal<T>, take: impl Fn(&T) + 'static) {
    Effect::new(move |begun: Option<()>| {
        entered.with(|entered| {
            if begun.is_some() {
                take(entered);
            }
        });
    });
}

#[component]
fn JsonField(name: String, label: &'static str, data: DataDraft) -> impl IntoView {
    let text = RwSignal::new(serde_json::to_string_pretty(&data.value()).unwrap_or_default());
    let error = data.fault_of(None);
    let label = format!("{label} as JSON");
    follow(text, move |text| data.write(text));
    view! { <LongTextField name=name label=label value=text error=error rows=JSON_ROWS /> }
}

#[component]
fn TextPart(name: String, part: String, value: Value, data: DataDraft) -> impl IntoView {
    let first = to_text(&value);
    let is_short = first.chars().count() <= MOST_IN_LINE && !first.contains('\n');
    let in_line = is_short && (value.is_string() || value.is_number());
    let kind = if value.is_number() { TextKind::Amount } else { TextKind::Plain };
    let text = RwSignal::new(first);
    let error = data.fault_of(Some(&part));
    let label = part.clone();
    follow(text, move |text| data.write_part(&part, &value, text));
    if in_line {
        view! { <TextField name=name label=label value=text kind=kind error=error /> }.into_any()
    } else {
        view! { <LongTextField name=name label=label value=text error=error rows=3 /> }.into_any()
    }
}

#[component]
fn SwitchPart(name: String, part: String, on: bool, data: DataDraft) -> impl IntoView {
    let (value, label) = (RwSignal::new(on), part.clone());
    follow(value, move |on| data.set_part(&part, Value::Bool(*on)));
    view! { <SwitchField name=name label=label value=value /> }
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

//! Data of an item to be edited: field by field, or as JSON.

use leptos::prelude::*;
use serde_json::Value;
use ui::field::{LongTextField, SwitchField, TextField, TextKind};

use super::draft::{DataDraft, to_text};

/// How many lines the JSON has at first.
const JSON_ROWS: u8 = 6;
/// Texts up to here are edited in one line, unless they have several.
const MOST_IN_LINE: usize = 60;

/// The data as it is edited. An object has a field for each of its parts; what it lacks is written
/// as JSON.
#[component]
pub(in crate::reviews) fn DataEditor(
    /// Before the names of its fields, unique on the page.
    #[prop(into)]
    name: String,
    /// What the data is.
    label: &'static str,
    data: DataDraft,
) -> impl IntoView {
    let value = data.value();
    let has_form = value.as_object().is_some_and(|parts| !parts.is_empty());
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

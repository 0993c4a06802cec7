//! The body of a request: a text, or JSON whose texts may contain references.

use leptos::prelude::*;
use model::number::read_json;
use serde_json::Value;
use ui::field::FieldFrame;

use super::{
    labels::FieldLabels,
    text_area::{Lines, TextArea},
};
use crate::panel::field_binding::{FieldBinding, bind_signal};

/// A text area; a text that reads as a JSON object or list is stored as JSON.
#[component]
pub(super) fn BodyWidget(binding: FieldBinding, labels: FieldLabels) -> impl IntoView {
    let text = bind_signal(binding, value_to_text, |text: &String| Ok(text_to_value(text)));
    let help = labels.help();
    let help = MaybeProp::derive(move || help.clone());
    let kind = move || {
        binding.value.with(|value| {
            if value.is_object() || value.is_array() {
                "Sent as JSON"
            } else if value.is_null() {
                ""
            } else {
                "Sent as text"
            }
        })
    };
    view! {
        <FieldFrame
            name=binding.id()
            label=labels.label
            help=help
            error=binding.error
            aside=move || view! { <span class="field__count">{kind}</span> }
        >
            <TextArea binding=binding text=text lines=Lines::Many help=help />
        </FieldFrame>
    }
}

/// The text of a stored body; JSON with line breaks and indents.
fn value_to_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => serde_json::to_string_pretty(value).unwrap_or_default(),
    }
}

/// The body that a text stands for; an empty one leaves the field out.
fn text_to_value(text: &str) -> Value {
    let trimmed = text.trim_start();
    if text.is_empty() {
        return Value::Null;
    }
    // A text whose numbers JSON would change is sent as text.
    let structured = trimmed.starts_with(['{', '[']).then(|| read_json(trimmed).ok());
    structured.flatten().unwrap_or_else(|| Value::from(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_told_from_text() {
        assert_eq!(text_to_value("{\"a\": 1}"), json!({ "a": 1 }));
        assert_eq!(text_to_value("{ not json"), json!("{ not json"));
        assert_eq!(text_to_value("42"), json!("42"));
        let large = r#"{"id": 18446744073709551616}"#;
        assert_eq!(text_to_value(large), json!(large));
        assert_eq!(text_to_value(""), Value::Null);
        assert_eq!(text_to_value(&value_to_text(&json!(["x"]))), json!(["x"]));
    }
}

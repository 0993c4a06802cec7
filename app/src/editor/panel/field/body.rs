//! What is sent: a text, or JSON whose texts may refer.

use leptos::prelude::*;
use model::number::read_json;
use serde_json::Value;

use super::{
    Told,
    written::{Lines, WrittenBox},
};
use crate::{
    editor::panel::spot::{Spot, tied},
    ui::field::FieldFrame,
};

/// A text, or JSON where it reads as an object or a list.
#[component]
pub(super) fn BodyWidget(spot: Spot, told: Told) -> impl IntoView {
    let text = tied(spot, shown, |text: &String| Ok(meant(text)));
    let help = told.help();
    let help = MaybeProp::derive(move || help.clone());
    let kind = move || match spot.value.with(|value| value.is_object() || value.is_array()) {
        true => "Sent as JSON",
        false if spot.value.with(Value::is_null) => "",
        false => "Sent as text",
    };
    view! {
        <FieldFrame
            name=spot.id()
            label=told.label
            help=help
            error=spot.error
            aside=move || view! { <span class="field__count">{kind}</span> }
        >
            <WrittenBox spot=spot text=text lines=Lines::Many help=help />
        </FieldFrame>
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => serde_json::to_string_pretty(value).unwrap_or_default(),
    }
}

fn meant(text: &str) -> Value {
    let trimmed = text.trim_start();
    if text.is_empty() {
        return Value::Null;
    }
    // Numbers that JSON would change are sent as they are written.
    let structured = trimmed.starts_with(['{', '[']).then(|| read_json(trimmed).ok());
    structured.flatten().unwrap_or_else(|| Value::from(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_told_from_text() {
        assert_eq!(meant("{\"a\": 1}"), json!({ "a": 1 }));
        assert_eq!(meant("{ not json"), json!("{ not json"));
        assert_eq!(meant("42"), json!("42"));
        let large = r#"{"id": 18446744073709551616}"#;
        assert_eq!(meant(large), json!(large));
        assert_eq!(meant(""), Value::Null);
        assert_eq!(meant(&shown(&json!(["x"]))), json!(["x"]));
    }
}

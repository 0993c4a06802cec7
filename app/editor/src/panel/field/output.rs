//! The format of a model's answer.

use leptos::prelude::*;
use model::number::read_json;
use serde_json::{Value, json};
use ui::field::{Choice, LongTextField, SelectField};

use super::{
    labels::FieldLabels,
    variant::{Variant, variant},
};
use crate::panel::field_binding::{FieldBinding, bind_signal};

/// The format: a text, a list or JSON, and the schema of the JSON.
#[component]
pub(super) fn OutputWidget(binding: FieldBinding, labels: FieldLabels) -> impl IntoView {
    let fresh = |format: &str| json!({ "format": format });
    let Variant { picked, now } = variant(binding, "format", "text", fresh);
    let options = vec![
        Choice::new("text", "One text"),
        Choice::new("list", "A list of texts"),
        Choice::new("json", "JSON"),
    ];
    let help = labels.help();
    view! {
        <SelectField
            name=binding.id()
            label=labels.label
            value=picked
            options=options
            help=MaybeProp::derive(move || help.clone())
            error=binding.error
        />
        <Show when=move || now.read().as_str() == "json">
            <Schema binding=binding.part("schema") />
        </Show>
    }
}

#[component]
fn Schema(binding: FieldBinding) -> impl IntoView {
    let text = bind_signal(binding, pretty, |text: &String| read(text));
    view! {
        <div class="config__leave" on:focusout=move |_| binding.subject.on_settle.run(())>
            <LongTextField
                name=binding.id()
                label="JSON Schema"
                value=text
                help="The format of the answer. Leave empty for any JSON."
                error=binding.error
                placeholder=r#"{ "type": "object", "properties": { "title": { "type": "string" } } }"#
            />
        </div>
    }
}

fn pretty(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        value => serde_json::to_string_pretty(value).unwrap_or_default(),
    }
}

fn read(text: &str) -> Result<Value, String> {
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    read_json(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_shown_as_it_is_read_and_a_slip_says_where() {
        let schema = json!({ "type": "object" });

        assert_eq!(read(&pretty(&schema)), Ok(schema));
        assert_eq!(read(" "), Ok(Value::Null));
        assert!(read("{\"a\":}").is_err_and(|why| why.contains("line 1, column 6")));
    }
}

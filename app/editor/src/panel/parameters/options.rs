//! The options of a choice parameter, one per line.

use leptos::prelude::*;
use model::parameter::ParameterOption;
use serde_json::{Value, json};
use ui::field::LongTextField;

use crate::panel::field_binding::{FieldBinding, bind_signal};

/// Separates the value of an option from its label.
const SEPARATOR: char = '|';

/// A text area with one option per line: the value and, after a bar, a label that differs from it.
#[component]
pub(super) fn OptionsWidget(binding: FieldBinding) -> impl IntoView {
    let text = bind_signal(binding, options_to_text, |text: &String| Ok(text_to_options(text)));
    view! {
        <div class="config__leave" on:focusout=move |_| binding.subject.on_settle.run(())>
            <LongTextField
                name=binding.id()
                label="Options"
                value=text
                help="One per line. To show another label, write value | label."
                error=binding.error
                rows=3
            />
        </div>
    }
}

/// The lines of the stored options.
fn options_to_text(value: &Value) -> String {
    let options: Vec<ParameterOption> = serde_json::from_value(value.clone()).unwrap_or_default();
    let line = |option: &ParameterOption| {
        if option.value == option.label {
            option.value.clone()
        } else {
            format!("{} {SEPARATOR} {}", option.value, option.label)
        }
    };
    options.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The options of the lines; none leave the field out.
fn text_to_options(text: &str) -> Value {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let option = |line: &str| {
        let (value, label) = line.split_once(SEPARATOR).unwrap_or((line, line));
        json!({ "value": value.trim(), "label": label.trim() })
    };
    let options: Vec<Value> = lines.map(option).collect();
    if options.is_empty() { Value::Null } else { Value::Array(options) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_as_they_are_written() {
        let options = json!([
            { "value": "a", "label": "a" },
            { "value": "b", "label": "Bee line" },
        ]);

        assert_eq!(options_to_text(&options), "a\nb | Bee line");
        assert_eq!(text_to_options(&options_to_text(&options)), options);
        assert_eq!(text_to_options(" \n"), Value::Null);
    }
}

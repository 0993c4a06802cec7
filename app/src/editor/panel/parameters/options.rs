//! What may be chosen, one per line.

use leptos::prelude::*;
use model::workflow::ParameterOption;
use serde_json::{Value, json};

use crate::{
    editor::panel::spot::{Spot, tied},
    ui::field::LongTextField,
};

/// Between an option's value and the words for it.
const BETWEEN: char = '|';

/// Options, one per line: the value, and other words for it behind a bar.
#[component]
pub(super) fn OptionsWidget(spot: Spot) -> impl IntoView {
    let text = tied(spot, written, |text: &String| Ok(read(text)));
    view! {
        <div class="config__leave" on:focusout=move |_| spot.subject.on_settle.run(())>
            <LongTextField
                name=spot.id()
                label="Options"
                value=text
                help="One per line. With other words for the form: value | words."
                error=spot.error
                rows=3
            />
        </div>
    }
}

fn written(value: &Value) -> String {
    let options: Vec<ParameterOption> = serde_json::from_value(value.clone()).unwrap_or_default();
    let line = |option: &ParameterOption| {
        if option.value == option.label {
            option.value.clone()
        } else {
            format!("{} {BETWEEN} {}", option.value, option.label)
        }
    };
    options.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn read(text: &str) -> Value {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let option = |line: &str| {
        let (value, label) = line.split_once(BETWEEN).unwrap_or((line, line));
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

        assert_eq!(written(&options), "a\nb | Bee line");
        assert_eq!(read(&written(&options)), options);
        assert_eq!(read(" \n"), Value::Null);
    }
}

//! A value of a parameter's kind: its default or its example.

use leptos::prelude::*;
use model::{
    number::{parse_number, read_json},
    parameter::ParameterKind,
    value::text_of,
};
use serde_json::Value;
use ui::field::{LongTextField, TextField};

use crate::panel::{
    field::FieldLabels,
    field_binding::{FieldBinding, bind_signal},
};

/// A text field for a value of a kind; lists have one item per line.
#[component]
pub(super) fn SampleWidget(
    binding: FieldBinding,
    labels: FieldLabels,
    kind: ParameterKind,
) -> impl IntoView {
    let show = move |value: &Value| value_to_text(kind, value);
    let text = bind_signal(binding, show, move |text: &String| text_to_value(kind, text));
    let help = match kind {
        kind if is_list(kind) => format!("{} One per line.", labels.help),
        ParameterKind::Boolean => format!("{} Enter true or false.", labels.help),
        _ => labels.help,
    };
    let help = MaybeProp::derive(move || Some(help.clone()));
    let long = is_list(kind) || matches!(kind, ParameterKind::LongText | ParameterKind::Json);
    let field = if long {
        view! {
            <LongTextField name=binding.id() label=labels.label value=text help=help error=binding.error rows=2 />
        }
        .into_any()
    } else {
        view! {
            <TextField name=binding.id() label=labels.label value=text help=help error=binding.error />
        }
        .into_any()
    };
    view! {
        <div class="config__leave" on:focusout=move |_| binding.subject.on_settle.run(())>
            {field}
        </div>
    }
}

fn is_list(kind: ParameterKind) -> bool {
    use ParameterKind as P;
    matches!(kind, P::List | P::MultiChoice | P::Documents | P::Images)
}

/// The text of a stored value; empty where it is left out.
fn value_to_text(kind: ParameterKind, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Array(items) if is_list(kind) => {
            items.iter().map(text_of).collect::<Vec<_>>().join("\n")
        }
        value if kind == ParameterKind::Json => {
            serde_json::to_string_pretty(value).unwrap_or_default()
        }
        value => text_of(value),
    }
}

/// The value that a text stands for; an empty one leaves it out.
///
/// # Errors
/// Why the text is no value of the kind, in words.
fn text_to_value(kind: ParameterKind, text: &str) -> Result<Value, String> {
    use ParameterKind as P;
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(Value::Null);
    }
    if let Some(number) = kind.number_kind() {
        return parse_number(text, number).map(Value::Number).map_err(|error| error.to_string());
    }
    match kind {
        P::Boolean => kind.parse_text(text).ok_or_else(|| "Enter true or false.".to_owned()),
        P::Json => read_json(trimmed).map_err(|error| error.to_string()),
        kind if is_list(kind) => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            Ok(lines.map(Value::from).collect())
        }
        _ => Ok(Value::from(text)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_read_as_it_is_shown() {
        use ParameterKind as P;
        let cases = [
            (P::Text, json!("Tea")),
            (P::Integer, json!(3)),
            (P::Boolean, json!(true)),
            (P::List, json!(["a", "b"])),
            (P::Json, json!({ "a": [1] })),
        ];
        for (kind, value) in cases {
            assert_eq!(text_to_value(kind, &value_to_text(kind, &value)), Ok(value), "{kind:?}");
        }
        assert_eq!(text_to_value(P::Number, "1 000,5"), Ok(json!(1000.5)));
        assert!(
            text_to_value(P::Number, "1,234").is_err_and(|words| words.contains("1.234 or 1234"))
        );
        assert!(
            text_to_value(P::Number, "many").is_err()
                && text_to_value(P::Boolean, "maybe").is_err()
        );
    }
}

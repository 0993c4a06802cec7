//! A value of an input's kind: its default, its example.

use leptos::prelude::*;
use model::{
    number::{parse_number, read_json},
    value::text_of,
    workflow::ParameterKind,
};
use serde_json::Value;

use crate::{
    editor::panel::{
        field::Told,
        spot::{Spot, tied},
    },
    ui::field::{LongTextField, TextField},
};

/// A value of this kind, written; lists one per line.
#[component]
pub(super) fn SampleWidget(spot: Spot, told: Told, kind: ParameterKind) -> impl IntoView {
    let text = tied(spot, move |value| shown(kind, value), move |text: &String| read(kind, text));
    let help = match kind {
        kind if is_list(kind) => format!("{} One per line.", told.help),
        ParameterKind::Boolean => format!("{} true or false.", told.help),
        _ => told.help,
    };
    let help = MaybeProp::derive(move || Some(help.clone()));
    let long = is_list(kind) || matches!(kind, ParameterKind::LongText | ParameterKind::Json);
    let field = if long {
        view! {
            <LongTextField name=spot.id() label=told.label value=text help=help error=spot.error rows=2 />
        }
        .into_any()
    } else {
        view! {
            <TextField name=spot.id() label=told.label value=text help=help error=spot.error />
        }
        .into_any()
    };
    view! {
        <div class="config__leave" on:focusout=move |_| spot.subject.on_settle.run(())>
            {field}
        </div>
    }
}

fn is_list(kind: ParameterKind) -> bool {
    use ParameterKind as P;
    matches!(kind, P::List | P::MultiChoice | P::Documents | P::Images)
}

fn shown(kind: ParameterKind, value: &Value) -> String {
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

fn read(kind: ParameterKind, text: &str) -> Result<Value, String> {
    use ParameterKind as P;
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(Value::Null);
    }
    if let Some(number) = kind.number_kind() {
        return parse_number(text, number).map(Value::Number).map_err(|error| error.to_string());
    }
    match kind {
        P::Boolean => kind.parse_text(text).ok_or_else(|| "Write true or false.".to_owned()),
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
            assert_eq!(read(kind, &shown(kind, &value)), Ok(value), "{kind:?}");
        }
        assert_eq!(read(P::Number, "1 000,5"), Ok(json!(1000.5)));
        assert!(read(P::Number, "1,234").is_err_and(|words| words.contains("1.234 or 1234")));
        assert!(read(P::Number, "many").is_err() && read(P::Boolean, "maybe").is_err());
    }
}

//! Pairs of a name and a value that may contain references: results, headers, parameters.

use leptos::prelude::*;
use serde_json::{Value, json};
use ui::field::TextField;

use super::{
    labels::FieldLabels,
    rows::{Rows, free_name},
    written::WrittenWidget,
};
use crate::panel::field_binding::{FieldBinding, bind_signal};

/// The list of pairs.
#[component]
pub(super) fn NamedWidget(binding: FieldBinding, labels: FieldLabels) -> impl IntoView {
    let fresh =
        |pairs: &[Value]| json!({ "name": free_name(pairs, "name", "name").0, "value": "" });
    view! { <Rows binding=binding labels=labels noun="value" fresh=fresh row=row /> }
}

fn row(binding: FieldBinding) -> AnyView {
    let name = binding.part("name");
    let text = bind_signal(
        name,
        |text| text.as_str().unwrap_or_default().to_owned(),
        |text: &String| Ok(Value::from(text.trim())),
    );
    let labels = FieldLabels::new("Value", "");
    view! {
        <div class="config__leave" on:focusout=move |_| name.subject.on_settle.run(())>
            <TextField name=name.id() label="Name" value=text error=name.error />
        </div>
        <WrittenWidget binding=binding.part("value").or_empty() labels=labels />
    }
    .into_any()
}

//! A switch.

use leptos::prelude::*;
use serde_json::Value;
use ui::field::SwitchField;

use super::labels::FieldLabels;
use crate::panel::field_binding::{FieldBinding, bind_signal};

/// A switch for a boolean field.
#[component]
pub fn ToggleWidget(
    /// The field it shows and sets.
    binding: FieldBinding,
    /// The label and the help.
    labels: FieldLabels,
) -> impl IntoView {
    let read = |on: &bool| Ok(Value::Bool(*on));
    let value = bind_signal(binding, |value| value.as_bool().unwrap_or_default(), read);
    let help = labels.help();
    view! {
        <SwitchField
            name=binding.id()
            label=labels.label
            value=value
            help=MaybeProp::derive(move || help.clone())
        />
    }
}

//! The members of the workspace who decide at a step.

use leptos::prelude::*;
use monitor::reviews::people_options;
use serde_json::{Value, json};
use ui::field::{PickerField, Picks};

use super::labels::FieldLabels;
use crate::panel::field_binding::{FieldBinding, bind_signal};

/// The choice of people; who is named and has left stays in the list, to be taken out of it.
#[component]
pub(super) fn PeopleWidget(binding: FieldBinding, labels: FieldLabels) -> impl IntoView {
    let picked = bind_signal(binding, ids, |ids: &Vec<String>| Ok(ids_to_value(ids)));
    let named = picked.get_untracked();
    let options = binding.subject.stock.with_value(|stock| people_options(&stock.people, &named));
    let help = labels.help();
    view! {
        <PickerField
            name=binding.id()
            label=labels.label
            value=picked
            options=options
            picks=Picks::Many
            nothing="No one here can decide yet."
            help=MaybeProp::derive(move || help.clone())
            error=binding.error_of_list()
        />
    }
}

/// The value of these ids; none leave the field out.
fn ids_to_value(ids: &[String]) -> Value {
    if ids.is_empty() { Value::Null } else { json!(ids) }
}

/// The ids in the field.
fn ids(value: &Value) -> Vec<String> {
    serde_json::from_value(value.clone()).unwrap_or_default()
}

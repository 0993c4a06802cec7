//! The inputs of a workflow, which the launch form asks for, with a preview of that form.

mod callbacks;
mod options;
mod parameter;
mod sample;

use launch::FormPreview;
use leptos::prelude::*;
use model::parameter::Parameter;
use serde_json::{Value, json};

pub use self::callbacks::ParameterCallbacks;
use super::{
    field::{FieldLabels, Rows, free_name},
    field_binding::FieldBinding,
    subject::Subject,
};

/// All parameters with their fields, and a preview of the launch form.
#[component]
pub(super) fn ParametersEditor(subject: Subject, parameters: ParameterCallbacks) -> impl IntoView {
    provide_context(parameters);
    let now = Memo::new(move |_| subject.workflow.with(|workflow| workflow.parameters.clone()));
    let value = Memo::new(move |_| json!(*now.read()));
    let write = Callback::new(move |value: Value| {
        let changed: Vec<Parameter> =
            serde_json::from_value(value).map_err(|error| error.to_string())?;
        if changed != now.get_untracked() {
            parameters.on_change.run(changed);
        }
        Ok(())
    });
    let binding = FieldBinding::new(subject, "parameters", value, write);
    let labels = FieldLabels::new("Fields", "What the launch form asks for.");
    let fresh = |list: &[Value]| {
        let (name, number) = free_name(list, "name", "input");
        json!({ "name": name, "label": format!("Field {number}"), "type": "text" })
    };
    view! {
        <Rows binding=binding labels=labels noun="field" fresh=fresh row=parameter::row />
        <details class="sample">
            <summary class="sample__title small">"Form preview"</summary>
            <FormPreview parameters=now />
        </details>
    }
}

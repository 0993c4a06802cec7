//! The inputs of a workflow, which the launch form asks for, with a preview of that form.

mod options;
mod parameter;
mod sample;

use leptos::prelude::*;
use model::workflow::Parameter;
use serde_json::{Value, json};

use super::{
    field::{FieldLabels, Rows, free_name},
    field_binding::FieldBinding,
    subject::Subject,
};
use crate::launch::FormPreview;

/// The callbacks that change the parameters of a workflow.
#[derive(Debug, Clone, Copy)]
pub struct Parameters {
    /// Called with all parameters after each change, except of a name.
    pub on_change: Callback<Vec<Parameter>>,
    /// Called with the old and the new name, so that references in texts are changed with it.
    pub on_rename: Callback<(String, String)>,
    /// Called with the name of a parameter whose label was changed: the name may follow the label.
    pub on_label: Callback<String>,
}

/// All parameters with their fields, and a preview of the launch form.
#[component]
pub(super) fn ParametersEditor(subject: Subject, parameters: Parameters) -> impl IntoView {
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
    let labels = FieldLabels::new("Inputs", "What the launch form asks for.");
    let fresh = |list: &[Value]| {
        let (name, number) = free_name(list, "name", "input");
        json!({ "name": name, "label": format!("Input {number}"), "type": "text" })
    };
    view! {
        <Rows binding=binding labels=labels noun="input" fresh=fresh row=parameter::row />
        <details class="sample">
            <summary class="sample__title small">"The form they make"</summary>
            <FormPreview parameters=now />
        </details>
    }
}

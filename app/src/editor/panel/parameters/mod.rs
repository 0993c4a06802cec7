//! The inputs of a workflow: what the launch form asks for, and what that form looks like.

mod options;
mod parameter;
mod sample;

use leptos::prelude::*;
use model::workflow::Parameter;
use serde_json::{Value, json};

use super::{
    field::{Rows, Told, free_name},
    spot::Spot,
    subject::Subject,
};
use crate::launch::FormPreview;

/// What is done with parameters.
#[derive(Debug, Clone, Copy)]
pub struct Parameters {
    /// Called with all of them after each change.
    pub on_change: Callback<Vec<Parameter>>,
    /// Called with the old and the new name, which texts refer to, instead of changing it here.
    pub on_rename: Callback<(String, String)>,
    /// Called with the name of one whose label was written: it may follow that.
    pub on_label: Callback<String>,
}

/// Every parameter with its fields, and the form they make.
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
    let spot = Spot::new(subject, "parameters", value, write);
    let told = Told::new("Inputs", "What the launch form asks for.");
    let fresh = |list: &[Value]| {
        let (name, number) = free_name(list, "name", "input");
        json!({ "name": name, "label": format!("Input {number}"), "type": "text" })
    };
    view! {
        <Rows spot=spot told=told noun="input" fresh=fresh row=parameter::row />
        <details class="sample">
            <summary class="sample__title small">"The form they make"</summary>
            <FormPreview parameters=now />
        </details>
    }
}

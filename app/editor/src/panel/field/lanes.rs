//! The lanes of a parallel node.

use leptos::prelude::*;
use serde_json::{Value, json};
use ui::field::TextField;

use super::{
    labels::FieldLabels,
    rows::{Rows, free_name},
};
use crate::panel::field_binding::{FieldBinding, bind_signal};

/// The labels of the lanes; the ids by which edges name lanes stay as they are.
#[component]
pub(super) fn LanesWidget(binding: FieldBinding, labels: FieldLabels) -> impl IntoView {
    let fresh = |lanes: &[Value]| {
        let (id, number) = free_name(lanes, "id", "lane");
        json!({ "id": id, "label": format!("Lane {number}") })
    };
    view! { <Rows binding=binding labels=labels noun="lane" fresh=fresh row=row /> }
}

fn row(binding: FieldBinding) -> AnyView {
    view! { <LabelWidget binding=binding.part("label") /> }.into_any()
}

/// The label of an item of a list.
#[component]
pub fn LabelWidget(
    /// The field with the label.
    binding: FieldBinding,
    /// Called when the field is left, before the edit is settled, so that it joins the same entry.
    #[prop(optional, into)]
    on_leave: Option<Callback<()>>,
) -> impl IntoView {
    let text = bind_signal(
        binding,
        |text| text.as_str().unwrap_or_default().to_owned(),
        |text: &String| Ok(Value::from(text.as_str())),
    );
    let leave = move |_| {
        if let Some(on_leave) = on_leave {
            on_leave.try_run(());
        }
        binding.subject.on_settle.run(());
    };
    view! {
        <div class="config__leave" on:focusout=leave>
            <TextField name=binding.id() label="Name" value=text error=binding.error />
        </div>
    }
}

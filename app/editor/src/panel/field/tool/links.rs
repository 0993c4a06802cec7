//! What of a tool's result the execution is linked to in other systems.

use leptos::prelude::*;
use model::external_ref::ExternalRefKind;
use serde_json::{Value, json};
use ui::field::Choice;

use crate::panel::{
    field::{choice::ChoiceWidget, labels::FieldLabels, rows::Rows, written::WrittenWidget},
    field_binding::FieldBinding,
};

/// The list of links: a kind with its id and its address in the result.
#[component]
pub(in crate::panel::field) fn LinksWidget(
    binding: FieldBinding,
    labels: FieldLabels,
) -> impl IntoView {
    let fresh = |_: &[Value]| {
        let kind = ExternalRefKind::Issue.as_str();
        json!({ "kind": kind, "id": "${item.number}", "address": "${item.html_url}" })
    };
    view! { <Rows binding=binding labels=labels noun="link" fresh=fresh row=row /> }
}

fn row(binding: FieldBinding) -> AnyView {
    let kinds = ExternalRefKind::ALL.iter();
    let kinds = kinds.map(|kind| Choice::new(kind.as_str(), kind.label())).collect();
    view! {
        <ChoiceWidget
            binding=binding.part("kind")
            labels=FieldLabels::new("Kind", "")
            options=kinds
        />
        <WrittenWidget
            binding=binding.part("id").or_empty()
            labels=FieldLabels::new("ID", "Where it is in the result, such as ${item.number}.")
        />
        <WrittenWidget
            binding=binding.part("address").or_empty()
            labels=FieldLabels::new("URL", "Where it is in the result, such as ${item.html_url}.")
        />
    }
    .into_any()
}

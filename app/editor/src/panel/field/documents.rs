//! The documents that a step gets as context.

use leptos::prelude::*;
use serde_json::{Value, json};
use ui::{
    field::{Choice, PickOption, PickerField, Picks, SelectField},
    format,
};
use web::client::clock::{Zone, use_zone};

use super::{
    labels::FieldLabels,
    variant::{Variant, variant},
    written::WrittenWidget,
};
use crate::panel::field_binding::{FieldBinding, bind_signal};

/// The choice of documents: those of the launch, none, all, chosen ones or those with a tag.
#[component]
pub(super) fn DocumentsWidget(binding: FieldBinding, labels: FieldLabels) -> impl IntoView {
    let Variant { picked, now } = variant(binding, "mode", "launch", default_value);
    let options = vec![
        Choice::new("launch", "Documents chosen at launch"),
        Choice::new("none", "No documents"),
        Choice::new("all", "All documents in the project"),
        Choice::new("chosen", "Chosen documents"),
        Choice::new("tag", "Documents with a tag"),
    ];
    let help = labels.help();
    let more = move || match now.get().as_str() {
        "chosen" => view! { <Chosen binding=binding.part("ids") /> }.into_any(),
        "tag" => {
            let labels = FieldLabels::new("Tag", "Uses the project's documents with this tag.");
            view! { <WrittenWidget binding=binding.part("tag").or_empty() labels=labels /> }
                .into_any()
        }
        _ => ().into_any(),
    };
    view! {
        <SelectField
            name=binding.id()
            label=labels.label
            value=picked
            options=options
            help=MaybeProp::derive(move || help.clone())
            error=binding.error
        />
        {more}
    }
}

/// The stored value of a mode with nothing chosen yet.
fn default_value(mode: &str) -> Value {
    match mode {
        "chosen" => json!({ "mode": mode, "ids": [] }),
        "tag" => json!({ "mode": mode, "tag": "" }),
        _ => json!({ "mode": mode }),
    }
}

#[component]
fn Chosen(binding: FieldBinding) -> impl IntoView {
    if binding.value.with_untracked(Value::is_string) {
        let labels = FieldLabels::new("Documents", "Insert a value that is a list of documents.");
        return view! { <WrittenWidget binding=binding labels=labels /> }.into_any();
    }
    let read = |ids: &Vec<String>| Ok(json!(ids));
    let picked =
        bind_signal(binding, |ids| serde_json::from_value(ids.clone()).unwrap_or_default(), read);
    let zone = use_zone();
    let options = move |zone: Zone| {
        binding.subject.stock.with_value(|stock| {
            let option = |document: &model::library::DocumentRow| PickOption {
                value: document.id.to_string(),
                title: document.title.clone(),
                words: document.excerpt.clone(),
                facts: format::minute(document.updated_at, zone),
                picture: None,
            };
            stock.documents.iter().map(option).collect::<Vec<_>>()
        })
    };
    let field = move || {
        view! {
            <PickerField
                name=binding.id()
                label="Documents"
                value=picked
                options=options(zone.get())
                picks=Picks::Many
                nothing="No documents yet."
            />
        }
    };
    field.into_any()
}

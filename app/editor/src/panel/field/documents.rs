//! The documents that a step gets as context.

use leptos::prelude::*;
use serde_json::{Value, json};
use ui::{
    field::{Choice, PickOption, PickerField, Picks, SelectField},
    format,
};

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
        Choice::new("launch", "Those the launch brings along"),
        Choice::new("none", "None, not even those"),
        Choice::new("all", "All of the project"),
        Choice::new("chosen", "Those chosen here"),
        Choice::new("tag", "Those with a tag"),
    ];
    let help = labels.help();
    let more = move || match now.get().as_str() {
        "chosen" => view! { <Chosen binding=binding.part("ids") /> }.into_any(),
        "tag" => {
            let labels = FieldLabels::new("Tag", "Documents of the project that have it.");
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
        let labels = FieldLabels::new("Documents", "A value that gives a list of documents.");
        return view! { <WrittenWidget binding=binding labels=labels /> }.into_any();
    }
    let read = |ids: &Vec<String>| Ok(json!(ids));
    let picked =
        bind_signal(binding, |ids| serde_json::from_value(ids.clone()).unwrap_or_default(), read);
    let options = binding.subject.stock.with_value(|stock| {
        let option = |document: &model::library::DocumentRow| PickOption {
            value: document.id.to_string(),
            title: document.title.clone(),
            words: document.excerpt.clone(),
            facts: format::minute(document.updated_at),
            picture: None,
        };
        stock.documents.iter().map(option).collect::<Vec<_>>()
    });
    view! {
        <PickerField
            name=binding.id()
            label="Documents"
            value=picked
            options=options
            picks=Picks::Many
            nothing="There are no documents yet."
        />
    }
    .into_any()
}

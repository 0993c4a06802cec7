//! Which documents go along as context.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::{
    Told,
    variant::{Variant, variant},
    written::WrittenWidget,
};
use crate::{
    editor::panel::spot::{Spot, tied},
    ui::{
        field::{Choice, PickOption, PickerField, Picks, SelectField},
        format,
    },
};

/// None, all, chosen ones, or those with a tag; besides what a launch brings along.
#[component]
pub(super) fn DocumentsWidget(spot: Spot, told: Told) -> impl IntoView {
    let Variant { picked, now } = variant(spot, "mode", "launch", fresh);
    let options = vec![
        Choice::new("launch", "Those the launch brings along"),
        Choice::new("none", "None, not even those"),
        Choice::new("all", "All of the project"),
        Choice::new("chosen", "Those chosen here"),
        Choice::new("tag", "Those with a tag"),
    ];
    let help = told.help();
    let more = move || match now.get().as_str() {
        "chosen" => view! { <Chosen spot=spot.part("ids") /> }.into_any(),
        "tag" => {
            let told = Told::new("Tag", "Documents of the project that have it.");
            view! { <WrittenWidget spot=spot.part("tag").or_empty() told=told /> }.into_any()
        }
        _ => ().into_any(),
    };
    view! {
        <SelectField
            name=spot.id()
            label=told.label
            value=picked
            options=options
            help=MaybeProp::derive(move || help.clone())
            error=spot.error
        />
        {more}
    }
}

/// The choice with nothing chosen yet.
fn fresh(mode: &str) -> Value {
    match mode {
        "chosen" => json!({ "mode": mode, "ids": [] }),
        "tag" => json!({ "mode": mode, "tag": "" }),
        _ => json!({ "mode": mode }),
    }
}

#[component]
fn Chosen(spot: Spot) -> impl IntoView {
    if spot.value.with_untracked(Value::is_string) {
        let told = Told::new("Documents", "A value that gives a list of documents.");
        return view! { <WrittenWidget spot=spot told=told /> }.into_any();
    }
    let read = |ids: &Vec<String>| Ok(json!(ids));
    let picked = tied(spot, |ids| serde_json::from_value(ids.clone()).unwrap_or_default(), read);
    let options = spot.subject.stock.with_value(|stock| {
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
            name=spot.id()
            label="Documents"
            value=picked
            options=options
            picks=Picks::Many
            nothing="There are no documents yet."
        />
    }
    .into_any()
}

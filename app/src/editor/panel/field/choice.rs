//! One of several: side by side where they are few and short, else in a list.

use leptos::prelude::*;
use serde_json::Value;

use super::{Told, written::WrittenWidget};
use crate::{
    editor::panel::spot::{Spot, tied},
    ui::field::{Choice, FieldNotes, SelectField, described_by},
};

/// More letters than this do not stand side by side.
const LETTERS_IN_A_ROW: usize = 42;

/// One of several options; a reference where one is written already.
#[component]
pub fn ChoiceWidget(
    /// The place it changes.
    spot: Spot,
    /// What is said around it.
    told: Told,
    /// What can be chosen.
    options: Vec<Choice>,
) -> impl IntoView {
    let refers =
        spot.value.with_untracked(|value| value.as_str().is_some_and(|text| text.contains("${")));
    if refers {
        return view! { <WrittenWidget spot=spot told=told /> }.into_any();
    }
    let letters: usize = options.iter().map(|option| option.label.len() + 2).sum();
    if letters <= LETTERS_IN_A_ROW {
        view! { <Segments spot=spot told=told options=options /> }.into_any()
    } else {
        view! { <Listed spot=spot told=told options=options /> }.into_any()
    }
}

#[component]
fn Listed(spot: Spot, told: Told, options: Vec<Choice>) -> impl IntoView {
    let value = tied(spot, chosen, |chosen: &String| Ok(Value::from(chosen.as_str())));
    let help = told.help();
    view! {
        <SelectField
            name=spot.id()
            label=told.label
            value=value
            options=options
            help=MaybeProp::derive(move || help.clone())
            error=spot.error
            required=told.required
        />
    }
}

#[component]
fn Segments(spot: Spot, told: Told, options: Vec<Choice>) -> impl IntoView {
    let (id, help) = (spot.id(), told.help());
    let help = MaybeProp::derive(move || help.clone());
    let group = id.clone();
    let rows = options.into_iter().map(|option| {
        let own = option.value.clone();
        let checked = move || spot.value.with(|value| value.as_str() == Some(own.as_str()));
        let take = move |_| {
            spot.set(Value::from(option.value.as_str()));
            spot.subject.on_settle.run(());
        };
        view! {
            <label class="check-chip">
                <input
                    type="radio"
                    name=group.clone()
                    prop:checked=checked.clone()
                    checked=checked
                    on:change=take
                />
                <span>{option.label}</span>
            </label>
        }
    });
    let rows = rows.collect_view();
    let described = described_by(&id, help, spot.error);
    view! {
        <fieldset class="field" id=id.clone() aria-describedby=described>
            <legend class="field__label">{told.label}</legend>
            <div class="check-chips">{rows}</div>
            <FieldNotes name=id.clone() help=help error=spot.error />
        </fieldset>
    }
}

fn chosen(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

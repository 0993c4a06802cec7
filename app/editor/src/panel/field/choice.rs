//! One of several options: side by side if they are few and short, or else in a list.

use leptos::prelude::*;
use serde_json::Value;
use ui::field::{Choice, FieldNotes, SelectField, described_by};

use super::{labels::FieldLabels, written::WrittenWidget};
use crate::panel::field_binding::{FieldBinding, bind_signal};

/// Options with more letters in all than this are a list.
const LETTERS_IN_A_ROW: usize = 42;

/// One of several options; a field that holds a reference is shown as a text instead.
#[component]
pub fn ChoiceWidget(
    /// The field it shows and sets.
    binding: FieldBinding,
    /// The label and the help.
    labels: FieldLabels,
    /// The options in order.
    options: Vec<Choice>,
) -> impl IntoView {
    if binding.refers() {
        return view! { <WrittenWidget binding=binding labels=labels /> }.into_any();
    }
    let letters: usize = options.iter().map(|option| option.label.len() + 2).sum();
    if letters <= LETTERS_IN_A_ROW {
        view! { <Segments binding=binding labels=labels options=options /> }.into_any()
    } else {
        view! { <Listed binding=binding labels=labels options=options /> }.into_any()
    }
}

#[component]
fn Listed(binding: FieldBinding, labels: FieldLabels, options: Vec<Choice>) -> impl IntoView {
    let value =
        bind_signal(binding, value_to_text, |chosen: &String| Ok(Value::from(chosen.as_str())));
    let help = labels.help();
    view! {
        <SelectField
            name=binding.id()
            label=labels.label
            value=value
            options=options
            help=MaybeProp::derive(move || help.clone())
            error=binding.error
            required=labels.required
        />
    }
}

#[component]
fn Segments(binding: FieldBinding, labels: FieldLabels, options: Vec<Choice>) -> impl IntoView {
    let (id, help) = (binding.id(), labels.help());
    let help = MaybeProp::derive(move || help.clone());
    let group = id.clone();
    let rows = options.into_iter().map(|option| {
        let own = option.value.clone();
        let checked = move || binding.value.with(|value| value.as_str() == Some(own.as_str()));
        let take = move |_| {
            binding.set(Value::from(option.value.as_str()));
            binding.subject.on_settle.run(());
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
    let described = described_by(&id, help, binding.error);
    view! {
        <fieldset class="field" id=id.clone() aria-describedby=described>
            <legend class="field__label">{labels.label}</legend>
            <div class="check-chips">{rows}</div>
            <FieldNotes name=id.clone() help=help error=binding.error />
        </fieldset>
    }
}

fn value_to_text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

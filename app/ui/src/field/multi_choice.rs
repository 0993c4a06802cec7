//! Any number of several options.

use leptos::prelude::*;

use super::{
    choice::Choice,
    frame::{FieldNotes, described_by},
    value::FieldValue,
};

/// Any number of options, each a checkbox drawn as a chip.
#[component]
pub fn MultiChoiceField(
    /// Name in the form and id on the page.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The values chosen, in the order of the options.
    #[prop(into)]
    value: FieldValue<Vec<String>>,
    /// What can be chosen.
    options: Vec<Choice>,
    /// One sentence of help.
    #[prop(optional, into)]
    help: MaybeProp<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Option<Signal<Option<String>>>,
) -> impl IntoView {
    let (error, change) = (value.error(error), value.change);
    let value = value.shown;
    let order: Vec<String> = options.iter().map(|option| option.value.clone()).collect();
    let order = StoredValue::new(order);
    let toggle = move |changed: &str| {
        let was = value.read_untracked().iter().any(|chosen| chosen == changed);
        let keep = |option: &String| {
            if option == changed { !was } else { value.read_untracked().contains(option) }
        };
        let chosen = order.with_value(|order| order.iter().filter(|o| keep(o)).cloned().collect());
        change.set(chosen);
    };
    let field = format!("{name}[]");
    let rows = options
        .into_iter()
        .map(|option| {
            let (sent, shown) = (option.value.clone(), option.value.clone());
            let checked = move || value.read().contains(&shown);
            view! {
                <label class="check-chip">
                    <input
                        type="checkbox"
                        name=field.clone()
                        value=option.value
                        prop:checked=checked.clone()
                        checked=checked
                        on:change=move |_| toggle(&sent)
                    />
                    <span>{option.label}</span>
                </label>
            }
        })
        .collect_view();
    let (id, described) = (name.clone(), described_by(&name, help, error));
    view! {
        <fieldset class="field" id=id aria-describedby=described>
            <legend class="field__label">{move || label.get()}</legend>
            <div class="check-chips">{rows}</div>
            <FieldNotes name=name help=help error=error />
        </fieldset>
    }
    .into_any()
}

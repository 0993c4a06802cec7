//! A dropdown: one of several options.

use leptos::{html, prelude::*};

use super::{
    frame::{FieldFrame, described_by, invalid},
    value::FieldValue,
};
use crate::icon::{Glyph, Icon};

/// An option of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The value that the form sends.
    pub value: String,
    /// The text that a person reads.
    pub label: String,
}

impl Choice {
    /// A choice whose word is not its value.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }

    /// All choices, each a value and its words.
    pub fn list<const N: usize>(all: [(&str, &str); N]) -> Vec<Self> {
        all.map(|(value, label)| Self::new(value, label)).into()
    }
}

impl From<&str> for Choice {
    fn from(word: &str) -> Self {
        Self::new(word, word)
    }
}

/// The choices between values, each with its word in the form and its label.
pub fn choices<T: Copy>(
    values: impl IntoIterator<Item = T>,
    word: fn(T) -> &'static str,
    label: fn(T) -> &'static str,
) -> Vec<Choice> {
    values.into_iter().map(|value| Choice::new(word(value), label(value))).collect()
}

/// One of several options in a native list.
#[component]
pub fn SelectField(
    /// Name in the form and id on the page.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The value of the chosen option, both ways.
    #[prop(into)]
    value: FieldValue<String>,
    /// What can be chosen.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    /// One sentence of help.
    #[prop(optional, into)]
    help: MaybeProp<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Option<Signal<Option<String>>>,
    /// It must be chosen.
    #[prop(optional, into)]
    required: Signal<bool>,
) -> impl IntoView {
    let (node, error) = (NodeRef::<html::Select>::new(), value.error(error));
    Effect::new(move || {
        let (wanted, _) = (value.shown.get(), options.track());
        if let Some(select) = node.get() {
            select.set_value(&wanted);
        }
    });
    let rows = move || {
        let chosen = value.shown.get_untracked();
        let row = |option: Choice| {
            let selected = option.value == chosen;
            view! { <option value=option.value selected=selected>{option.label}</option> }
        };
        options.get().into_iter().map(row).collect_view()
    };
    view! {
        <FieldFrame name=name.clone() label=label help=help error=error required=required>
            <div class="select">
                <select
                    node_ref=node
                    class="input"
                    id=name.clone()
                    name=name.clone()
                    required=move || required.get()
                    aria-invalid=move || invalid(error)
                    aria-describedby=described_by(&name, help, error)
                    on:change=move |event| value.change.set(event_target_value(&event))
                >
                    {rows}
                </select>
                <Glyph icon=Icon::ChevronDown />
            </div>
        </FieldFrame>
    }
    .into_any()
}

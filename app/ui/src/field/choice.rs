//! A dropdown: one of several options.

use leptos::{html, prelude::*};

use super::frame::{FieldFrame, described_by, invalid};
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
}

impl From<&str> for Choice {
    fn from(word: &str) -> Self {
        Self::new(word, word)
    }
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
    value: RwSignal<String>,
    /// What can be chosen.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    /// One sentence of help.
    #[prop(optional, into)]
    help: MaybeProp<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// It must be chosen.
    #[prop(optional, into)]
    required: Signal<bool>,
) -> impl IntoView {
    let node = NodeRef::<html::Select>::new();
    Effect::new(move || {
        let (wanted, _) = (value.get(), options.track());
        if let Some(select) = node.get() {
            select.set_value(&wanted);
        }
    });
    let rows = move || {
        let chosen = value.get_untracked();
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
                    on:change=move |event| value.set(event_target_value(&event))
                >
                    {rows}
                </select>
                <Glyph icon=Icon::ChevronDown />
            </div>
        </FieldFrame>
    }
    .into_any()
}

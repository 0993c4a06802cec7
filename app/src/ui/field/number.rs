//! A number.

use leptos::{html, prelude::*};

use super::{
    binding::bind,
    frame::{FieldFrame, described_by, invalid},
};

/// A number as typed; the text stays as the person wrote it, so "1." or "" is no surprise.
///
/// Parse it when it is used: an empty text means "not given".
#[component]
pub fn NumberField(
    /// Name in the form and id on the page.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The number as text, both ways.
    value: RwSignal<String>,
    /// Smallest value.
    #[prop(optional_no_strip, into)]
    min: Option<f64>,
    /// Largest value.
    #[prop(optional_no_strip, into)]
    max: Option<f64>,
    /// Distance between values; any when not given.
    #[prop(optional_no_strip, into)]
    step: Option<f64>,
    /// One sentence of help.
    #[prop(optional, into)]
    help: MaybeProp<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// It must be filled in.
    #[prop(optional, into)]
    required: Signal<bool>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    bind(node, value);
    view! {
        <FieldFrame name=name.clone() label=label help=help error=error required=required>
            <input
                node_ref=node
                class="input input--number num"
                type="number"
                inputmode="decimal"
                id=name.clone()
                name=name.clone()
                value=value.get_untracked()
                min=min
                max=max
                step=step.map_or("any".to_owned(), |step| step.to_string())
                required=move || required.get()
                aria-invalid=move || invalid(error)
                aria-describedby=described_by(&name, help, error)
                on:input=move |event| value.set(event_target_value(&event))
            />
        </FieldFrame>
    }
    .into_any()
}

//! A bounded number: drag it or type it.

use leptos::{html, prelude::*};

use super::{
    binding::bind,
    frame::{FieldFrame, described_by, invalid},
};

/// A number between `min` and `max` as a slider with a field beside it; both show the same value.
///
/// The field carries the form's name. The text may be out of range while a person types.
#[component]
pub fn SliderField(
    /// Name in the form and id on the page.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The number as text, both ways.
    value: RwSignal<String>,
    /// Smallest value.
    min: f64,
    /// Largest value; greater than `min`.
    max: f64,
    /// Distance between values.
    #[prop(default = 1.0)]
    step: f64,
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
    let (range, field) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    bind(field, value);
    Effect::new(move || {
        let wanted = value.get();
        if let Some(range) = range.get() {
            range.set_value(&wanted);
        }
    });
    let share = move || {
        let number = value.read().parse::<f64>().unwrap_or(min).clamp(min, max);
        format!("{:.2}%", (number - min) / (max - min).max(f64::EPSILON) * 100.0)
    };
    let input = move |event| value.set(event_target_value(&event));
    view! {
        <FieldFrame name=name.clone() label=label help=help error=error required=required>
            <div class="slider" style:--filled=share>
                <input
                    node_ref=range
                    class="slider__range"
                    type="range"
                    tabindex="-1"
                    aria-hidden="true"
                    value=value.get_untracked()
                    min=min
                    max=max
                    step=step
                    on:input=input
                />
                <input
                    node_ref=field
                    class="input input--number slider__field num"
                    type="number"
                    id=name.clone()
                    name=name.clone()
                    value=value.get_untracked()
                    min=min
                    max=max
                    step=step
                    required=move || required.get()
                    aria-invalid=move || invalid(error)
                    aria-describedby=described_by(&name, help, error)
                    on:input=input
                />
            </div>
        </FieldFrame>
    }
    .into_any()
}

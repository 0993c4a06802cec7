//! A bounded number: drag it or type it.

use leptos::{html, prelude::*};
use model::number::Range;

use super::{
    frame::FieldFrame,
    number::{NumberBox, number_in},
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
    /// The value at the left end.
    min: f64,
    /// The value at the right end; greater than `min`.
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
    let node = NodeRef::<html::Input>::new();
    let range = Range { min: Some(min), max: Some(max), step: Some(step) };
    let number = move || value.with(|text| number_in(text, range)?.as_f64()).unwrap_or(min);
    Effect::new(move || {
        let number = number();
        if let Some(node) = node.get() {
            node.set_value(&number.to_string());
        }
    });
    let share = move || {
        let share = (number().clamp(min, max) - min) / (max - min).max(f64::EPSILON);
        format!("{:.2}%", share * 100.0)
    };
    view! {
        <FieldFrame name=name.clone() label=label help=help error=error required=required>
            <div class="slider" style:--filled=share>
                <input
                    node_ref=node
                    class="slider__range"
                    type="range"
                    tabindex="-1"
                    aria-hidden="true"
                    value=untrack(number)
                    min=min
                    max=max
                    step=step
                    on:input=move |event| value.set(event_target_value(&event))
                />
                <NumberBox
                    class="input input--number slider__field num"
                    name=name.clone()
                    value=value
                    range=range
                    help=help
                    error=error
                    required=required
                />
            </div>
        </FieldFrame>
    }
    .into_any()
}

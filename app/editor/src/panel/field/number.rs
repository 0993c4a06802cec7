//! Numbers: free ones, and those of a range, which may also come from a reference.

use leptos::prelude::*;
use model::number::{NumberKind, parse_number};
use serde_json::Value;
use ui::{
    button::IconButton,
    field::{NumberField, SliderField},
    icon::Icon,
};

use super::{labels::FieldLabels, written::WrittenWidget};
use crate::panel::field_binding::{FieldBinding, bind_signal};

/// A range with more steps than this gets a number field instead of a slider.
const MAX_SLIDER_STEPS: f64 = 200.0;

/// The bounds and the step of a number.
#[derive(Debug, Clone, Copy)]
pub(super) struct NumberRange {
    pub(super) min: f64,
    pub(super) max: f64,
    /// A whole step allows whole numbers only.
    pub(super) step: f64,
}

/// A number; an empty text leaves the field out.
#[component]
pub fn NumberWidget(
    /// The field it shows and sets.
    binding: FieldBinding,
    /// The label and the help.
    labels: FieldLabels,
    /// The stored number is the shown one times this, such as 1000 for milliseconds shown as
    /// seconds.
    #[prop(default = 1.0)]
    scale: f64,
) -> impl IntoView {
    let read = move |text: &String| text_to_value(text, NumberKind::Decimal, scale);
    let text = bind_signal(binding, move |value| value_to_text(value, scale), read);
    let help = labels.help();
    view! {
        <div class="config__leave" on:focusout=move |_| leave(binding, text, scale)>
            <NumberField
                name=binding.id()
                label=labels.label
                value=text
                help=MaybeProp::derive(move || help.clone())
                error=binding.error
                required=labels.required
            />
        </div>
    }
}

/// A number of a range: a slider, or a text with a reference.
#[component]
pub(super) fn RangeWidget(
    binding: FieldBinding,
    labels: FieldLabels,
    /// The bounds and the step.
    range: NumberRange,
) -> impl IntoView {
    let refers = RwSignal::new(binding.value.with_untracked(Value::is_string));
    Effect::new(move || {
        let is_text = binding.value.with(Value::is_string);
        let is_number = binding.value.with(Value::is_number);
        if is_text || is_number {
            refers.set(is_text);
        }
    });
    let labels = StoredValue::new(labels);
    let widget = move || {
        if refers.get() {
            view! { <WrittenWidget binding=binding.for_references() labels=labels.get_value() /> }
                .into_any()
        } else {
            view! { <Slide binding=binding labels=labels.get_value() range=range /> }.into_any()
        }
    };
    let label = Signal::derive(move || {
        if refers.get() { "Enter a number".to_owned() } else { "Use a value".to_owned() }
    });
    let icon = Signal::derive(move || if refers.get() { Icon::Minus } else { Icon::Zap });
    let switch = move |()| {
        if refers.get_untracked() {
            binding.set(Value::Null);
        }
        refers.update(|refers| *refers = !*refers);
    };
    view! {
        <div class="config__range">
            {widget}
            <div class="config__tool">
                <IconButton icon=icon label=label on_press=switch />
            </div>
        </div>
    }
}

#[component]
fn Slide(binding: FieldBinding, labels: FieldLabels, range: NumberRange) -> impl IntoView {
    let NumberRange { min, max, step } = range;
    let kind = if step.fract() == 0.0 { NumberKind::Whole } else { NumberKind::Decimal };
    let read = move |text: &String| {
        text_to_value(text, kind, 1.0).and_then(|value| check_range(value, range))
    };
    let text = bind_signal(binding, |value| value_to_text(value, 1.0), read);
    let help = labels.help();
    let help = MaybeProp::derive(move || help.clone());
    let (id, settle) = (binding.id(), move |_| leave(binding, text, 1.0));
    let field = if (max - min) / step <= MAX_SLIDER_STEPS {
        view! {
            <SliderField
                name=id
                label=labels.label
                value=text
                min=min
                max=max
                step=step
                help=help
                error=binding.error
                required=labels.required
            />
        }
        .into_any()
    } else {
        view! {
            <NumberField
                name=id
                label=labels.label
                value=text
                min=min
                max=max
                step=step
                help=help
                error=binding.error
                required=labels.required
            />
        }
        .into_any()
    };
    view! {
        <div class="config__leave" on:focusout=settle>
            {field}
        </div>
    }
}

/// Handles leaving the field: it shows the number as stored. Refused input stays, with the reason.
fn leave(binding: FieldBinding, text: RwSignal<String>, scale: f64) {
    let counts = value_to_text(&binding.value.get_untracked(), scale);
    if !binding.is_refused() && text.read_untracked().trim() != counts {
        text.set(counts);
    }
    binding.subject.on_settle.run(());
}

/// Refuses a fraction where only whole numbers are allowed, and a negative number where none is.
/// One that only exceeds the bounds is taken: validation shows it as an issue.
fn check_range(value: Value, range: NumberRange) -> Result<Value, String> {
    let NumberRange { min, max, step } = range;
    let whole = step.fract() == 0.0;
    match value.as_f64() {
        Some(number) if (whole && number.fract() != 0.0) || (number < 0.0 && min >= 0.0) => {
            let number = if whole { "a whole number" } else { "a number" };
            Err(format!("Enter {number} from {min} to {max}."))
        }
        _ => Ok(value),
    }
}

/// The text of a stored number, in the unit that is shown; empty where the field is left out.
fn value_to_text(value: &Value, scale: f64) -> String {
    match value {
        Value::Number(number) if scale == 1.0 => number.to_string(),
        value => value.as_f64().map(|number| (number / scale).to_string()).unwrap_or_default(),
    }
}

/// The number that a text stands for, in the stored unit; whole numbers get no fraction.
fn text_to_value(text: &str, kind: NumberKind, scale: f64) -> Result<Value, String> {
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    let number = parse_number(text, kind).map_err(|error| error.to_string())?;
    let Some(scaled) = number.as_f64().filter(|_| scale != 1.0).map(|number| number * scale) else {
        return Ok(Value::Number(number));
    };
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 1e15")]
    let whole = (scaled.fract() == 0.0 && scaled.abs() < 1e15).then_some(scaled as i64);
    Ok(whole.map_or_else(|| Value::from(scaled), Value::from))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_typed_is_kept_as_the_number_it_is() {
        let text_to_value = |text: &str, scale| text_to_value(text, NumberKind::Decimal, scale);
        assert_eq!(text_to_value("3", 1.0), Ok(json!(3)));
        assert_eq!(text_to_value(" 0.5 ", 1.0), Ok(json!(0.5)));
        assert_eq!(text_to_value("0,5", 1.0), Ok(json!(0.5)));
        assert_eq!(text_to_value("", 1.0), Ok(Value::Null));
        assert_eq!(text_to_value("2,5", 1000.0), Ok(json!(2500)));
        assert!(text_to_value("many", 1.0).is_err());
        assert!(
            text_to_value("1,234", 1.0).is_err_and(|words| words.contains("Enter 1.234 or 1234"))
        );
    }

    #[test]
    fn what_is_no_number_of_its_range_is_refused_in_words() {
        let check = |value: Value, min: f64, max: f64, step: f64| {
            check_range(value, NumberRange { min, max, step })
        };
        let words = Err("Enter a whole number from 1 to 50.".to_owned());
        assert_eq!(check(json!(2.7), 1.0, 50.0, 1.0), words);
        assert_eq!(check(json!(-4), 1.0, 50.0, 1.0), words);
        assert_eq!(check(json!(70), 1.0, 50.0, 1.0), Ok(json!(70)));
        assert_eq!(check(json!(0.7), 0.0, 2.0, 0.1), Ok(json!(0.7)));
        assert_eq!(check(Value::Null, 1.0, 50.0, 1.0), Ok(Value::Null));
    }

    #[test]
    fn what_is_kept_is_shown_in_its_unit() {
        assert_eq!(value_to_text(&json!(2500), 1000.0), "2.5");
        assert_eq!(value_to_text(&json!(0.7), 1.0), "0.7");
        assert_eq!(value_to_text(&json!(9_007_199_254_740_993_i64), 1.0), "9007199254740993");
        assert_eq!(value_to_text(&Value::Null, 1.0), "");
    }
}

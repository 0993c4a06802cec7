//! Numbers: free ones, and bounded ones that may also come from elsewhere.

use leptos::prelude::*;
use model::number::{NumberKind, parse_number};
use serde_json::Value;

use super::{Told, written::WrittenWidget};
use crate::{
    editor::panel::spot::{Spot, tied},
    ui::{
        button::IconButton,
        field::{NumberField, SliderField},
        icon::Icon,
    },
};

/// A slider with more places than this is no help.
const SLIDER_PLACES: f64 = 200.0;

/// A number; an empty field leaves it out.
#[component]
pub fn NumberWidget(
    /// The place it changes.
    spot: Spot,
    /// What is said around it.
    told: Told,
    /// How many of what is kept are one of what is shown.
    #[prop(default = 1.0)]
    scale: f64,
) -> impl IntoView {
    let read = move |text: &String| meant(text, NumberKind::Decimal, scale);
    let text = tied(spot, move |value| shown(value, scale), read);
    let help = told.help();
    view! {
        <div class="config__leave" on:focusout=move |_| leave(spot, text, scale)>
            <NumberField
                name=spot.id()
                label=told.label
                value=text
                help=MaybeProp::derive(move || help.clone())
                error=spot.error
                required=told.required
            />
        </div>
    }
}

/// A number in a range: a slider, or a reference to what gives it.
#[component]
pub(super) fn RangeWidget(
    spot: Spot,
    told: Told,
    /// Smallest, largest, step.
    range: (f64, f64, f64),
) -> impl IntoView {
    let refers = RwSignal::new(spot.value.with_untracked(Value::is_string));
    Effect::new(move || {
        let is_text = spot.value.with(Value::is_string);
        let is_number = spot.value.with(Value::is_number);
        if is_text || is_number {
            refers.set(is_text);
        }
    });
    let told = StoredValue::new(told);
    let widget = move || {
        if refers.get() {
            view! { <WrittenWidget spot=spot.for_references() told=told.get_value() /> }.into_any()
        } else {
            view! { <Slide spot=spot told=told.get_value() range=range /> }.into_any()
        }
    };
    let label = Signal::derive(move || {
        if refers.get() {
            "Set a number".to_owned()
        } else {
            "Take the number from a value".to_owned()
        }
    });
    let icon = Signal::derive(move || if refers.get() { Icon::Minus } else { Icon::Zap });
    let switch = move |()| {
        if refers.get_untracked() {
            spot.set(Value::Null);
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
fn Slide(spot: Spot, told: Told, range: (f64, f64, f64)) -> impl IntoView {
    let (min, max, step) = range;
    let kind = if step.fract() == 0.0 { NumberKind::Whole } else { NumberKind::Decimal };
    let read = move |text: &String| {
        meant(text, kind, 1.0).and_then(|value| in_range(value, range.0, range.1, range.2))
    };
    let text = tied(spot, |value| shown(value, 1.0), read);
    let help = told.help();
    let help = MaybeProp::derive(move || help.clone());
    let (id, settle) = (spot.id(), move |_| leave(spot, text, 1.0));
    let field = if (max - min) / step <= SLIDER_PLACES {
        view! {
            <SliderField
                name=id
                label=told.label
                value=text
                min=min
                max=max
                step=step
                help=help
                error=spot.error
                required=told.required
            />
        }
        .into_any()
    } else {
        view! {
            <NumberField
                name=id
                label=told.label
                value=text
                min=min
                max=max
                step=step
                help=help
                error=spot.error
                required=told.required
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

/// Where the field is left, it shows the number that counts. What was not taken stays, with why.
fn leave(spot: Spot, text: RwSignal<String>, scale: f64) {
    let counts = shown(&spot.value.get_untracked(), scale);
    if !spot.is_refused() && text.read_untracked().trim() != counts {
        text.set(counts);
    }
    spot.subject.on_settle.run(());
}

/// Refuses what is no number of such a range at all; what lies outside is kept and told of.
fn in_range(value: Value, min: f64, max: f64, step: f64) -> Result<Value, String> {
    let whole = step.fract() == 0.0;
    match value.as_f64() {
        Some(number) if (whole && number.fract() != 0.0) || (number < 0.0 && min >= 0.0) => {
            let number = if whole { "a whole number" } else { "a number" };
            Err(format!("Write {number} from {min} to {max}."))
        }
        _ => Ok(value),
    }
}

fn shown(value: &Value, scale: f64) -> String {
    match value {
        Value::Number(number) if scale == 1.0 => number.to_string(),
        value => value.as_f64().map(|number| (number / scale).to_string()).unwrap_or_default(),
    }
}

/// Whole numbers are kept without a fraction.
fn meant(text: &str, kind: NumberKind, scale: f64) -> Result<Value, String> {
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
        let meant = |text: &str, scale| meant(text, NumberKind::Decimal, scale);
        assert_eq!(meant("3", 1.0), Ok(json!(3)));
        assert_eq!(meant(" 0.5 ", 1.0), Ok(json!(0.5)));
        assert_eq!(meant("0,5", 1.0), Ok(json!(0.5)));
        assert_eq!(meant("", 1.0), Ok(Value::Null));
        assert_eq!(meant("2,5", 1000.0), Ok(json!(2500)));
        assert!(meant("many", 1.0).is_err());
        assert!(meant("1,234", 1.0).is_err_and(|words| words.contains("write 1.234 or 1234")));
    }

    #[test]
    fn what_is_no_number_of_its_range_is_refused_in_words() {
        let words = Err("Write a whole number from 1 to 50.".to_owned());
        assert_eq!(in_range(json!(2.7), 1.0, 50.0, 1.0), words);
        assert_eq!(in_range(json!(-4), 1.0, 50.0, 1.0), words);
        assert_eq!(in_range(json!(70), 1.0, 50.0, 1.0), Ok(json!(70)));
        assert_eq!(in_range(json!(0.7), 0.0, 2.0, 0.1), Ok(json!(0.7)));
        assert_eq!(in_range(Value::Null, 1.0, 50.0, 1.0), Ok(Value::Null));
    }

    #[test]
    fn what_is_kept_is_shown_in_its_unit() {
        assert_eq!(shown(&json!(2500), 1000.0), "2.5");
        assert_eq!(shown(&json!(0.7), 1.0), "0.7");
        assert_eq!(shown(&json!(9_007_199_254_740_993_i64), 1.0), "9007199254740993");
        assert_eq!(shown(&Value::Null, 1.0), "");
    }
}

//! Fields of one plain value: a choice, a switch, a number, people, a version.

use leptos::prelude::*;
use model::number::{NumberKind, Range, parse_number};
use monitor::reviews::people_options;
use serde_json::{Value, json};
use ui::{
    button::IconButton,
    field::{Choice, FieldInput, FieldNotes, Picks, described_by},
    icon::Icon,
};

use super::{labels::FieldLabels, text_area::Lines, written::written};
use crate::panel::field_binding::{FieldBinding, bind_signal, bind_words};

/// Options with more letters in all than this are a list.
const LETTERS_IN_A_ROW: usize = 42;

/// A range with more steps than this gets a number field instead of a slider.
const MAX_SLIDER_STEPS: f64 = 200.0;

/// One of several options: side by side if they are few and short, or else in a list. A field that
/// holds a reference is shown as a text instead.
pub fn choice(binding: FieldBinding, labels: FieldLabels, options: Vec<Choice>) -> AnyView {
    if binding.refers() {
        return written(binding, labels, Lines::One);
    }
    let letters: usize = options.iter().map(|option| option.label.len() + 2).sum();
    if letters <= LETTERS_IN_A_ROW {
        return segments(binding, labels, options);
    }
    let input = FieldInput::choice(bind_words(binding), options);
    binding.field(labels, input).view()
}

fn segments(binding: FieldBinding, labels: FieldLabels, options: Vec<Choice>) -> AnyView {
    let (id, help) = (binding.id(), labels.help());
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
    .into_any()
}

/// A switch.
pub fn toggle(binding: FieldBinding, labels: FieldLabels) -> AnyView {
    let read = |on: &bool| Ok(Value::Bool(*on));
    let value = bind_signal(binding, |value| value.as_bool().unwrap_or_default(), read);
    binding.field(labels, FieldInput::switch(value)).view()
}

/// The choice of members of the workspace who decide at a step; who is named and has left stays in
/// the list, to be taken out of it.
pub(super) fn people(binding: FieldBinding, labels: FieldLabels) -> AnyView {
    let value = bind_signal(
        binding,
        |ids| serde_json::from_value::<Vec<String>>(ids.clone()).unwrap_or_default(),
        |ids: &Vec<String>| Ok(if ids.is_empty() { Value::Null } else { json!(ids) }),
    );
    let named = value.get_untracked();
    let options = binding.subject.stock.with_value(|stock| people_options(&stock.people, &named));
    let nothing = "No one here can decide yet.";
    let input = FieldInput::Picker { value, options, picks: Picks::Many, nothing };
    binding.field(labels, input).error(binding.error_of_list()).view()
}

/// A version of a template or an agent: always the newest, or one of those that there are. `newest`
/// is nothing where there is no version, or what is named is not known.
pub(super) fn version(
    binding: FieldBinding,
    labels: FieldLabels,
    newest: Memo<Option<i32>>,
) -> AnyView {
    let value = bind_signal(
        binding,
        |version| version.as_i64().map(|version| version.to_string()).unwrap_or_default(),
        |chosen: &String| match chosen.as_str() {
            "" => Ok(Value::Null),
            chosen => chosen.parse::<i32>().map(Value::from).map_err(|error| error.to_string()),
        },
    );
    let options = Signal::derive(move || versions(newest.get(), &value.get()));
    binding.field(labels, FieldInput::choice(value, options)).view()
}

/// The choices: always the newest, each version from the newest down, and the set one if it is none
/// of these.
fn versions(newest: Option<i32>, now: &str) -> Vec<Choice> {
    let usual = newest.map_or(String::new(), |version| format!(" (now v{version})"));
    let mut choices = vec![Choice::new("", format!("Newest{usual}"))];
    let known = (1..=newest.unwrap_or(0)).rev();
    choices.extend(known.map(|version| Choice::new(version.to_string(), format!("v{version}"))));
    if choices.iter().all(|choice| choice.value != now) {
        choices.push(Choice::new(now, format!("v{now}")));
    }
    choices
}

/// The bounds and the step of a number.
#[derive(Debug, Clone, Copy)]
pub(super) struct NumberRange {
    pub(super) min: f64,
    pub(super) max: f64,
    /// A whole step allows whole numbers only.
    pub(super) step: f64,
}

/// A number; an empty text leaves the field out. The stored number is the shown one times `scale`,
/// such as 1000 for milliseconds shown as seconds.
pub fn number(binding: FieldBinding, labels: FieldLabels, scale: f64) -> AnyView {
    let read = move |text: &String| text_to_value(text, NumberKind::Decimal, scale);
    let text = bind_signal(binding, move |value| value_to_text(value, scale), read);
    number_view(binding, labels, FieldInput::number(text, Range::default()), text, scale)
}

/// A number of a range: a slider, or a text with a reference.
pub(super) fn range(binding: FieldBinding, labels: FieldLabels, range: NumberRange) -> AnyView {
    let refers = RwSignal::new(binding.value.with_untracked(Value::is_string));
    Effect::new(move || {
        let is_text = binding.value.with(Value::is_string);
        let is_number = binding.value.with(Value::is_number);
        if is_text || is_number {
            refers.set(is_text);
        }
    });
    let widget = move || {
        if refers.get() {
            written(binding.for_references(), labels.clone(), Lines::One)
        } else {
            ranged_number(binding, labels.clone(), range)
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
    .into_any()
}

fn ranged_number(binding: FieldBinding, labels: FieldLabels, range: NumberRange) -> AnyView {
    let NumberRange { min, max, step } = range;
    let kind = if step.fract() == 0.0 { NumberKind::Whole } else { NumberKind::Decimal };
    let read = move |text: &String| {
        text_to_value(text, kind, 1.0).and_then(|value| check_range(value, range))
    };
    let value = bind_signal(binding, |value| value_to_text(value, 1.0), read);
    let input = if (max - min) / step <= MAX_SLIDER_STEPS {
        FieldInput::Slider { value, min, max, step }
    } else {
        FieldInput::number(value, Range { min: Some(min), max: Some(max), step: Some(step) })
    };
    number_view(binding, labels, input, value, 1.0)
}

/// The field of a number. When it is left, it shows the number as stored; refused input stays, with
/// the reason.
fn number_view(
    binding: FieldBinding,
    labels: FieldLabels,
    input: FieldInput,
    text: RwSignal<String>,
    scale: f64,
) -> AnyView {
    let leave = move |_| {
        let counts = value_to_text(&binding.value.get_untracked(), scale);
        if !binding.is_refused() && text.read_untracked().trim() != counts {
            text.set(counts);
        }
        binding.subject.on_settle.run(());
    };
    view! {
        <div class="config__leave" on:focusout=leave>
            {binding.field(labels, input)}
        </div>
    }
    .into_any()
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
    #[test]
    fn every_version_can_be_chosen_and_the_one_that_is_set_stays() {
        let values = |newest, now: &str| {
            versions(newest, now).into_iter().map(|choice| choice.value).collect::<Vec<_>>()
        };

        assert_eq!(values(Some(2), ""), ["", "2", "1"]);
        assert_eq!(values(None, "7"), ["", "7"]);
    }
}

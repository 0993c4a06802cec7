//! Does a value fit a parameter?

use std::cmp::Ordering;

use serde_json::{Number, Value};
use uuid::Uuid;

use super::pattern::Patterns;
use crate::{
    expr::compare_to_decimal,
    number::{NumberKind, parse_number},
    parameter::{Parameter, ParameterKind},
    value::{kind_of, recordable},
};

/// The number as people write it: whole ones without a point.
fn format_number(number: &Number) -> String {
    let written = number.to_string();
    written.strip_suffix(".0").map(str::to_owned).unwrap_or(written)
}

/// The largest whole number up to which decimals tell each from the next: 2^53.
const MOST_EXACT: f64 = 9_007_199_254_740_992.0;

/// Why a value does not fit: a stable code and words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Misfit {
    pub code: &'static str,
    pub message: String,
}

/// Whether a number is left empty, however that is said.
pub(super) fn is_empty_number(parameter: &Parameter, value: &Value) -> bool {
    let is_empty = match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    };
    is_empty && parameter.kind.number_kind().is_some()
}

type Checked = Result<Value, Misfit>;

fn misfit(code: &'static str, message: String) -> Misfit {
    Misfit { code, message }
}

/// The value in its canonical spelling; `patterns` are those of all that is checked with it.
///
/// # Errors
/// The first reason why it does not fit.
pub(super) fn fit(parameter: &Parameter, value: &Value, patterns: &mut Patterns) -> Checked {
    use ParameterKind as P;
    let mut text = |parameter: &Parameter, value: &Value| text(parameter, value, patterns);
    match parameter.kind {
        P::Text | P::LongText => text(parameter, value),
        P::Integer => whole_number(parameter, number(parameter, value, NumberKind::Whole)?),
        P::Number => within(parameter, number(parameter, value, NumberKind::Decimal)?),
        P::Boolean if value.is_boolean() => Ok(value.clone()),
        P::Boolean => Err(wrong(parameter, "true or false", value)),
        P::Choice => option(parameter, value),
        P::MultiChoice => each(parameter, value, option),
        P::List => each(parameter, value, text),
        P::Json => match recordable([value]) {
            Ok(()) => Ok(value.clone()),
            Err(why) => Err(misfit("not_storable", format!("{}: {why}.", parameter.title()))),
        },
        P::Document | P::Image => id(parameter, value),
        P::Documents | P::Images => each(parameter, value, id),
    }
}

fn wrong(parameter: &Parameter, expected: &str, value: &Value) -> Misfit {
    let (title, found) = (parameter.title(), kind_of(value));
    misfit("wrong_type", format!("{title} must be {expected}, but is {found}."))
}

fn text(parameter: &Parameter, value: &Value, patterns: &mut Patterns) -> Checked {
    let Value::String(text) = value else { return Err(wrong(parameter, "text", value)) };
    let (title, length) = (parameter.title(), text.chars().count());
    if let Some(most) = parameter.max_length
        && u32::try_from(length).is_ok_and(|length| length > most)
    {
        let message = format!("{title} has {length} characters; the limit is {most}.");
        return Err(misfit("value_out_of_range", message));
    }
    let Some(pattern) = parameter.pattern.as_deref().filter(|_| !text.is_empty()) else {
        return Ok(value.clone());
    };
    match patterns.matches(pattern, text) {
        Some(true) => Ok(value.clone()),
        Some(false) => {
            let message = format!("{title} doesn't match the pattern “{pattern}”.");
            Err(misfit("pattern_mismatch", message))
        }
        None => {
            let message = format!(
                "{title} can't be checked against its pattern: it takes too long, or the pattern is invalid or too large. Use a shorter text, or a simpler pattern."
            );
            Err(misfit("value_out_of_range", message))
        }
    }
}

/// The number that is given, or that the text says that is given.
fn number(parameter: &Parameter, value: &Value, kind: NumberKind) -> Result<Number, Misfit> {
    match value {
        Value::Number(number) => Ok(number.clone()),
        Value::String(text) => parse_number(text, kind)
            .map_err(|error| misfit("wrong_type", format!("{}: {error}", parameter.title()))),
        _ => Err(wrong(parameter, "a number", value)),
    }
}

fn whole_number(parameter: &Parameter, number: Number) -> Checked {
    let Some(decimal) = number.as_f64().filter(|_| number.is_f64()) else {
        return within(parameter, number);
    };
    let title = parameter.title();
    if decimal.fract() != 0.0 {
        let message = format!("{title} must be a whole number, but is {number}.");
        return Err(misfit("wrong_type", message));
    }
    if decimal.abs() > MOST_EXACT {
        let most = u64::MAX;
        let message = format!("{title}: {number} isn't exact. Enter all digits, up to {most}.");
        return Err(misfit("value_out_of_range", message));
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and at most 2^53")]
    within(parameter, Number::from(decimal as i64))
}

/// The number, where it is within the bounds and on a step.
fn within(parameter: &Parameter, number: Number) -> Checked {
    bounds(parameter, &number, "")?;
    if let Some(step) = parameter.step.filter(|step| *step > 0.0) {
        let steps = (number.as_f64().unwrap_or_default() - parameter.min.unwrap_or(0.0)) / step;
        if (steps - steps.round()).abs() > 1e-6 {
            let (title, number) = (parameter.title(), format_number(&number));
            let message = format!("{title} must be in steps of {step}, so {number} doesn't fit.");
            return Err(misfit("value_out_of_range", message));
        }
    }
    Ok(Value::Number(number))
}

/// `unit` is what is counted; empty for the number itself.
fn bounds(parameter: &Parameter, number: &Number, unit: &str) -> Result<(), Misfit> {
    let title = parameter.title();
    let (min, max) = (parameter.min, parameter.max);
    let is = |order: Ordering| move |bound: f64| compare_to_decimal(number, bound) == Some(order);
    if !min.is_some_and(is(Ordering::Less)) && !max.is_some_and(is(Ordering::Greater)) {
        return Ok(());
    }
    let range = match (min, max) {
        (Some(min), Some(max)) => format!("between {min} and {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => return Ok(()),
    };
    let number = format_number(number);
    let message = match unit {
        "" => format!("{title} must be {range}, but is {number}."),
        unit => format!("{title} must have {range} {unit}, but has {number}."),
    };
    Err(misfit("value_out_of_range", message))
}

fn option(parameter: &Parameter, value: &Value) -> Checked {
    let Value::String(chosen) = value else { return Err(wrong(parameter, "text", value)) };
    if parameter.options.iter().any(|option| option.value == *chosen) {
        return Ok(value.clone());
    }
    let known: Vec<&str> = parameter.options.iter().map(|option| option.value.as_str()).collect();
    let message =
        format!("{} must be one of {}, but is “{chosen}”.", parameter.title(), known.join(", "));
    Err(misfit("not_an_option", message))
}

fn id(parameter: &Parameter, value: &Value) -> Checked {
    match value.as_str().map(Uuid::parse_str) {
        Some(Ok(_)) => Ok(value.clone()),
        _ => Err(wrong(parameter, "an id", value)),
    }
}

fn each(
    parameter: &Parameter,
    value: &Value,
    mut item: impl FnMut(&Parameter, &Value) -> Checked,
) -> Checked {
    let Value::Array(items) = value else { return Err(wrong(parameter, "a list", value)) };
    bounds(parameter, &items.len().into(), "entries")?;
    items.iter().map(|one| item(parameter, one)).collect::<Result<Vec<_>, _>>().map(Value::Array)
}

//! Equality, order, truth and arithmetic of JSON values.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::{ExprError, ast::Binary};
use crate::value::kind_of;

/// Equal as values: numbers by their amount however they are written, lists and objects by content.
pub(super) fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => order_numbers(a, b) == Some(Ordering::Equal),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b)))
        }
        (a, b) => a == b,
    }
}

/// Which comes first, of two numbers or two texts.
pub(super) fn order(operator: Binary, a: &Value, b: &Value) -> Result<Ordering, ExprError> {
    let found = match (a, b) {
        (Value::Number(x), Value::Number(y)) => order_numbers(x, y),
        (Value::String(x), Value::String(y)) => Some(x.cmp(y)),
        _ => None,
    };
    found.ok_or_else(|| mismatch(operator, "two numbers or two texts", a, b))
}

/// A number compared with a bound, whole ones exactly.
pub(crate) fn compare_to_decimal(number: &Number, bound: f64) -> Option<Ordering> {
    let decimal = number.as_f64()?.partial_cmp(&bound)?;
    #[expect(clippy::cast_possible_truncation, reason = "whole, and of the size of 64 bits")]
    match whole(number) {
        // As a decimal it was rounded, and by that at most to the bound.
        Some(whole) if decimal.is_eq() && bound.fract() == 0.0 => Some(whole.cmp(&(bound as i128))),
        _ => Some(decimal),
    }
}

fn order_numbers(a: &Number, b: &Number) -> Option<Ordering> {
    match (whole(a), whole(b)) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
    }
}

/// The sum of two numbers.
pub(crate) fn add(a: &Value, b: &Value) -> Result<Value, ExprError> {
    arithmetic(Binary::Add, a, b)
}

/// A total order of numbers, and of texts, for sorting. Comparing whole numbers exactly and others
/// as decimals could go in a circle; this cannot. None for other kinds.
pub(crate) fn total_order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let ((a, exact_a), (b, exact_b)) = (place(a)?, place(b)?);
            Some(a.total_cmp(&b).then(exact_a.cmp(&exact_b)))
        }
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// A number as a decimal, and exactly where it is whole.
#[expect(clippy::cast_possible_truncation, reason = "saturates far outside of whole numbers")]
fn place(number: &Number) -> Option<(f64, i128)> {
    // Adding 0 makes -0 the same as 0.
    let decimal = number.as_f64()? + 0.0;
    Some((decimal, whole(number).unwrap_or(decimal as i128)))
}

fn whole(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

/// Does the value count as true? Nothing, `false`, 0 and what is empty do not.
pub(super) fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}

/// `+ - * / %` of two numbers: whole where the result is, never infinite.
pub(super) fn arithmetic(operator: Binary, a: &Value, b: &Value) -> Result<Value, ExprError> {
    let (Value::Number(x), Value::Number(y)) = (a, b) else {
        return Err(mismatch(operator, "two numbers", a, b));
    };
    if let (Some(x), Some(y)) = (whole(x), whole(y))
        && let Some(result) = whole_arithmetic(operator, x, y)
    {
        return result;
    }
    let (Some(x), Some(y)) = (x.as_f64(), y.as_f64()) else {
        return Err(no_result(operator, "the number is too large"));
    };
    let result = match operator {
        Binary::Add => x + y,
        Binary::Subtract => x - y,
        Binary::Multiply => x * y,
        Binary::Divide => x / y,
        _ => x % y,
    };
    let number = Number::from_f64(result).ok_or_else(|| match y {
        0.0 => no_result(operator, "the divisor is 0"),
        _ => no_result(operator, "the number is too large"),
    })?;
    Ok(Value::Number(number))
}

/// None when whole numbers do not hold the result and decimals must.
fn whole_arithmetic(operator: Binary, x: i128, y: i128) -> Option<Result<Value, ExprError>> {
    let divides = matches!(operator, Binary::Divide | Binary::Remainder);
    if divides && y == 0 {
        return Some(Err(no_result(operator, "the divisor is 0")));
    }
    let result = match operator {
        Binary::Add => x.checked_add(y),
        Binary::Subtract => x.checked_sub(y),
        Binary::Multiply => x.checked_mul(y),
        Binary::Divide if x % y == 0 => x.checked_div(y),
        Binary::Divide => return None,
        _ => x.checked_rem(y),
    };
    let signed = |number| i64::try_from(number).map(Value::from).ok();
    let held = result
        .and_then(|number| signed(number).or_else(|| u64::try_from(number).map(Value::from).ok()));
    Some(held.ok_or_else(|| no_result(operator, "the number is too large")))
}

fn no_result(operator: Binary, reason: &str) -> ExprError {
    ExprError::Arithmetic { what: operator.mark().to_owned(), reason: reason.to_owned() }
}

fn mismatch(operator: Binary, expected: &str, a: &Value, b: &Value) -> ExprError {
    ExprError::WrongType {
        what: operator.mark().to_owned(),
        expected: expected.to_owned(),
        found: format!("{} and {}", kind_of(a), kind_of(b)),
    }
}

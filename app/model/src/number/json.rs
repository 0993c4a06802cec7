//! Reads JSON and refuses numbers that reading would change.
//!
//! Whole numbers of 64 bits are exact from the form to an answer that echoes them; a larger one is
//! refused by name and never rounded. The text is looked through before it is read:
//! `arbitrary_precision` of `serde_json` would change bytes that are hashed.

use serde_json::Value;

use super::decimal::{Decimal, Sign};

/// Why a text is not read as JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// It is not JSON.
    #[error("Invalid JSON at line {line}, column {column}.")]
    Syntax {
        /// The line of the fault, from 1.
        line: usize,
        /// The column of the fault, from 1.
        column: usize,
    },
    /// One of its numbers would be changed.
    #[error("The number {0} is too large to keep exactly. Put it in quotation marks.")]
    Number(String),
}

/// How many characters of a number a message repeats.
const SAID_BACK: usize = 40;

/// Reads JSON.
///
/// # Errors
/// Where it is none, and where one of its numbers would be changed.
pub fn read_json(text: &str) -> Result<Value, JsonError> {
    if let Some(number) = find_unkept_number(text.as_bytes()) {
        return Err(JsonError::Number(number));
    }
    serde_json::from_str(text)
        .map_err(|error| JsonError::Syntax { line: error.line(), column: error.column() })
}

/// The first number of a JSON text that reading would change: a whole one beyond 64 bits, or one
/// beyond the largest decimal. It is returned as it is written, cut off where it is very long.
pub fn find_unkept_number(json: &[u8]) -> Option<String> {
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => at = after_text(json, at + 1),
            b'-' | b'0'..=b'9' => {
                let rest = &json[at..];
                let length = rest.iter().take_while(|byte| is_of_number(**byte)).count();
                // What is ASCII is UTF-8.
                let number = std::str::from_utf8(&rest[..length]).unwrap_or_default();
                if !is_kept(number) {
                    return Some(number.chars().take(SAID_BACK).collect());
                }
                at += length;
            }
            _ => at += 1,
        }
    }
    None
}

fn after_text(json: &[u8], begin: usize) -> usize {
    let mut at = begin;
    loop {
        match json.get(at) {
            None => return at,
            Some(b'"') => return at + 1,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
    }
}

fn is_of_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')
}

/// Whether a decimal means these very digits: some write large decimals without an exponent.
fn is_exact_decimal(digits: &str) -> bool {
    let (sign, whole) = Sign::split(digits);
    let decimal = digits.parse().ok().and_then(Decimal::from_f64);
    decimal.is_some_and(|decimal| decimal == Decimal::new(sign, whole, "", 0))
}

/// What is no number is for others to refuse.
fn is_kept(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        // Few are so long that they have to be read.
        let is_of_64_bits = || number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok();
        return digits.len() < 19 || is_of_64_bits() || is_exact_decimal(number);
    }
    number.parse::<f64>().map_or(true, f64::is_finite)
}

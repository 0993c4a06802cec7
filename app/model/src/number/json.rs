//! Reads JSON and refuses what reading would change or lose.
//!
//! Whole numbers of 64 bits are exact from the form to an answer that echoes them; a larger one is
//! refused by name and never rounded. The text is looked through before it is read:
//! `arbitrary_precision` of `serde_json` would change bytes that are hashed.

use std::{borrow::Cow, collections::HashSet};

use serde_json::Value;

use super::decimal::{Decimal, Sign};

/// Why a text is not read as JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    #[error("Invalid JSON at line {line}, column {column}.")]
    Syntax {
        /// The line of the fault, from 1.
        line: usize,
        /// The column of the fault, from 1.
        column: usize,
    },
    /// One of its objects has a name twice, so that one of the values would be lost.
    #[error("The name “{0}” is in an object twice. Keep one of them.")]
    Doubled(String),
    /// One of its numbers would be changed.
    #[error("The number {0} is too large to keep exactly. Put it in quotation marks.")]
    Number(String),
}

/// How many characters of a number a message repeats.
const SAID_BACK: usize = 40;

impl JsonError {
    /// The code of a problem that tells of it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "bad_json",
            Self::Doubled(_) => "doubled_name",
            Self::Number(_) => "number_too_large",
        }
    }

    /// That this number would be changed; what is very long is cut off.
    pub(crate) fn unkept(number: &str) -> Self {
        Self::Number(number.chars().take(SAID_BACK).collect())
    }
}

/// Reads JSON.
///
/// # Errors
/// Where it is none, and where something of it would be changed or lost.
pub fn read_json(text: &str) -> Result<Value, JsonError> {
    let lost = find_lost(text.as_bytes());
    lost.map_or(Ok(()), Err)?;
    serde_json::from_str(text)
        .map_err(|error| JsonError::Syntax { line: error.line(), column: error.column() })
}

/// What of a JSON text reading would change or lose: a number, or a value whose name stands twice.
pub fn find_lost(json: &[u8]) -> Option<JsonError> {
    find_unkept_number(json)
        .map(JsonError::Number)
        .or_else(|| find_doubled_name(json).map(JsonError::Doubled))
}

/// The first number of a JSON text that reading would change: a whole one beyond 64 bits, or one
/// beyond the largest decimal. It is returned as it is written, cut off where it is very long.
pub fn find_unkept_number(json: &[u8]) -> Option<String> {
    unkept_numbers(json).next().map(|(_, number)| number.chars().take(SAID_BACK).collect())
}

/// The JSON with the numbers that reading would change as texts of their digits.
pub fn quote_unkept_numbers(json: &str) -> Cow<'_, str> {
    let (mut whole, mut kept) = (String::new(), 0);
    for (at, number) in unkept_numbers(json.as_bytes()) {
        whole.push_str(&json[kept..at]);
        whole.push('"');
        whole.push_str(number);
        whole.push('"');
        kept = at + number.len();
    }
    if kept == 0 {
        return Cow::Borrowed(json);
    }
    whole.push_str(&json[kept..]);
    Cow::Owned(whole)
}

/// The first name of a JSON text that is in its object twice.
fn find_doubled_name(json: &[u8]) -> Option<String> {
    let mut open: Vec<HashSet<String>> = vec![];
    let mut text = None;
    for (_, piece) in pieces(json) {
        match piece {
            Piece::Sign(b'{' | b'[') => open.push(HashSet::new()),
            Piece::Sign(b'}' | b']') => drop(open.pop()),
            Piece::Sign(b':') => {
                let name = text.and_then(|text| serde_json::from_slice::<String>(text).ok());
                if let (Some(name), Some(names)) = (name, open.last_mut())
                    && let Some(name) = names.replace(name)
                {
                    return Some(name.chars().take(SAID_BACK).collect());
                }
            }
            Piece::Sign(_) | Piece::Number(_) | Piece::Text(_) => {}
        }
        text = match piece {
            Piece::Text(text) => Some(text),
            Piece::Sign(_) | Piece::Number(_) => None,
        };
    }
    None
}

fn unkept_numbers(json: &[u8]) -> impl Iterator<Item = (usize, &str)> {
    pieces(json).filter_map(|(at, piece)| match piece {
        Piece::Number(number) if !is_kept(number) => Some((at, number)),
        Piece::Number(_) | Piece::Text(_) | Piece::Sign(_) => None,
    })
}

/// A piece of a JSON text.
enum Piece<'a> {
    /// A text with its quotation marks.
    Text(&'a [u8]),
    Number(&'a str),
    /// Any other byte but white space.
    Sign(u8),
}

/// The pieces with the bytes at which they begin.
fn pieces(json: &[u8]) -> impl Iterator<Item = (usize, Piece<'_>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += json.get(at..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let (begin, rest) = (at, json.get(at..)?);
        let piece = match rest.first()? {
            b'"' => {
                at = after_text(json, at + 1).min(json.len());
                Piece::Text(&json[begin..at])
            }
            b'-' | b'0'..=b'9' => {
                at += rest.iter().take_while(|byte| is_of_number(**byte)).count();
                // What is ASCII is UTF-8.
                Piece::Number(std::str::from_utf8(&json[begin..at]).unwrap_or_default())
            }
            sign => {
                at += 1;
                Piece::Sign(*sign)
            }
        };
        Some((begin, piece))
    })
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

/// Whether reading keeps a number as it is; what is none is for others to refuse.
pub(crate) fn is_kept(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        // Few are so long that they have to be read.
        let is_of_64_bits = || number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok();
        return digits.len() < 19 || is_of_64_bits() || is_exact_decimal(number);
    }
    number.parse::<f64>().map_or(true, f64::is_finite)
}

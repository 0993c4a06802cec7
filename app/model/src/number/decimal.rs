//! A decimal of any length, exactly as it was written.

use serde_json::Number;

/// `digits × 10^exponent`. The digits have neither leading nor trailing zeros; zero has no digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decimal {
    sign: Sign,
    digits: String,
    exponent: i64,
}

/// Above 0, or below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    Plus,
    Minus,
}

impl Sign {
    /// What stands before the digits.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plus => "",
            Self::Minus => "-",
        }
    }

    /// The sign at the beginning, and what follows it.
    pub fn split(text: &str) -> (Self, &str) {
        match text.strip_prefix('-') {
            Some(rest) => (Self::Minus, rest),
            None => (Self::Plus, text),
        }
    }
}

/// The most digits of a whole number of 64 bits.
const MOST_WHOLE: usize = 20;

/// The most digits that are calculated with.
const MOST_CALCULATED: usize = 30;

impl Decimal {
    /// The number with these ASCII digits before and behind its point.
    pub fn new(sign: Sign, whole: &str, fraction: &str, exponent: i64) -> Self {
        let places = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
        let digits = format!("{whole}{fraction}");
        let significant = digits.trim_end_matches('0');
        let zeros = i64::try_from(digits.len() - significant.len()).unwrap_or(i64::MAX);
        let digits = significant.trim_start_matches('0').to_owned();
        if digits.is_empty() {
            return Self { sign: Sign::Plus, digits, exponent: 0 };
        }
        let exponent = exponent.saturating_sub(places).saturating_add(zeros);
        Self { sign, digits, exponent }
    }

    /// A number of JSON, in the fewest digits that mean it.
    pub fn from_number(number: &Number) -> Option<Self> {
        let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
        match whole {
            Some(whole) => Some(Self::from_scaled(whole, 0)),
            None => Self::from_f64(number.as_f64()?),
        }
    }

    /// A double, in the fewest digits that mean it; none where it is not finite.
    pub fn from_f64(number: f64) -> Option<Self> {
        if !number.is_finite() {
            return None;
        }
        let written = format!("{number:e}");
        let (sign, written) = Sign::split(&written);
        let (mantissa, exponent) = written.split_once('e')?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        Some(Self::new(sign, whole, fraction, exponent.parse().ok()?))
    }

    /// How many digits stand behind the point.
    pub fn places(&self) -> u32 {
        u32::try_from(self.exponent.saturating_neg()).unwrap_or(0)
    }

    /// How many `10^-places` it is, where that is a whole number.
    pub fn scaled(&self, places: u32) -> Option<i128> {
        let zeros = usize::try_from(self.exponent.saturating_add(i64::from(places))).ok()?;
        if self.digits.is_empty() {
            return Some(0);
        }
        if self.digits.len().saturating_add(zeros) > MOST_CALCULATED {
            return None;
        }
        let amount: i128 = format!("{}{}", self.digits, "0".repeat(zeros)).parse().ok()?;
        Some(match self.sign {
            Sign::Plus => amount,
            Sign::Minus => -amount,
        })
    }

    /// The number that is so many `10^-places`.
    pub fn from_scaled(amount: i128, places: u32) -> Self {
        let written = amount.to_string();
        let (sign, digits) = Sign::split(&written);
        Self::new(sign, digits, "", -i64::from(places))
    }

    /// A whole number of 64 bits, with or without a sign.
    pub fn to_whole(&self) -> Option<Number> {
        let zeros = usize::try_from(self.exponent).ok()?;
        if self.digits.len().saturating_add(zeros) > MOST_WHOLE {
            return None;
        }
        let whole = self.scaled(0)?;
        let signed = i64::try_from(whole).ok().map(Number::from);
        signed.or_else(|| u64::try_from(whole).ok().map(Number::from))
    }

    /// The double next to it; none beyond the largest one.
    pub fn to_f64(&self) -> Option<f64> {
        let sign = self.sign.as_str();
        let digits = if self.digits.is_empty() { "0" } else { &self.digits };
        let number: f64 = format!("{sign}{digits}e{}", self.exponent).parse().ok()?;
        number.is_finite().then_some(number)
    }
}

//! One number, as a person wrote it.

use serde_json::Number;

use super::decimal::{Decimal, Sign};

/// Which numbers a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberKind {
    /// Whole numbers: a single point before three digits may as well separate thousands.
    Whole,
    /// Whole numbers and decimals: a single point may as well separate thousands where the last of
    /// three digits after it is a zero.
    Decimal,
}

/// Why a text is not read as a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    #[error("“{0}” isn't a number. Enter a number such as 1200 or 0.5.")]
    NoDigits(String),
    /// It has a character that belongs to no number.
    #[error(
        "“{text}” isn't a number. Remove “{stray}” and enter only the number, such as 1200 or 0.5."
    )]
    Stray {
        /// What was written, cut to 40 characters.
        text: String,
        /// The character that does not belong.
        stray: char,
    },
    /// Its mark separates thousands in some countries and decimals in others.
    #[error("“{text}” could be {decimal} or {whole}. Enter {write}.")]
    Ambiguous {
        /// What was written, cut to 40 characters.
        text: String,
        /// The number it is with a decimal mark.
        decimal: String,
        /// The number it is with a thousands separator.
        whole: String,
        /// A way to write it that means one thing only.
        write: String,
    },
    /// Its separators do not form groups of digits.
    #[error(
        "“{0}” has digits that aren't in groups of three. Enter the number without separators, such as 1200 or 0.5."
    )]
    Ungrouped(String),
    /// What stands behind the `e` is no whole number.
    #[error("“{0}” needs a whole number after the e: 1e3 is 1000.")]
    Exponent(String),
    /// Whole numbers have 64 bits.
    #[error(
        "“{0}” is too large or too small. Whole numbers go from -9223372036854775808 to 18446744073709551615."
    )]
    TooLarge(String),
    /// Beyond the largest decimal, or nearer to 0 than the smallest.
    #[error("“{0}” is too large or too small.")]
    OutOfRange(String),
    /// It would have to be rounded to be stored.
    #[error("“{text}” has too many digits. Enter {nearest}.")]
    Inexact {
        /// What was written, cut to 40 characters.
        text: String,
        /// The nearest number that can be stored.
        nearest: String,
    },
}

/// How many characters of the text a message repeats.
const SAID_BACK: usize = 40;

/// Where the digits from 0 to 9 of other scripts begin, full-width ones last.
const ZEROS: [char; 21] = [
    '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}',
    '\u{be6}', '\u{c66}', '\u{ce6}', '\u{d66}', '\u{de6}', '\u{e50}', '\u{ed0}', '\u{f20}',
    '\u{1040}', '\u{17e0}', '\u{1810}', '\u{a9d0}', '\u{ff10}',
];

/// U+066B, the Arabic decimal separator, which is never a thousands separator.
const DECIMAL_MARK: char = '\u{66b}';
/// Stands for every character that is only ever a thousands separator.
const GROUP_MARK: char = '_';

/// The number that a text says.
///
/// # Errors
/// When it says none, or may mean several, or would have to be changed to be kept.
pub fn parse_number(text: &str, kind: NumberKind) -> Result<Number, NumberError> {
    let decimal = read(text, kind)?;
    if let Some(whole) = decimal.to_whole() {
        return Ok(whole);
    }
    if kind == NumberKind::Whole && decimal.places() == 0 {
        return Err(NumberError::TooLarge(quoted(text)));
    }
    let nearest = decimal.to_f64().filter(|number| *number != 0.0);
    let number = nearest.and_then(Number::from_f64);
    let number = number.ok_or_else(|| NumberError::OutOfRange(quoted(text)))?;
    if Decimal::from_number(&number).as_ref() == Some(&decimal) {
        return Ok(number);
    }
    let nearest = number.to_string().replace("e+", "e");
    Err(NumberError::Inexact { text: quoted(text), nearest })
}

/// The decimal that a text says, of any length.
///
/// # Errors
/// When it says none, or may mean several.
pub(crate) fn read_decimal(text: &str) -> Result<Decimal, NumberError> {
    read(text, NumberKind::Decimal)
}

fn read(text: &str, kind: NumberKind) -> Result<Decimal, NumberError> {
    let simple: String = text.chars().filter_map(simplify).collect();
    let simple = simple.trim();
    let (sign, rest) = match Sign::split(simple) {
        (Sign::Plus, rest) => (Sign::Plus, rest.strip_prefix('+').unwrap_or(rest)),
        minus => minus,
    };
    let rest = rest.trim_start();
    let (mantissa, power) = match rest.split_once('e') {
        Some((mantissa, power)) => (mantissa, Some(power)),
        None => (rest, None),
    };
    let is_part = |c: char| c.is_ascii_digit() || is_mark(c);
    if let Some(stray) = mantissa.chars().find(|c| !is_part(*c)) {
        return Err(NumberError::Stray { text: quoted(text), stray });
    }
    if !mantissa.contains(|c: char| c.is_ascii_digit()) {
        return Err(NumberError::NoDigits(quoted(text)));
    }
    let exponent = match power {
        Some(power) => exponent(power).ok_or_else(|| NumberError::Exponent(quoted(text)))?,
        None => 0,
    };
    let groups: Vec<&str> = mantissa.split(is_mark).collect();
    let marks: Vec<char> = mantissa.chars().filter(|c| is_mark(*c)).collect();
    let (whole, fraction) = match meaning(&groups, &marks, kind) {
        Meaning::Whole => (groups.concat(), ""),
        Meaning::Decimal => {
            let (fraction, whole) = groups.split_last().unwrap_or((&"", &[]));
            (whole.concat(), *fraction)
        }
        Meaning::Either => {
            let sign = sign.as_str();
            let power = power.map(|power| format!("e{power}")).unwrap_or_default();
            let decimal = groups.join(".");
            // What is proposed must not be unclear itself.
            let decimal = match kind {
                NumberKind::Whole => &*decimal,
                NumberKind::Decimal => decimal.trim_end_matches('0').trim_end_matches('.'),
            };
            let decimal = format!("{sign}{decimal}{power}");
            let whole = format!("{sign}{}{power}", groups.concat());
            let write = match kind {
                NumberKind::Whole => whole.clone(),
                NumberKind::Decimal => format!("{decimal} or {whole}"),
            };
            return Err(NumberError::Ambiguous { text: quoted(text), decimal, whole, write });
        }
        Meaning::None => return Err(NumberError::Ungrouped(quoted(text))),
    };
    Ok(Decimal::new(sign, &whole, fraction, exponent))
}

/// What the separators between the digits are.
enum Meaning {
    /// All of them separate thousands.
    Whole,
    /// The last one is the decimal mark.
    Decimal,
    /// There is one, which is a decimal mark or separates thousands.
    Either,
    /// No number is written so.
    None,
}

fn meaning(groups: &[&str], marks: &[char], kind: NumberKind) -> Meaning {
    let Some((last, before)) = marks.split_last() else { return Meaning::Whole };
    let is_grouped = are_groups(groups, *last);
    let Some(first) = before.first() else {
        return match (*last, kind) {
            (',', _) | ('.', NumberKind::Whole) if is_grouped => Meaning::Either,
            // A decimal as it is shown never ends so, and few write the zero of one.
            ('.', NumberKind::Decimal) if is_grouped && ends_in_zero(groups) => Meaning::Either,
            (',' | '.' | DECIMAL_MARK, _) => Meaning::Decimal,
            _ if is_grouped => Meaning::Whole,
            _ => Meaning::None,
        };
    };
    let is_one_mark = before.iter().all(|mark| mark == first) && *first != DECIMAL_MARK;
    let leading = groups.get(..before.len() + 1).unwrap_or_default();
    match *last {
        last if is_one_mark && last == *first && is_grouped => Meaning::Whole,
        last if last == *first => Meaning::None,
        ',' | '.' | DECIMAL_MARK if is_one_mark && are_groups(leading, *first) => Meaning::Decimal,
        _ => Meaning::None,
    }
}

/// Whether this separator makes such groups: of three digits, or with commas of two before the last
/// three as in India.
fn are_groups(groups: &[&str], mark: char) -> bool {
    let Some((first, [between @ .., last])) = groups.split_first() else { return false };
    let all = |length: usize| between.iter().all(|group| group.len() == length);
    let threes = (1..=3).contains(&first.len()) && all(3);
    let twos = mark == ',' && (1..=2).contains(&first.len()) && all(2);
    last.len() == 3 && (threes || twos) && !first.starts_with('0')
}

fn ends_in_zero(groups: &[&str]) -> bool {
    groups.last().is_some_and(|last| last.ends_with('0'))
}

fn exponent(power: &str) -> Option<i64> {
    let (sign, digits) = match Sign::split(power) {
        (Sign::Plus, digits) => (Sign::Plus, digits.strip_prefix('+').unwrap_or(digits)),
        minus => minus,
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Beyond this, what it means is beyond all numbers anyway.
    let exponent = digits.parse().unwrap_or(i64::from(i32::MAX)).min(i64::from(i32::MAX));
    Some(match sign {
        Sign::Plus => exponent,
        Sign::Minus => -exponent,
    })
}

fn is_mark(c: char) -> bool {
    matches!(c, '.' | ',' | ' ' | '\'' | GROUP_MARK | DECIMAL_MARK)
}

/// One character for all that mean the same; none for invisible ones.
fn simplify(c: char) -> Option<char> {
    Some(match c {
        '0'..='9' => c,
        // Zero width, direction of writing, byte-order mark.
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' => return None,
        '\u{61c}' | '\u{feff}' => return None,
        '\u{2010}'..='\u{2013}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}' => '-',
        '\u{ff0b}' => '+',
        '\u{ff0e}' => '.',
        '\u{ff0c}' | '\u{60c}' => ',',
        '\u{2019}' | '\u{2bc}' | '\u{ff07}' => '\'',
        '\u{66c}' => GROUP_MARK,
        'E' | '\u{ff25}' | '\u{ff45}' => 'e',
        // No-break, thin, figure and full-width ones are among them.
        c if c.is_whitespace() => ' ',
        c => digit(c).unwrap_or(c),
    })
}

fn digit(c: char) -> Option<char> {
    let value =
        |zero: &char| u32::from(c).checked_sub(u32::from(*zero)).filter(|value| *value < 10);
    char::from_digit(ZEROS.iter().find_map(value)?, 10)
}

/// The text as a message repeats it: trimmed, and cut to [`SAID_BACK`] characters.
fn quoted(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(SAID_BACK) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

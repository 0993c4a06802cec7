//! Names that may stand in a reference without quotes.

/// True for `^[a-z][a-z0-9_]*$`.
pub fn is_name(text: &str) -> bool {
    let mut letters = text.bytes();
    letters.next().is_some_and(|first| first.is_ascii_lowercase())
        && letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
}

//! Names that may stand in a reference without quotes.

/// What such a name consists of, in words.
pub(crate) const NAME_WORDS: &str = "a lowercase letter, then lowercase letters, digits and _";

/// Whether the text matches `^[a-z][a-z0-9_]*$`.
pub fn is_name(text: &str) -> bool {
    let mut letters = text.bytes();
    letters.next().is_some_and(|first| first.is_ascii_lowercase())
        && letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
}

/// The text as such a name: `productName` and `Product-Name` become `product_name`.
pub fn snake(name: &str) -> String {
    if is_name(name) {
        return name.to_owned();
    }
    let mut written = String::new();
    for letter in name.chars() {
        let apart = letter.is_ascii_uppercase() && !written.is_empty() && !written.ends_with('_');
        match letter {
            letter if letter.is_ascii_alphanumeric() => {
                if apart {
                    written.push('_');
                }
                written.push(letter.to_ascii_lowercase());
            }
            _ if !written.is_empty() && !written.ends_with('_') => written.push('_'),
            _ => {}
        }
    }
    let written = written.trim_end_matches('_');
    if is_name(written) { written.to_owned() } else { format!("p_{written}") }
}

/// The name as words for a label: `target_audience` becomes `Target audience`.
pub(crate) fn label(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}

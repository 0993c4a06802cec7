//! Puts sentences and paragraphs together, and shortens them.

/// Paragraphs that are not empty, with a blank line between them.
pub(super) fn paragraphs(parts: &[String]) -> String {
    let parts: Vec<&str> =
        parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    parts.join("\n\n")
}

/// Sentences that are not empty, with a space between them.
pub(super) fn sentences(parts: &[String]) -> String {
    let parts: Vec<&str> =
        parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// The first sentence of each paragraph.
pub(super) fn first_sentences(text: &str) -> String {
    let first = |line: &str| match line.find(". ") {
        Some(end) => line[..=end].to_owned(),
        None => line.to_owned(),
    };
    text.lines().map(first).collect::<Vec<_>>().join("\n")
}

/// The text up to its last sentence within `most` characters, else up to its last word.
pub(super) fn trim_to(text: &str, most: usize) -> String {
    let fits: String = text.chars().take(most).collect();
    let whole = fits.rfind(['.', '!', '?']).map(|end| &fits[..=end]);
    let words = || fits.rsplit_once(char::is_whitespace).map_or(fits.as_str(), |(words, _)| words);
    let kept = whole.filter(|kept| kept.len() * 2 > fits.len()).unwrap_or_else(words);
    kept.trim_end_matches([',', ';', ':', ' ', '\n']).to_owned()
}

/// The text without emoji and other symbols beyond punctuation.
pub(super) fn without_emoji(text: &str) -> String {
    let plain: String = text.chars().filter(|letter| (*letter as u32) < 0x2190).collect();
    plain.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

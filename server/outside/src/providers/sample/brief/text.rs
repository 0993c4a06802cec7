//! Trims what is cut out of a prompt.

/// The text without quotes, brackets and end marks around it.
pub(super) fn tidy(text: &str) -> String {
    let marks = |letter: char| letter.is_whitespace() || "\"'“”‘’`*_.[]".contains(letter);
    text.trim_matches(marks).to_owned()
}

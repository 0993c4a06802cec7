//! The direction in which a text is written.

/// Bytes up to which browsers may look for the direction themselves, line by line. Beyond, Chromium
/// takes seconds for every key: the work grows with the square of the lines.
const JUDGED_BY_BROWSERS: usize = 20_000;

/// The value of `dir` of a box with this text: a very long one has that of its first letter.
pub(super) fn direction(text: &str) -> &'static str {
    if text.len() <= JUDGED_BY_BROWSERS {
        return "auto";
    }
    match text.chars().find(|letter| letter.is_alphabetic()) {
        Some(letter) if is_right_to_left(letter) => "rtl",
        _ => "ltr",
    }
}

/// Hebrew, Arabic and their neighbours, as Unicode has set blocks aside for them.
fn is_right_to_left(letter: char) -> bool {
    matches!(
        letter,
        '\u{590}'..='\u{8FF}'
            | '\u{FB1D}'..='\u{FDFF}'
            | '\u{FE70}'..='\u{FEFF}'
            | '\u{10800}'..='\u{10FFF}'
            | '\u{1E800}'..='\u{1EFFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_has_the_direction_of_its_first_letter_and_a_short_one_is_left_to_the_browser() {
        let long = |begin: &str| direction(&format!("{begin}{}", "1. \n".repeat(10_000)));

        assert_eq!(["", "Tea", "שלום"].map(direction), ["auto"; 3]);
        assert_eq!(["", "12 – Tea", "日本"].map(long), ["ltr"; 3]);
        assert_eq!(["\"שלום", "12 سلام tea", "ދިވެހި"].map(long), ["rtl"; 3]);
    }
}

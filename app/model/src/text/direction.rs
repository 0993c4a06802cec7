//! The direction in which a text is written.

/// Whether the first letter of a text is written from right to left.
pub fn is_right_to_left(mut letters: impl Iterator<Item = char>) -> bool {
    letters.find(|letter| letter.is_alphabetic()).is_some_and(is_of_right_to_left)
}

/// Hebrew, Arabic and their neighbours, as Unicode has set blocks aside for them.
fn is_of_right_to_left(letter: char) -> bool {
    matches!(
        letter,
        '\u{590}'..='\u{8FF}'
            | '\u{FB1D}'..='\u{FDFF}'
            | '\u{FE70}'..='\u{FEFF}'
            | '\u{10800}'..='\u{10FFF}'
            | '\u{1E800}'..='\u{1EFFF}'
    )
}

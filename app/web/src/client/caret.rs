//! Converts between UTF-16 units, in which browsers count, and the bytes of a text.

/// The byte offset after so many UTF-16 units; the end of the text if it is shorter.
pub fn byte_of(text: &str, units: u32) -> usize {
    let mut seen = 0;
    for (byte, letter) in text.char_indices() {
        if seen >= units {
            return byte;
        }
        seen += if letter.len_utf16() == 1 { 1 } else { 2 };
    }
    text.len()
}

/// The number of UTF-16 units before a byte offset.
pub fn units_of(text: &str, byte: usize) -> u32 {
    let before = text.get(..byte).unwrap_or(text);
    u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_bytes_name_the_same_place() {
        let text = "aä😀b";

        for (byte, _) in text.char_indices() {
            assert_eq!(byte_of(text, units_of(text, byte)), byte);
        }
        assert_eq!((units_of(text, text.len()), byte_of(text, 99)), (5, text.len()));
    }
}

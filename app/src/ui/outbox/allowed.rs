//! Which files may be sent.

use crate::ui::format;

/// What may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// What the file dialog offers, as in `accept`.
    pub accept: &'static str,
    /// True when nothing but pictures is taken.
    pub only_images: bool,
    /// Most bytes of a picture.
    pub image_bytes: u64,
    /// Most bytes of any other file.
    pub file_bytes: u64,
    /// Most files at once.
    pub files: usize,
}

impl Allowed {
    /// Why a file is not even sent, in words that say what was asked and what is allowed.
    pub(super) fn refuses(&self, kind: &str, bytes: u64) -> Option<String> {
        let is_image = kind.starts_with("image/");
        if self.only_images && !kind.is_empty() && !is_image {
            return Some("This is no image. PNG, JPEG, WebP and GIF can be sent.".to_owned());
        }
        let (what, most) =
            if is_image { ("an image", self.image_bytes) } else { ("a file", self.file_bytes) };
        (bytes > most).then(|| {
            format!("It has {}; {what} may have at most {} MB.", format::bytes(bytes), most >> 20)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: Allowed = Allowed {
        accept: "",
        only_images: true,
        image_bytes: 10 << 20,
        file_bytes: 25 << 20,
        files: 3,
    };

    #[test]
    fn a_refusal_says_what_was_asked_and_what_is_allowed() {
        let refusal = ALLOWED.refuses("image/png", 11 << 20);

        assert!(refusal.is_some_and(|words| words.contains("11") && words.contains("10")));
        assert!(ALLOWED.refuses("text/plain", 5).is_some());
        assert_eq!(ALLOWED.refuses("image/png", 10 << 20), None);
        assert_eq!(ALLOWED.refuses("", 5), None, "the server knows better than a missing type");
    }
}

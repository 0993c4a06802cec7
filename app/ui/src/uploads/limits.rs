//! Which files may be uploaded: checked before anything is sent.

use crate::format;

/// The limits of one upload field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadLimits {
    /// What the file dialog offers, as in `accept`.
    pub accept: &'static str,
    /// Whether nothing but pictures is taken.
    pub only_images: bool,
    /// The largest picture, in bytes.
    pub image_bytes: u64,
    /// The largest other file, in bytes.
    pub file_bytes: u64,
    /// The most files of the field together.
    pub files: usize,
}

impl UploadLimits {
    /// The reason, as shown to the person, why a file of this media type and size is not sent; none
    /// where it is sent.
    pub(super) fn refusal(&self, kind: &str, bytes: u64) -> Option<String> {
        let is_image = kind.starts_with("image/");
        if self.only_images && !kind.is_empty() && !is_image {
            return Some("This isn't an image. Upload a PNG, JPEG, WebP or GIF.".to_owned());
        }
        let (what, most) =
            if is_image { ("an image", self.image_bytes) } else { ("a file", self.file_bytes) };
        (bytes > most).then(|| {
            format!(
                "This file is {}. The limit for {what} is {} MB.",
                format::bytes(bytes),
                most >> 20
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: UploadLimits = UploadLimits {
        accept: "",
        only_images: true,
        image_bytes: 10 << 20,
        file_bytes: 25 << 20,
        files: 3,
    };

    #[test]
    fn a_refusal_says_what_was_asked_and_what_is_allowed() {
        let refusal = LIMITS.refusal("image/png", 11 << 20);

        assert!(refusal.is_some_and(|words| words.contains("11") && words.contains("10")));
        assert!(LIMITS.refusal("text/plain", 5).is_some());
        assert_eq!(LIMITS.refusal("image/png", 10 << 20), None);
        assert_eq!(LIMITS.refusal("", 5), None, "the server knows better than a missing type");
    }
}

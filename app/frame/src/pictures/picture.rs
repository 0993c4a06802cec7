//! An image as pages show it, of the library or on a document.

use model::{
    id::ImageId,
    library::{AttachedImage, ImageRow},
};
use ui::{field::PickOption, format};
use web::routes::{self, ThumbnailSide};

/// The most characters of a file's name.
const MOST_NAME: usize = 60;
/// The most characters of a description that stands for the image's name in a sentence.
const MOST_SHORTLY: usize = 40;

/// An image with what is shown about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The image that is shown.
    pub id: ImageId,
    /// The description, which is read to people who do not see the image; may be empty.
    pub alt: String,
    /// The caption; none for an image that is on no document.
    pub caption: Option<String>,
    /// In pixels, of the image in full size.
    pub width: u32,
    /// In pixels, of the image in full size.
    pub height: u32,
    /// The size of its file in bytes, where it is known.
    pub bytes: Option<i64>,
    /// Whether it stands in for an image of a model, as the sample provider makes them.
    pub sample: bool,
}

impl Picture {
    /// The description, or "Image" where there is none.
    pub fn name(&self) -> String {
        display_name(&self.alt)
    }

    /// The name for a download of its file, without extension: the browser adds that.
    pub fn file_name(&self) -> String {
        let words = self.alt.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let name: String = words.collect::<Vec<_>>().join("-").chars().take(MOST_NAME).collect();
        if name.is_empty() { "image".to_owned() } else { name }
    }

    /// Width, height and size: `800 × 600 · 48 KB`.
    pub fn facts(&self) -> String {
        facts(self.width, self.height, self.bytes)
    }
}

impl From<AttachedImage> for Picture {
    fn from(image: AttachedImage) -> Self {
        Self {
            id: image.id,
            alt: image.alt,
            caption: Some(image.caption),
            width: image.width,
            height: image.height,
            bytes: Some(image.bytes),
            sample: image.sample,
        }
    }
}

impl From<ImageRow> for Picture {
    fn from(row: ImageRow) -> Self {
        Self {
            id: row.id,
            alt: row.alt,
            caption: None,
            width: row.width,
            height: row.height,
            bytes: Some(row.bytes),
            sample: row.sample,
        }
    }
}

pub fn image_option(row: &ImageRow) -> PickOption {
    PickOption {
        value: row.id.to_string(),
        title: display_name(&row.alt),
        words: String::new(),
        facts: facts(row.width, row.height, Some(row.bytes)),
        picture: Some(routes::thumbnail(row.id, ThumbnailSide::Large)),
    }
}

/// The beginning of a description: enough to name the image in a sentence.
pub fn shortly(alt: &str) -> String {
    alt.trim().chars().take(MOST_SHORTLY).collect()
}

fn display_name(alt: &str) -> String {
    match alt.trim() {
        "" => "Image".to_owned(),
        alt => alt.to_owned(),
    }
}

fn facts(width: u32, height: u32, bytes: Option<i64>) -> String {
    let size = bytes.map(|bytes| format!(" · {}", format::bytes(bytes.unsigned_abs())));
    format!("{width} × {height}{}", size.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_file_is_called_by_what_is_seen_without_what_a_name_cannot_have() {
        let file_name = |alt: &str| {
            let (id, alt) = (ImageId(Uuid::nil()), alt.to_owned());
            let (caption, bytes) = (None, None);
            Picture { id, alt, caption, width: 1, height: 1, bytes, sample: false }.file_name()
        };

        assert_eq!(file_name("A kettle, v1.5 / ../red"), "A-kettle-v1-5-red");
        assert_eq!(file_name("غلاية حمراء"), "غلاية-حمراء");
        assert_eq!(file_name("…"), "image");
        assert_eq!(file_name(&"x".repeat(99)).len(), 60);
    }
}

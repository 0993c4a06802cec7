//! What a page knows of a picture, wherever it comes from.

use model::{
    id::ImageId,
    library::{AttachedImage, ImageRow},
};

use crate::{
    routes::{self, ThumbnailSide},
    ui::{field::PickOption, format},
};

/// Letters of a file's name.
const MOST_NAME: usize = 60;
/// Letters of what a picture shows, where that only names it.
const MOST_SHORTLY: usize = 40;

/// A picture to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    pub id: ImageId,
    /// What it shows, in words.
    pub alt: String,
    /// The words under it; none where it is on no document.
    pub caption: Option<String>,
    pub width: u32,
    pub height: u32,
    /// Bytes of its file, where they are known.
    pub bytes: Option<i64>,
    pub sample: bool,
}

impl Picture {
    /// What it shows, or that it is a picture.
    pub(crate) fn name(&self) -> String {
        named(&self.alt)
    }

    /// What its file is called when it is kept; the browser adds what kind it is.
    pub(crate) fn file_name(&self) -> String {
        let words = self.alt.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let name: String = words.collect::<Vec<_>>().join("-").chars().take(MOST_NAME).collect();
        if name.is_empty() { "image".to_owned() } else { name }
    }

    /// Its pixels and its size.
    pub(crate) fn facts(&self) -> String {
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

/// A picture to pick, with its thumbnail.
pub(crate) fn image_option(row: &ImageRow) -> PickOption {
    PickOption {
        value: row.id.to_string(),
        title: named(&row.alt),
        words: String::new(),
        facts: facts(row.width, row.height, Some(row.bytes)),
        picture: Some(routes::thumbnail(row.id, ThumbnailSide::Large)),
    }
}

/// The beginning of what a picture shows: enough to tell which it is.
pub(crate) fn shortly(alt: &str) -> String {
    alt.trim().chars().take(MOST_SHORTLY).collect()
}

fn named(alt: &str) -> String {
    match alt.trim() {
        "" => "Picture".to_owned(),
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
        let named = |alt: &str| {
            let (id, alt) = (ImageId(Uuid::nil()), alt.to_owned());
            let (caption, bytes) = (None, None);
            Picture { id, alt, caption, width: 1, height: 1, bytes, sample: false }.file_name()
        };

        assert_eq!(named("A kettle, v1.5 / ../red"), "A-kettle-v1-5-red");
        assert_eq!(named("غلاية حمراء"), "غلاية-حمراء");
        assert_eq!(named("…"), "image");
        assert_eq!(named(&"x".repeat(99)).len(), 60);
    }
}

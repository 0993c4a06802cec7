//! Why an image is refused, in words for the person who uploaded it.

use model::execution::failure::Failure;
use serde::{Deserialize, Serialize};

use super::limits::{MOST_BYTES, MOST_PIXELS, MOST_SIDE};

/// Why bytes are not accepted as an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ImageError {
    /// The file is over the size limit.
    #[error("the image is {bytes} bytes; the limit is {} MB", MOST_BYTES / 1024 / 1024)]
    TooManyBytes {
        /// Bytes of the file.
        bytes: usize,
    },
    /// The content is of no accepted type, whatever its name says.
    #[error("the file is {}not a PNG, JPEG, WebP or GIF image", found_prefix(found.as_deref()))]
    WrongType {
        /// What it is instead, as its ending is commonly written: `AVIF`; none where that is not known.
        found: Option<String>,
    },
    /// More pixels than are accepted.
    #[error(
        "the image is {width} × {height} px; the limit is {} px per side and {} megapixels",
        MOST_SIDE,
        MOST_PIXELS / 1_000_000
    )]
    TooLarge {
        /// Width in pixels, as the file's header claims it.
        width: u32,
        /// Height in pixels, as the file's header claims it.
        height: u32,
    },
    /// An animation of more frames than are accepted.
    #[error("the animation has more than {0} frames")]
    TooManyFrames(usize),
    /// The file ends early or contradicts itself.
    #[error("the image is damaged or incomplete: {0}")]
    Damaged(String),
    /// Decoding was given up: it exceeded its memory or time.
    #[error("reading the image takes too much memory or time")]
    TooMuch,
}

/// The type that was found and a comma, as `AVIF, `; empty where none is known.
fn found_prefix(found: Option<&str>) -> String {
    found.map(|found| format!("{found}, ")).unwrap_or_default()
}

impl From<ImageError> for Failure {
    fn from(error: ImageError) -> Self {
        Self::permanent("image_invalid", error.to_string())
    }
}

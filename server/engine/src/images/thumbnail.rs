//! Small copies for lists and cards, made anew so that nothing of the original's metadata is left.

use super::check::{decode, format_of};
use super::error::ImageError;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat};
use std::io::Cursor;

const JPEG_QUALITY: u8 = 82;

/// A small copy of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumbnail {
    /// `image/jpeg`, or `image/png` where the picture is transparent somewhere.
    pub media_type: &'static str,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// The whole image file, in the format that `media_type` names.
    pub bytes: Vec<u8>,
}

/// A copy of at most `max_side` pixels on its long side; a smaller picture keeps its size.
///
/// # Errors
/// Why it is no picture.
pub fn thumbnail(bytes: &[u8], max_side: u32) -> Result<Thumbnail, ImageError> {
    let picture = decode(format_of(bytes)?, bytes)?;
    let small = if picture.width().max(picture.height()) > max_side {
        picture.thumbnail(max_side, max_side)
    } else {
        picture
    };
    let size = (small.width(), small.height());
    let (media_type, bytes) =
        encode(small).map_err(|_| ImageError::Damaged("it cannot be made smaller".to_owned()))?;
    Ok(Thumbnail { media_type, size, bytes })
}

fn encode(small: DynamicImage) -> Result<(&'static str, Vec<u8>), image::ImageError> {
    let mut bytes = Vec::new();
    if is_transparent(&small) {
        let small = DynamicImage::from(small.into_rgba8());
        small.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)?;
        return Ok(("image/png", bytes));
    }
    JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY).encode_image(&small.into_rgb8())?;
    Ok(("image/jpeg", bytes))
}

fn is_transparent(picture: &DynamicImage) -> bool {
    picture.color().has_alpha() && picture.to_rgba8().pixels().any(|pixel| pixel.0[3] != u8::MAX)
}

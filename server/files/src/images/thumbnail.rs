//! Small copies for lists and cards, made anew so that nothing of the original's metadata is left.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat};

use super::check::{decode, format_of};
use super::error::ImageError;

const JPEG_QUALITY: u8 = 82;

/// A small copy of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumbnail {
    /// `image/jpeg`, or `image/png` where the image is transparent somewhere.
    pub media_type: &'static str,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// The whole image file, in the format that `media_type` names.
    pub bytes: Vec<u8>,
}

/// A copy of at most `max_side` pixels on its long side; a smaller image keeps its size.
///
/// # Errors
/// Why it is no image.
pub fn thumbnail(bytes: &[u8], max_side: u32) -> Result<Thumbnail, ImageError> {
    let image = decode(format_of(bytes)?, bytes)?;
    let small = if image.width().max(image.height()) > max_side {
        image.thumbnail(max_side, max_side)
    } else {
        image
    };
    let size = (small.width(), small.height());
    let (media_type, bytes) =
        encode(small).map_err(|_| ImageError::Damaged("it can't be resized".to_owned()))?;
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

fn is_transparent(image: &DynamicImage) -> bool {
    image.color().has_alpha() && image.to_rgba8().pixels().any(|pixel| pixel.0[3] != u8::MAX)
}

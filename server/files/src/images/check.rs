//! Reads what an image is from its content alone.

use std::io::Cursor;

use bytes::Bytes;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::{
    containers,
    error::ImageError,
    limits::{MOST_BYTES, MOST_MEMORY, MOST_PIXELS, MOST_SIDE},
};

/// An image that was decoded whole; its bytes are those that came in, but for what they say beside
/// the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// `image/png`, `image/jpeg`, `image/webp` or `image/gif`, from the content.
    pub media_type: &'static str,
    /// Width in pixels, with the file's orientation applied.
    pub width: u32,
    /// Height in pixels, with the file's orientation applied.
    pub height: u32,
    /// The image file, without the metadata that is not needed to show it.
    pub bytes: Bytes,
}

/// Checks a file without decoding it: its size, its type, and whether its parts are complete.
///
/// # Errors
/// The file is no image that is accepted.
pub fn check_outside(bytes: &[u8]) -> Result<ImageFormat, ImageError> {
    if bytes.len() > MOST_BYTES {
        return Err(ImageError::TooManyBytes { bytes: bytes.len() });
    }
    let format = format_of(bytes)?;
    containers::check(format, bytes)?;
    Ok(format)
}

/// `image/png`, `image/jpeg`, `image/webp` or `image/gif`, from the content.
///
/// # Errors
/// The content is of none of these types.
pub fn media_type(bytes: &[u8]) -> Result<&'static str, ImageError> {
    format_of(bytes).map(|format| format.to_mime_type())
}

/// The format that the content has.
pub(super) fn format_of(bytes: &[u8]) -> Result<ImageFormat, ImageError> {
    let kind = infer::get(bytes);
    match kind.map(|kind| kind.mime_type()) {
        Some("image/png") => Ok(ImageFormat::Png),
        Some("image/jpeg") => Ok(ImageFormat::Jpeg),
        Some("image/webp") => Ok(ImageFormat::WebP),
        Some("image/gif") => Ok(ImageFormat::Gif),
        _ => Err(ImageError::WrongType { found: kind.map(|kind| kind.extension().to_uppercase()) }),
    }
}

/// The image, turned the way it is shown; of an animation its first frame.
pub(super) fn decode(format: ImageFormat, bytes: &[u8]) -> Result<DynamicImage, ImageError> {
    let damaged = |error: image::ImageError| {
        tracing::debug!(error = &error as &dyn std::error::Error, "a picture cannot be decoded");
        ImageError::Damaged("it can't be decoded".to_owned())
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    // Width and height are judged here and not by the reader, so that the refusal can name them.
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if width > MOST_SIDE || height > MOST_SIDE || pixels > MOST_PIXELS {
        return Err(ImageError::TooLarge { width, height });
    }
    if pixels == 0 {
        return Err(ImageError::Damaged("it is empty".to_owned()));
    }
    let orientation = orientation(&mut decoder);
    let mut image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// How the image is turned to be shown. In some WebP files the Exif data begins as in a JPEG, which
/// the decoder does not expect there.
pub(super) fn orientation(decoder: &mut impl ImageDecoder) -> Orientation {
    let exif = decoder.exif_metadata().ok().flatten().unwrap_or_default();
    let behind_name = exif.strip_prefix(b"Exif\0\0").and_then(Orientation::from_exif_chunk);
    let own = || decoder.orientation().unwrap_or(Orientation::NoTransforms);
    behind_name.unwrap_or_else(own)
}

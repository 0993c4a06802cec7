//! Strips an image file of metadata: where and with what it was taken, comments, and whatever lies
//! behind its end. Pixels, colour profile and orientation stay byte by byte.

use std::io::Cursor;

use bytes::Bytes;
use image::{ImageFormat, ImageReader, metadata::Orientation};
use img_parts::{ImageEXIF, jpeg::Jpeg, png::Png, webp::WebP};

use super::{
    check::{decode, format_of, orientation},
    containers,
    error::ImageError,
};

/// Markers of JPEG segments with metadata: Exif and XMP, Photoshop's, comments.
const JPEG_WORDS: [u8; 3] = [0xe1, 0xed, 0xfe];
/// PNG chunks with metadata: texts, and when the image was changed.
const PNG_WORDS: [&[u8; 4]; 4] = [b"tEXt", b"zTXt", b"iTXt", b"tIME"];

/// Decodes an image whole; returns its width and height in pixels with its orientation applied, and
/// the file without metadata.
///
/// # Errors
/// The bytes are no image that is accepted.
pub fn clean(bytes: &[u8]) -> Result<((u32, u32), Bytes), ImageError> {
    let format = format_of(bytes)?;
    let decoded = |bytes: &[u8]| decode(format, bytes).map(|image| (image.width(), image.height()));
    // A file whose parts cannot be separated is kept as it came.
    match stripped(format, bytes).and_then(|plain| Some((decoded(&plain).ok()?, plain))) {
        Some(clean) => Ok(clean),
        None => Ok((decoded(bytes)?, Bytes::copy_from_slice(bytes))),
    }
}

fn stripped(format: ImageFormat, bytes: &[u8]) -> Option<Bytes> {
    let exif = orientation_exif(format, bytes);
    let whole = Bytes::copy_from_slice(bytes);
    match format {
        ImageFormat::Jpeg => {
            let mut jpeg = Jpeg::from_bytes(whole.slice(..containers::jpeg_end(bytes)?)).ok()?;
            jpeg.segments_mut().retain(|segment| !JPEG_WORDS.contains(&segment.marker()));
            jpeg.set_exif(exif);
            Some(jpeg.encoder().bytes())
        }
        ImageFormat::Png => {
            let mut png = Png::from_bytes(whole).ok()?;
            png.chunks_mut().retain(|chunk| !PNG_WORDS.contains(&&chunk.kind()));
            png.set_exif(exif);
            Some(png.encoder().bytes())
        }
        ImageFormat::WebP => {
            let mut webp = WebP::from_bytes(whole).ok()?;
            webp.remove_chunks_by_id(img_parts::webp::CHUNK_XMP);
            if webp.exif().is_some() {
                webp.set_exif(exif);
            }
            Some(webp.encoder().bytes())
        }
        ImageFormat::Gif => containers::gif_without_words(bytes).map(Bytes::from),
        _ => None,
    }
}

/// Exif data with the orientation of the image and nothing else; none where it is upright.
///
/// One entry of a TIFF directory: Exif 2.32, 4.6.4, tag 0x0112.
fn orientation_exif(format: ImageFormat, bytes: &[u8]) -> Option<Bytes> {
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), format).into_decoder().ok()?;
    let orientation = orientation(&mut decoder);
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation.to_exif(), 0, 0, 0, 0, 0, 0, 0]);
    (orientation != Orientation::NoTransforms).then(|| exif.into())
}

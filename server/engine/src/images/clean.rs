//! A picture without what else its file carries: where and with what it was taken, comments, and
//! whatever lies behind its end. Its pixels, colours and the way up stay byte by byte.

use bytes::Bytes;
use image::{ImageDecoder, ImageFormat, ImageReader, metadata::Orientation};
use img_parts::{ImageEXIF, jpeg::Jpeg, png::Png, webp::WebP};
use std::io::Cursor;

use super::{
    check::{decode, format_of},
    containers,
    error::ImageError,
};

/// JPEG: Exif and XMP, Photoshop's, comments.
const JPEG_WORDS: [u8; 3] = [0xe1, 0xed, 0xfe];
/// PNG: texts, and when it was changed.
const PNG_WORDS: [&[u8; 4]; 4] = [b"tEXt", b"zTXt", b"iTXt", b"tIME"];

/// Decodes a picture to its end: its pixels across and down, as it is shown, and the file without
/// what is not needed for that.
///
/// # Errors
/// Why it is no picture.
pub fn clean(bytes: &[u8]) -> Result<((u32, u32), Bytes), ImageError> {
    let format = format_of(bytes)?;
    let decoded =
        |bytes: &[u8]| decode(format, bytes).map(|picture| (picture.width(), picture.height()));
    // What cannot be taken apart is kept as it came.
    match stripped(format, bytes).and_then(|plain| Some((decoded(&plain).ok()?, plain))) {
        Some(clean) => Ok(clean),
        None => Ok((decoded(bytes)?, Bytes::copy_from_slice(bytes))),
    }
}

fn stripped(format: ImageFormat, bytes: &[u8]) -> Option<Bytes> {
    let exif = turned(format, bytes);
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

/// Exif data that say which way up the picture is and nothing else; none where it stands upright.
///
/// One entry of a TIFF directory: Exif 2.32, 4.6.4, tag 0x0112.
fn turned(format: ImageFormat, bytes: &[u8]) -> Option<Bytes> {
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), format).into_decoder().ok()?;
    let orientation = decoder.orientation().ok()?;
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation.to_exif(), 0, 0, 0, 0, 0, 0, 0]);
    (orientation != Orientation::NoTransforms).then(|| exif.into())
}
